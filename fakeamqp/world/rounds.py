"""What is dispatched at one instant: whether a long backlog is being worked off, or something goes round for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fakeamqp.world.errors import Livelock

if TYPE_CHECKING:
    from fakeamqp.world.scheduler import Scheduler

MOST_CALLBACKS = 100_000


class Rounds:
    """What was dispatched at the present instant.

    most_callbacks: how many callbacks may be dispatched at one instant. The last tenth of them is looked at, to tell
        what goes round.
    at_us: the instant. callbacks: how many were dispatched at it.
    first, again: messages seen while watching: for the first time as published, and redelivered or dead-lettered.
    names: what was seen while watching, and how often.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._clock = scheduler.broker.clock
        self.most_callbacks = MOST_CALLBACKS
        self.names: Counter[str] = Counter()
        self.begin()

    def begin(self) -> None:
        """What went before does not count."""
        scheduler = self._scheduler
        self.at_us = self._clock.now_us
        self.callbacks = 0
        self.first = 0
        self.again = 0
        self.names = Counter()
        self._decided_at = 0
        self._published = scheduler.published
        scheduler.watching = False

    def handed_over(self) -> None:
        """A loop hands a message over."""
        if self.at_us != self._clock.now_us:
            self.begin()
        self.callbacks += 1
        if self.callbacks >= self.most_callbacks * 0.9:
            self._watch()

    def dispatched(self, callback: Callable[[], object]) -> None:
        """A loop calls a timer or callback of the program."""
        if self.at_us != self._clock.now_us:
            self.begin()
        self.callbacks += 1
        if self.callbacks >= self.most_callbacks * 0.9:
            self.names[f"the callback {_name(callback)}"] += 1
            self._watch()

    def saw(self, delivery: Any, message: Any) -> None:
        """A loop hands over this message, and is watched."""
        again = delivery.redelivered if hasattr(delivery, "redelivered") else False
        if again or message.origin is not None:
            self.again += 1
        else:
            self.first += 1
        queue = getattr(delivery, "queue", "") or message.routing_key
        self.names[f"message {message.id} from queue {queue!r}" if again else f"queue {queue!r}"] += 1

    def _watch(self) -> None:
        scheduler = self._scheduler
        if not scheduler.watching:
            scheduler.watching = True
            self._published = scheduler.published
            self._decided_at = max(self.most_callbacks, self.callbacks + self.most_callbacks // 10)
        if self.callbacks < self._decided_at:
            return
        if self.first > scheduler.published - self._published:
            self.begin()  # a long backlog is being worked off
            return
        raise scheduler.remember(
            Livelock(
                f"{self.callbacks:,} callbacks at one instant ({self._clock.now():g} s) and no end: "
                f"round and round go {self.most_seen() or 'nothing but callbacks'}"
            )
        )

    def most_seen(self) -> str:
        """The names of what was seen most often."""
        return ", ".join(name for name, _ in self.names.most_common(5))


def _name(callback: Any) -> str:
    while hasattr(callback, "func"):
        event = callback.args[0] if callback.args else None
        callback = getattr(event, "_callback", None) or callback.func
    return getattr(callback, "__qualname__", repr(callback))
