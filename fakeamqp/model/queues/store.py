"""The ready messages of a queue, in the order in which they are delivered."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from sortedcontainers import SortedDict

from fakeamqp.model.queues.entry import Entry

if TYPE_CHECKING:
    from fakeamqp.model.queues.queue import Queue


class Store(Protocol):
    """What a queue needs of the place where its ready entries wait."""

    def push(self, entry: Entry) -> None:
        """Take a new entry, behind those that wait already."""

    def put_back(self, entry: Entry) -> None:
        """Take an entry that was delivered and has come back."""

    def head(self) -> Entry | None:
        """The entry that is delivered next; None if there is none."""

    def pop(self) -> Entry:
        """Take the head out. Raises IndexError if there is none."""

    def clear(self) -> list[Entry]:
        """Take everything out, in order."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Entry]:
        """In the order of delivery."""


class PositionStore:
    """First in, first out; what comes back returns to its original position (classic queues)."""

    def __init__(self) -> None:
        self._fresh: deque[Entry] = deque()
        self._returned: list[Entry] = []  # a heap by original position
        self.push = self._fresh.append

    def put_back(self, entry: Entry) -> None:
        heapq.heappush(self._returned, entry)

    def head(self) -> Entry | None:
        if self._returned and (not self._fresh or self._returned[0] < self._fresh[0]):
            return self._returned[0]
        return self._fresh[0] if self._fresh else None

    def pop(self) -> Entry:
        if self._returned and (not self._fresh or self._returned[0] < self._fresh[0]):
            return heapq.heappop(self._returned)
        return self._fresh.popleft()

    def clear(self) -> list[Entry]:
        entries = list(self)
        self._fresh.clear()
        self._returned.clear()
        return entries

    def __len__(self) -> int:
        return len(self._fresh) + len(self._returned)

    def __iter__(self) -> Iterator[Entry]:
        return heapq.merge(sorted(self._returned), self._fresh)


class FifoStore:
    """First in, first out. What comes back goes to the end like anything new."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()

    def push(self, entry: Entry) -> None:
        self._entries.append(entry)

    def put_back(self, entry: Entry) -> None:
        self._entries.append(entry)

    def head(self) -> Entry | None:
        return self._entries[0] if self._entries else None

    def pop(self) -> Entry:
        return self._entries.popleft()

    def clear(self) -> list[Entry]:
        entries = list(self._entries)
        self._entries.clear()
        return entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)


class LentPositionStore(PositionStore):
    """What is in another store and stays there: who takes an entry out gets one of its own instead.

    The other must not change meanwhile. queue: whose entries those are that are taken out.
    """

    def __init__(self, lender: PositionStore, queue: Queue) -> None:
        super().__init__()
        self._fresh.extend(lender._fresh)
        self._returned.extend(lender._returned)
        self._queue = queue

    def pop(self) -> Entry:
        return _own(super().pop(), self._queue)


class LentFifoStore(FifoStore):
    """The same of a FifoStore."""

    def __init__(self, lender: FifoStore, queue: Queue) -> None:
        super().__init__()
        self._entries.extend(lender._entries)
        self._queue = queue

    def pop(self) -> Entry:
        return _own(super().pop(), self._queue)


def _own(entry: Entry, queue: Queue) -> Entry:
    return entry if entry.queue is queue else entry.copy_for(queue)


class ReturnedFirstStore:
    """What comes back is delivered before anything fresh, in the order of the returns (quorum queues)."""

    def __init__(self, fresh: Store) -> None:
        self._returned = FifoStore()
        self._fresh = fresh

    def push(self, entry: Entry) -> None:
        self._fresh.push(entry)

    def put_back(self, entry: Entry) -> None:
        self._returned.push(entry)

    def head(self) -> Entry | None:
        return self._returned.head() if self._returned else self._fresh.head()

    def pop(self) -> Entry:
        return self._returned.pop() if self._returned else self._fresh.pop()

    def clear(self) -> list[Entry]:
        return self._returned.clear() + self._fresh.clear()

    def __len__(self) -> int:
        return len(self._returned) + len(self._fresh)

    def __iter__(self) -> Iterator[Entry]:
        yield from self._returned
        yield from self._fresh


class PriorityStore:
    """Strictly highest priority first; within one, as a store of the kind `level` orders it.

    highest: a message above it counts as if it had this priority; default: the priority of a message that has none.
    """

    def __init__(self, level: type[PositionStore | FifoStore], highest: int, default: int = 0) -> None:
        self._level = level
        self._highest = highest
        self._default = default
        # By minus priority; only levels that hold something.
        self._levels: SortedDict[int, PositionStore | FifoStore] = SortedDict()
        self._count = 0

    def _priority(self, entry: Entry) -> int:
        return min(int(entry.message.properties.get("priority", self._default)), self._highest)

    def _store(self, entry: Entry) -> PositionStore | FifoStore:
        priority = self._priority(entry)
        store = self._levels.get(-priority)
        if store is None:
            store = self._levels[-priority] = self._level()
        self._count += 1
        return store

    def push(self, entry: Entry) -> None:
        self._store(entry).push(entry)

    def put_back(self, entry: Entry) -> None:
        self._store(entry).put_back(entry)

    def head(self) -> Entry | None:
        return self._levels.peekitem(0)[1].head() if self._levels else None

    def pop(self) -> Entry:
        if not self._levels:
            raise IndexError("pop from an empty store")
        level, store = self._levels.peekitem(0)
        entry = store.pop()
        self._count -= 1
        if not store:
            del self._levels[level]
        return entry

    def clear(self) -> list[Entry]:
        entries = list(self)
        self._levels.clear()
        self._count = 0
        return entries

    def heads(self) -> list[Entry]:
        """The head of each level, the highest first."""
        return [head for store in self._levels.values() if (head := store.head()) is not None]

    def level_head(self, entry: Entry) -> Entry | None:
        """The head of the level that an entry belongs to; None if nothing waits there."""
        store = self._levels.get(-self._priority(entry))
        return None if store is None else store.head()

    def pop_level(self, entry: Entry) -> Entry:
        """Take out the head of the level that an entry belongs to."""
        level = -self._priority(entry)
        store = self._levels[level]
        head = store.pop()
        self._count -= 1
        if not store:
            del self._levels[level]
        return head

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Entry]:
        for store in self._levels.values():
            yield from store
