"""Other threads that might end a wait, and how long a waiter waits for them in real time."""

from __future__ import annotations

import threading
import warnings
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fakeamqp.world.call import Call
from fakeamqp.world.errors import ThreadGraceWarning
from fakeamqp.world.loop import Loop, next_alarm
from fakeamqp.world.machine_time import Machine
from fakeamqp.world.pools import rests_in_its_pool, waits_for_another

if TYPE_CHECKING:
    from fakeamqp.world.scheduler import Scheduler

# A thread that ends tells nobody: who waits for others looks again after this many real seconds.
_GLANCE = 0.005

# Three looks at threads that rest are enough. One that came late says little: who looks was kept from the processor,
# and so may be a thread that is about to begin a piece of work.
_ENOUGH, _PUNCTUAL, _LATE = 9, 3, 1


class Grace:
    """How long somebody who goes round in vain still waits for other threads.

    who: for messages. ends: in real seconds; 0 before it has begun.
    """

    def __init__(self, who: str) -> None:
        self.who = who
        self.ends = 0.0


class Others:
    """The threads of one broker.

    changed: notified whenever one does something that another may wait for.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.changed: Any = threading.Condition(scheduler.broker.lock)
        self._stirs = 0
        self._home = threading.get_ident()
        self._before = {weakref.ref(thread) for thread in threading.enumerate()}
        self._users: set[int] = set()
        self._idle: set[weakref.ref[threading.Thread]] = set()
        self._servers: dict[int, Callable[[], bool]] = {}

    def join(self, thread: int) -> None:
        """This thread uses the broker from now on."""
        self._users.add(thread)

    def serves(self, thread: int, has_clients: Callable[[], bool]) -> None:
        """This thread carries what clients elsewhere do: it may stir while it has any, and only then."""
        with self.changed:
            self._servers[thread] = has_clients

    def serves_no_more(self, thread: int) -> None:
        """End what `serves` began: another thread may have its ident afterwards."""
        with self.changed:
            self._servers.pop(thread, None)

    def is_served(self) -> bool:
        """True while a thread lets clients from elsewhere in."""
        return bool(self._servers)

    def takes_part(self) -> bool:
        """True if the calling thread uses the broker, or is younger than it."""
        ident = threading.get_ident()
        return (
            ident == self._home or ident in self._users or weakref.ref(threading.current_thread()) not in self._before
        )

    def users(self) -> list[threading.Thread]:
        """The threads that have used the broker and are alive, the one that asks and the main thread apart."""
        spared = (threading.current_thread(), threading.main_thread())
        return [each for each in threading.enumerate() if each.ident in self._users and each not in spared]

    def stirred(self) -> None:
        """The calling thread did something that a waiting one may have waited for."""
        with self.changed:
            self._stirs += 1
            self._users.add(threading.get_ident())
            self._idle.discard(weakref.ref(threading.current_thread()))
            self.changed.notify_all()

    def awake(self) -> list[threading.Thread]:
        """Threads that might wake who waits: alive, not waiting here, and users of the broker or younger than it."""
        if threading.active_count() == 1 or self._scheduler.turns is not None:
            return []
        waiting = {loop.thread for loop in tuple(self._scheduler.waiting) if not loop.ready()}
        waiting.add(threading.get_ident())
        waiting.update(thread for thread, has_clients in self._servers.items() if not has_clients())
        return [
            thread
            for thread in threading.enumerate()
            if thread.ident not in waiting
            and weakref.ref(thread) not in self._idle
            and (thread.ident in self._users or weakref.ref(thread) not in self._before)
        ]

    def at_home(self) -> bool:
        """True in the thread that made the broker, and in every thread once that one has ended."""
        return threading.get_ident() == self._home or all(
            thread.ident != self._home for thread in threading.enumerate()
        )

    def waited_in_vain(self, loop: Loop, call: Call) -> bool:
        """Wait in real time while other threads may stir. True if they did not for as long as they are given.

        A timed wait ends by real time meanwhile, and outside the thread of the broker's maker so does a timer; only
        in that thread, and for who sleeps, is there an end to patience. Who sleeps does not wait for a thread that
        waits for another: it may be the sleeper.
        """
        scheduler = self._scheduler
        at_home = call.sleeps or self.at_home()
        stirs, traffic = self._stirs, scheduler.traffic
        ends = Machine.monotonic() + scheduler.broker.thread_grace
        rests, weight = 0, _PUNCTUAL
        while others := self.awake():
            idle = all(rests_in_its_pool(each) or (call.sleeps and waits_for_another(each)) for each in others)
            rests = rests + weight if idle else 0
            if rests >= _ENOUGH or (scheduler.is_closed and not at_home):
                return True
            if at_home and Machine.monotonic() > ends:
                self.give_up(others, str(call))
                return True
            begun = Machine.monotonic()
            self._glance(loop, not call.sleeps and (loop.wait_ends() is not None or not at_home))
            weight = _PUNCTUAL if Machine.monotonic() - begun < 2 * _GLANCE else _LATE
            if self._stirs != stirs or scheduler.traffic != traffic or loop.ready():
                return False
        return False

    def stir(self, grace: Grace) -> bool:
        """Give threads that may end it a moment of real time; False if there are none, or none any more."""
        with self.changed:
            awake = self.awake()
            if not awake:
                return False
            now = Machine.monotonic()
            if not grace.ends:
                grace.ends = now + self._scheduler.broker.thread_grace
            if now > grace.ends:
                self.give_up(awake, grace.who)
                return False
            self.changed.wait(0.001)
            return True

    def _glance(self, loop: Loop, slips: bool) -> None:
        """Wait a moment of real time. slips: it counts against the loop's timers, because virtual time stands."""
        alarm_us = next_alarm(loop) if slips else None
        if alarm_us is None:
            self.changed.wait(_GLANCE)
            return
        left_us = alarm_us - self._scheduler.broker.clock.now_us
        begun = Machine.monotonic()
        self.changed.wait(min(left_us / 1_000_000, _GLANCE))
        loop.slip(min(int((Machine.monotonic() - begun) * 1_000_000) + 1, left_us))

    def give_up(self, others: list[threading.Thread], waiter: str) -> None:
        """Count on these threads no more, until one of them does something with the broker."""
        for thread in others:
            self._idle.add(weakref.ref(thread))
        names = ", ".join(repr(thread.name) for thread in others)
        warnings.warn(
            f"waited {self._scheduler.broker.thread_grace:g} s for threads that might have ended {waiter}, in vain: "
            f"{names}. Broker(thread_grace=…) sets how long.",
            ThreadGraceWarning,
            stacklevel=2,
        )
