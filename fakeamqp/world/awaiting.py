"""Waiting in tests: for asyncio, whose loops run in their own time, and for threads.

Nothing here guesses how long something takes: a loop is asked whether it has anything left to do.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fakeamqp.world.call import Budget, Call
from fakeamqp.world.clock import microseconds
from fakeamqp.world.machine_time import Machine
from fakeamqp.world.missing import what_is_missing
from fakeamqp.world.pause import Pause

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

# A task that does nothing but give way is no progress: so many turns of the loop without any traffic settle it.
MOST_IDLE_TURNS = 1_000
# How often, in real seconds, `until` looks again for what other threads, sockets and timers have brought about.
_GLANCE = 0.001


async def settled(broker: Broker) -> None:
    """Let the running loop turn until it has nothing to do, and nothing is on its way to any client."""
    loop = asyncio.get_running_loop()
    idle = 0
    while idle < MOST_IDLE_TURNS:
        traffic = broker.scheduler.traffic
        broker.settle()
        await asyncio.sleep(0)
        if broker.scheduler.traffic != traffic:
            idle = 0
        elif _has_nothing_to_do(loop) and not any(session.door.has_mail for session in broker.sessions()):
            return
        else:
            idle += 1


def _has_nothing_to_do(loop: Any) -> bool:
    """True if a loop of asyncio's own has no callback that is ready and no timer that is due.

    Loops made elsewhere do not tell; of them it is never true.
    """
    ready, scheduled = getattr(loop, "_ready", None), getattr(loop, "_scheduled", None)
    if ready is None or scheduled is None:
        return False
    return not ready and not any(not timer.cancelled() and timer.when() <= loop.time() for timer in scheduled)


async def advance(broker: Broker, duration: float | timedelta) -> None:
    """Let virtual time pass, and the running loop settle at each instant at which something happens."""
    delta_us = microseconds(duration)
    if delta_us < 0:
        raise ValueError(f"time does not run backwards: {duration!r}")
    await settled(broker)
    target_us = broker.clock.now_us + delta_us
    while broker.clock.now_us < target_us:
        due_us = broker.next_due()
        broker.scheduler.advance_to(target_us if due_us is None else min(max(due_us, broker.clock.now_us), target_us))
        await settled(broker)


def until(broker: Broker, condition: Callable[[], object], timeout: float) -> Any:
    """Wait for a condition: blocking where no loop of asyncio's runs, else an awaitable."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        served = broker.scheduler.others.is_served()
        return (_until_served if served else _until_in_thread)(broker, condition, timeout)
    return _until_in_loop(broker, condition, timeout)


def _until_served(broker: Broker, condition: Callable[[], object], timeout: float) -> object:
    """Clients elsewhere take real time, and those that are yet to connect cannot be seen: virtual time stands."""
    changed = broker.scheduler.others.changed
    ends = Machine.monotonic() + timeout
    while True:
        broker.settle()
        if outcome := condition():
            return outcome
        if Machine.monotonic() >= ends:
            raise _too_late(broker, timeout)
        with changed:
            changed.wait(_GLANCE)


async def _until_in_loop(broker: Broker, condition: Callable[[], object], timeout: float) -> object:
    loop = asyncio.get_running_loop()
    ends = loop.time() + timeout
    while True:
        await settled(broker)
        if outcome := condition():
            return outcome
        if loop.time() >= ends:
            raise _too_late(broker, timeout)
        await asyncio.sleep(_GLANCE)


def _until_in_thread(broker: Broker, condition: Callable[[], object], timeout: float) -> object:
    caller = sys._getframe(2)
    wait = Until(broker, condition, timeout)
    where = f"{caller.f_code.co_filename}:{caller.f_lineno}"
    broker.settle()
    broker.scheduler.wait(wait, Call("until()", where, returns=False, budget=Budget()))
    if outcome := condition():
        return outcome
    raise _too_late(broker, timeout)


def _too_late(broker: Broker, timeout: float) -> TimeoutError:
    due_us = broker.next_deadline()
    later = "" if due_us is None else f"; more comes in {(due_us - broker.clock.now_us) / 1_000_000:g} virtual seconds"
    return TimeoutError(f"not true within {timeout:g} s: {what_is_missing(broker)}{later}")


class Until(Pause):
    """A wait for a condition: its end comes nearer, too, while real time passes for other threads."""

    def __init__(self, broker: Broker, condition: Callable[[], object], timeout: float) -> None:
        self._ends_us = broker.clock.now_us + microseconds(timeout)
        super().__init__(broker.clock, lambda: bool(condition()), self._ends_us)
        self.thread = threading.get_ident()

    def ready(self) -> bool:
        return self._clock.now_us >= self._ends_us or self._over()

    def wait_ends(self) -> int:
        return self._ends_us

    def slip(self, elapsed_us: int) -> None:
        self._ends_us -= elapsed_us
