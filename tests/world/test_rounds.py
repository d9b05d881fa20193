"""What goes round for ever ends, and what has an end is let go on."""

from __future__ import annotations

import time

import pytest

import fakeamqp
from fakeamqp import Broker, Livelock

DAY = 86_400


@pytest.fixture
def broker():
    with Broker(thread_grace=0.05) as broker:
        broker.scheduler.rounds.most_callbacks = 2_000
        broker.scheduler.rounds.most_over_time = 400
        broker.model.deaths.most_deaths = 400
        yield broker


@pytest.fixture
def connection(broker):
    return fakeamqp.connect(broker)


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.queue_declare("work")
    return channel


def delay(channel, seconds: float, name: str = "delay", target: str = "work") -> None:
    """A queue whose messages reach `target` after a while."""
    channel.queue_declare(
        name,
        arguments={
            "x-message-ttl": int(seconds * 1000),
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": target,
        },
    )


def publish_again(channel, method, properties, body, to: str = "delay") -> None:
    channel.basic_publish("", to, body)
    channel.basic_ack(method.delivery_tag)


class TestOverTime:
    @pytest.mark.parametrize("seconds", [60, 1, 0.001])
    def test_a_ladder_of_rejections_without_an_end_is_a_livelock(self, broker, connection, seconds):
        channel = connection.channel()
        channel.queue_declare("jobs", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "delay"})
        delay(channel, seconds, target="jobs")
        channel.basic_publish("", "jobs", b"poison")
        channel.basic_consume("jobs", lambda ch, method, *_: ch.basic_nack(method.delivery_tag, requeue=False))
        with pytest.raises(Livelock) as caught:
            channel.start_consuming()
        assert "message 1 has died 401 times" in str(caught.value)
        assert "201 times rejected in queue 'jobs', 200 times expired in queue 'delay'" in str(caught.value)
        assert broker.scheduler.raised == [caught.value]

    def test_so_is_one_that_a_loop_of_gets_and_sleeps_climbs(self, connection):
        channel = connection.channel()
        channel.queue_declare("jobs", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "delay"})
        delay(channel, 1, target="jobs")
        channel.basic_publish("", "jobs", b"poison")

        def work_for_ever():
            while True:
                method, _, _ = channel.basic_get("jobs")
                channel.basic_nack(method.delivery_tag, requeue=False)
                connection.sleep(1)

        with pytest.raises(Livelock, match="message 1 has died"):
            work_for_ever()

    def test_one_in_which_the_consumer_publishes_again_is_a_livelock(self, broker, channel):
        delay(channel, 60)
        channel.basic_publish("", "work", b"poison")
        channel.basic_consume("work", publish_again)
        with pytest.raises(Livelock, match=r"401 callbacks .* messages published anew, from queue 'work'"):
            channel.start_consuming()
        assert broker.clock.now() == 401 * 60

    def test_so_is_one_in_a_generator(self, channel):
        delay(channel, 60)
        channel.basic_publish("", "work", b"poison")

        def work_for_ever():
            for method, properties, body in channel.consume("work"):
                publish_again(channel, method, properties, body)

        with pytest.raises(Livelock, match="published anew"):
            work_for_ever()

    def test_so_is_one_that_many_messages_climb_together(self, broker, channel):
        delay(channel, 60)
        for _ in range(20):
            channel.basic_publish("", "work", b"poison")
        channel.basic_consume("work", publish_again)
        with pytest.raises(Livelock, match="published anew"):
            channel.start_consuming()

    @pytest.mark.parametrize("sleep", ["connection.sleep", "clock.advance"])
    def test_an_endless_requeue_that_lets_time_pass_is_a_livelock(self, broker, connection, channel, sleep):
        let_pass = connection.sleep if sleep == "connection.sleep" else broker.clock.advance

        def work(ch, method, properties, body):
            let_pass(1)
            ch.basic_nack(method.delivery_tag, requeue=True)

        channel.basic_publish("", "work", b"poison")
        channel.basic_consume("work", work)
        with pytest.raises(Livelock, match="message 1 from queue 'work'"):
            channel.start_consuming()

    def test_so_is_one_that_sleeps_by_the_clock_of_python(self, broker):
        with fakeamqp.patch_pika(broker, patch_time=True):
            channel = fakeamqp.connect(broker).channel()
            channel.queue_declare("work")

            def work(ch, method, properties, body):
                time.sleep(1)
                ch.basic_nack(method.delivery_tag, requeue=True)

            channel.basic_publish("", "work", b"poison")
            channel.basic_consume("work", work)
            with pytest.raises(Livelock, match="message 1 from queue 'work'"):
                channel.start_consuming()

    def test_a_timer_that_arms_itself_and_publishes_is_a_livelock(self, connection, channel):
        def tick():
            channel.basic_publish("", "work", b"tick")
            connection.call_later(1, tick)

        tick()
        channel.basic_consume("work", lambda *delivery: None, auto_ack=True)
        with pytest.raises(Livelock, match=r"the callback .*\.tick"):
            channel.start_consuming()

    def test_run_without_an_end_ends_too(self, broker, channel):
        delay(channel, 60)
        channel.basic_publish("", "work", b"poison")
        channel.basic_consume("work", publish_again)
        with pytest.raises(Livelock, match="published anew"):
            broker.run()


class TestWhatHasAnEnd:
    def test_a_ladder_of_ten_steps_over_a_month_for_thousands_of_messages(self, broker, channel):
        channel.queue_declare("jobs", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "delay"})
        delay(channel, 3 * DAY, target="jobs")
        done = []

        def work(ch, method, properties, body):
            deaths = (properties.headers or {}).get("x-death", [])
            tries = next((death["count"] for death in deaths if death["reason"] == "rejected"), 0)
            if tries < 10:
                ch.basic_nack(method.delivery_tag, requeue=False)
            else:
                done.append(body)
                ch.basic_ack(method.delivery_tag)

        for number in range(2_000):
            channel.basic_publish("", "jobs", str(number).encode())
            if number % 500 == 0:
                broker.clock.advance(7)
        channel.basic_consume("jobs", work)
        channel.start_consuming()
        assert len(done) == 2_000
        assert broker.clock.now() == 30 * DAY + 28

    def test_a_ladder_by_publishing_again_for_many_messages(self, broker, channel):
        delay(channel, 3 * DAY)

        def work(ch, method, properties, body):
            if int(body) < 10:
                ch.basic_publish("", "delay", str(int(body) + 1))
            ch.basic_ack(method.delivery_tag)

        for _ in range(200):
            channel.basic_publish("", "work", b"0")
            broker.clock.advance(7)
        channel.basic_consume("work", work)
        channel.start_consuming()
        assert broker.queue("delay").ready == broker.queue("work").ready == 0

    def test_a_poll_that_publishes_itself_again_some_hundred_times(self, channel):
        delay(channel, 60)
        polls = []

        def poll(ch, method, properties, body):
            polls.append(body)
            if len(polls) < 390:
                ch.basic_publish("", "delay", body)
            ch.basic_ack(method.delivery_tag)

        channel.basic_publish("", "work", b"is it ready?")
        channel.basic_consume("work", poll)
        channel.start_consuming()
        assert len(polls) == 390

    def test_a_poll_until_a_timer_that_was_set_before(self, broker, connection, channel):
        delay(channel, 60)
        channel.basic_publish("", "work", b"poll")
        channel.basic_consume("work", publish_again)
        connection.call_later(DAY, channel.stop_consuming)
        channel.start_consuming()
        assert broker.clock.now() == DAY

    def test_a_poll_until_a_message_that_was_on_its_way_before(self, broker, channel):
        delay(channel, 60)
        delay(channel, DAY, name="later", target="stop")
        channel.queue_declare("stop")
        channel.basic_publish("", "later", b"")
        channel.basic_publish("", "work", b"poll")
        channel.basic_consume("work", publish_again)
        channel.basic_consume("stop", lambda *delivery: channel.stop_consuming(), auto_ack=True)
        channel.start_consuming()
        assert broker.clock.now() == DAY

    def test_a_wait_with_a_limit(self, broker, connection, channel):
        delay(channel, 60)
        channel.basic_publish("", "work", b"poll")
        channel.basic_consume("work", publish_again)
        end = broker.clock.now() + 2 * DAY
        while broker.clock.now() < end:
            connection.process_data_events(time_limit=end - broker.clock.now())
        assert broker.clock.now() == end

    @pytest.mark.parametrize("way", ["advance", "run"])
    def test_time_that_somebody_else_lets_pass(self, broker, channel, way):
        delay(channel, 1)
        channel.basic_publish("", "work", b"poll")
        channel.basic_consume("work", publish_again)
        (broker.clock.advance if way == "advance" else broker.run)(10_000)
        assert broker.clock.now() == 10_000

    def test_a_timer_that_only_arms_itself_on_the_way_to_something_far_away(self, broker, connection, channel):
        delay(channel, 5_000)
        channel.basic_publish("", "delay", b"late")

        def tick():
            connection.call_later(1, tick)

        tick()
        channel.basic_consume("work", lambda *delivery: channel.stop_consuming(), auto_ack=True)
        channel.start_consuming()
        assert broker.clock.now() == 5_000


class TestAtOneInstant:
    def test_a_loop_that_publishes_and_gets_may_go_on(self, broker, channel):
        broker.scheduler.rounds.most_callbacks = 100
        for _ in range(900):
            channel.basic_publish("", "work", b"job")
            assert channel.basic_get("work", auto_ack=True)[0] is not None

    def test_a_backlog_with_an_answer_to_each_message_is_worked_off(self, broker, channel):
        channel.queue_declare("done")
        for _ in range(5_000):
            broker.publish("", "work", b"job")

        def work(ch, method, properties, body):
            ch.basic_publish("", "done", body)
            ch.basic_ack(method.delivery_tag)

        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("work", work)
        channel.start_consuming()
        assert broker.queue("done").ready == 5_000

    def test_polls_whose_callbacks_feed_each_other_end(self, connection, channel):
        channel.basic_consume("work", lambda ch, method, *_: ch.basic_publish("", "work", b"ball"), auto_ack=True)
        channel.basic_publish("", "work", b"ball")

        def poll_for_ever():
            while True:
                connection.process_data_events(0)

        with pytest.raises(Livelock, match="published anew, from queue 'work'"):
            poll_for_ever()
