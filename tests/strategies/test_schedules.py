"""Orders of actors that Hypothesis draws, and shrinks to the fewest unusual decisions."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings

from fakeamqp import Broker, explore
from fakeamqp.strategies import schedules
from fakeamqp.world.schedule import read_token


@given(schedules(most=3, decisions=10, widest=4))
def test_they_are_read_again(token: str) -> None:
    choices = read_token(token)
    assert len(choices) <= 11
    assert sum(choice > 0 for choice in choices) <= 3
    assert set(choices) <= {0, 1, 2, 3}


def first_of_two_is_first(broker: Broker) -> None:
    done: list[str] = []

    def act(name: str) -> None:
        for _ in range(3):
            time.sleep(0)
        done.append(name)

    for name in "abc":
        broker.spawn(act, name, name=name)
    broker.run()
    assert done.index("a") < done.index("b")


def test_a_failure_shrinks_to_one_unusual_decision() -> None:
    @settings(max_examples=300, database=None, derandomize=True, deadline=None)
    @given(schedules(decisions=30))
    def holds(token: str) -> None:
        explore(first_of_two_is_first, replay=token)

    with pytest.raises(AssertionError) as raised:
        holds()
    [note] = [note for note in raised.value.__notes__ if "fakeamqp.explore" in note]
    assert "otherwise than is usual, 1 times of" in note
    found = re.search(r"replay='([\d.*]+)'", note)
    assert found is not None
    assert sum(choice > 0 for choice in read_token(found[1])) == 1
