"""Python's threads in lock step: the ones that an actor starts are actors too, and their locks hand on the baton.

Everything in `threading`, `queue` and `concurrent.futures` that waits, waits for a lock or for a thread's end, and
asyncio's own loop for a selector, so that these three are all there is to replace. A thread that takes no part, and a
lock made before, keep what Python has.
"""

from __future__ import annotations

import functools
import queue
import selectors
import sys
import threading
from _thread import allocate_lock
from collections.abc import Callable
from types import TracebackType
from typing import Any, cast

from fakeamqp.world.actors import Actor, LockStep
from fakeamqp.world.clock import microseconds


class Lock:
    """A lock that an actor waits for in virtual time, and anybody else as for a real one."""

    _lock_step: LockStep

    def __init__(self) -> None:
        self._block = allocate_lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it; False if it is taken and `blocking` is false, or `timeout` seconds have passed."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if self._block.acquire(False):
            return True
        if not blocking:
            return False
        if self._lock_step.here() is None:
            return self._block.acquire(True, timeout)
        return self._wait(timeout)

    def _wait(self, timeout: float) -> bool:
        clock = self._lock_step.broker.clock
        until_us = None if timeout < 0 else clock.now_us + microseconds(timeout)
        while True:
            self._lock_step.wait_for(lambda: not self._block.locked(), "a lock", until_us)
            if self._block.acquire(False):
                return True
            if until_us is not None and clock.now_us >= until_us:
                return False

    def release(self) -> None:
        """Let it go. Raises RuntimeError if nobody has it."""
        self._block.release()

    def locked(self) -> bool:
        """True while somebody has it."""
        return self._block.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.release()


class Threads:
    """While it lasts, threads that actors start take turns with them.

    tell: prints what a thread raised, in the words of `threading.excepthook`.
    """

    def __init__(self, lock_step: LockStep, tell: Callable[[BaseException], str]) -> None:
        self._lock_step = lock_step
        self._tell = tell
        self._stock: list[tuple[Any, str, Any]] = []
        self._hook = threading.excepthook

    def __enter__(self) -> Threads:
        lock = type("Lock", (Lock,), {"_lock_step": self._lock_step})
        self._replace(threading, "Lock", lock)
        self._replace(threading, "_allocate_lock", lock)
        self._replace(threading, "main_thread", self._main_thread(threading.main_thread))
        self._replace(threading, "RLock", cast(Any, threading)._PyRLock)
        self._replace(queue, "SimpleQueue", cast(Any, queue)._PySimpleQueue)
        stock_select = selectors.DefaultSelector.select
        self._replace(
            selectors.DefaultSelector,
            "select",
            lambda selector, timeout=None: self._select(selector, timeout, stock_select),
        )
        stock_start, stock_join = threading.Thread.start, threading.Thread.join
        self._replace(threading.Thread, "start", lambda thread: self._start(thread, stock_start))
        self._replace(threading.Thread, "join", lambda thread, timeout=None: self._join(thread, timeout, stock_join))
        return self

    def _main_thread(self, stock: Callable[[], threading.Thread]) -> Callable[[], threading.Thread | None]:
        def main_thread() -> threading.Thread | None:
            actor = self._lock_step.here()
            return stock() if actor is None else actor.program.thread

        return main_thread

    def _replace(self, owner: Any, name: str, replacement: Any) -> None:
        self._stock.append((owner, name, getattr(owner, name)))
        setattr(owner, name, replacement)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        while self._stock:
            owner, name, stock = self._stock.pop()
            setattr(owner, name, stock)

    def _start(self, thread: threading.Thread, stock_start: Callable[[threading.Thread], None]) -> None:
        starter = self._lock_step.here()
        if starter is None or thread.ident is not None:
            stock_start(thread)
            return
        actor = self._lock_step.admit(thread, starter)
        run = thread.run
        thread.run = functools.partial(self._lock_step.live, actor, functools.partial(self._run, thread, run))  # type: ignore[method-assign]
        inner: Any = thread
        try:
            inner._daemonic = True  # one that could not be ended shall not keep this process from ending
            with self._lock_step.aside():  # the new thread says that it has begun before it takes part
                stock_start(thread)
        except BaseException:
            self._lock_step.forget(actor)
            raise
        finally:
            inner._daemonic = actor.daemon

    def _run(self, thread: threading.Thread, run: Callable[[], object]) -> None:
        try:
            run()
        except SystemExit:
            pass
        except BaseException as error:
            if threading.excepthook is self._hook:
                sys.stderr.write(f"Exception in thread {thread.name}:\n{self._tell(error)}")
            else:
                threading.excepthook(threading.ExceptHookArgs([*sys.exc_info(), thread]))

    def dismiss_pools(self, program: Actor) -> None:
        """Let the pools of a program that ends finish their work and go, as Python does when it ends."""
        futures = sys.modules.get("concurrent.futures.thread")
        for thread in tuple(getattr(futures, "_threads_queues", ())):
            actor = self._lock_step.actor_of(thread)
            if actor is not None and actor.program is program:
                executor = thread._args[0]()
                if executor is not None:
                    executor.shutdown(wait=False)

    def _select(self, selector: Any, timeout: float | None, stock_select: Callable[..., list[Any]]) -> list[Any]:
        """What is ready in a selector; if nothing is, wait for it as long as told, in virtual time."""
        if self._lock_step.here() is None:
            return stock_select(selector, timeout)
        found = stock_select(selector, 0)
        if found or (timeout is not None and timeout <= 0):
            return found

        def over() -> bool:
            found[:] = stock_select(selector, 0)
            return bool(found)

        clock = self._lock_step.broker.clock
        until_us = None if timeout is None else clock.now_us + microseconds(timeout)
        self._lock_step.wait_for(over, "select()", until_us)
        return found

    def _join(
        self, thread: threading.Thread, timeout: float | None, stock_join: Callable[[threading.Thread, Any], None]
    ) -> None:
        actor = self._lock_step.actor_of(thread)
        if self._lock_step.here() is None or actor is None or thread is threading.current_thread():
            stock_join(thread, timeout)
            return
        until_us = None
        if timeout is not None:
            until_us = self._lock_step.broker.clock.now_us + microseconds(max(timeout, 0))
        if self._lock_step.wait_for(lambda: actor.done, f"{thread.name}.join()", until_us):
            stock_join(thread, None)
