"""The last messages that were published, with their content, for who asks later."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

import attrs

from fakeamqp.model.message import Message

MOST_MESSAGES = 10_000
MOST_BYTES = 16 * 1024 * 1024


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
        self._kept: OrderedDict[int, tuple[int, Message]] = OrderedDict()
        self._bytes = 0

    def add(self, at_us: int, message: Message | None) -> None:
        """A client has published a message, or the test has; one that was refused has no number, and is left out."""
        if message is None or not message.id:
            return
        kept = self._kept
        kept[message.id] = (at_us, message)
        self._bytes += len(message.body)
        while len(kept) > MOST_MESSAGES or self._bytes > MOST_BYTES:
            _, (_, oldest) = kept.popitem(last=False)
            self._bytes -= len(oldest.body)
            self.let_go += 1

    def get(self, number: int) -> Message | None:
        """The message with this number; None if it is not kept."""
        found = self._kept.get(number)
        return None if found is None else found[1]

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._bytes = self.let_go = 0

    def __iter__(self) -> Iterator[Published]:
        return (Published(*each) for each in self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)
