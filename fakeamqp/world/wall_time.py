"""A broker whose time is the machine's."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker


class WallTime:
    """Moves a broker's clock along with the machine's, in the thread of an asyncio loop."""

    def __init__(self, broker: Broker, loop: asyncio.AbstractEventLoop) -> None:
        self._broker = broker
        self._loop = loop
        self._began = time.monotonic() - broker.clock.now()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_us = 0

    def pace(self) -> None:
        """Let the time pass that has passed: every deadline on the way fires at its own instant."""
        passed_us = int((time.monotonic() - self._began) * 1_000_000)
        if passed_us > self._broker.clock.now_us:
            self._broker.scheduler.advance_to(passed_us)

    def set_alarm(self) -> None:
        """Wake up when the next deadline is due."""
        due_us = self._broker.next_due()
        if self._alarm is not None:
            if due_us == self._alarm_us:
                return
            self._alarm.cancel()
            self._alarm = None
        if due_us is not None:
            self._alarm_us = due_us
            wait = due_us / 1_000_000 - (time.monotonic() - self._began)
            self._alarm = self._loop.call_later(max(wait, 0.0), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        with self._broker.lock:
            self.pace()
            self.set_alarm()
