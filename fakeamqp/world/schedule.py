"""Who runs next, and whatever else is left open while actors run: decided by a seed, and noted to be replayed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import attrs

WHO_RUNS = "who runs"
MOST_TOLD = 20

_TOKEN = re.compile(r"(\d+)(?:\*(\d+))?")


@attrs.frozen
class Decision:
    """One choice among several.

    at_us: the instant of virtual time. what: what was chosen. options: all there was, what is usual first.
    chosen: the place of the choice among them. place: the line of the program that goes on with it, if known.
    """

    at_us: int
    what: str
    options: tuple[str, ...]
    chosen: int
    place: str | None = None

    def __str__(self) -> str:
        others = [option for place, option in enumerate(self.options) if place != self.chosen]
        where = f" at {self.place}" if self.place else ""
        return f"{self.at_us / 1_000_000:g} s  {self.what}: {self.options[self.chosen]}{where}, not {', '.join(others)}"


Beyond = Callable[[Sequence[str], str], int]
"""Chooses one of several options, told what is chosen: the place of it."""


def usual(options: Sequence[str], what: str) -> int:
    """What a broker and a machine that are left alone do."""
    return 0


def by_chance(seed: int) -> Beyond:
    """Draws, the same for the same seed; how readily it leaves what is usual is drawn first."""
    dice = random.Random(f"schedule {seed}")
    readiness = dice.choice((0.1, 0.2, 0.3, 0.5))

    def draw(options: Sequence[str], what: str) -> int:
        return dice.randrange(1, len(options)) if dice.random() < readiness else 0

    return draw


class Schedule:
    """The decisions of one run: the first ones as given, the others as `beyond` says.

    interleaves: True to ask at every step of an actor who runs next; False where all go on as is usual.
    decisions: what was decided so far, in order; only choices among several are noted.
    """

    def __init__(self, given: Sequence[int] = (), beyond: Beyond = usual, *, interleaves: bool = True) -> None:
        self.interleaves = interleaves
        self.decisions: list[Decision] = []
        self._given = tuple(given)
        self._beyond = beyond

    def choose(
        self, options: Sequence[str], what: str, at_us: int, line: Callable[[int], str | None] = lambda chosen: None
    ) -> int:
        """The place of the option to take. line: tells which line of the program goes on with the one at a place."""
        if len(options) < 2:
            return 0
        made = len(self.decisions)
        chosen = self._given[made] if made < len(self._given) else self._beyond(options, what)
        chosen = min(chosen, len(options) - 1)
        self.decisions.append(Decision(at_us, what, tuple(options), chosen, line(chosen)))
        return chosen

    @property
    def choices(self) -> list[int]:
        """The places of what was chosen, in order: what `given` takes."""
        return [decision.chosen for decision in self.decisions]

    @property
    def token(self) -> str:
        """The choices in a short text: see `read_token`."""
        return written(self.choices)

    def __str__(self) -> str:
        """What was decided otherwise than is usual, the first of it, and how to have it again."""
        departures = self.departures()
        if not departures:
            return "all in the usual order"
        lines = [f"otherwise than is usual, {len(departures)} times of {len(self.decisions)}:"]
        lines += [f"  {decision}" for decision in departures[:MOST_TOLD]]
        if len(departures) > MOST_TOLD:
            lines.append(f"  … and {len(departures) - MOST_TOLD} more")
        return "\n".join(lines)

    def departures(self) -> list[Decision]:
        """The decisions that were not the usual ones."""
        return [decision for decision in self.decisions if decision.chosen]


def written(choices: Sequence[int]) -> str:
    """Decisions as a text such as "0*12.1.0.2": repeated ones are counted, and usual ones at the end left out."""
    kept = list(choices)
    while kept and kept[-1] == 0:
        kept.pop()
    parts: list[tuple[int, int]] = []
    for choice in kept:
        if parts and parts[-1][0] == choice:
            parts[-1] = (choice, parts[-1][1] + 1)
        else:
            parts.append((choice, 1))
    return ".".join(str(choice) if count == 1 else f"{choice}*{count}" for choice, count in parts)


def read_token(text: str) -> tuple[int, ...]:
    """The decisions that a text of `written` stands for. Raises ValueError for anything else."""
    choices: list[int] = []
    for part in text.split(".") if text else []:
        match = _TOKEN.fullmatch(part)
        if match is None:
            raise ValueError(f"{text!r} is no schedule: it looks like '0*12.1.0.2'")
        choices += [int(match[1])] * int(match[2] or 1)
    return tuple(choices)


def seeded(seed: int) -> Schedule:
    """The schedule of a broker made with this seed: 0, which is usual, lets who has waited longest run."""
    return Schedule(interleaves=False) if seed == 0 else Schedule(beyond=by_chance(seed))
