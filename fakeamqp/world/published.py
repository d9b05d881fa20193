"""The last messages that were published, with their content, for who asks later."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from operator import attrgetter

import attrs

from fakeamqp.model.message import Message

MOST_MESSAGES = 10_000
MOST_BYTES = 16 * 1024 * 1024

_number = attrgetter("id")


@attrs.frozen
class Published:
    """One message that the broker has taken. at_us: when, in microseconds since the broker was made."""

    at_us: int
    message: Message


class PublishedMessages:
    """The last messages, oldest first: no more than 10,000, and no more than 16 MiB of bodies.

    let_go: how many older ones are not kept any more.
    """

    def __init__(self) -> None:
        self.let_go = 0
        self._kept: deque[Message] = deque()  # their numbers rise
        self._bytes = 0

    def add(self, message: Message) -> None:
        """A client has published a message, or the test has; one that was refused has no number, and is left out."""
        if not message.id:
            return
        kept = self._kept
        kept.append(message)
        self._bytes += len(message.body)
        while len(kept) > MOST_MESSAGES or self._bytes > MOST_BYTES:
            self._bytes -= len(kept.popleft().body)
            self.let_go += 1

    def get(self, number: int) -> Message | None:
        """The message with this number; None if it is not kept."""
        place = bisect_left(self._kept, number, key=_number)
        found = self._kept[place] if place < len(self._kept) else None
        return found if found is not None and found.id == number else None

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._bytes = self.let_go = 0

    def __iter__(self) -> Iterator[Published]:
        return (Published(message.at_us, message) for message in self._kept)

    def __len__(self) -> int:
        return len(self._kept)
