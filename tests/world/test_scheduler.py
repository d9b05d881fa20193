"""Waiting: virtual time moves for who waits, and nothing hangs."""

from __future__ import annotations

import functools
import queue as queues
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pika
import pika.exceptions
import pytest

import fakeamqp
from fakeamqp import Broker, Livelock, ThreadGraceWarning, WouldBlockForever
from tests.support.eventually import eventually

DAY = 86_400


@pytest.fixture
def broker():
    with Broker(thread_grace=0.05) as broker:
        broker.scheduler.rounds.most_callbacks = 1_000
        yield broker


@pytest.fixture
def connection(broker):
    return fakeamqp.connect(broker)


@pytest.fixture
def channel(connection):
    return connection.channel()


def delayed(channel: Any, seconds: float, target: str = "work", name: str = "delay") -> None:
    """A queue whose messages reach `target` after a while."""
    channel.queue_declare(
        name,
        arguments={
            "x-message-ttl": int(seconds * 1000),
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": target,
        },
    )


class TestTimedWaits:
    def test_a_sleep_moves_time_to_its_end(self, broker, connection):
        connection.sleep(5.5)
        assert broker.clock.now() == 5.5

    def test_fractions_of_seconds_add_up_exactly(self, broker, connection):
        for _ in range(10):
            connection.sleep(0.1)
        assert broker.clock.now() == 1.0

    def test_a_timed_wait_ends_at_the_first_delivery(self, broker, connection, channel):
        channel.queue_declare("work")
        delayed(channel, 3)
        channel.basic_publish("", "delay", b"late")
        got = []
        channel.basic_consume("work", lambda *delivery: got.append(broker.clock.now()), auto_ack=True)
        connection.process_data_events(time_limit=10)
        assert (got, broker.clock.now()) == ([3.0], 3.0)

    def test_an_inactivity_timeout_moves_time_to_its_end(self, broker, channel):
        channel.queue_declare("work")
        assert next(channel.consume("work", inactivity_timeout=2)) == (None, None, None)
        assert broker.clock.now() == 2.0

    def test_a_sleep_fires_the_deadlines_on_its_way(self, broker, connection, channel):
        channel.queue_declare("gone", arguments={"x-expires": 1000})
        connection.sleep(2)
        with pytest.raises(KeyError):
            broker.queue("gone")

    def test_timers_fire_at_their_own_instants(self, broker, connection):
        fired = []
        for delay in (3, 1, 2):
            connection.call_later(delay, lambda: fired.append(broker.clock.now()))
        connection.sleep(5)
        assert fired == [1.0, 2.0, 3.0]


class TestEndlessWaits:
    def test_a_consumer_that_runs_dry_returns_and_stays_subscribed(self, broker, channel):
        channel.queue_declare("work")
        got = []
        channel.basic_consume("work", lambda ch, method, properties, body: got.append(body), auto_ack=True)
        channel.start_consuming()
        broker.publish("", "work", b"later")
        channel.start_consuming()
        assert got == [b"later"]
        assert broker.queue("work").consumers == 1

    def test_time_stands_still_for_a_consumer_that_runs_dry(self, broker, channel):
        channel.queue_declare("work")
        channel.queue_declare("old", arguments={"x-message-ttl": 60_000})
        channel.basic_publish("", "old", b"nobody's")
        channel.basic_consume("work", print)
        channel.start_consuming()
        assert broker.clock.now() == 0.0
        assert broker.queue("old").ready == 1

    def test_time_moves_to_what_will_be_delivered(self, broker, channel):
        channel.queue_declare("work")
        delayed(channel, 7 * DAY)
        channel.basic_publish("", "delay", b"late")
        got = []
        channel.basic_consume("work", lambda ch, method, properties, body: got.append((broker.clock.now(), body)))
        channel.start_consuming()
        assert got == [(7 * DAY, b"late")]

    def test_a_retry_ladder_of_days_runs_inside_one_call(self, broker, channel):
        channel.queue_declare("work")
        for step in range(10):
            delayed(channel, 3 * DAY, name=f"retry-{step}")
        channel.basic_publish("", "work", b"job")
        tries = []

        def work(ch, method, properties, body):
            if len(tries) < 10:
                ch.basic_publish("", f"retry-{len(tries)}", body)
            tries.append(broker.clock.now() / DAY)
            ch.basic_ack(method.delivery_tag)

        channel.basic_consume("work", work)
        channel.start_consuming()
        assert tries == [3.0 * step for step in range(11)]

    def test_a_timer_of_the_program_is_waited_for(self, broker, connection, channel):
        channel.queue_declare("work")
        got = []
        channel.basic_consume("work", lambda ch, method, properties, body: got.append(body), auto_ack=True)
        connection.call_later(60, lambda: channel.basic_publish("", "work", b"tick"))
        channel.start_consuming()
        assert (got, broker.clock.now()) == ([b"tick"], 60.0)

    def test_a_wait_for_an_answer_that_cannot_come_says_what_is_missing(self, broker, connection, channel):
        channel.queue_declare("rpc_queue")
        replies = channel.queue_declare("", exclusive=True).method.queue
        channel.basic_consume(replies, print, auto_ack=True)
        for _ in range(3):
            channel.basic_publish("", "rpc_queue", b"question", pika.BasicProperties(reply_to=replies))
        with pytest.raises(WouldBlockForever) as caught:
            connection.process_data_events(time_limit=None)
        assert "3 messages wait in 'rpc_queue', which has no consumer" in str(caught.value)
        assert "process_data_events() at test_scheduler.py:" in str(caught.value)
        assert broker.scheduler.raised == [caught.value]

    def test_a_generator_without_a_timeout_does_not_hang(self, channel):
        channel.queue_declare("work")
        with pytest.raises(WouldBlockForever, match=r"consume\(\) at .* nothing is on its way to 'work'"):
            next(channel.consume("work"))

    def test_an_exhausted_prefetch_is_named(self, connection, channel):
        channel.queue_declare("work")
        channel.basic_qos(prefetch_count=1)
        for _ in range(2):
            channel.basic_publish("", "work", b"job")
        channel.basic_consume("work", lambda *delivery: None)
        channel.start_consuming()
        with pytest.raises(WouldBlockForever, match="1 message waits in 'work' until 1 unacknowledged"):
            connection.process_data_events(time_limit=None)

    def test_a_wait_inside_a_callback_is_not_the_consumers(self, broker, connection, channel):
        """`start_consuming()` may return when it runs dry; a question in one of its callbacks may not."""
        channel.queue_declare("work")
        channel.basic_publish("", "work", b"job")
        other = fakeamqp.connect(broker)

        def work(ch, method, properties, body):
            other.process_data_events(time_limit=None)

        channel.basic_consume("work", work, auto_ack=True)
        with pytest.raises(WouldBlockForever, match=r"process_data_events\(\)"):
            channel.start_consuming()


class TestIdle:
    def test_raise_raises_at_once(self):
        with Broker(idle="raise") as broker:
            channel = fakeamqp.connect(broker).channel()
            channel.queue_declare("work")
            channel.basic_consume("work", print)
            with pytest.raises(WouldBlockForever, match=r"start_consuming\(\) at"):
                channel.start_consuming()

    def test_interrupt_ends_as_ctrl_c_does(self):
        with Broker(idle="interrupt") as broker:
            channel = fakeamqp.connect(broker).channel()
            channel.queue_declare("work")
            channel.basic_consume("work", print)
            with pytest.raises(KeyboardInterrupt):
                channel.start_consuming()

    def test_without_autojump_time_never_moves_by_itself(self):
        with Broker(autojump=False) as broker:
            connection = fakeamqp.connect(broker)
            with pytest.raises(WouldBlockForever, match="autojump=False"):
                connection.sleep(1)
            assert broker.clock.now() == 0.0

    def test_a_select_loop_returns_when_nothing_can_happen(self, broker):
        with fakeamqp.patch_pika(broker):
            opened = []
            connection = pika.SelectConnection(on_open_callback=opened.append)
            connection.ioloop.start()
            assert opened == [connection]


class TestNothingHangs:
    def test_an_endless_requeue_is_a_livelock(self, channel):
        channel.queue_declare("work")
        channel.basic_publish("", "work", b"poison")
        channel.basic_consume("work", lambda ch, method, *_: ch.basic_nack(method.delivery_tag, requeue=True))
        with pytest.raises(Livelock, match=r"message 1 from queue 'work'"):
            channel.start_consuming()

    def test_a_retry_ladder_without_an_end_is_a_livelock(self, broker, channel):
        channel.queue_declare("work", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "delay"})
        delayed(channel, DAY)
        channel.basic_publish("", "work", b"poison")
        channel.basic_consume("work", lambda ch, method, *_: ch.basic_nack(method.delivery_tag, requeue=False))
        with pytest.raises(Livelock, match="400 days"):
            channel.start_consuming()
        assert broker.clock.now() == 400 * DAY

    def test_a_ladder_in_a_generator_is_a_livelock_too(self, channel):
        channel.queue_declare("work", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "delay"})
        delayed(channel, DAY)
        channel.basic_publish("", "work", b"poison")

        def work_for_ever():
            for method, _, _ in channel.consume("work"):
                channel.basic_nack(method.delivery_tag, requeue=False)

        with pytest.raises(Livelock, match=r"consume\(\)"):
            work_for_ever()

    def test_a_timer_that_only_arms_itself_again_is_not_waited_for(self, broker, connection, channel):
        channel.queue_declare("work")
        channel.basic_consume("work", print)
        ticks = []

        def tick():
            ticks.append(broker.clock.now())
            connection.call_later(1, tick)

        tick()
        channel.start_consuming()
        assert ticks == [0.0, 1.0]

    def test_it_fires_on_the_way_to_something(self, broker, connection, channel):
        channel.queue_declare("work")
        delayed(channel, 4.5)
        channel.basic_publish("", "delay", b"late")
        ticks = []

        def tick():
            ticks.append(broker.clock.now())
            connection.call_later(1, tick)

        tick()
        channel.basic_consume("work", print, auto_ack=True)
        channel.start_consuming()
        assert ticks[:5] == [0.0, 1.0, 2.0, 3.0, 4.0]

    def test_a_timer_without_delay_that_arms_itself_is_a_livelock(self, connection, channel):
        channel.queue_declare("work")
        channel.basic_consume("work", print)

        def spin():
            connection.call_later(0, spin)

        spin()
        with pytest.raises(Livelock, match="spin"):
            channel.start_consuming()

    def test_overflowing_queues_that_feed_each_other_end(self, broker, channel):
        for name, other in (("ping", "pong"), ("pong", "ping")):
            channel.queue_declare(
                name,
                arguments={"x-max-length": 1, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": other},
            )
        for number in range(5):
            channel.basic_publish("", "ping", str(number).encode())
        assert broker.queue("ping").ready + broker.queue("pong").ready == 2

    def test_callbacks_that_feed_each_other_are_a_livelock(self, channel):
        for name, other in (("ping", "pong"), ("pong", "ping")):
            channel.queue_declare(name)
            channel.basic_consume(
                name,
                lambda ch, method, properties, body, to=other: ch.basic_publish("", to, body),
                auto_ack=True,
            )
        channel.basic_publish("", "ping", b"ball")
        with pytest.raises(Livelock, match=r"queue 'p[io]ng'"):
            channel.start_consuming()

    def test_a_long_backlog_is_no_livelock(self, broker, channel):
        channel.queue_declare("work")
        for _ in range(1_500):
            broker.publish("", "work", b"")
        got = []
        channel.basic_consume("work", lambda ch, method, *_: got.append(1), auto_ack=True)
        channel.start_consuming()
        assert len(got) == 1_500

    def test_a_reconnect_loop_ends(self, broker):
        def serve_for_ever():
            while True:
                connection = fakeamqp.connect(broker)
                channel = connection.channel()
                channel.queue_declare("work")
                channel.basic_consume("work", print)
                channel.start_consuming()

        with pytest.raises(WouldBlockForever, match="100 times"):
            serve_for_ever()

    def test_polls_without_a_time_limit_end(self, connection, channel):
        channel.queue_declare("work")

        def poll_for_ever():
            while True:
                connection.process_data_events()

        with pytest.raises(WouldBlockForever, match=r"1,000 polls.*broker\.clock\.advance"):
            poll_for_ever()

    def test_polls_with_a_time_limit_end_if_nothing_can_come(self, broker, connection):
        def poll_for_ever():
            while True:
                connection.process_data_events(time_limit=1)

        with pytest.raises(WouldBlockForever, match="1,000 polls"):
            poll_for_ever()
        assert broker.clock.now() < 2000

    def test_polls_with_a_time_limit_go_on_while_something_comes(self, broker, connection, channel):
        channel.queue_declare("work")
        delayed(channel, 3600)
        channel.basic_publish("", "delay", b"late")
        got = []
        channel.basic_consume("work", lambda *delivery: got.append(delivery), auto_ack=True)
        while not got:
            connection.process_data_events(time_limit=1)
        assert broker.clock.now() == 3600.0


class TestOtherConnectionsOfTheThread:
    def test_a_server_in_the_same_test_answers(self, broker):
        server = fakeamqp.connect(broker).channel()
        server.queue_declare("rpc")

        def answer(ch, method, properties, body):
            ch.basic_publish("", properties.reply_to, body.upper())

        server.basic_consume("rpc", answer, auto_ack=True)
        client = fakeamqp.connect(broker)
        channel = client.channel()
        replies = []
        channel.basic_consume(
            "amq.rabbitmq.reply-to", lambda ch, method, properties, body: replies.append(body), auto_ack=True
        )
        channel.basic_publish("", "rpc", b"hello", pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
        while not replies:
            client.process_data_events(time_limit=None)
        assert replies == [b"HELLO"]

    def test_a_client_that_polls_without_a_limit_is_answered_too(self, broker):
        server = fakeamqp.connect(broker).channel()
        server.queue_declare("rpc")
        server.basic_consume(
            "rpc", lambda ch, method, properties, body: ch.basic_publish("", properties.reply_to, body), auto_ack=True
        )
        client = fakeamqp.connect(broker)
        channel = client.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        replies = []
        channel.basic_consume(queue, lambda *delivery: replies.append(delivery), auto_ack=True)
        channel.basic_publish("", "rpc", b"", pika.BasicProperties(reply_to=queue))
        while not replies:
            client.process_data_events()
        assert len(replies) == 1

    def test_one_that_is_in_the_middle_of_a_callback_takes_nothing_else(self, broker, channel):
        channel.queue_declare("work")
        for _ in range(2):
            channel.basic_publish("", "work", b"")
        other = fakeamqp.connect(broker)
        depth = [0]

        def work(ch, method, properties, body):
            depth[0] += 1
            assert depth == [1]
            other.sleep(1)
            depth[0] -= 1

        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("work", work)
        channel.start_consuming()
        assert broker.clock.now() == 1.0

    def test_bad_news_waits_for_its_owner(self, broker, connection):
        """A connection that is dispatched in passing keeps its errors for its owner's own next call."""
        other = fakeamqp.connect(broker).channel()
        other.queue_declare("work")
        other.basic_publish("missing", "key", b"lost")
        connection.sleep(1)
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            other.basic_publish("", "work", b"next")


class TestHeartbeats:
    def test_an_idle_connection_lives_through_days(self, broker, connection, channel):
        idle = fakeamqp.connect(broker)
        connection.sleep(30 * DAY)
        assert idle.is_open
        assert connection.is_open
        assert idle.channel().is_open

    def test_advancing_the_clock_loses_nobody(self, broker, connection):
        broker.clock.advance(DAY)
        assert connection.channel().is_open

    def test_a_callback_that_lets_time_pass_loses_its_connection(self, broker, channel):
        channel.queue_declare("work")
        channel.basic_publish("", "work", b"slow")

        def work(ch, method, properties, body):
            broker.clock.advance(300)
            ch.basic_ack(method.delivery_tag)

        channel.basic_consume("work", work)
        with pytest.raises(pika.exceptions.StreamLostError):
            channel.start_consuming()
        assert broker.queue("work").ready == 1


class TestThreads:
    def test_a_timer_thread_may_acknowledge(self, broker, connection, channel):
        channel.queue_declare("work")
        channel.basic_publish("", "work", b"job")

        def work(ch, method, properties, body):
            acknowledge = functools.partial(ch.basic_ack, method.delivery_tag)
            threading.Timer(0.01, connection.add_callback_threadsafe, [acknowledge]).start()

        channel.basic_consume("work", work)
        channel.start_consuming()
        assert broker.queue("work").unacked == 0

    def test_one_thread_for_each_message(self, broker, connection, channel):
        channel.queue_declare("work")
        for _ in range(20):
            channel.basic_publish("", "work", b"job")
        threads = []

        def work(ch, method, properties, body):
            acknowledge = functools.partial(ch.basic_ack, method.delivery_tag)
            thread = threading.Thread(target=connection.add_callback_threadsafe, args=[acknowledge])
            threads.append(thread)
            thread.start()

        channel.basic_qos(prefetch_count=4)
        channel.basic_consume("work", work)
        channel.start_consuming()
        assert len(threads) == 20
        assert (broker.queue("work").ready, broker.queue("work").unacked) == (0, 0)

    def test_a_pool_of_four_works_and_then_sits_idle(self, broker, connection, channel):
        channel.queue_declare("work")
        for _ in range(20):
            channel.basic_publish("", "work", b"job")
        with ThreadPoolExecutor(4) as pool:

            def work(ch, method, properties, body):
                acknowledge = functools.partial(ch.basic_ack, method.delivery_tag)
                pool.submit(connection.add_callback_threadsafe, acknowledge)

            channel.basic_qos(prefetch_count=4)
            channel.basic_consume("work", work)
            channel.start_consuming()
        assert (broker.queue("work").ready, broker.queue("work").unacked) == (0, 0)

    def test_a_thread_that_never_stirs_is_named(self, connection, channel):
        channel.queue_declare("work")
        channel.basic_consume("work", print)
        release = threading.Event()
        thread = threading.Thread(target=release.wait, name="sleeper", daemon=True)
        thread.start()
        with pytest.warns(ThreadGraceWarning, match=r"'sleeper'.*thread_grace"):
            channel.start_consuming()
        release.set()
        thread.join()

    def test_a_daemon_worker_and_an_event(self, broker):
        done = threading.Event()
        ready = threading.Event()
        ended: queues.Queue[BaseException] = queues.Queue()

        def serve():
            try:
                channel = fakeamqp.connect(broker).channel()
                channel.queue_declare("work")
                channel.basic_consume("work", lambda *delivery: done.set(), auto_ack=True)
                ready.set()
                channel.start_consuming()
            except BaseException as error:
                ended.put(error)

        worker = threading.Thread(target=serve, daemon=True)
        worker.start()
        assert ready.wait(5)
        fakeamqp.connect(broker).channel().basic_publish("", "work", b"job")
        assert done.wait(5)
        broker.close()
        worker.join(5)
        error = ended.get_nowait()
        assert isinstance(error, pika.exceptions.ConnectionClosedByBroker)
        assert error.reply_code == 320

    def test_time_stands_while_a_thread_runs(self, broker, connection):
        release = threading.Event()
        thread = threading.Thread(target=release.wait)
        thread.start()
        connection.sleep(0.02)
        assert broker.clock.now() == 0.0
        release.set()
        thread.join()
        connection.sleep(0.02)
        assert broker.clock.now() == 0.02

    def test_a_timed_wait_has_no_more_patience_than_an_endless_one(self, broker, connection):
        release = threading.Event()
        thread = threading.Thread(target=release.wait, name="sleeper")
        thread.start()
        with pytest.warns(ThreadGraceWarning, match=r"sleep\(\) at .* 'sleeper'"):
            connection.sleep(DAY)
        assert DAY - 1 < broker.clock.now() < DAY
        release.set()
        thread.join()

    def test_an_idle_pool_holds_nobody_up(self):
        with Broker(thread_grace=60) as broker, ThreadPoolExecutor(2) as pool:
            connection = fakeamqp.connect(broker)
            pool.submit(int).result()
            connection.sleep(DAY)
        assert DAY - 1 < broker.clock.now() <= DAY

    def test_time_moves_when_every_thread_waits(self, broker, connection, channel):
        channel.queue_declare("work")
        delayed(channel, DAY)
        subscribed = threading.Event()
        got = []

        def serve():
            worker = fakeamqp.connect(broker).channel()
            worker.basic_consume("work", lambda *delivery: got.append(broker.clock.now()), auto_ack=True)
            subscribed.set()
            with pytest.raises(pika.exceptions.ConnectionClosedByBroker):
                worker.start_consuming()

        thread = threading.Thread(target=serve)
        thread.start()
        assert subscribed.wait(5)
        assert eventually(lambda: broker.scheduler.waiting), "the worker waits"
        channel.basic_publish("", "delay", b"late")
        connection.sleep(2 * DAY)
        assert 2 * DAY - 1 < broker.clock.now() <= 2 * DAY, "while the worker is busy the sleep ends by real time"
        broker.close()
        thread.join(5)
        assert got == [DAY]


class TestAdvanceAndRun:
    def test_two_advances_are_one(self):
        def play(*steps):
            with Broker() as broker:
                channel = fakeamqp.connect(broker).channel()
                channel.queue_declare("work")
                delayed(channel, 3)
                got = []
                channel.basic_consume("work", lambda *delivery: got.append(broker.clock.now()), auto_ack=True)
                channel.basic_publish("", "delay", b"late")
                for step in steps:
                    broker.clock.advance(step)
                return got, broker.clock.now()

        assert play(5) == play(2, 3) == play(3, 2) == ([3.0], 5.0)

    def test_an_advance_inside_a_callback_moves_the_clock_and_the_outer_one_ends_later(self, broker, channel):
        channel.queue_declare("work")
        delayed(channel, 1)
        channel.basic_publish("", "delay", b"late")
        channel.basic_consume("work", lambda *delivery: broker.clock.advance(10), auto_ack=True)
        broker.clock.advance(5)
        assert broker.clock.now() == 11.0

    def test_settle_never_moves_time(self, broker, channel):
        channel.queue_declare("work")
        got = []
        channel.basic_consume("work", lambda *delivery: got.append(1), auto_ack=True)
        broker.publish("", "work", b"job")
        broker.settle()
        assert (got, broker.clock.now()) == ([1], 0.0)

    def test_run_goes_on_until_nothing_can_happen(self, broker, channel):
        channel.queue_declare("work")
        delayed(channel, DAY)
        got = []
        channel.basic_consume("work", lambda *delivery: got.append(broker.clock.now()), auto_ack=True)
        channel.basic_publish("", "delay", b"late")
        broker.run()
        assert (got, broker.clock.now()) == ([DAY], DAY)

    def test_run_stops_when_its_condition_is_true(self, broker, channel):
        for name in ("one", "two"):
            channel.queue_declare(name, arguments={"x-message-ttl": 1000 if name == "one" else 2000})
            channel.basic_publish("", name, b"")
        broker.run(until=lambda: not broker.queue("one").ready)
        assert (broker.clock.now(), broker.queue("two").ready) == (1.0, 1)

    def test_run_for_some_time_ends_at_that_time(self, broker):
        broker.run(seconds=7)
        assert broker.clock.now() == 7.0


def test_calls_that_are_answered_are_no_livelock_however_many() -> None:
    """A program that publishes with confirms, or asks, for long at one instant gets nowhere round."""
    broker = Broker()
    broker.scheduler.rounds.most_callbacks = 50
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("q")
        channel.confirm_delivery()
        for _ in range(200):
            channel.basic_publish("", "q", b"")
        for _ in range(200):
            channel.queue_declare("q", passive=True)
        for _ in range(200):
            channel.basic_ack(channel.basic_get("q")[0].delivery_tag)
    assert broker.queue("q").ready == 0
