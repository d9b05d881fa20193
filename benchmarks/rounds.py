"""Measures subjects in turns, so that a machine that is slow for a while is slow for all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from benchmarks.figures import PER_SECOND, Figure, Settings

Run = Callable[[int], float]
"""Does something so many times, and returns how many seconds that took; what it prepares is not in them."""

T = TypeVar("T")


class CannotBeMeasured(Exception):
    """A subject does not do the workload; the text says why, in a few words."""


def rates(
    settings: Settings, workload: str, count: int, subjects: Mapping[str, Run], size: int | None = None
) -> list[Figure]:
    """How often each subject does it in a second. What happens once, such as an import, is done before, uncounted."""
    operations = settings.count(count)

    def rate(run: Run) -> Callable[[], float]:
        return lambda: operations / run(operations)

    def warmed_up(subject: str, run: Run) -> Callable[[], float]:
        try:
            run(max(operations // 20, 2))
        except CannotBeMeasured as error:
            return _raising(error)
        return rate(run)

    measured = {subject: warmed_up(subject, run) for subject, run in subjects.items()}
    return in_turns(settings, workload, PER_SECOND, measured, size)


def in_turns(
    settings: Settings, workload: str, unit: str, subjects: Mapping[str, Callable[[], float]], size: int | None = None
) -> list[Figure]:
    """What the subjects return, in so many rounds; each round begins with another one.

    A subject that raises CannotBeMeasured is left out from then on, and its figure says why.
    """
    values: dict[str, list[float]] = {subject: [] for subject in subjects}
    notes: dict[str, str] = {}
    for number in range(settings.rounds):
        for subject in _rotated(list(subjects), number):
            if subject in notes:
                continue
            gc.collect()
            try:
                values[subject].append(subjects[subject]())
            except CannotBeMeasured as error:
                notes[subject] = str(error)
                values[subject] = []
    return [Figure(workload, subject, unit, taken, size, notes.get(subject, "")) for subject, taken in values.items()]


def _rotated(things: list[T], by: int) -> Iterator[T]:
    if not things:
        return
    first = by % len(things)
    yield from things[first:]
    yield from things[:first]


def _raising(error: CannotBeMeasured) -> Callable[[], float]:
    def measure() -> float:
        raise error

    return measure
