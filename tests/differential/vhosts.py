"""Where programs are played: a vhost of a real broker that serves one program after the other, and the fake's."""

from __future__ import annotations

import contextlib
import time
from typing import Protocol

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError, ChannelClosedByBroker

from ..conformance.backend import Backend, FakeBroker, RealBroker
from .generate import ALL_EXCHANGES, ALL_QUEUES

LOCKED = 405
TRIES = 50


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


class FakeVhost(FakeBroker):
    """The fake; each program gets a new one."""

    def declared(self, queue: str) -> None:
        pass
