"""What came of many programs: how many, how much of them was compared, and what had to be left out of account."""

from __future__ import annotations

import textwrap
from collections import Counter

import attrs

from .comparing import CONFIRMS, COUNTS, NAMES, TABLE, Verdict
from .stage import Played

LONG = 30
"""Calls of a program that counts as long."""


@attrs.define
class Score:
    """Counts over programs.

    long: those of LONG calls or more. steps: calls made; compared: those before a comparison ended.
    differing: seeds. early: seeds that differed at first, and how. needed: by the names of the table's rows.
    """

    programs: int = 0
    long: int = 0
    steps: int = 0
    compared: int = 0
    differing: list[int] = attrs.Factory(list)
    early: list[tuple[int, str]] = attrs.Factory(list)
    needed: Counter[str] = attrs.Factory(Counter)

    def count(self, seed: int, real: Played, verdict: Verdict) -> None:
        """A program is decided."""
        self.programs += 1
        self.long += real.steps >= LONG
        self.steps += real.steps
        self.compared += real.steps_before(verdict.place)
        self.needed.update(verdict.needed)
        self.needed[NAMES.name] += real.made_up
        self.needed[CONFIRMS.name] += real.confirmed
        self.needed[COUNTS.name] += real.hidden_counts
        if verdict.difference:
            self.differing.append(seed)

    @property
    def told(self) -> str:
        """The counts in a line."""
        differing = f"{len(self.differing)} programs differ {self.differing or ''}".rstrip()
        return (
            f"{self.programs} programs, {self.long} of {LONG} calls or more; "
            f"{self.steps} calls made, {self.compared} compared; {differing}"
        )

    def tell(self) -> None:
        """Print the counts and the table of normalisations."""
        print(self.told)
        for row in TABLE:
            print(
                textwrap.fill(f"{self.needed[row.name]:7} x {row.name}: {row.reason}", 118, subsequent_indent=" " * 10)
            )
        for seed, difference in self.early:
            print(f"--- seed {seed} differed, but not with more time:\n{textwrap.indent(difference, '    ')}")
