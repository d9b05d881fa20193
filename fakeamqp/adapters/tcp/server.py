"""The listener: a thread of its own that takes clients in over TCP."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import ssl
import threading
import warnings
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from fakeamqp.adapters.tcp.link import Link
from fakeamqp.adapters.tcp.wall_time import WallTime

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

_log = logging.getLogger("fakeamqp")

ClockKind = Literal["virtual", "wall"]


class ReachableWarning(UserWarning):
    """A listener can be reached from other machines."""


class Server:
    """A broker behind a port, until `close()`.

    host, port: where it listens. tls: how it talks TLS; None if it does not. thread_ident: of the thread that serves.
    """

    def __init__(self, broker: Broker, host: str, port: int, clock: ClockKind, tls: ssl.SSLContext | None) -> None:
        self.broker = broker
        self.host = host
        self.port = port
        self.tls = tls
        self.links: set[Link] = set()
        self.loop = asyncio.new_event_loop()
        self.thread_ident = 0
        self._time = WallTime(broker, self.loop) if clock == "wall" else None
        self._thread = threading.Thread(target=self._run, name=f"fakeamqp server for {host}", daemon=True)
        self._is_closed = False

    def start(self) -> Server:
        """Begin to listen. Raises OSError if it cannot, which says what to do."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result()
        except OSError as error:
            self.close()
            raise OSError(
                error.errno,
                f"cannot listen at {self.host}:{self.port} ({error.strerror or error}): choose another port, or 0 for "
                "any that is free",
            ) from None
        if not _is_loopback(self.host):
            warnings.warn(
                f"the broker can be reached from other machines at {self.host}:{self.port}, and is not made for that; "
                "host='127.0.0.1' keeps it on this one",
                ReachableWarning,
                stacklevel=3,
            )
        return self

    @property
    def url(self) -> str:
        """An AMQP URL of the broker's first virtual host: `amqp://…`, or `amqps://…` with TLS."""
        user, password = (quote(part, safe="") for part in self.broker.credentials)
        scheme = "amqp" if self.tls is None else "amqps"
        vhost = quote(self.broker.first_vhost, safe="")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{user}:{password}@{host}:{self.port}/{vhost}"

    def close(self) -> None:
        """End all connections without a word, and listen no more. The broker itself goes on."""
        if self._is_closed:
            return
        self._is_closed = True
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<fakeamqp.Server {self.url}{' (closed)' if self._is_closed else ''}>"

    # --- for its links, in its thread

    def lets_in(self) -> bool:
        """False if the broker takes nobody in at present (`broker.down()`, `faults.refuse_connections()`, closed)."""
        with self.broker.lock:
            return self.broker.is_up_at((self.host, self.port))

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

    # --- its thread

    async def _listen(self) -> None:
        listener = await self.loop.create_server(lambda: Link(self), self.host, self.port, ssl=self.tls)
        self.port = listener.sockets[0].getsockname()[1]

    def _run(self) -> None:
        self.thread_ident = threading.get_ident()
        self.broker.scheduler.others.serves(self.thread_ident, lambda: bool(self.links))
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            for link in tuple(self.links):
                link.reset()
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()


def serve(
    broker: Broker,
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    clock: ClockKind = "virtual",
    tls: ssl.SSLContext | None = None,
) -> Server:
    """Let clients reach a broker over TCP: whatever speaks AMQP 0-9-1, in this process or another.

    port: 0 is any that is free (`server.port`). host: an address of this machine; one that is not of the loopback is
    warned of. clock: "virtual": time moves as the test moves it, heartbeats apart; "wall": it is the machine's.

    Returns a Server, a context manager that ends with its block. Raises OSError if the port is taken, ValueError for a
    clock that is neither.
    """
    if clock not in ("virtual", "wall"):
        raise ValueError(f"clock={clock!r}: it is 'virtual' or 'wall'")
    return Server(broker, host, port, clock, tls).start()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
