"""Schedules: the decisions of a run, noted so that they can be had again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.world.schedule import Schedule, by_chance, read_token, seeded, written


def decide(schedule: Schedule, *counts: int) -> list[int]:
    return [schedule.choose([f"option {number}" for number in range(count)], "what", 0) for count in counts]


def test_the_first_decisions_are_as_given_and_the_others_usual() -> None:
    assert decide(Schedule([1, 0, 2]), 2, 2, 3, 5, 5) == [1, 0, 2, 0, 0]


def test_where_there_is_one_option_nothing_is_decided() -> None:
    schedule = Schedule([1])
    assert decide(schedule, 1, 1, 2) == [0, 0, 1]
    assert [len(decision.options) for decision in schedule.decisions] == [2]


def test_a_decision_that_is_not_there_any_more_is_the_last_that_is() -> None:
    assert decide(Schedule([7]), 3) == [2]


def test_chance_is_the_same_for_the_same_seed() -> None:
    drawn = [decide(Schedule(beyond=by_chance(seed)), *[3] * 50) for seed in (1, 1, 2, 3)]
    assert drawn[0] == drawn[1]
    assert len({tuple(each) for each in drawn}) == 3
    assert set(drawn[1] + drawn[2] + drawn[3]) == {0, 1, 2}


def test_seed_0_is_the_usual_order_and_asks_at_no_step() -> None:
    assert not seeded(0).interleaves
    assert decide(seeded(0), 3, 3) == [0, 0]
    assert seeded(1).interleaves


@given(st.lists(st.integers(0, 12)))
def test_a_token_stands_for_its_decisions(choices: list[int]) -> None:
    kept = list(read_token(written(choices)))
    assert kept + [0] * (len(choices) - len(kept)) == choices


def test_a_token_is_short() -> None:
    assert written([0] * 12 + [1, 0, 2, 0, 0]) == "0*12.1.0.2"
    assert written([0, 0]) == ""


@pytest.mark.parametrize("text", ["x", "1..2", "1*", "*2", "-1"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no schedule"):
        read_token(text)


def test_a_schedule_tells_what_was_not_usual() -> None:
    schedule = Schedule([0, 1])
    schedule.choose(["publisher", "worker"], "who runs", 0)
    schedule.choose(["publisher", "worker"], "who runs", 1_500_000, lambda chosen: f"worker.py:1{chosen}")
    assert str(schedule) == (
        "otherwise than is usual, 1 times of 2:\n  1.5 s  who runs: worker at worker.py:11, not publisher"
    )
    assert str(Schedule()) == "everything in the usual order"
