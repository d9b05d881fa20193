"""One step of what happened."""

from __future__ import annotations

from typing import Any

import attrs

from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.world.clock import SECOND

Row = tuple[Any, ...]
"""A step as it is written down: instant, place or None, command or None, and then its effects."""


@attrs.frozen(eq=False)
class Step:
    """One entry. at_us: microseconds since the broker was made.

    command: what was asked; None if time alone made it happen. effects: what came of it, in order.
    place: the line of the program that asked, as "file:line"; None if it is not noted, or was nobody's.
    """

    at_us: int
    command: Command | None
    effects: list[Effect]
    place: str | None = None

    @property
    def at(self) -> float:
        """The same instant in seconds."""
        return self.at_us / SECOND


def step_of(row: Row) -> Step:
    """The step that is written down so."""
    at_us, place, command, *effects = row
    return Step(at_us, command, effects, place)
