"""What goes round for ever: at one instant, or while time moves on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fakeamqp.world.clock import SECOND
from fakeamqp.world.errors import Livelock
from fakeamqp.world.loop import Loop
from fakeamqp.world.tally import duration

if TYPE_CHECKING:
    from fakeamqp.model.message import Message
    from fakeamqp.world.scheduler import Scheduler

MOST_CALLBACKS = 100_000
MOST_OVER_TIME = 10_000
# How often each message may come again that waited when the watch began, and at how many instants something may come
# again: a ladder of retries has fewer steps.
STEPS = 100
# How many times as much is allowed to a loop of the program's own, and how many times as long something is waited for.
PATIENCE = 10


class Rounds:
    """What is dispatched to the clients of one broker, and whether any of it is new.

    Stale is what a program can keep up for ever by itself: a message that comes again, one that a callback has
    published since the watch began, a timer. New is all else: a message that had been there before and comes for the
    first time, or that another thread or program has published. It lets the count begin anew.

    The watch begins late, so that it costs nothing as long as all is well. It ends in a Livelock at
    - `most_callbacks` at one instant, if the last tenth of them was stale;
    - `most_over_time` in one call, if the second half of them was stale and came at `STEPS` instants or more.

    Neither is before each message that waited when the watch began could have come `STEPS` times; nor before a loop of
    the program's own has gone round `PATIENCE` times as often, because that may have an end which nobody else knows.
    Over time nothing is a livelock where time moves up to a limit only (`with_an_end`); and a timer or an expiry that
    was there when the watch began is seen first, if it is due within `PATIENCE` times the time that has passed.

    A dead letter counts as the message it goes back to. How often that has died, the model counts: see
    `fakeamqp.model.livelock`.

    names: what was stale, and how often.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._clock = scheduler.broker.clock
        self.most_over_time = MOST_OVER_TIME
        self.most_callbacks = MOST_CALLBACKS
        self._watches_time = False
        self._ends = 0
        self._callers: list[int] = []  # threads whose callbacks are dispatched without an end
        self.begin()

    @property
    def most_callbacks(self) -> int:
        return self._most_callbacks

    @most_callbacks.setter
    def most_callbacks(self, count: int) -> None:
        self._most_callbacks = count
        self._watch_from = count * 9 // 10

    def begin(self) -> None:
        """What went before does not count."""
        self._at_us = self._began_us = self._clock.now_us
        self._callbacks = self._before = self._instants = 0
        self._end_watch()

    @contextmanager
    def with_an_end(self) -> Iterator[None]:
        """Time moves meanwhile as far as somebody said, and no further."""
        self._ends += 1
        try:
            yield
        finally:
            self._ends -= 1

    @contextmanager
    def without_an_end(self) -> Iterator[None]:
        """Callbacks are dispatched meanwhile for as long as there are any."""
        here = threading.get_ident()
        self._callers.append(here)
        try:
            yield
        finally:
            self._callers.remove(here)

    def most_stale(self) -> str:
        """The names of what went round most often."""
        return ", ".join(sorted(self.names, key=lambda name: -self.names[name])[:5])

    # --- what loops report

    def handed_over(self) -> None:
        """A loop hands a message over."""
        if self._at_us != self._clock.now_us:
            self._next_instant()
        self._callbacks += 1
        if self._callbacks >= self._watch_from:
            self._watch()

    def saw(self, loop: Loop, delivery: Any, message: Message) -> None:
        """A loop has handed over this message, and is watched."""
        again = getattr(delivery, "redelivered", False)
        self._receivers.add(threading.get_ident())
        if not again and _first(message) <= self._mark:
            self._restart()
            return
        queue = getattr(delivery, "queue", "") or message.routing_key
        what = f"message {message.id}" if again else "messages published anew,"
        self._saw_stale(loop, f"{what} from queue {queue!r}")

    def published(self, loop: Loop) -> None:
        """A client has published, and is watched."""
        if threading.get_ident() not in self._receivers and not self._is_driven(loop):
            self.begin()

    def dispatched(self, loop: Loop, callback: Callable[[], object], is_background: bool = False) -> None:
        """A loop calls a timer or callback of the program.

        is_background: True if nobody waits for it, so that time does not move for it.
        """
        self.handed_over()
        if is_background:
            self._before -= 1
        if self._scheduler.watching:
            self._saw_stale(loop, f"the callback {_name(callback)}", moves_time=not is_background)

    # --- the watch

    def _next_instant(self) -> None:
        self._at_us = self._clock.now_us
        self._before += self._callbacks
        self._callbacks = self._stale_here = 0
        self._instants += 1
        if self._watches_time:
            return
        self._end_watch()
        if self._before >= self.most_over_time // 2:
            self._watch()
            self._watches_time = True

    def _watch(self) -> None:
        if self._scheduler.watching:
            return
        self._scheduler.watching = True
        self._mark = self._scheduler.broker.model.last_message
        queues = self._scheduler.broker.queues()
        self._waiting = sum(len(queue.ready) + queue.delayed_count + queue.unacked for queue in queues)
        timers = [due_us for loop in self._scheduler.loops() if (due_us := loop.last_timer()) is not None]
        self._last_timer_us = max(timers, default=0)
        self._restart()

    def _end_watch(self) -> None:
        self._scheduler.watching = False
        self._watches_time = False
        self._receivers: set[int] = set()
        self._restart()

    def _restart(self) -> None:
        """Something was new."""
        self._stale = self._stale_here = 0
        self._since = self._instants
        self._not_before_us = 0
        self.names: dict[str, int] = {}

    def _saw_stale(self, loop: Loop, name: str, moves_time: bool = True) -> None:
        self.names[name] = self.names.get(name, 0) + 1
        self._stale_here += 1
        if self._callbacks >= self._most_callbacks and self._stale_here >= self._enough(self._most_callbacks // 10):
            self._judge_instant(loop)
        if self._watches_time and moves_time:
            self._stale += 1
            if self._stale >= self._enough(self.most_over_time // 2):
                self._judge_time(loop)

    def _enough(self, least: int) -> int:
        return max(least, min(STEPS * self._waiting, PATIENCE * self._most_callbacks))

    def _judge_instant(self, loop: Loop) -> None:
        if self._callbacks < PATIENCE * self._most_callbacks and not self._is_driven(loop):
            return
        raise self._scheduler.remember(
            Livelock(
                f"{self._callbacks:,} callbacks at one instant ({self._clock.now():g} s) and no end: "
                f"round and round go {self.most_stale()}"
            )
        )

    def _judge_time(self, loop: Loop) -> None:
        now_us = self._clock.now_us
        if self._instants - self._since < STEPS or now_us < self._not_before_us:
            return
        if self._ends or self._scheduler.limit_us is not None:
            return
        if self._stale < PATIENCE * self.most_over_time and not self._is_endless(loop):
            return
        new_us = self._next_new()
        if new_us is not None and new_us - now_us <= PATIENCE * (now_us - self._began_us):
            self._not_before_us = new_us + 1
            return
        passed = duration((now_us - self._began_us) / SECOND)
        raise self._scheduler.remember(
            Livelock(
                f"{self._before + self._callbacks:,} callbacks in {passed} of virtual time, and nothing new in the "
                f"last {self._stale:,}: round and round go {self.most_stale()}. If there is an end to it, give the "
                "wait a time limit, or set a timer that ends it"
            )
        )

    def _next_new(self) -> int | None:
        """When the next timer or message is due that was there when the watch began."""
        now_us = self._clock.now_us
        dues = [self._last_timer_us]
        for queue in self._scheduler.broker.queues():
            dues += [
                entry.expires_us
                for entry in queue.ready
                if entry.expires_us is not None and _first(entry.message) <= self._mark
            ]
        return min((due_us for due_us in dues if due_us > now_us), default=None)

    def _is_endless(self, loop: Loop) -> bool:
        """True in a call or a generator that goes on until it is stopped."""
        return threading.get_ident() in self._callers or any(each.consumes() for each in self._around(loop))

    def _is_driven(self, loop: Loop) -> bool:
        """True if what the calling thread does is done by callbacks, or in a loop over what it is handed."""
        return self._is_endless(loop) or any(each.is_busy() for each in self._around(loop))

    def _around(self, loop: Loop) -> list[Loop]:
        here = threading.get_ident()
        return [loop, *(each for each in self._scheduler.loops() if each.thread == here)]


def _first(message: Message) -> int:
    """The id of the publish that a message goes back to."""
    return message.id if message.origin is None else message.origin.first


def _name(callback: Any) -> str:
    while hasattr(callback, "func"):
        event = callback.args[0] if callback.args else None
        callback = getattr(event, "_callback", None) or callback.func
    return getattr(callback, "__qualname__", repr(callback))
