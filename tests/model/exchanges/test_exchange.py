from __future__ import annotations

import pytest

from fakeamqp.model.exchanges import KINDS, Exchange, known_kinds
from fakeamqp.model.policy import InForce
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed

SELECTOR = {"rjms_erlang_selector": "true."}
"""An argument that one of the types cannot do without."""


@pytest.fixture(params=[name for name in KINDS if name != "x-delayed-message"])
def exchange(request) -> Exchange:
    return KINDS[request.param]("x", profile=PROFILES["4.3"])


def test_a_type_is_known_by_the_name_it_is_declared_with():
    assert all(name == kind.TYPE for name, kind in KINDS.items())


@pytest.mark.parametrize(
    ("version", "more"), [("3.10", []), ("4.0", ["x-local-random"]), ("4.3", ["x-local-random", "x-modulus-hash"])]
)
def test_without_plugins_a_broker_knows_the_types_of_its_version(version, more):
    assert list(known_kinds(PROFILES[version], ())) == ["direct", "fanout", "topic", "headers", *more]


def test_a_plugin_brings_its_types():
    known = known_kinds(PROFILES["3.10"], ["rabbitmq_random_exchange"])
    assert list(known) == ["direct", "fanout", "topic", "headers", "x-random"]


def test_an_unknown_plugin_is_told_with_those_there_are():
    with pytest.raises(ValueError, match=r"'rabbitmq_shovel'.*rabbitmq_random_exchange"):
        known_kinds(PROFILES["4.3"], ["rabbitmq_shovel"])


def test_binding_the_same_again_changes_nothing(exchange):
    assert exchange.bind(binding("p", "1", {"b": 1, **SELECTOR}))
    assert not exchange.bind(binding("p", "1", {**SELECTOR, "b": 1}))
    assert len(exchange.bindings) == 1


def test_unbinding_needs_the_same_arguments(exchange):
    exchange.bind(binding("p", "1", {"a": 1, **SELECTOR}))
    assert not exchange.unbind(binding("p", "1", {"a": 3, **SELECTOR}))
    assert not exchange.unbind(binding("p", "1"))
    assert routed(exchange, "1", headers={"a": 1, **SELECTOR}) == ["p"]


@pytest.mark.parametrize("name", ["direct", "fanout", "x-random", "x-modulus-hash", "x-recent-history"])
def test_most_types_take_any_binding(name):
    exchange = KINDS[name]("x", profile=PROFILES["4.3"])
    for profile in PROFILES.values():
        exchange.check_binding(binding("p", "a.#.*.#", {"x-match": "all"}), profile)


def test_the_alternate_is_the_argument_of_that_name():
    kind = KINDS["direct"]
    profile = PROFILES["4.0"]
    assert kind("x", profile=profile).alternate is None
    assert kind("x", profile=profile, arguments={"alternate-exchange": "y"}).alternate == "y"


def test_a_policy_names_the_alternate_where_no_argument_does():
    kind, profile = KINDS["fanout"], PROFILES["4.3"]
    exchange, given = kind("x", profile=profile), kind("x", profile=profile, arguments={"alternate-exchange": "y"})
    for each in (exchange, given):
        each.in_force = InForce(definition={"alternate-exchange": "z"})
    assert (exchange.alternate, given.alternate) == ("z", "y")
