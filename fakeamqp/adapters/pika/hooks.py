"""The few names inside pika that are replaced while something connects to an in-memory broker.

Everything else hangs on the objects made then: a loop, a link and its connection stay in memory however long they
live, and connections made elsewhere never notice.

Every replacement asks which broker is meant: the one `fakeamqp.connect` names in this thread, else the one pika is
patched with, innermost first; if there is none it does what pika does. Only a thread that used a broker and goes on
when pika is no longer patched keeps to that broker: a reconnect loop that a test left behind must not reach a real one.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.adapters.select_connection import IOLoop, _Timer
from pika.adapters.utils.connection_workflow import AMQPConnectionWorkflow, AMQPConnector, AMQPConnectorWrongState
from pika.connection import Connection

from fakeamqp.adapters.pika.foreign import ForeignLoop
from fakeamqp.adapters.pika.link import Link
from fakeamqp.adapters.pika.loop import VirtualLoop
from fakeamqp.world.clock import SECOND, microseconds
from fakeamqp.world.pools import rests_in_its_pool

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

# pika's clock: in pika.compat up to 1.4, in pika._utils after it.
TIME: Any = sys.modules.get("pika.compat") or sys.modules["pika._utils"]
_CONNECTOR: Any = AMQPConnector
_WORKFLOW: Any = AMQPConnectionWorkflow
_LOOP: Any = IOLoop
_CONNECTION: Any = Connection
_BLOCKING: Any = sys.modules[BlockingConnection.__module__]

# A blocking connection makes a class of tuples whenever it connects, always the same one, which takes as long as a
# whole handshake with a broker in memory.
_same_class = functools.cache(_BLOCKING.namedtuple)

# A real network needs longer than this to connect, whatever the virtual one needs: a shorter limit runs out.
SHORTEST_CONNECT = 0.001

# Real seconds that a refusal takes in a thread left behind: its loop would otherwise keep a processor busy.
BRAKE = 0.01

_lock = threading.RLock()
_installed = 0
_patched: list[Broker] = []
_here = threading.local()
_strays: dict[threading.Thread, Broker] = {}
_stock: dict[str, Any] = {}


# --- which broker is meant


def current() -> Broker | None:
    """The broker that a connection made now, in this thread, belongs to; None means a real one."""
    named: Broker | None = getattr(_here, "broker", None)
    if named is not None:
        return named
    if _patched:
        return _patched[-1]
    return _strays.get(threading.current_thread()) if _strays else None


@contextlib.contextmanager
def meaning(broker: Broker) -> Iterator[None]:
    """Connections made in this thread meanwhile belong to `broker`."""
    outer = getattr(_here, "broker", None)
    _here.broker = broker
    try:
        yield
    finally:
        _here.broker = outer


def push(broker: Broker) -> None:
    """Connections made from now on, in any thread, belong to `broker`."""
    install()
    with _lock:
        _patched.append(broker)
        if _strays:
            _forget_strays()


def pop(broker: Broker) -> None:
    """End what `push` began."""
    with _lock:
        for index in range(len(_patched) - 1, -1, -1):
            if _patched[index] is broker:
                del _patched[index]
                break
        else:
            return
        if _strays:
            _forget_strays()
        if not _patched and threading.active_count() > 1:
            _note_strays(broker)
    uninstall()


def _note_strays(broker: Broker) -> None:
    """Remember the other threads that used a broker and have not ended; pika stays hooked as long as there are any."""
    for thread in broker.scheduler.others.users():
        if thread not in _strays and not rests_in_its_pool(thread):
            install()
            _strays[thread] = broker


def _forget_strays() -> None:
    for thread in [thread for thread in _strays if not thread.is_alive() or rests_in_its_pool(thread)]:
        del _strays[thread]
        uninstall()


def install() -> None:
    """Replace the names; counted, so that installs nest."""
    global _installed
    with _lock:
        _installed += 1
        if _installed > 1:
            return
        _stock.update(
            start=_CONNECTOR.start,
            next_config=_WORKFLOW._try_next_config_async,
            time_now=TIME.time_now,
            init=_CONNECTION.__init__,
            namedtuple=_BLOCKING.namedtuple,
        )
        _CONNECTOR.start = _start
        _WORKFLOW._try_next_config_async = _try_next_config_async
        TIME.time_now = _time_now
        _CONNECTION.__init__ = _init
        _BLOCKING.namedtuple = _same_class
        _LOOP.__new__ = staticmethod(_new_loop)


def uninstall() -> None:
    """Put the names back once nobody needs them."""
    global _installed
    with _lock:
        _installed -= 1
        if _installed:
            return
        _CONNECTOR.start = _stock["start"]
        _WORKFLOW._try_next_config_async = _stock["next_config"]
        TIME.time_now = _stock["time_now"]
        _CONNECTION.__init__ = _stock["init"]
        _BLOCKING.namedtuple = _stock["namedtuple"]
        del _LOOP.__new__
        _stock.clear()


# --- the replacements


def _new_loop(cls: type[Any], *args: Any, **kwargs: Any) -> Any:
    """In place of `IOLoop.__new__`: a virtual loop, however the class was imported. A user's subclass stays real."""
    broker = current()
    if broker is None or cls is not IOLoop:
        return object.__new__(cls)
    with broker.lock:
        loop = object.__new__(VirtualLoop)
        loop.broker = broker
        return loop


def _init(connection: Any, *args: Any, **kwargs: Any) -> None:
    """In place of `Connection.__init__`: the same, but what a reactor connects shall not reach a real broker unseen."""
    if type(connection).__module__ == "pika.adapters.twisted_connection" and current() is not None:
        raise NotImplementedError(
            "pika's Twisted connection gets its socket from the reactor, which patching pika cannot replace. Run code "
            "that uses it on another of pika's connections, or against a broker that listens on a port"
        )
    _stock["init"](connection, *args, **kwargs)


class Instant(float):
    """Seconds as pika reckons with them, whole microseconds underneath: sums and differences are exact.

    With plain floats the remainder of a wait may be 1e-17 seconds, which no clock ever reaches.
    """

    us: int

    @classmethod
    def at(cls, us: int) -> Instant:
        instant = cls(us / SECOND)
        instant.us = us
        return instant

    def __add__(self, seconds: float) -> Instant:
        return Instant.at(self.us + microseconds(seconds))

    def __sub__(self, other: float) -> float:
        return (self.us - other.us) / SECOND if isinstance(other, Instant) else float(self) - other


def _time_now() -> float:
    """In place of `pika.compat.time_now`: the time of the connection that asks."""
    asker = sys._getframe(1).f_locals.get("self")
    loop = _loop_of(asker)
    if loop is not None:
        return Instant.at(loop.now_us())
    broker = current()
    if broker is not None and not isinstance(asker, _Timer):  # a real loop keeps real time
        return Instant.at(broker.clock.now_us)
    stock: Callable[[], float] = _stock["time_now"]
    return stock()


def _loop_of(asker: object) -> VirtualLoop | None:
    if isinstance(asker, BlockingChannel):
        asker = asker.connection
    if isinstance(asker, BlockingConnection) and asker._impl is not None:
        loop = asker._impl.ioloop
        if isinstance(loop, VirtualLoop):
            return loop
    return None


def _broker_of(nbio: Any) -> Broker | None:
    loop = nbio.get_native_ioloop()
    return loop.broker if isinstance(loop, VirtualLoop) else current()


def _try_next_config_async(workflow: Any) -> None:
    """In place of `AMQPConnectionWorkflow._try_next_config_async`: the same without asking the name service."""
    if _broker_of(workflow._nbio) is None:
        _stock["next_config"](workflow)
        return
    workflow._task_ref = None
    index = workflow._current_config_index
    workflow._current_config_index = index = 0 if index is None else index + 1
    if index >= len(workflow._connection_configs):
        workflow._start_new_cycle_async(first=False)
        return
    parameters = workflow._connection_configs[index]
    address = (parameters.host, parameters.port)
    workflow._on_getaddrinfo_async_done([(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address)])


def _start(connector: Any, addr_record: Any, conn_params: Any, on_done: Callable[[Any], object]) -> None:
    """In place of `AMQPConnector.start`: reach the broker in memory instead of opening a socket."""
    broker = _broker_of(connector._nbio)
    if broker is None:
        _stock["start"](connector, addr_record, conn_params, on_done)
        return
    if connector._state != connector._STATE_INIT:
        raise AMQPConnectorWrongState(f"Already in progress or finished; state={connector._state}")
    connector._addr_record = addr_record
    connector._conn_params = conn_params
    connector._on_done = on_done
    connector._state = connector._STATE_TCP
    connector._sock = _NoSocket()
    socket_s, stack_s = conn_params.socket_timeout, conn_params.stack_timeout
    nbio = connector._nbio
    late_us = broker.listening.delay()
    if stack_s is not None:
        connector._stack_timeout_ref = nbio.call_later(stack_s, connector._on_overall_timeout)
    if socket_s is not None and (late_us or socket_s < SHORTEST_CONNECT):
        connector._tcp_timeout_ref = nbio.call_later(socket_s, connector._on_tcp_connection_timeout)
    if late_us:
        _later(broker, nbio, late_us, functools.partial(_connected, connector, broker))
    elif socket_s is not None and socket_s < SHORTEST_CONNECT:
        return
    elif stack_s is None or stack_s >= SHORTEST_CONNECT:
        # Later, never here: a connector may be aborted before it is through, but not after.
        connector._task_ref = nbio.call_later(0, functools.partial(_connected, connector, broker))


def _later(broker: Broker, nbio: Any, late_us: int, callback: Callable[[], None]) -> None:
    """Call when so much virtual time has passed."""
    if isinstance(nbio.get_native_ioloop(), VirtualLoop):
        nbio.call_later(late_us / SECOND, callback)
        return
    clock = broker.clock
    due_us = clock.now_us + late_us

    def look(now_us: int) -> None:
        if now_us >= due_us:
            clock.unwatch(look)
            nbio.add_callback_threadsafe(callback)

    clock.watch(look)


def _connected(connector: Any, broker: Broker) -> None:
    if connector._state != connector._STATE_TCP:
        return  # it has given up
    connector._task_ref = None
    parameters = connector._conn_params
    counted_out = broker.listening.is_refusing
    if not broker.accepts(parameters.host, parameters.port):
        loop = connector._nbio.get_native_ioloop()
        if isinstance(loop, VirtualLoop) and not counted_out:
            broker.scheduler.traffic += 1
            loop.refused(broker.refusal(parameters.host, parameters.port))
        if threading.current_thread() in _strays:
            time.sleep(BRAKE)
        connector._on_tcp_connection_done(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
        return
    if connector._tcp_timeout_ref is not None:
        connector._tcp_timeout_ref.cancel()
        connector._tcp_timeout_ref = None
    connector._state = connector._STATE_TRANSPORT
    native = connector._nbio.get_native_ioloop()
    loop = native if isinstance(native, VirtualLoop) else ForeignLoop(connector._nbio)
    try:
        protocol = connector._conn_factory(parameters)
        link = Link(broker, protocol.conn, protocol, loop)
        protocol.connection_made(link)
    except Exception as error:  # the user's connection class may raise; pika reports it
        connector._on_transport_establishment_done(error)
        return
    connector._on_transport_establishment_done((link, protocol))


class _NoSocket:
    """Where a connector keeps its socket: it only ever closes it."""

    def close(self) -> None:
        """There is none."""
