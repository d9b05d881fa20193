"""The exchange type x-recent-history: who is bound late gets the last messages all the same.

(recordings: exchange_types/history_*.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from fakeamqp.model.binding import Destination
from fakeamqp.model.choice import Choose
from fakeamqp.model.erlang import erlang_term
from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges.exchange import Kinds
from fakeamqp.model.exchanges.fanout import Fanout
from fakeamqp.model.message import Message
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table

_LENGTH = "x-recent-history-length"
_DEFAULT_LENGTH = 20
_NO_STORE = "x-recent-history-no-store"


class RecentHistory(Fanout):
    """Routes like fanout, and remembers messages for destinations that are bound later."""

    TYPE = "x-recent-history"

    def _clear(self) -> None:
        super()._clear()
        self._remembered: deque[Message] = deque()

    @classmethod
    def check_arguments(cls, arguments: Table, profile: Profile, kinds: Kinds) -> None:
        """Raises PreconditionFailed if the length is no positive integer."""
        length: Any = arguments.get(_LENGTH, _DEFAULT_LENGTH)
        if not isinstance(length, int) or isinstance(length, bool) or length < 1:
            raise PreconditionFailed(
                f"Invalid argument {erlang_term(length, profile)}, '{_LENGTH}' must be a positive integer"
            )

    @property
    def history(self) -> Sequence[Message]:
        """What a new binding gets, oldest first."""
        return tuple(self._remembered)

    def go_back_to(self, history: Sequence[Message]) -> None:
        self._remembered = deque(history)

    def route_message(self, message: Message, choose: Choose) -> Iterable[Destination]:
        """Every destination; the message is remembered, unless it is only tried where it would go."""
        if message.id and message.headers.get(_NO_STORE) is not True:
            self._remembered.append(message)
            if len(self._remembered) > self.arguments.get(_LENGTH, _DEFAULT_LENGTH):
                self._remembered.popleft()
        return super().route_message(message, choose)
