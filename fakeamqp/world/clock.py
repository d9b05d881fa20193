"""Virtual time: whole microseconds since the broker was made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

SECOND = 1_000_000
STARTS_AT = datetime(2024, 1, 1, tzinfo=timezone.utc)


def microseconds(duration: float | timedelta) -> int:
    """A duration, in seconds or as a timedelta, in whole microseconds; a positive one is at least one microsecond."""
    if isinstance(duration, timedelta):
        return duration // timedelta(microseconds=1)
    whole = round(duration * SECOND)
    return 1 if whole == 0 and duration > 0 else whole


class Clock:
    """The time of one broker. It stands still unless someone waits, or `advance` is called.

    now_us: microseconds since the broker was made.
    starts_at: what a calendar showed then; timestamps that the broker makes count from it.
    """

    def __init__(self, starts_at: datetime = STARTS_AT) -> None:
        self.now_us = 0
        self.starts_at = starts_at
        self._pass: Callable[[int], None] = self.move_to
        self._watchers: list[Callable[[int], object]] = []

    def now(self) -> float:
        """Seconds since the broker was made."""
        return self.now_us / SECOND

    def today(self) -> datetime:
        """What a calendar shows now."""
        return self.starts_at + timedelta(microseconds=self.now_us)

    def advance(self, duration: float | timedelta) -> None:
        """Let time pass: every deadline on the way fires at its own instant, in order.

        duration: seconds, or a timedelta; never negative.
        """
        delta = microseconds(duration)
        if delta < 0:
            raise ValueError(f"time does not run backwards: {duration!r}")
        self._pass(self.now_us + delta)

    def move_to(self, instant_us: int) -> None:
        """Show another instant. Nothing fires: only who fires the deadlines may call this."""
        self.now_us = max(self.now_us, instant_us)
        for watcher in tuple(self._watchers):
            watcher(self.now_us)

    def watch(self, watcher: Callable[[int], object]) -> None:
        """Let `watcher` know where time is, in microseconds, whenever it has moved."""
        self._watchers.append(watcher)

    def unwatch(self, watcher: Callable[[int], object]) -> None:
        """End what `watch` began."""
        self._watchers.remove(watcher)

    def passes_through(self, passing: Callable[[int], None]) -> None:
        """Let `advance` call `passing(instant_us)`, which fires what is due on the way."""
        self._pass = passing

    def __repr__(self) -> str:
        return f"Clock({self.now():g} s)"
