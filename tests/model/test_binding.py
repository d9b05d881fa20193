"""Two bindings are the same as RabbitMQ 3.10.8, 4.0.5 and 4.3.6 were seen to have it."""

from __future__ import annotations

from typing import Any

import pytest

from fakeamqp.model.binding import Binding, Destination

QUEUE = Destination("queue", "q")


def bound(**differences: Any) -> Binding:
    return Binding(**{"source": "x", "destination": QUEUE, "routing_key": "k", "arguments": {"a": 1}, **differences})


@pytest.mark.parametrize(
    "difference",
    [
        {"source": "y"},
        {"destination": Destination("queue", "r")},
        {"destination": Destination("exchange", "q")},
        {"routing_key": "K"},
        {"arguments": {}},
        {"arguments": {"a": 2}},
        {"arguments": {"a": True}},
        {"arguments": {"a": 1, "b": None}},
    ],
)
def test_source_destination_key_and_arguments_make_a_binding(difference):
    assert bound(**difference) != bound()
    assert len({bound(), bound(**difference)}) == 2


def test_argument_order_does_not_count_and_no_arguments_are_an_empty_table():
    one, other = bound(arguments={"a": 1, "b": 2}), bound(arguments={"b": 2, "a": 1})
    assert one == other
    assert hash(one) == hash(other)
    assert Binding("x", QUEUE, "k") == bound(arguments={})


def test_a_binding_is_equal_to_nothing_else():
    assert bound() != ("x", QUEUE, "k", {"a": 1})
