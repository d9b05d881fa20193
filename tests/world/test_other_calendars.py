"""freezegun and time-machine beside virtual time: the calendar is theirs, and virtual time moves it on."""

from __future__ import annotations

import threading
import time
import warnings
from datetime import date, datetime, timezone
from time import sleep

import freezegun
import pika
import pytest
import time_machine

from fakeamqp import patch_pika
from fakeamqp.world.other_calendars import on_top

NEW_YEAR = datetime(2030, 1, 1, tzinfo=timezone.utc)


def frozen():
    return freezegun.freeze_time(NEW_YEAR)


def travelling():
    return time_machine.travel(NEW_YEAR, tick=False)


@pytest.fixture(params=[frozen, travelling], ids=["freezegun", "time-machine"])
def calendar(request):
    return request.param


def seen():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # utcnow, from Python 3.12 on
        return time.time(), datetime.now(timezone.utc), datetime.utcnow().date(), date.today()


EXPECTED_LATER = (NEW_YEAR.timestamp() + 60, NEW_YEAR.replace(minute=1), date(2030, 1, 1), date(2030, 1, 1))


def test_it_shows_their_time_and_goes_on_with_the_broker_s(calendar):
    with patch_pika(patch_time=True) as broker, calendar():
        sleep(60)
        assert seen() == EXPECTED_LATER
        assert broker.clock.now() == 60


def test_it_does_so_too_if_they_were_there_first(calendar):
    with calendar(), patch_pika(patch_time=True):
        time.sleep(60)
        assert seen() == EXPECTED_LATER


def test_after_them_the_broker_s_time_holds_again(calendar):
    with patch_pika(patch_time=True) as broker:
        with calendar():
            pass
        sleep(60)
        assert datetime.now(timezone.utc) == broker.clock.today()
        assert time.time() == broker.clock.today().timestamp()


def test_after_both_all_is_as_it_was(calendar):
    before = (time.time, time.monotonic, time.sleep, datetime, date)
    with patch_pika(patch_time=True), calendar():
        pass
    with calendar(), patch_pika(patch_time=True):
        pass
    assert (time.time, time.monotonic, time.sleep, datetime, date) == before
    with calendar():
        assert datetime.now(timezone.utc) == NEW_YEAR
    assert on_top() is None


def test_without_patch_time_a_frozen_clock_keeps_nobody_waiting(calendar):
    """The scheduler's own patience is in the machine's time."""

    release = threading.Event()
    with calendar(), patch_pika(thread_grace=0.02):
        thread = threading.Thread(target=release.wait, args=(10,))
        thread.start()
        with pytest.warns(UserWarning, match="thread_grace"):
            _consume()
        release.set()
        thread.join(10)


def _consume():

    connection = pika.BlockingConnection()
    connection.channel().queue_declare("jobs")
    channel = connection.channel()
    channel.basic_consume("jobs", lambda *delivery: None)
    channel.start_consuming()
