"""pika on a real RabbitMQ: where the program connects to is replaced, and nothing else of the conversation.

While a redirect holds, each connection that pika makes goes to the real broker's address, into the virtual host that
stands there for the one named, with the credentials that stand there for those given; and the names that the broker
then uses in its texts are told as the program knows them. A connection to an in-memory broker comes first.

A thread that is left over when a redirect ends reaches nobody: a reconnect loop that a test left behind must not get
to a broker of somebody else's.
"""

from __future__ import annotations

import contextlib
import copy
import socket
import threading
import weakref
from collections.abc import Iterator
from typing import Any, Protocol

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.adapters.utils.connection_workflow import AMQPConnectionWorkflow
from pika.connection import Connection, Parameters

from fakeamqp.adapters.pika import hooks

_WORKFLOW: Any = AMQPConnectionWorkflow
_CONNECTION: Any = Connection
_BLOCKING: Any = BlockingConnection
_CHANNEL: Any = BlockingChannel


class Target(Protocol):
    """A real broker, as far as a redirect needs it.

    transport: parameters with the host, port and TLS options of the real broker.
    links: pika's connections that lead to it, in the order of connecting.
    """

    transport: pika.ConnectionParameters
    links: list[Any]

    def accepts(self, host: str, port: int) -> bool:
        """True if the program shall reach a broker at this address."""

    def vhost_for(self, given: str) -> str:
        """What a virtual host is called on the real broker."""

    def user_for(self, given: str, password: str) -> tuple[str, str]:
        """What a user and its password are on the real broker."""

    def as_given(self, text: str) -> str:
        """A text of the broker's with the names that the program knows."""

    @property
    def waits(self) -> Waits:
        """How its blocking connections wait."""


class Waits(Protocol):
    """The waits of blocking connections."""

    def flush(self, connection: Any, *waiters: Any) -> None:
        """In place of `BlockingConnection._flush_output`."""

    def start_consuming(self, channel: Any) -> None:
        """In place of `BlockingChannel.start_consuming`."""


class Redirected(pika.ConnectionParameters):
    """Parameters of a program's with another address; everything else is as the program has it."""

    target: Target
    given: tuple[str, int]

    def __deepcopy__(self, memo: dict[int, Any]) -> Redirected:
        return _copy(self, self.target, self.given)


_lock = threading.RLock()
_running: list[Target] = []
_stock: dict[str, Any] = {}
_here = threading.local()
_left_over: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_users: weakref.WeakSet[threading.Thread] = weakref.WeakSet()


def begin(target: Target) -> None:
    """Connections made from now on, in any thread, go to `target`."""
    with _lock:
        if not _stock:
            _install()
        _running.append(target)


def end(target: Target) -> None:
    """End what `begin` began; the caller stays free to connect, other threads that were redirected are not."""
    with _lock:
        _running.remove(target)
        if _running:
            return
        me = threading.current_thread()
        _left_over.update(thread for thread in _users if thread is not me)
        if not any(thread.is_alive() for thread in _left_over):
            _left_over.clear()
            _uninstall()


@contextlib.contextmanager
def suspended() -> Iterator[None]:
    """Connections made meanwhile in this thread go where their parameters say."""
    outer = getattr(_here, "suspended", False)
    _here.suspended = True
    try:
        yield
    finally:
        _here.suspended = outer


def stock(name: str) -> Any:
    """pika's own function in whose place one of ours is."""
    return _stock[name]


def _install() -> None:
    _stock.update(
        init=_CONNECTION._init_connection_state,
        cycle=_WORKFLOW._start_new_cycle_async,
        frame=_CONNECTION._process_frame,
        flush=_BLOCKING._flush_output,
        start_consuming=_CHANNEL.start_consuming,
    )
    _CONNECTION._init_connection_state = _init_connection_state
    _CONNECTION._process_frame = _process_frame
    _WORKFLOW._start_new_cycle_async = _start_new_cycle_async
    _BLOCKING._flush_output = _flush_output
    _CHANNEL.start_consuming = _start_consuming


def _uninstall() -> None:
    _CONNECTION._init_connection_state = _stock["init"]
    _CONNECTION._process_frame = _stock["frame"]
    _WORKFLOW._start_new_cycle_async = _stock["cycle"]
    _BLOCKING._flush_output = _stock["flush"]
    _CHANNEL.start_consuming = _stock["start_consuming"]
    _stock.clear()
    while _bound:
        _bound.pop().close()


# --- which broker is meant


class _AsPika:
    """Waits that are pika's own."""

    def flush(self, connection: Any, *waiters: Any) -> None:
        _stock["flush"](connection, *waiters)

    def start_consuming(self, channel: Any) -> None:
        _stock["start_consuming"](channel)


class _Nowhere:
    """For threads that are left over: nobody is at home."""

    def __init__(self) -> None:
        self.transport = pika.ConnectionParameters()
        self.links: list[Any] = []
        self.waits: Waits = _AsPika()

    def accepts(self, host: str, port: int) -> bool:
        return False

    def vhost_for(self, given: str) -> str:
        return given

    def user_for(self, given: str, password: str) -> tuple[str, str]:
        return given, password

    def as_given(self, text: str) -> str:
        return text


_NOWHERE = _Nowhere()


def _meant() -> Target | None:
    """The real broker that a connection made now, in this thread, goes to; None if it goes where it wants."""
    if getattr(_here, "suspended", False) or hooks.current() is not None:
        return None
    if _running:
        _users.add(threading.current_thread())
        return _running[-1]
    return _NOWHERE if threading.current_thread() in _left_over else None


def target_of(connection: Any) -> Target | None:
    """The real broker that a connection of pika's was redirected to; None if it was not."""
    params = connection.params
    return params.target if isinstance(params, Redirected) else None


# --- the parameters


def redirected(parameters: Parameters, target: Target) -> Redirected:
    """The program's parameters, leading to `target`: host, port, TLS, virtual host, name and password are its."""
    made = _copy(parameters, target, (parameters.host, parameters.port))
    _aim(made)
    made.virtual_host = target.vhost_for(parameters.virtual_host)
    credentials = parameters.credentials
    if isinstance(credentials, pika.PlainCredentials):
        user, password = target.user_for(str(credentials.username), str(credentials.password))
        made.credentials = pika.PlainCredentials(user, password, credentials.erase_on_connect)
    return made


def _copy(parameters: Parameters, target: Target, given: tuple[str, int]) -> Redirected:
    made = Redirected.__new__(Redirected)
    for name in Parameters.__slots__:
        setattr(made, name, copy.copy(getattr(parameters, name)))
    made.target = target
    made.given = given
    return made


def _aim(made: Redirected) -> None:
    """Set the address for the next attempt to connect."""
    transport = made.target.transport
    if made.target.accepts(*made.given):
        made.host, made.port, made.ssl_options = transport.host, transport.port, transport.ssl_options
    else:
        made.host, made.port, made.ssl_options = *_nobody_there(), None


_bound: list[socket.socket] = []


def _nobody_there() -> tuple[str, int]:
    """An address of this machine that refuses connections: a socket has the port and does not listen."""
    if not _bound:
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        _bound.append(taken)
    host, port = _bound[0].getsockname()
    return host, port


# --- the replacements


def _init_connection_state(connection: Any) -> None:
    """In place of `Connection._init_connection_state`, which runs when the parameters are known and nothing is done."""
    _stock["init"](connection)
    params = connection.params
    if not isinstance(params, Redirected):
        target = _meant()
        if target is None:
            return
        connection.params = params = redirected(params, target)
    if connection not in params.target.links:
        params.target.links.append(connection)


def _start_new_cycle_async(workflow: Any, first: bool) -> None:
    """In place of `AMQPConnectionWorkflow._start_new_cycle_async`: an attempt to connect begins."""
    configs = workflow._connection_configs
    if all(isinstance(each, Redirected) for each in configs):
        if not first and workflow._attempts_remaining:
            for each in configs:
                _aim(each)
    elif (target := _meant()) is not None:
        workflow._connection_configs = [redirected(each, target) for each in configs]
    _stock["cycle"](workflow, first)


def _process_frame(connection: Any, frame: Any) -> None:
    """In place of `Connection._process_frame`: the same, with the names that the program knows."""
    method: Any = getattr(frame, "method", None)
    if getattr(method, "reply_text", None) and isinstance(connection.params, Redirected):
        method.reply_text = connection.params.target.as_given(method.reply_text)
    _stock["frame"](connection, frame)


def _flush_output(connection: Any, *waiters: Any) -> None:
    """In place of `BlockingConnection._flush_output`: all that a blocking connection waits for it waits for here."""
    target = None if connection._impl is None else target_of(connection._impl)
    if target is None:
        _stock["flush"](connection, *waiters)
        return
    target.waits.flush(connection, *waiters)


def _start_consuming(channel: Any) -> None:
    """In place of `BlockingChannel.start_consuming`."""
    target = target_of(channel.connection._impl) if channel.connection._impl is not None else None
    if target is None:
        _stock["start_consuming"](channel)
    else:
        target.waits.start_consuming(channel)
