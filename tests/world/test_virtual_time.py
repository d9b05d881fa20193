"""Python's clock in virtual time."""

from __future__ import annotations

import time

import pytest

from fakeamqp.world.clock import Clock
from fakeamqp.world.virtual_time import UPTIME_US, VirtualTime

NAMES = ("sleep", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


def virtual(clock: Clock, takes_part: bool = True) -> VirtualTime:
    return VirtualTime(clock, lambda: takes_part, lambda duration_us: clock.move_to(clock.now_us + duration_us))


def test_all_clocks_show_the_broker_s_time() -> None:
    clock = Clock()
    with virtual(clock):
        time.sleep(1.5)
        assert time.time() == clock.starts_at.timestamp() + 1.5
        assert time.time_ns() == int(clock.starts_at.timestamp()) * 1_000_000_000 + 1_500_000_000
        assert time.monotonic() == time.perf_counter() == (UPTIME_US + 1_500_000) / 1_000_000
        assert time.monotonic_ns() == time.perf_counter_ns() == (UPTIME_US + 1_500_000) * 1_000


def test_a_thread_that_takes_no_part_keeps_the_machine_s_time() -> None:
    clock = Clock()
    before = time.time()
    with virtual(clock, takes_part=False):
        time.sleep(0)
        assert before <= time.time() < before + 60
    assert clock.now_us == 0


def test_the_clocks_are_as_they_were_afterwards() -> None:
    stock = [getattr(time, name) for name in NAMES]
    with virtual(Clock()):
        assert [getattr(time, name) for name in NAMES] != stock
    assert [getattr(time, name) for name in NAMES] == stock


def test_a_negative_sleep_is_refused_in_python_s_words() -> None:
    with virtual(Clock()), pytest.raises(ValueError, match=r"^sleep length must be non-negative$"):
        time.sleep(-1)


def test_it_is_told_when_somebody_asks_for_the_time() -> None:
    asked: list[bool] = []
    with VirtualTime(Clock(), lambda: True, lambda duration_us: None, lambda: asked.append(True)):
        time.time()
        time.monotonic_ns()
    assert len(asked) == 2
