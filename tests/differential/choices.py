"""Where a generator of programs gets its decisions from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Choices(Protocol):
    """Makes up its mind."""

    def number(self, lowest: int, highest: int) -> int:
        """An integer between the two, both included."""


class Seeded:
    """Choices of one seed: the same on every run and every machine."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, lowest: int, highest: int) -> int:
        return self._random.randint(lowest, highest)


def chance(choices: Choices, percent: int) -> bool:
    """True in that many of a hundred cases; the simplest choice is False."""
    return choices.number(0, 99) >= 100 - percent


def pick(choices: Choices, options: Sequence[T]) -> T:
    """One of the options; the simplest choice is the first."""
    return options[choices.number(0, len(options) - 1)]
