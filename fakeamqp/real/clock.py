"""Real time, with the members of the broker's virtual clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone


def seconds(duration: float | timedelta) -> float:
    """A duration in seconds. Raises ValueError for a negative one."""
    taken = duration.total_seconds() if isinstance(duration, timedelta) else float(duration)
    if taken < 0:
        raise ValueError(f"time does not run backwards: {duration!r}")
    return taken


class RealClock:
    """The time of a real broker: it passes by itself.

    starts_at: what the calendar showed when it was made.
    """

    def __init__(self, wait: Callable[[float], None]) -> None:
        self._wait = wait
        self.restart()

    def restart(self) -> None:
        """Count from now on."""
        self._began = time.monotonic()
        self.starts_at = datetime.now(timezone.utc)

    def now(self) -> float:
        """Real seconds since it was made."""
        return time.monotonic() - self._began

    @property
    def now_us(self) -> int:
        """The same in microseconds."""
        return round(self.now() * 1_000_000)

    def today(self) -> datetime:
        """What a calendar shows now."""
        return datetime.now(timezone.utc)

    def advance(self, duration: float | timedelta) -> None:
        """Wait for so long, with the callbacks of this thread's blocking connections, and then until all is quiet."""
        self._wait(seconds(duration))

    def __repr__(self) -> str:
        return f"RealClock({self.now():.3f} s)"
