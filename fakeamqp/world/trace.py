"""What happened: every command with the instant it was carried out at, and its effects."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Literal

import attrs

from fakeamqp.model.commands import (
    BRINGS_CONTENT,
    BindExchange,
    BindQueue,
    Command,
    Consume,
    DeclareExchange,
    DeclareQueue,
    Qos,
    SelectTransactions,
)
from fakeamqp.model.effects import WITH_CONTENT, Effect
from fakeamqp.world.clock import SECOND
from fakeamqp.world.place import line_of
from fakeamqp.world.published import PublishedMessages

DEFAULT_LENGTH = 10_000

_OF_A_PLACE = frozenset((BindExchange, BindQueue, Consume, DeclareExchange, DeclareQueue, Qos, SelectTransactions))


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


class Trace:
    """The last steps of a broker, oldest first.

    limit: how many steps are kept; None keeps all, with the bodies of their messages ("all", for replay); 0 keeps none.
    A bounded trace holds no message: what it tells of one is its id.
    messages: the last that were published, which are remembered apart from the steps unless none are kept.
    notes_places: True to note for each step which line of the program asked for it; else that is noted of what is
        declared, bound or consumed from alone.
    """

    def __init__(self, keep: int | Literal["all"] | None = DEFAULT_LENGTH) -> None:
        if keep is not None and keep != "all" and (not isinstance(keep, int) or isinstance(keep, bool) or keep < 0):
            raise ValueError(f'trace is a number of steps, "all" or None, not {keep!r}')
        self.limit = None if keep == "all" else keep or 0
        self.notes_places = False
        self.messages = PublishedMessages()
        # Bare tuples: instant, place, command, then the effects. One is made for every command, and hardly any is ever
        # looked at; what is in it is memory that is touched again only when it is let go of.
        self._steps: deque[tuple[Any, ...]] = deque(maxlen=self.limit)
        self._append = self._steps.append
        self._seen = 0
        self._read = 0  # how many of them have been handed to a reader
        self._reads_at: int | None = None
        self._reader: Callable[[], None] | None = None

    def read_by(self, reader: Callable[[], None] | None) -> None:
        """Have this called before a step is let go of that nobody has read; None ends that."""
        self._reader = reader
        self._read = self._seen
        self._reads_at = None if reader is None or not self.limit else self._seen + self.limit

    def unread(self) -> Iterator[tuple[Any, ...]]:
        """The steps that nobody has read so, each as instant, place or None, command or None, and then its effects."""
        read, self._read = self._read, self._seen
        return islice(self._steps, max(read - self.let_go, 0), None)

    def last(self, count: int) -> list[tuple[Any, ...]]:
        """The last so many steps that are kept, in the same form."""
        return list(islice(self._steps, max(len(self._steps) - count, 0), None))

    @property
    def let_go(self) -> int:
        """How many steps are not kept any more."""
        return self._seen - len(self._steps)

    def add(self, at_us: int, command: Command | None, effects: list[Effect], has_content: bool = True) -> None:
        """Note a step. Call it when the effects have been delivered: their messages are let go of.

        has_content: False if no effect carries a message.
        """
        if self._seen == self._reads_at:
            self._read_all()
        self._seen += 1
        limit, kind, place = self.limit, type(command), None
        if kind in BRINGS_CONTENT:
            if limit != 0:
                self.messages.add(command.message)  # type: ignore[union-attr]
            if limit is not None:
                command.message = None  # type: ignore[union-attr]
        if has_content and limit is not None:
            _let_go(effects)
        if kind in _OF_A_PLACE or self.notes_places:
            place = self._place_of(command)
        self._append((at_us, place, command, *effects))

    def _place_of(self, command: Command | None) -> str | None:
        """Where the program asked for this. Who declares passively only looks."""
        if getattr(command, "passive", False) and not self.notes_places:
            return None
        return line_of(sys._getframe(2))

    def _read_all(self) -> None:
        reader = self._reader
        if reader is not None:
            reader()
            self.read_by(reader)

    def clear(self) -> None:
        """Forget everything."""
        self._read_all()
        self._steps.clear()
        self.messages.clear()
        self._seen = 0
        self.read_by(self._reader)

    def __str__(self) -> str:
        """What is kept, a line for each step: the same text for the same run, whatever the Python."""
        return "\n".join(map(str, self))

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Step]:
        return map(_step, self._steps)

    def __getitem__(self, place: int) -> Step:
        return _step(self._steps[place])


def _let_go(effects: list[Effect]) -> None:
    """Take the messages out of effects."""
    for effect in effects:
        if type(effect) in WITH_CONTENT:
            effect.message = None


def _step(row: tuple[Any, ...]) -> Step:
    at_us, place, command, *effects = row
    return Step(at_us, command, effects, place)
