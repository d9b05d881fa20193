"""`patch_pika` and `connect`: the two ways to put real pika on an in-memory broker."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import weakref
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, TypeVar

import pika

from fakeamqp.adapters.pika import hooks
from fakeamqp.adapters.pika.parameters import own_parameters
from fakeamqp.world.broker import Broker
from fakeamqp.world.virtual_time import VirtualTime, time_of

Patched = TypeVar("Patched", bound=Callable[..., Any])


class patch_pika:  # noqa: N801 -- used like a function
    """While it lasts, every connection pika makes goes to `broker`, however and whenever pika was imported.

    A context manager, a decorator for functions, coroutine functions, fixtures and classes such as `unittest.TestCase`
    (each test gets a broker of its own unless one is given), or `start()` and `stop()`.

    broker: None makes a new one with `broker_arguments`, and closes it in the end.
    Actors of the broker are stopped in the end; what one of them has raised and nobody was told is raised then.

    patch_time: True to let `time.sleep`, `time.time`, `datetime.now` and their kin follow the broker's clock meanwhile
        (docs/time.md), in every thread that uses the broker or is younger than it.
    """

    def __init__(self, broker: Broker | None = None, *, patch_time: bool = False, **broker_arguments: Any) -> None:
        if broker is not None and not isinstance(broker, Broker):
            raise TypeError(f"patch_pika takes a Broker, or its arguments by name, such as version={broker!r}")
        if broker is not None and broker_arguments:
            raise TypeError("give either a broker or the arguments of one, not both")
        self._given = broker
        self._arguments = broker_arguments
        self._patch_time = patch_time
        self._times: dict[Broker, list[VirtualTime]] = {}
        self._running: list[Broker] = []

    def start(self) -> Broker:
        """Begin; returns the broker."""
        broker = self._given if self._given is not None else Broker(**self._arguments)
        hooks.push(broker)
        self._running.append(broker)
        if self._patch_time:
            self._times.setdefault(broker, []).append(time_of(broker).__enter__())
        return broker

    @property
    def broker(self) -> Broker:
        """The broker of the last `start()` that has not been stopped. Raises RuntimeError if there is none."""
        if not self._running:
            raise RuntimeError("this patch_pika is not started: it has a broker from start() to stop()")
        return self._running[-1]

    def stop(self) -> None:
        """End what the last `start()` began. Raises RuntimeError if nothing did."""
        self._end(self.broker)

    def _end(self, broker: Broker) -> None:
        untold = broker.stop_actors()
        self._running.remove(broker)
        if self._patch_time:
            self._times[broker].pop().__exit__(None, None, None)
        if self._given is None:
            broker.close()
        hooks.pop(broker)
        if untold and sys.exc_info()[1] is None:
            raise untold[0]

    def __enter__(self) -> Broker:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, patched: Patched) -> Patched:
        """Decorate a function, a coroutine function, a generator (such as a fixture), or a class.

        Signatures stay as they are. Of a `unittest.TestCase` each test is patched from its setUp to its cleanups, of
        another class its methods named `test…`. Meanwhile `broker` is the broker.
        """
        if isinstance(patched, type):
            from unittest import TestCase

            cases = issubclass(patched, TestCase)
            for name in ["run"] if cases else [name for name in dir(patched) if name.startswith("test")]:
                method = inspect.getattr_static(patched, name)
                if isinstance(method, staticmethod | classmethod):
                    setattr(patched, name, type(method)(self(method.__func__)))
                elif callable(method):
                    setattr(patched, name, self(method))
            return patched
        return self._wrapped(patched)  # type: ignore[return-value]

    @contextlib.contextmanager
    def _lasting(self) -> Iterator[None]:
        """One call: calls may overlap, so each ends the broker it began with."""
        broker = self.start()
        try:
            yield
        finally:
            self._end(broker)

    def _wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def in_coroutine(*args: Any, **kwargs: Any) -> Any:
                with self._lasting():
                    return await function(*args, **kwargs)

            return in_coroutine

        if inspect.isasyncgenfunction(function):

            @functools.wraps(function)
            async def in_async_generator(*args: Any, **kwargs: Any) -> Any:
                with self._lasting():
                    async with contextlib.aclosing(function(*args, **kwargs)) as values:
                        async for each in values:
                            yield each

            return in_async_generator

        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def in_generator(*args: Any, **kwargs: Any) -> Any:
                with self._lasting():
                    return (yield from function(*args, **kwargs))

            return in_generator

        @functools.wraps(function)
        def in_call(*args: Any, **kwargs: Any) -> Any:
            with self._lasting():
                return function(*args, **kwargs)

        return in_call


def connect(broker: Broker, **parameters: Any) -> pika.BlockingConnection:
    """A real `pika.BlockingConnection` to an in-memory broker; nothing else of pika is touched.

    parameters: those of `pika.ConnectionParameters`; host, port and credentials default to ones the broker accepts.
    Raises what `pika.BlockingConnection` raises.
    """
    if not issubclass(type(broker), Broker):  # one that stands on a real RabbitMQ knows the way to it
        return broker.connect(**parameters)  # type: ignore[attr-defined, no-any-return]
    hooks.install()
    try:
        with hooks.meaning(broker):
            made = broker.parameters(**parameters) if parameters else own_parameters(broker)
            connection = pika.BlockingConnection(made)
    except BaseException:
        hooks.uninstall()
        raise
    # Its waits ask pika for the time, as long as it lives.
    release = weakref.finalize(connection, hooks.uninstall)
    release.atexit = False
    connection._impl.add_on_close_callback(lambda *_: release())
    return connection
