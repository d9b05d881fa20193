"""The words for a node and an edge, the same in every picture."""

from __future__ import annotations

import attrs
import pytest

from fakeamqp.views.graph import Edge, Node
from fakeamqp.views.words import held_by, said_of, told_by

QUEUE = Node("queue", "/", "q", "classic", traits=("durable",), limits=(("max-length", "5"),), policy="p")


def test_a_queue_tells_type_limits_policy_and_what_it_holds() -> None:
    assert said_of(QUEUE) == ["q", "classic queue, durable", "max-length 5", "policy p", "0 ready"]


def test_an_exchange_tells_its_type() -> None:
    assert said_of(Node("exchange", "/", "", "direct")) == ["(default exchange)", "direct exchange"]


def test_what_is_not_there_says_so() -> None:
    assert said_of(Node("exchange", "/", "x", state="missing")) == ["x", "there is no such exchange"]
    assert said_of(Node("queue", "/", "q", "classic", "deleted")) == ["q", "classic queue, deleted"]


def test_several_drawn_as_one_tell_how_many() -> None:
    assert said_of(attrs.evolve(QUEUE, members=(QUEUE, QUEUE)))[1] == "2 classic queues, durable"


def test_what_a_queue_holds_is_told_as_far_as_there_is_any() -> None:
    assert list(held_by(attrs.evolve(QUEUE, ready=1_200, unacked=2, delayed=3, consumers=("a", "b")))) == [
        *("1,200 ready", "2 unacked", "3 delayed", "2 consumers"),
    ]
    assert list(held_by(attrs.evolve(QUEUE, consumers=("a",)))) == ["0 ready", "1 consumer"]


@pytest.mark.parametrize(
    ("edge", "words"),
    [
        (Edge("a", "b", "binding", ("k",)), ["k"]),
        (Edge("a", "b", "binding", ("",)), []),
        (Edge("a", "b", "binding", (), 9), ["9 bindings"]),
        (Edge("a", "b", "dead letters"), ["dead letters"]),
        (Edge("a", "b", "dead letters", ("k",)), ["dead letters", "as k"]),
        (Edge("a", "b", "alternate"), ["unroutable"]),
        (Edge("a", "b", "default"), ["by its name"]),
    ],
)
def test_an_edge_tells_what_goes_that_way(edge: Edge, words: list[str]) -> None:
    assert told_by(edge) == words
