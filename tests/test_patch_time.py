"""`patch_time`: programs that sleep, look at the clock and wait for pika, in the virtual time of their broker."""

from __future__ import annotations

import datetime as dt
import logging
import sys
import threading
import time
import warnings
from contextlib import nullcontext
from datetime import datetime, timezone
from time import monotonic, sleep

import freezegun
import pika
import pytest
import tenacity
import time_machine

import fakeamqp
from fakeamqp import patch_pika

PARAMETERS = pika.ConnectionParameters("localhost")
NEW_YEAR = datetime(2030, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def broker():
    with patch_pika(patch_time=True) as broker:
        yield broker


@pytest.fixture
def connection(broker):
    return pika.BlockingConnection(PARAMETERS)


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.queue_declare("jobs")
    return channel


class TestLoopsThatPoll:
    def test_a_poll_for_at_most_five_seconds_ends(self, broker, connection):
        polls = 0
        end = time.time() + 5
        while time.time() < end:
            connection.process_data_events(0)
            time.sleep(0.1)
            polls += 1
        assert polls == 50
        assert broker.clock.now() == 5

    def test_one_that_polls_for_a_day_ends(self, broker, connection):
        end = time.monotonic() + 86_400
        while time.monotonic() < end:
            connection.process_data_events(0)
            time.sleep(10)
        assert broker.clock.now() == 86_400

    def test_one_gets_what_comes_meanwhile(self, broker, connection, channel):
        channel.queue_declare("later", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "jobs"})
        channel.basic_publish("", "later", b"tea", pika.BasicProperties(expiration="2500"))
        got = None
        while got is None:
            sleep(1)
            _, _, got = channel.basic_get("jobs", auto_ack=True)
        assert (got, broker.clock.now()) == (b"tea", 3)

    def test_one_for_which_nothing_can_come_is_told(self, broker, connection):
        def poll():
            while True:
                connection.process_data_events(0)
                time.sleep(0.1)

        with pytest.raises(fakeamqp.WouldBlockForever, match="polls in a row"):
            poll()

    def test_a_program_that_only_sleeps_is_told(self, broker):
        def rest():
            while True:
                time.sleep(1)

        with pytest.raises(fakeamqp.WouldBlockForever, match="100,000 polls in a row"):
            rest()


class TestSleep:
    def test_deadlines_fire_on_the_way(self, broker, channel):
        channel.queue_declare("short", arguments={"x-message-ttl": 1_000})
        channel.basic_publish("", "short", b"tea")
        time.sleep(1)
        assert broker.queue("short").ready == 0

    def test_no_callback_is_called_before_the_program_asks_pika(self, broker, connection, channel):
        called = []
        channel.basic_consume("jobs", lambda *delivery: called.append(time.monotonic()), auto_ack=True)
        connection.call_later(1, lambda: called.append(time.monotonic()))
        broker.publish("", "jobs", b"tea")
        time.sleep(5)
        assert called == []
        connection.process_data_events(0)
        assert len(called) == 2

    def test_a_connection_left_alone_for_too_long_is_lost(self, connection):
        time.sleep(200)
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            connection.process_data_events(0)

    def test_one_that_is_polled_now_and_then_is_kept(self, broker, connection):
        for _ in range(10):
            time.sleep(50)
            connection.process_data_events(0)
        assert connection.is_open
        assert broker.clock.now() == 500

    def test_without_heartbeats_none_is_lost(self, broker):
        connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", heartbeat=0))
        time.sleep(86_400)
        connection.process_data_events(0)
        assert connection.is_open

    def test_a_slow_callback_loses_its_connection(self, broker, connection, channel):
        channel.basic_consume("jobs", lambda *delivery: time.sleep(200), auto_ack=False)
        broker.publish("", "jobs", b"tea")
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            channel.start_consuming()
        assert broker.queue("jobs").ready == 1

    def test_time_does_not_pass_by_itself_without_autojump(self):
        with patch_pika(patch_time=True, autojump=False), pytest.raises(fakeamqp.WouldBlockForever, match="autojump"):
            time.sleep(1)


class TestLimitsOfPika:
    def test_it_tries_to_connect_again_after_its_delay(self):
        parameters = pika.ConnectionParameters("elsewhere", 1234, connection_attempts=4, retry_delay=30)
        began = time.monotonic()
        with patch_pika(patch_time=True) as broker:
            began = time.monotonic()
            with pytest.raises(pika.exceptions.AMQPConnectionError):
                pika.BlockingConnection(parameters)
            assert time.monotonic() - began == broker.clock.now() == 3 * 30

    def test_the_stack_timeout_ends_an_attempt(self, broker):
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            pika.BlockingConnection(pika.ConnectionParameters("localhost", stack_timeout=0.0001, retry_delay=0))
        assert broker.clock.now() < 1

    def test_consume_gives_up_after_its_inactivity_timeout(self, channel):
        began = time.monotonic()
        seen = []
        for _, _, body in channel.consume("jobs", inactivity_timeout=20):
            seen.append((body, time.monotonic() - began))
            if len(seen) == 2:
                break
        assert seen == [(None, 20), (None, 40)]

    def test_a_blocked_connection_is_given_up_after_its_timeout(self, broker):
        connection = pika.BlockingConnection(
            pika.ConnectionParameters("localhost", blocked_connection_timeout=300, heartbeat=0)
        )
        channel = connection.channel()
        broker.faults.block_publishers()
        channel.basic_publish("", "jobs", b"tea")
        began = time.time()
        with pytest.raises(pika.exceptions.ConnectionBlockedTimeout):
            connection.sleep(1_000)
        assert time.time() - began == 300


class TestBackoff:
    def test_a_loop_that_doubles_its_pauses(self, broker):
        def connect():
            pause = 1
            while True:
                try:
                    return pika.BlockingConnection(PARAMETERS)
                except pika.exceptions.AMQPConnectionError:
                    sleep(pause)
                    pause *= 2

        broker.faults.refuse_connections(5)
        assert connect().is_open
        assert broker.clock.now() == 1 + 2 + 4 + 8 + 16

    def test_tenacity(self, broker):
        @tenacity.retry(
            wait=tenacity.wait_exponential(multiplier=1, max=60),
            stop=tenacity.stop_after_delay(600),
            retry=tenacity.retry_if_exception_type(pika.exceptions.AMQPConnectionError),
        )
        def connect():
            return pika.BlockingConnection(PARAMETERS)

        broker.faults.refuse_connections(8)
        assert connect().is_open
        assert broker.clock.now() == 1 + 2 + 4 + 8 + 16 + 32 + 60 + 60


class TestWhatFollows:
    def test_names_taken_over_before(self, broker):
        before = monotonic()
        sleep(60)
        assert monotonic() - before == 60
        assert datetime.now(timezone.utc) == dt.datetime.now(dt.timezone.utc) == broker.clock.today()

    def test_every_form_of_the_calendar(self, broker):
        broker.clock.advance(dt.timedelta(hours=30))
        assert datetime.now(timezone.utc) == datetime(2024, 1, 2, 6, tzinfo=timezone.utc)
        assert datetime.now() == datetime.today() == datetime.fromtimestamp(time.time())
        assert dt.date.today() == datetime.now().date()
        assert time.strftime("%Y-%m-%d") == time.strftime("%Y-%m-%d", time.localtime()) == str(dt.date.today())
        assert time.gmtime()[:4] == (2024, 1, 2, 6)
        assert time.ctime() == time.asctime() == time.asctime(time.localtime(time.time()))

    @pytest.mark.parametrize(
        "calendar", [nullcontext(), freezegun.freeze_time(NEW_YEAR), time_machine.travel(NEW_YEAR, tick=False)]
    )
    def test_a_deprecated_form_with_the_warning_that_python_gives(self, broker, calendar):
        with calendar, warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            shown = datetime.utcnow()
            assert shown == datetime.now(timezone.utc).replace(tzinfo=None)
        deprecated = sys.version_info >= (3, 12)
        assert [warning.filename for warning in told] == [__file__] * deprecated

    def test_log_records(self, broker, caplog):
        broker.clock.advance(90)
        logging.getLogger(__name__).warning("late")
        assert caplog.records[0].created == broker.clock.today().timestamp()

    def test_timestamps_of_messages(self, broker, channel):
        time.sleep(7)
        channel.basic_publish("", "jobs", b"tea", pika.BasicProperties(timestamp=int(time.time())))
        (message,) = broker.queue("jobs").messages
        assert message.properties["timestamp"] == broker.clock.today().timestamp()


class TestThreads:
    def test_a_consumer_in_a_thread_works_while_the_main_thread_sleeps(self, broker):
        done = []

        def consume():
            channel = pika.BlockingConnection(PARAMETERS).channel()
            channel.queue_declare("jobs")
            channel.basic_consume("jobs", lambda *delivery: done.append(delivery[-1]), auto_ack=True)
            ready.set()
            with pytest.raises(pika.exceptions.ConnectionClosedByBroker):
                channel.start_consuming()

        ready = threading.Event()
        thread = threading.Thread(target=consume, daemon=True)
        thread.start()
        assert ready.wait(10)
        with fakeamqp.connect(broker, heartbeat=0) as connection:
            channel = connection.channel()
            channel.queue_declare(
                "later",
                arguments={
                    "x-message-ttl": 3_600_000,
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": "jobs",
                },
            )
            channel.basic_publish("", "later", b"tea")
            time.sleep(3_601)
        assert done == [b"tea"]
        broker.close()
        thread.join(10)

    def test_two_threads_that_sleep_wake_in_order(self, broker):
        woken = []

        def nap(seconds):
            time.sleep(seconds)
            woken.append((seconds, broker.clock.now()))

        threads = [threading.Thread(target=nap, args=(seconds,)) for seconds in (300, 100, 200)]
        for thread in threads:
            thread.start()
        time.sleep(400)
        for thread in threads:
            thread.join(10)
        assert woken == [(100, 100), (200, 200), (300, 300)]

    def test_who_waits_for_a_sleeper_gets_it_at_once(self, broker):
        thread = threading.Thread(target=time.sleep, args=(86_400,))
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        assert broker.clock.now() == 86_400

    def test_a_thread_that_computes_is_waited_for_in_real_time(self, broker):
        seen, begun, release = [], threading.Event(), []

        def compute():
            begun.set()
            while not release:
                pass
            seen.append(broker.clock.now())

        thread = threading.Thread(target=compute)
        thread.start()
        begun.wait(10)
        threading.Timer(0.05, release.append, [True]).start()
        time.sleep(100)
        thread.join(10)
        assert seen == [0]

    def test_waits_for_a_thread_are_real(self, broker):
        began = time.monotonic()
        assert not threading.Event().wait(0.01)
        assert time.monotonic() == began
