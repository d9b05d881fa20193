from __future__ import annotations

from fakeamqp.model.exchanges import Fanout
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed


def fanout() -> Fanout:
    return Fanout("x", profile=PROFILES["4.3"])


def test_every_destination_is_reached_whatever_the_key():
    exchange = fanout()
    exchange.bind(binding("q", "a"))
    exchange.bind(binding("p", "#"))
    assert routed(exchange, "b") == routed(exchange, "", headers={"a": 1}) == ["q", "p"]


def test_an_unbound_destination_leaves_nothing_behind():
    exchange = fanout()
    exchange.bind(binding("p", "a"))
    exchange.unbind(binding("p", "a"))
    assert routed(exchange, "a") == []
    assert vars(exchange) == vars(fanout())
