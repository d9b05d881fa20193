"""A client's end of a link without a socket, a thread or real time: bytes go in, bytes come out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import get_ident
from typing import Any

from fakeamqp.adapters.tcp.link import Link
from fakeamqp.world.broker import Broker


class Timer:
    """A timer of the loop: it fires when the test says so."""

    def __init__(self, seconds: float, function: Callable[[], object]) -> None:
        self.seconds = seconds
        self.function: Callable[[], object] | None = function

    def cancel(self) -> None:
        self.function = None


class Loop:
    """What a link needs of asyncio's loop."""

    def __init__(self) -> None:
        self._soon: deque[Callable[[], object]] = deque()
        self.timers: list[Timer] = []

    def call_soon_threadsafe(self, function: Callable[[], object]) -> None:
        self._soon.append(function)

    def call_later(self, seconds: float, function: Callable[[], object]) -> Timer:
        timer = Timer(seconds, function)
        self.timers.append(timer)
        return timer

    def turn(self) -> None:
        while self._soon:
            self._soon.popleft()()

    def fire(self) -> None:
        """Let the time of every timer that is set now come."""
        timers, self.timers = self.timers, []
        for timer in timers:
            if timer.function is not None:
                timer.function()
        self.turn()


class Wire:
    """A link's transport, and its server. received: bytes that the broker has sent."""

    def __init__(self, broker: Broker, *, is_refusing: bool = False) -> None:
        self.broker = broker
        self.loop: Any = Loop()
        self.host, self.port = "127.0.0.1", 5672
        self.links: set[Link] = set()
        self.thread_ident = get_ident()
        self.received = b""
        self.is_closed = self.is_paused = False
        self.is_refusing = is_refusing
        self.tls = None
        self.link = Link(self)  # type: ignore[arg-type]
        self.link.connection_made(self)

    def send(self, data: bytes) -> bytes:
        """Send bytes; what the broker answers."""
        before = len(self.received)
        if not self.is_closed:
            self.link.data_received(data)
        self.loop.turn()
        return self.received[before:]

    # --- the transport

    def write(self, data: bytes) -> None:
        self.received += data

    def get_extra_info(self, name: str) -> tuple[str, int]:
        return ("127.0.0.1", 54321)

    def set_write_buffer_limits(self, high: int) -> None:
        """There is no buffer."""

    def is_closing(self) -> bool:
        return self.is_closed

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.is_closed = True

    def close(self) -> None:
        self.is_closed = True

    abort = close

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    # --- the server

    def lets_in(self) -> bool:
        return not self.is_refusing

    def pace(self) -> None:
        """Time is virtual."""

    def stirred(self) -> None:
        """Nobody waits."""
