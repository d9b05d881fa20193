"""Subjects are measured in turns; what they return is made up here."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import PER_SECOND, SECONDS, Settings
from benchmarks.rounds import CannotBeMeasured, in_turns, rates


def test_each_round_begins_with_another_subject() -> None:
    asked: list[str] = []

    def subject(name: str) -> Callable[[], float]:
        def measure() -> float:
            asked.append(name)
            return float(len(asked))

        return measure

    figures = in_turns(Settings(rounds=3), "work", SECONDS, {name: subject(name) for name in "abc"})
    assert "".join(asked) == "abcbcacab"
    assert [(figure.subject, figure.values) for figure in figures] == [
        ("a", (1, 6, 8)),
        ("b", (2, 4, 9)),
        ("c", (3, 5, 7)),
    ]


def test_what_cannot_be_measured_is_tried_once_and_says_why() -> None:
    tries = []

    def silent() -> float:
        tries.append(1)
        raise CannotBeMeasured("no answer")

    one, other = in_turns(Settings(rounds=3), "work", SECONDS, {"silent": silent, "other": lambda: 2.0})
    assert (one.values, one.note, len(tries)) == ((), "no answer", 1)
    assert other.values == (2.0, 2.0, 2.0)


def test_a_rate_is_of_as_many_operations_as_are_asked_for_after_a_few_uncounted() -> None:
    counts = []

    def run(count: int) -> float:
        counts.append(count)
        return count / 50

    (figure,) = rates(Settings(rounds=2), "work", 1_000, {"subject": run})
    assert counts == [50, 1_000, 1_000]
    assert (figure.unit, figure.values) == (PER_SECOND, (50.0, 50.0))


def test_what_cannot_be_measured_is_not_tried_again_after_its_warm_up() -> None:
    tries = []

    def silent(count: int) -> float:
        tries.append(count)
        raise CannotBeMeasured("no answer")

    (figure,) = rates(Settings(rounds=2), "work", 1_000, {"silent": silent})
    assert (figure.values, figure.note, len(tries)) == ((), "no answer", 1)
