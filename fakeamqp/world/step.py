"""One step of what happened, and the form in which many old ones are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

import attrs

from fakeamqp.model.commands import Ack, Command, Get, Nack, Publish, Reject
from fakeamqp.model.effects import Confirmed, Delivered, Effect, GetOk, Routed, Settled
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


# --- old steps

# What nearly all records of a long run are. Their fields, two at least, are numbers, texts and tuples of those, and do
# not change any more.
_FLAT: tuple[type, ...] = (
    Publish,
    Get,
    Ack,
    Nack,
    Reject,
    Routed,
    Delivered,
    GetOk,
    Settled,
    Confirmed,
)
_NAMES: list[list[str]] = [[field.name for field in attrs.fields(kind)] for kind in _FLAT]
_CODES: dict[type, int] = {kind: code for code, kind in enumerate(_FLAT)}
_FIELDS: list[Callable[[Any], Any]] = [attrgetter(*names) for names in _NAMES]


def flattened(row: Row) -> Row:
    """The same step without the records that are made for every message: in their place stand a code, and their fields.

    Python's garbage collector walks through all records again and again, but not through a tuple that it has once seen
    to hold nothing but numbers and texts. What else is among the records stays as it is.
    """
    parts: list[Any] = [row[0], row[1]]
    for made in row[2:]:
        code = _CODES.get(type(made))
        parts.append(made if code is None else code)
        if code is not None:
            parts.extend(_FIELDS[code](made))
    return tuple(parts)


def restored(row: Row) -> Row:
    """The row that was flattened; its records are made anew."""
    return (row[0], row[1], *_records(iter(row[2:])))


def _records(parts: Iterator[Any]) -> Iterator[Any]:
    for part in parts:
        if type(part) is int:
            yield _FLAT[part](*(next(parts) for _ in _NAMES[part]))
        else:
            yield part
