"""Real time with the members of a virtual clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fakeamqp.real.clock import RealClock
from fakeamqp.world.clock import Clock


def test_it_counts_from_when_it_was_made_and_never_stands_still() -> None:
    clock = RealClock(lambda seconds: None)
    first = clock.now()
    assert first >= 0
    assert clock.now() >= first
    assert clock.starts_at <= clock.today() <= datetime.now(timezone.utc)


def test_to_advance_is_to_wait() -> None:
    waits: list[float] = []
    clock = RealClock(waits.append)
    clock.advance(2)
    clock.advance(timedelta(milliseconds=500))
    assert waits == [2.0, 0.5]


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="time does not run backwards"):
        RealClock(print).advance(-1)


def test_it_has_what_tests_use_of_the_virtual_one() -> None:
    inner = {"move_to", "watch", "unwatch", "passes_through"}  # for the world that drives it
    public = {name for name in vars(Clock) if not name.startswith("_")} - inner
    assert public <= set(dir(RealClock))
