"""Topologies can be declared, and brought in as definitions, on every version; both come to the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import BindingMade, ExchangeMade, QueueMade, Topology, definitions, topologies


def names(topology: Topology) -> list[set[str]]:
    return [{each.name for each in topology.exchanges}, {each.name for each in topology.queues}]


@given(topologies(), st.sampled_from(list(PROFILES)))
@settings(max_examples=60)
def test_declared_and_defined_they_are_the_same(drawn: Topology, version: str) -> None:
    declared, defined = fakeamqp.Broker(version), fakeamqp.Broker(version, definitions=drawn.definitions(version))
    with fakeamqp.connect(declared) as connection:
        drawn.declare(connection.channel())
    assert names(Topology.of(declared)) == names(Topology.of(defined)) == names(drawn)
    assert {str(each) for each in Topology.of(declared).bindings} == {str(each) for each in drawn.bindings}
    assert {str(each) for each in Topology.of(defined).bindings} == {str(each) for each in drawn.bindings}


@pytest.mark.parametrize("version", PROFILES)
def test_definitions_are_taken_whole(version: str) -> None:
    @given(definitions(version))
    @settings(max_examples=20)
    def taken(drawn: dict[str, Any]) -> None:
        assert fakeamqp.Broker(version, definitions=drawn).definitions_report == ()

    taken()


def test_of_a_topology_what_a_message_may_pass() -> None:
    exchanges = [
        ExchangeMade("in", "topic", {"alternate-exchange": "else"}),
        ExchangeMade("else", "fanout"),
        ExchangeMade("dead", "fanout"),
        ExchangeMade("other", "fanout"),
    ]
    queues = [QueueMade("q", {"x-dead-letter-exchange": "dead"}), QueueMade("d"), QueueMade("o")]
    to = [BindingMade("in", "queue", "q", "a"), BindingMade("dead", "queue", "d"), BindingMade("other", "queue", "o")]
    part = Topology(exchanges, queues, to).around("in")
    assert names(part) == [{"in", "else", "dead"}, {"q", "d"}]
    assert part.bindings == to[:2]
