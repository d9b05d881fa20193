"""Where programs are played: a vhost of a real broker that serves one program after the other, and the fake's."""

from __future__ import annotations

import contextlib
import select
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError, ChannelClosedByBroker, ConnectionClosed

from ..conformance.backend import Backend, FakeBroker, RealBroker
from .generate import ALL_EXCHANGES, ALL_QUEUES

LOCKED = 405
TRIES = 50

LATE_SECONDS, MOST_SLEPT = 0.01, 5
"""Woken that much too late, the machine is busy, and the broker may be late too: one listens again, so many times."""


class Vhost(Backend, Protocol):
    """A backend that is told what it will have to remove."""

    def declared(self, queue: str) -> None:
        """There is a queue of that name now."""


class RealVhost(RealBroker):
    """A vhost of a real broker; `clean` removes all that a program leaves behind, so that it can be used again."""

    def __init__(self, url: str, management_url: str | None, quiet_seconds: float) -> None:
        super().__init__(url, management_url, quiet_seconds)
        self._left: set[str] = set()
        self._cleaner: BlockingConnection | None = None

    def quiet(self, seconds: float) -> None:
        """From now on take a silence of that long for the end."""
        self._quiet = seconds

    def declared(self, queue: str) -> None:
        self._left.add(queue)

    def settle(self, connections: Iterable[BlockingConnection], seen: Callable[[], int]) -> None:
        """Asleep between what comes: many programs share a processor. A silence that was slept through is none."""
        connections = list(connections)
        _dispatch(connections)
        before, quiet_since, slept = seen(), time.monotonic(), 0
        while (left := quiet_since + self._quiet - (asked := time.monotonic())) > 0:
            _wait(connections, left)
            now = time.monotonic()
            overslept = now - asked - left > LATE_SECONDS and slept < MOST_SLEPT
            slept += overslept
            if overslept or seen() != before:
                before, quiet_since = seen(), now

    def advance(self, seconds: float, connections: Iterable[BlockingConnection]) -> None:
        connections = list(connections)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            _wait(connections, left)

    def clean(self) -> None:
        """Delete the queues and exchanges a program may have declared; bindings go with them."""
        if self._cleaner is None or not self._cleaner.is_open:
            self._cleaner = self.connect(heartbeat=0)  # it is idle for as long as a program takes
        channel = self._cleaner.channel()
        for name in sorted(self._left | set(ALL_QUEUES)):
            channel = self._delete_queue(channel, name)
        for name in ALL_EXCHANGES:
            channel.exchange_delete(name)
        channel.close()
        self._left.clear()

    def _delete_queue(self, channel: BlockingChannel, name: str) -> BlockingChannel:
        """An exclusive queue may outlive its connection for a moment. Returns the channel to go on with."""
        assert self._cleaner is not None
        for _ in range(TRIES):
            try:
                channel.queue_delete(name)
                return channel
            except ChannelClosedByBroker as error:
                if error.reply_code != LOCKED:
                    raise
                time.sleep(0.02)
                channel = self._cleaner.channel()
        raise RuntimeError(f"queue {name!r} stays locked")

    def close(self) -> None:
        if self._cleaner is not None and self._cleaner.is_open:
            with contextlib.suppress(AMQPError):  # whatever became of it, the vhost has to go
                self._cleaner.close()
        super().close()


def _dispatch(connections: Iterable[BlockingConnection]) -> None:
    for connection in connections:
        if connection.is_open:
            with contextlib.suppress(ConnectionClosed):  # the play sees that it is closed
                connection.process_data_events(time_limit=0)


def _wait(connections: Iterable[BlockingConnection], seconds: float) -> None:
    """Until something has come and been dispatched, at most that long."""
    by_socket = {connection._impl._transport._sock: connection for connection in connections if connection.is_open}
    readable, _, _ = select.select(by_socket, (), (), seconds)
    _dispatch(by_socket[socket] for socket in readable)


class FakeVhost(FakeBroker):
    """The fake; each program gets a new one."""

    def declared(self, queue: str) -> None:
        pass
