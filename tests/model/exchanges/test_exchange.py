from __future__ import annotations

import pytest

from fakeamqp.model.exchanges import KINDS, Exchange
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed


@pytest.fixture(params=KINDS)
def exchange(request) -> Exchange:
    return KINDS[request.param]("x", profile=PROFILES["4.3"])


def test_a_type_is_known_by_the_name_it_is_declared_with():
    assert {name: kind.TYPE for name, kind in KINDS.items()} == {
        name: name for name in ("direct", "fanout", "topic", "headers")
    }


def test_binding_the_same_again_changes_nothing(exchange):
    assert exchange.bind(binding("p", "a", {"b": 1, "c": 2}))
    assert not exchange.bind(binding("p", "a", {"c": 2, "b": 1}))
    assert len(exchange.bindings) == 1


def test_unbinding_needs_the_same_arguments(exchange):
    exchange.bind(binding("p", "a", {"a": 1}))
    assert not exchange.unbind(binding("p", "a", {"a": 3}))
    assert not exchange.unbind(binding("p", "a"))
    assert routed(exchange, "a", headers={"a": 1}) == ["p"]


def test_every_type_but_headers_and_topic_takes_any_binding(exchange):
    for name, profile in PROFILES.items():
        exchange.check_binding(binding("p", "a.#.*.#", {"x-match": "all"}), profile), name


def test_the_alternate_is_the_argument_of_that_name():
    kind = KINDS["direct"]
    profile = PROFILES["4.0"]
    assert kind("x", profile=profile).alternate is None
    assert kind("x", profile=profile, arguments={"alternate-exchange": "y"}).alternate == "y"
