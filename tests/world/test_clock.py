"""Virtual time: whole microseconds, forwards only."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fakeamqp.world.clock import Clock, microseconds


def test_it_begins_at_zero_and_at_the_given_date():
    clock = Clock(datetime(2030, 1, 1, tzinfo=timezone.utc))
    assert (clock.now(), clock.today()) == (0.0, datetime(2030, 1, 1, tzinfo=timezone.utc))


def test_advance_takes_seconds_and_timedeltas():
    clock = Clock()
    clock.advance(1.5)
    clock.advance(timedelta(minutes=1))
    assert (clock.now(), clock.now_us) == (61.5, 61_500_000)
    assert clock.today() == datetime(2024, 1, 1, 0, 1, 1, 500_000, tzinfo=timezone.utc)


def test_time_does_not_run_backwards():
    clock = Clock()
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    clock.move_to(5)
    clock.move_to(3)
    assert clock.now_us == 5


def test_tenths_of_seconds_do_not_drift():
    clock = Clock()
    for _ in range(1000):
        clock.advance(0.1)
    assert clock.now() == 100.0


@pytest.mark.parametrize(
    ("duration", "expected"), [(0, 0), (1e-9, 1), (1.1, 1_100_000), (timedelta(days=1), 86_400_000_000)]
)
def test_a_positive_duration_is_at_least_a_microsecond(duration, expected):
    assert microseconds(duration) == expected


def test_advance_lets_someone_else_fire_what_is_due():
    clock, passed = Clock(), []
    clock.passes_through(passed.append)
    clock.advance(2)
    assert (passed, clock.now_us) == ([2_000_000], 0)
