"""A port at which clients are taken in: one of a broker's, in an asyncio loop that somebody else runs."""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import TYPE_CHECKING

from fakeamqp.adapters.tcp.link import Link
from fakeamqp.world.wall_time import WallTime

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

_TURNS_TO_END = 100
"""Turns of the loop that a socket may take to be closed once it was told to."""


class Listener:
    """Takes clients in at one address, for as long as its loop runs.

    host, port: where. links: the clients that are connected. loop: what it runs in. thread_ident: of the loop's thread.
    tls: how it talks TLS; None if it does not. certificate_login: what of a client's certificate is the name of the
    user for EXTERNAL. time: keeps the broker's time to the machine's; None leaves it virtual.
    """

    def __init__(
        self,
        broker: Broker,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        certificate_login: str = "distinguished_name",
        time: WallTime | None = None,
    ) -> None:
        self.broker = broker
        self.host = host
        self.port = port
        self.tls = tls
        self.certificate_login = certificate_login
        self.links: set[Link] = set()
        self.loop: asyncio.AbstractEventLoop
        self.thread_ident = 0
        self._time = time
        self._listener: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen, in the loop that runs. Raises OSError if the address cannot be had."""
        self.loop = asyncio.get_running_loop()
        self.thread_ident = threading.get_ident()
        self._listener = await self.loop.create_server(lambda: Link(self), self.host, self.port, ssl=self.tls)
        self.port = self._listener.sockets[0].getsockname()[1]
        self.broker.listening.open((self.host, self.port))
        self.broker.scheduler.others.serves(self.thread_ident, lambda: bool(self.links))

    async def close(self) -> None:
        """Listen no more, and end all connections without a word; in the loop that it was opened in."""
        if self._listener is not None:
            self._listener.close()
            self.broker.listening.close((self.host, self.port))
        for link in tuple(self.links):
            link.reset()
        for _ in range(_TURNS_TO_END):
            if not self.links:
                break
            await asyncio.sleep(0)
        self.broker.scheduler.others.serves_no_more(self.thread_ident)

    # --- for its links

    def lets_in(self) -> bool:
        """False if the broker takes nobody in at present (`broker.down()`, `faults.refuse_connections()`, closed)."""
        with self.broker.lock:
            return not self.broker.scheduler.is_closed and self.broker.listening.answers((self.host, self.port))

    def pace(self) -> None:
        """Let the broker's time be what it is, if it goes by the wall."""
        if self._time is not None:
            self._time.pace()

    def stirred(self) -> None:
        """A client has done something that somebody may have waited for."""
        scheduler = self.broker.scheduler
        scheduler.traffic += 1
        if scheduler.waiting:
            scheduler.stirred()
        if self._time is not None:
            self._time.set_alarm()
