"""`patch_pika` and `connect`: the two ways to put real pika on an in-memory broker."""

from __future__ import annotations

import functools
import inspect
import unittest
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

import pika

from fakeamqp.adapters.pika import hooks
from fakeamqp.world.broker import Broker

Patched = TypeVar("Patched", bound=Callable[..., Any])


class patch_pika:  # noqa: N801 -- used like a function
    """While it lasts, every connection pika makes goes to `broker`, however and whenever pika was imported.

    A context manager, a decorator for functions, coroutine functions and `unittest.TestCase` classes (each test gets
    a broker of its own unless one is given), or `start()` and `stop()`.

    broker: None makes a new one with `broker_arguments`, and closes it in the end.
    """

    def __init__(self, broker: Broker | None = None, **broker_arguments: Any) -> None:
        if broker is not None and broker_arguments:
            raise TypeError("give either a broker or the arguments of one, not both")
        self._given = broker
        self._arguments = broker_arguments
        self._running: list[Broker] = []

    def start(self) -> Broker:
        """Begin; returns the broker."""
        broker = self._given if self._given is not None else Broker(**self._arguments)
        hooks.push(broker)
        self._running.append(broker)
        return broker

    def stop(self) -> None:
        """End what the last `start()` began."""
        broker = self._running.pop()
        hooks.pop(broker)
        if self._given is None:
            broker.close()

    def __enter__(self) -> Broker:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, patched: Patched) -> Patched:
        """Decorate a function, a coroutine function, or a class.

        Of a `unittest.TestCase` each test is patched from its setUp to its cleanups, of another class its methods
        named `test…`.
        """
        if isinstance(patched, type):
            cases = issubclass(patched, unittest.TestCase)
            for name in ["run"] if cases else [name for name in dir(patched) if name.startswith("test")]:
                setattr(patched, name, self(getattr(patched, name)))
            return patched

        if inspect.iscoroutinefunction(patched):

            @functools.wraps(patched)
            async def in_coroutine(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await patched(*args, **kwargs)

            return in_coroutine  # type: ignore[return-value]

        @functools.wraps(patched)
        def in_call(*args: Any, **kwargs: Any) -> Any:
            with self:
                return patched(*args, **kwargs)

        return in_call  # type: ignore[return-value]


def connect(broker: Broker, **parameters: Any) -> pika.BlockingConnection:
    """A real `pika.BlockingConnection` to an in-memory broker; nothing else of pika is touched.

    parameters: those of `pika.ConnectionParameters`; host, port and credentials default to ones the broker accepts.
    Raises what `pika.BlockingConnection` raises.
    """
    hooks.install()
    try:
        with hooks.meaning(broker):
            connection = pika.BlockingConnection(broker.parameters(**parameters))
    except BaseException:
        hooks.uninstall()
        raise
    # Its waits ask pika for the time, as long as it lives.
    release = weakref.finalize(connection, hooks.uninstall)
    release.atexit = False
    connection._impl.add_on_close_callback(lambda *_: release())
    return connection
