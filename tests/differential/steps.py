"""What a random program is made of: small frozen records that can be played, shrunk and printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

SHORT_MS, LONG_MS, FOREVER_MS = 6_000, 12_000, 600_000
"""The only TTLs a program uses, apart from 0."""

UNUSED_MS = 6_600
"""The only expiry of a queue: not SHORT_MS, as nobody knows what comes first at one instant."""

ADVANCE_SECONDS = 7.8
"""How far a program lets time pass in one go: beyond SHORT_MS, not beyond LONG_MS, and far from both."""

SLACK_SECONDS = 4.0
"""How long the calls between three neighbouring advances may take on a real broker, until its deadlines and those
of the fake, where calls take no time, can no longer be told apart for sure."""

TIMED = ("x-message-ttl", "x-expires", "expiration")
"""Arguments and properties that hold a time in milliseconds."""

MOVING = (str(SHORT_MS), str(LONG_MS), str(UNUSED_MS))
"""Times that a program may see the end of."""


@attrs.frozen
class Tag:
    """A delivery tag: that of the delivery at this place among those the channel has not settled, counted round.

    With nothing unsettled the call is made on a channel that has something, or not at all.
    """

    place: int

    def among(self, unsettled: list[int]) -> int:
        return unsettled[self.place % len(unsettled)]


@attrs.frozen
class Address:
    """A reply address: the one at this place among those that clients have seen, counted round.

    With none seen yet the call is not made.
    """

    place: int

    def among(self, addresses: list[str]) -> str:
        return addresses[self.place % len(addresses)]


@attrs.frozen
class Step:
    """One call.

    on: the channel, "A1" being the first of connection A; a connection, "A"; or "" for the passing of time.
        Channels and connections open by themselves, also again after they were closed.
    call: of pika, or publish, consume, advance as in tests/conformance/play.py, or burst, whose arguments are steps.
    """

    on: str
    call: str
    args: tuple[Any, ...] = ()
    options: Mapping[str, Any] = attrs.field(factory=dict, converter=dict)

    @property
    def connection(self) -> str:
        return self.on[:1]


@attrs.frozen
class Program:
    """Steps in their order. scale: by how much its times are stretched."""

    steps: tuple[Step, ...]
    scale: int = 1

    @property
    def is_timed(self) -> bool:
        """True if something in it may happen by the passing of time."""
        return self.scale > 1 or _waits(self.steps)

    @property
    def uses_slow_queues(self) -> bool:
        """True if it may use queues that answer later than others: quorum queues and streams."""
        return any(kind in repr(self.steps) for kind in ("quorum", "'stream'"))

    def scaled(self, scale: int) -> Program:
        """The same program with all its times stretched."""
        return Program(tuple(_scaled(step, scale) for step in self.steps), self.scale * scale)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)


def _waits(value: Any, name: str = "") -> bool:
    """True if one of the times that a program may see the end of is in there."""
    if isinstance(value, Step):
        return value.call == "advance" or _waits(value.args) or _waits(value.options)
    if isinstance(value, Mapping):
        return any(_waits(item, key) for key, item in value.items())
    if isinstance(value, tuple | list):
        return any(_waits(item) for item in value)
    return name in TIMED and str(value) in MOVING


def _scaled(value: Any, scale: int, name: str = "") -> Any:
    if isinstance(value, Step):
        if value.call == "advance":
            return attrs.evolve(value, args=(value.args[0] * scale,))
        return attrs.evolve(value, args=_scaled(value.args, scale), options=_scaled(value.options, scale))
    if isinstance(value, Mapping):
        return {key: _scaled(item, scale, key) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_scaled(item, scale) for item in value)
    if name in TIMED and value in (SHORT_MS, LONG_MS, UNUSED_MS):
        return value * scale
    if name in TIMED and value in MOVING:
        return str(int(value) * scale)
    return value


def flattened(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps with those of bursts in their place."""
    for step in steps:
        if step.call == "burst":
            yield from flattened(step.args)
        else:
            yield step
