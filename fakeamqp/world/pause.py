"""Waits outside any client library, as the scheduler sees them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeamqp.world.clock import Clock


def never() -> bool:
    """For a wait that time alone ends."""
    return False


class Pause:
    """`time.sleep()`, a lock, a thread's end, for programs in lock step.

    over: True once it need not wait any more. until_us: when it ends at the latest; None if it has no end.
    waiter: identity of the thread that waits.
    """

    thread = -1  # of no connection's: nothing is dispatched meanwhile

    def __init__(self, clock: Clock, over: Callable[[], bool], until_us: int | None) -> None:
        self.waiter = threading.get_ident()
        self._clock = clock
        self._over = over
        self._until_us = until_us

    @property
    def is_sleep(self) -> bool:
        """True if time alone ends it."""
        return self._over is never

    def ready(self) -> bool:
        return (self._until_us is not None and self._clock.now_us >= self._until_us) or self._over()

    def has_work(self) -> bool:
        return False

    def next_timer(self) -> int | None:
        return None

    def last_timer(self) -> int | None:
        return None

    def next_background(self) -> int | None:
        return None

    def wait_ends(self) -> int | None:
        return self._until_us

    def slip(self, elapsed_us: int) -> None:
        """Its end is an instant of virtual time."""

    def serves(self, connection: int) -> bool:
        return False

    def is_busy(self) -> bool:
        return False

    def consumes(self) -> bool:
        return False

    def dispatch(self) -> None:
        """There is nothing."""

    def tend(self) -> None:
        """There is nothing."""

    def abandon(self) -> None:
        """There is nothing."""


class Sleep(Pause):
    """`time.sleep()` in a thread that runs beside others: its end is an instant of virtual time too.

    thread: which one.
    """

    def __init__(self, clock: Clock, thread: int, until_us: int) -> None:
        super().__init__(clock, never, until_us)
        self.thread = thread
        self._ends_us = until_us

    def ready(self) -> bool:
        return self._clock.now_us >= self._ends_us

    def wait_ends(self) -> int:
        return self._ends_us
