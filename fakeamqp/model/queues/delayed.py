"""What has come back to a quorum queue and is not ready before its time.

RabbitMQ 4.3, `x-delayed-retry-type` (recordings: the area `delayed_retries`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import Return


class Delayed:
    """Entries by the instant at which they are ready again; of the same instant in the order in which they came.

    bytes: the sum of their sizes.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._heap: list[tuple[int, int, Entry, Return, int]] = []
        self._added = 0

    def add(self, entry: Entry, until_us: int, how: Return, size: int) -> None:
        """Keep an entry. how: the way in which it came back; size: in bytes, 0 if nobody asks."""
        self._added += 1
        self.bytes += size
        heapq.heappush(self._heap, (until_us, self._added, entry, how, size))

    def next(self) -> int | None:
        """The instant at which the next one is ready; None if there is none."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now_us: int) -> Iterator[tuple[Entry, Return]]:
        """Take out what is ready by now, and how each came back."""
        while self._heap and self._heap[0][0] <= now_us:
            _, _, entry, how, size = heapq.heappop(self._heap)
            self.bytes -= size
            yield entry, how

    def clear(self) -> list[Entry]:
        """Take everything out, in order."""
        entries = list(self)
        self._heap.clear()
        self.bytes = 0
        return entries

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[Entry]:
        """In the order in which they will be ready."""
        return (entry for _, _, entry, _, _ in sorted(self._heap, key=lambda kept: kept[:2]))
