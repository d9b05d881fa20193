"""A broker behind a port: a thread of its own takes clients in."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import threading
import warnings
from typing import TYPE_CHECKING, Any, Literal

from fakeamqp.adapters.tcp.listener import Listener
from fakeamqp.serving.tls import Tls, tls_of
from fakeamqp.world.url import amqp_url, host_in_url
from fakeamqp.world.wall_time import WallTime

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from fakeamqp.adapters.management import Site
    from fakeamqp.world.broker import Broker

ClockKind = Literal["virtual", "wall"]


class ReachableWarning(UserWarning):
    """A listener can be reached from other machines."""


class Server:
    """A broker behind a port, until `close()`; made by `serve`.

    broker: whose port it is. host: an address of this machine. tls: how it talks TLS; None if it does not.
    """

    def __init__(
        self, broker: Broker, host: str, port: int, clock: ClockKind, tls: Tls | None, management_port: int | None
    ) -> None:
        self.broker = broker
        self.host = host
        self.tls = tls
        self._loop = asyncio.new_event_loop()
        self._listener = Listener(
            broker,
            host,
            port,
            tls=None if tls is None else tls.server_context(host, "localhost"),
            certificate_login="" if tls is None else tls.certificate_login,
            time=WallTime(broker, self._loop) if clock == "wall" else None,
        )
        self._management_port = management_port
        self._management: Site | None = None
        self._thread = threading.Thread(target=self._run, name="fakeamqp server", daemon=True)
        self._is_closed = False

    def start(self) -> Server:
        """Begin to listen. Raises OSError if it cannot, which says what to do."""
        self._thread.start()
        try:
            self._do(self._open())
        except BaseException:
            self.close()
            raise
        if not _is_loopback(self.host):
            warnings.warn(
                f"the broker can be reached from other machines at {self.host}:{self.port}, and is not made for that; "
                "host='127.0.0.1' keeps it on this one",
                ReachableWarning,
                stacklevel=3,
            )
        return self

    # --- where it is

    @property
    def port(self) -> int:
        """The port at which it speaks AMQP 0-9-1."""
        return self._listener.port

    @property
    def url(self) -> str:
        """An AMQP URL of the broker's first virtual host: `amqp://…`, or `amqps://…` with TLS."""
        scheme = "amqp" if self.tls is None else "amqps"
        return amqp_url(scheme, self.host, self.port, self.broker.first_vhost, *self.broker.credentials)

    @property
    def has_management(self) -> bool:
        """True if the management API is there, too."""
        return self._management is not None

    @property
    def management_port(self) -> int:
        """The port of the management API. Raises RuntimeError if there is none."""
        if self._management is None:
            raise RuntimeError("there is no management API here: serve(broker, management_port=0) gives it a free port")
        return self._management.port

    @property
    def management_url(self) -> str:
        """Where the management API is: `http://127.0.0.1:15672`. Raises RuntimeError if there is none."""
        return f"http://{host_in_url(self.host)}:{self.management_port}"

    def __repr__(self) -> str:
        return f"<fakeamqp.Server {self.url}{' (closed)' if self._is_closed else ''}>"

    # --- its end

    def close(self) -> None:
        """End all connections without a word, and listen no more. The broker itself goes on."""
        if self._is_closed:
            return
        self._is_closed = True
        self._do(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # --- its thread

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open(self) -> None:
        with _told(self.host, self.port):
            await self._listener.open()
        if self._management_port is not None:
            await self._open_management(self._management_port)

    async def _open_management(self, port: int) -> None:
        try:
            from fakeamqp.adapters.management import Site
        except ImportError:
            raise ImportError("the management API needs the aiohttp library: pip install fakeamqp[serve]") from None
        site = Site(self.broker, self.host, port)
        with _told(self.host, port):
            await site.open()
        self._management = site

    async def _shut(self) -> None:
        await self._listener.close()
        if self._management is not None:
            await self._management.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


def serve(
    broker: Broker,
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    management_port: int | None = None,
    tls: Tls | bool | None = None,
    clock: ClockKind = "virtual",
) -> Server:
    """Let clients reach a broker over TCP: whatever speaks AMQP 0-9-1, in this process or another.

    port: 0 is any that is free (`server.port`, `server.url`). host: an address of this machine; one that is not of the
    loopback is warned of. management_port: where the management HTTP API is, 0 any port that is free; None is without
    it. tls: True for a certificate of a throw-away authority, `fakeamqp.Tls(…)` for given ones and for more; None
    is without TLS. clock: "virtual": time moves as the test moves it, heartbeats apart; "wall": it is the machine's.

    Returns a Server, a context manager that ends with its block. Raises OSError if a port is taken, ValueError for a
    clock that is neither, ImportError if the management API or TLS need a library that is not there.
    """
    if clock not in ("virtual", "wall"):
        raise ValueError(f"clock={clock!r}: it is 'virtual' or 'wall'")
    return Server(broker, host, port, clock, tls_of(tls), management_port).start()


@contextlib.contextmanager
def _told(host: str, port: int) -> Iterator[None]:
    """Let an OSError of who begins to listen say what to do."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).split("] ")[-1]
        raise OSError(
            error.errno, f"cannot listen at {host}:{port} ({reason}): choose another port, or 0 for a free one"
        ) from None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
