"""What happened: every command with the instant it was carried out at, and its effects."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Literal

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
from fakeamqp.world.place import line_of
from fakeamqp.world.published import PublishedMessages
from fakeamqp.world.step import Row, Step, step_of

DEFAULT_LENGTH = 10_000

_OF_A_PLACE = frozenset((BindExchange, BindQueue, Consume, DeclareExchange, DeclareQueue, Qos, SelectTransactions))


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
        self._rows: deque[Row] = deque(maxlen=self.limit)  # one for every command, and hardly any is ever looked at
        self._append = self._rows.append
        self._seen = 0
        self._read = 0  # how many of them have been handed to a reader
        self._reader: Callable[[], None] | None = None

    def read_by(self, reader: Callable[[], None] | None) -> None:
        """Have this called before a step is let go of that nobody has read; None ends that."""
        self._reader = reader
        self._read = self._seen

    def unread(self) -> Iterator[Row]:
        """The steps that nobody has read so."""
        read, self._read = self._read, self._seen
        return islice(self._rows, max(read - self.let_go, 0), None)

    def last(self, count: int) -> list[Row]:
        """The last so many steps that are kept."""
        return list(islice(self._rows, max(len(self._rows) - count, 0), None))

    @property
    def let_go(self) -> int:
        """How many steps are not kept any more."""
        return self._seen - len(self._rows)

    def add(self, at_us: int, command: Command | None, effects: list[Effect], has_content: bool = True) -> None:
        """Note a step. Call it when the effects have been delivered: their messages are let go of.

        has_content: False if no effect carries a message.
        """
        kind = type(command)
        if kind in BRINGS_CONTENT:
            if self.limit != 0:
                self.messages.add(command.message)  # type: ignore[union-attr]
            if self.limit is not None:
                command.message = None  # type: ignore[union-attr]
        if has_content and self.limit is not None:
            _let_go(effects)
        place = self._place_of(command) if kind in _OF_A_PLACE or self.notes_places else None
        self._append((at_us, place, command, *effects))
        self._seen += 1
        if self._reader is not None and self._seen - self._read == self.limit:  # the next lets go of one unread
            self._let_read()

    def _place_of(self, command: Command | None) -> str | None:
        """Where the program asked for this. Who declares passively only looks."""
        if getattr(command, "passive", False) and not self.notes_places:
            return None
        return line_of(sys._getframe(2))

    def _let_read(self) -> None:
        """Have all read that nobody has read."""
        if self._reader is not None:
            self._reader()
        self._read = self._seen

    def clear(self) -> None:
        """Forget everything."""
        self._let_read()
        self._rows.clear()
        self.messages.clear()
        self._seen = self._read = 0

    def __str__(self) -> str:
        """What is kept, a line for each step: the same text for the same run, whatever the Python."""
        return "\n".join(map(str, self))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Step]:
        return map(step_of, self._rows)

    def __getitem__(self, place: int) -> Step:
        return step_of(self._rows[place])


def _let_go(effects: list[Effect]) -> None:
    """Take the messages out of effects."""
    for effect in effects:
        if type(effect) in WITH_CONTENT:
            effect.message = None
