"""Python's own clock in virtual time: `time.sleep`, `time.time`, `time.monotonic` and their kin."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from fakeamqp.world.clock import microseconds

if TYPE_CHECKING:
    from fakeamqp.world.clock import Clock

# What `time.monotonic()` shows when the broker is made: a machine that has been up for a while, as programs expect.
UPTIME_US = 1_000_000_000


class VirtualTime:
    """While it lasts, the clock of the threads that take part is the broker's. All others keep the machine's.

    takes_part: True for the calling thread if it does.
    sleep: what `time.sleep` does there; takes microseconds.
    was_read: called whenever such a thread asks for the time.
    """

    def __init__(
        self,
        clock: Clock,
        takes_part: Callable[[], bool],
        sleep: Callable[[int], object],
        was_read: Callable[[], object] = lambda: None,
    ) -> None:
        self._clock = clock
        self._takes_part = takes_part
        self._sleep = sleep
        self._was_read = was_read
        self._epoch_us = int(clock.starts_at.timestamp() * 1_000_000)
        self._stock: list[tuple[ModuleType, str, Any]] = []

    def __enter__(self) -> VirtualTime:
        replacements = {
            "sleep": self._replace_sleep(time.sleep),
            "time": self._replace(time.time, lambda: self._now_us(self._epoch_us) / 1_000_000),
            "time_ns": self._replace(time.time_ns, lambda: self._now_us(self._epoch_us) * 1_000),
        }
        for name in ("monotonic", "perf_counter"):
            replacements[name] = self._replace(getattr(time, name), lambda: self._now_us(UPTIME_US) / 1_000_000)
            name_ns = f"{name}_ns"
            replacements[name_ns] = self._replace(getattr(time, name_ns), lambda: self._now_us(UPTIME_US) * 1_000)
        unasked = self._replace(time.monotonic, lambda: (UPTIME_US + self._clock.now_us) / 1_000_000)
        for name, replacement in replacements.items():
            self._replace_in(time, name, replacement)
        # Python's own modules that took a name over when they were imported, and wait by it: nobody asks for the time.
        self._replace_in(threading, "_time", unasked)
        self._replace_in(queue, "time", unasked)
        return self

    def _replace_in(self, module: ModuleType, name: str, replacement: Any) -> None:
        self._stock.append((module, name, getattr(module, name)))
        setattr(module, name, replacement)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while self._stock:
            module, name, stock = self._stock.pop()
            setattr(module, name, stock)

    def _now_us(self, began_us: int) -> int:
        self._was_read()
        return began_us + self._clock.now_us

    def _replace(self, stock: Callable[[], Any], virtual: Callable[[], Any]) -> Callable[[], Any]:
        takes_part = self._takes_part

        def now() -> Any:
            return virtual() if takes_part() else stock()

        now.__name__ = now.__qualname__ = stock.__name__
        return now

    def _replace_sleep(self, stock: Callable[[float], None]) -> Callable[[float], None]:
        takes_part, virtual = self._takes_part, self._sleep

        def sleep(seconds: float) -> None:
            if not takes_part():
                stock(seconds)
                return
            if seconds < 0:
                raise ValueError("sleep length must be non-negative")
            virtual(microseconds(seconds))

        return sleep
