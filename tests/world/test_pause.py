"""Waits outside any client library."""

from __future__ import annotations

import pytest

from fakeamqp import Broker
from fakeamqp.world.call import SLEEP
from fakeamqp.world.clock import SECOND, Clock
from fakeamqp.world.pause import Pause, Sleep


def test_a_pause_is_over_when_its_condition_says_so():
    done: list[bool] = []
    pause = Pause(Clock(), lambda: bool(done), None)
    assert not pause.ready()
    done.append(True)
    assert pause.ready()


def test_it_is_over_at_its_end_whatever_the_condition_says():
    clock = Clock()
    pause = Pause(clock, lambda: False, 5 * SECOND)
    clock.move_to(5 * SECOND - 1)
    assert not pause.ready()
    clock.move_to(5 * SECOND)
    assert pause.ready()


@pytest.mark.parametrize("until_us", [None, 5 * SECOND])
def test_its_end_is_told_to_who_moves_time(until_us):
    assert Pause(Clock(), lambda: False, until_us).wait_ends() == until_us


def test_it_carries_no_connection_and_takes_nothing():
    pause = Pause(Clock(), lambda: False, None)
    assert (pause.thread, pause.serves(1), pause.has_work(), pause.is_busy(), pause.consumes()) == (
        *(-1, False, False, False),
        False,
    )
    assert (pause.next_timer(), pause.last_timer(), pause.next_background()) == (None, None, None)


def test_a_sleep_belongs_to_its_thread_and_ends_by_virtual_time_alone():
    clock = Clock()
    sleep = Sleep(clock, 7, 5 * SECOND)
    sleep.slip(5 * SECOND)
    assert (sleep.thread, sleep.ready(), sleep.wait_ends()) == (7, False, 5 * SECOND)
    clock.move_to(5 * SECOND)
    assert sleep.ready()


def test_the_scheduler_moves_time_to_the_end_of_a_pause():
    broker = Broker()
    broker.scheduler.wait(Pause(broker.clock, lambda: False, 5 * SECOND), SLEEP)
    assert broker.clock.now() == 5.0
