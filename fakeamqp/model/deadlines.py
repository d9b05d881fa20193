"""What is due when: instants in integer microseconds, each owned by a key that can move or clear it."""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterator
from typing import Generic, Literal, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Deadline(NamedTuple):
    """What is due: the head of a queue expires, a queue has been without use for too long, or an exchange, or a queue
    that retries later, has held a message long enough. name: of the queue or of the exchange.

    Of no virtual host, which is "" then: a connection is greeted, or has been silent for too long, or a user's token
    expires. name: the connection's number, or that of the user.
    """

    kind: Literal["message-ttl", "expires", "delay", "retry", "greeting", "heartbeat", "credentials"]
    vhost: str
    name: str


class Deadlines(Generic[Key]):
    """At most one instant per key; those of the same instant fire in the order in which they were set.

    A moved or cleared instant stays in the heap until it surfaces or until such leftovers outnumber the living.
    """

    def __init__(self) -> None:
        self._due: dict[Key, tuple[int, int]] = {}
        self._heap: list[tuple[int, int, Key]] = []
        self._set = 0
        # The earliest instant, which is asked for far more often than it changes; True while it is known. Then what
        # is first in the heap is no leftover.
        self._next_us: int | None = None
        self._knows_next = True

    def set(self, key: Key, at_us: int | None) -> None:
        """Fire `key` at this instant and at no other; None clears it."""
        current = self._due.get(key)
        if current is not None:
            if current[0] == at_us:
                return
            if current[0] == self._next_us:
                self._knows_next = False
        if at_us is None:
            self._due.pop(key, None)
            return
        self._set += 1
        self._due[key] = (at_us, self._set)
        heapq.heappush(self._heap, (at_us, self._set, key))
        if self._next_us is None or at_us < self._next_us:
            self._next_us = at_us
        if len(self._heap) > 2 * len(self._due) + 64:
            self._heap = [(at, order, owner) for owner, (at, order) in self._due.items()]
            heapq.heapify(self._heap)

    def next(self) -> int | None:
        """The earliest instant; None when nothing is waiting."""
        if self._knows_next:
            return self._next_us
        self._knows_next = True
        heap, due = self._heap, self._due
        while heap:
            at_us, order, key = heap[0]
            if due.get(key) == (at_us, order):
                self._next_us = at_us
                return at_us
            heapq.heappop(heap)
        self._next_us = None
        return None

    def first(self) -> Key | None:
        """The key that is due first; None when nothing is waiting."""
        return None if self.next() is None else self._heap[0][2]

    def pop(self, now_us: int) -> Key | None:
        """Take the earliest key that is due at `now_us`; None if none is."""
        at_us = self.next()
        if at_us is None or at_us > now_us:
            return None
        key = heapq.heappop(self._heap)[2]
        del self._due[key]
        self._knows_next = False
        return key

    def at(self, key: Key) -> int | None:
        """The instant at which `key` is due; None if it is not."""
        due = self._due.get(key)
        return None if due is None else due[0]

    def __len__(self) -> int:
        return len(self._due)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._due)
