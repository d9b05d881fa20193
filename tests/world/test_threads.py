"""Threads and locks in lock step."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import pytest

from fakeamqp import Broker
from fakeamqp.world.actors import LockStep
from fakeamqp.world.threads import Threads
from fakeamqp.world.virtual_time import VirtualTime


def run(program: Callable[[LockStep], object]) -> LockStep:
    lock_step = LockStep(Broker(idle="interrupt"))
    actor = lock_step.add("program", lambda: program(lock_step))
    clock = VirtualTime(lock_step.broker.clock, lambda: lock_step.here() is not None, lock_step.sleep, waits_too=True)
    with clock, Threads(lock_step, str):
        lock_step.run()
    assert actor.error is None, repr(actor.error)
    return lock_step


def test_a_lock_is_handed_to_who_waits_for_it() -> None:
    seen: list[str] = []

    def program(lock_step: LockStep) -> None:
        lock = threading.Lock()

        def other() -> None:
            with lock:
                seen.append("other has it")

        with lock:
            thread = threading.Thread(target=other)
            thread.start()
            lock_step.sleep(1_000_000)
            seen.append("still mine")
        thread.join()

    run(program)
    assert seen == ["still mine", "other has it"]


def test_a_timeout_passes_in_virtual_time() -> None:
    def program(lock_step: LockStep) -> None:
        lock = threading.Lock()
        assert lock.acquire()
        assert lock.locked()
        assert not lock.acquire(timeout=5)
        assert not lock.acquire(blocking=False)
        assert not threading.Event().wait(5)
        with pytest.raises(queue.Empty):
            queue.SimpleQueue().get(timeout=5)

    assert run(program).broker.clock.now() == 15


def test_a_lock_refuses_what_python_s_refuses() -> None:
    def program(lock_step: LockStep) -> None:
        lock = threading.Lock()
        with pytest.raises(RuntimeError):
            lock.release()
        with pytest.raises(ValueError, match="non-blocking"):
            lock.acquire(False, 1)
        with pytest.raises(ValueError, match="non-negative"):
            lock.acquire(True, -2)

    run(program)


def test_a_deadlock_ends_as_by_ctrl_c() -> None:
    def program(lock_step: LockStep) -> None:
        lock = threading.Lock()
        lock.acquire()
        with pytest.raises(KeyboardInterrupt):
            lock.acquire()

    run(program)


def test_a_lock_that_outlives_the_run_is_an_ordinary_lock() -> None:
    kept: list[threading.Lock] = []
    run(lambda lock_step: kept.append(threading.Lock()))
    assert kept[0].acquire(timeout=1)
    assert not kept[0].acquire(timeout=0.001)
    kept[0].release()


def test_a_join_with_a_timeout_waits_that_long() -> None:
    def program(lock_step: LockStep) -> None:
        thread = threading.Thread(target=lock_step.sleep, args=(10_000_000,))
        thread.start()
        thread.join(4)
        assert thread.is_alive()
        thread.join()
        assert not thread.is_alive()
        thread.join()

    assert run(program).broker.clock.now() == 10


def test_threads_take_over_nothing_but_what_they_are() -> None:
    def program(lock_step: LockStep) -> None:
        main = threading.current_thread()
        assert threading.main_thread() is main
        seen: list[bool] = []
        thread = threading.Thread(target=lambda: seen.append(threading.main_thread() is main), daemon=True)
        thread.start()
        assert thread.daemon
        with pytest.raises(RuntimeError):
            thread.start()
        thread.join()
        assert seen == [True]

    run(program)


def test_all_is_as_it_was_afterwards() -> None:
    names = [(threading, "Lock"), (threading, "RLock"), (threading, "_allocate_lock"), (threading, "main_thread")]
    names += [(threading.Thread, "start"), (threading.Thread, "join"), (queue, "SimpleQueue")]  # type: ignore[list-item]
    stock = [getattr(owner, name) for owner, name in names]
    run(lambda lock_step: None)
    assert [getattr(owner, name) for owner, name in names] == stock
