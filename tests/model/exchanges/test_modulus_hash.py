"""x-modulus-hash. Recorded on 4.3.6: exchange_types/modulus_*."""

from __future__ import annotations

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.exchanges import ModulusHash
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed

KEYS = [f"k{number}" for number in range(24)]


def bound(*queues: str) -> ModulusHash:
    exchange = ModulusHash("x", profile=PROFILES["4.3"])
    for queue in queues:
        exchange.bind(binding(queue))
    return exchange


def spread(exchange: ModulusHash) -> list[str]:
    return [name for key in KEYS for name in routed(exchange, key)]


def test_each_key_has_one_queue():
    assert "".join(spread(bound("a", "b", "c")))[:12] == "caaabacccaab"


def test_the_order_of_binding_does_not_count():
    assert spread(bound("c", "a", "b")) == spread(bound("a", "b", "c"))


def test_a_queue_bound_twice_counts_twice():
    exchange = bound("a", "b")
    exchange.bind(binding("a", "again"))
    assert spread(exchange) == [{"a": "a", "b": "a", "c": "b"}[name] for name in spread(bound("a", "b", "c"))]


def test_exchanges_count_before_queues():
    exchange = bound("a", "b")
    exchange.bind(Binding("x", Destination("exchange", "z"), ""))
    assert spread(exchange) == [{"a": "z", "b": "a", "c": "b"}[name] for name in spread(bound("a", "b", "c"))]


def test_further_keys_count_in_the_hash():
    exchange = bound("a", "b", "c")
    assert [routed(exchange, key) for key in KEYS] != [routed(exchange, key, "other") for key in KEYS]


def test_without_a_binding_there_is_no_way():
    assert routed(bound(), "k") == []
