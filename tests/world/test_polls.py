"""Polls in a row that bring nothing: patience as long as there is hope."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp import Broker, WouldBlockForever
from fakeamqp.world.actors import LockStep

HOUR = 3600


@pytest.fixture
def broker():
    with Broker(thread_grace=0.05) as broker:
        yield broker


@pytest.fixture
def connection(broker):
    return fakeamqp.connect(broker)


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.queue_declare("work")
    return channel


def delayed(channel, seconds: float) -> None:
    """A message that reaches `work` after a while."""
    arguments = {
        "x-message-ttl": int(seconds * 1000),
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "work",
    }
    channel.queue_declare("delay", arguments=arguments)
    channel.basic_publish("", "delay", b"late")


def poll(channel, sleep):
    while True:
        method, _, body = channel.basic_get("work", auto_ack=True)
        if method is not None:
            return body
        sleep(1)


def test_a_loop_of_gets_and_sleeps_goes_on_while_a_delayed_message_is_due(broker, connection, channel):
    delayed(channel, HOUR)
    assert poll(channel, connection.sleep) == b"late"
    assert broker.clock.now() == HOUR


def test_a_loop_of_gets_and_sleeps_goes_on_while_a_delayed_retry_is_due(broker, connection, channel):
    arguments = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": HOUR * 1000}
    channel.queue_delete("work")
    channel.queue_declare("work", durable=True, arguments=arguments)
    channel.basic_publish("", "work", b"late")
    channel.basic_nack(channel.basic_get("work")[0].delivery_tag)
    assert poll(channel, connection.sleep) == b"late"
    assert broker.clock.now() == HOUR


def test_a_consumer_waits_for_its_delayed_retries(broker, channel):
    arguments = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": HOUR * 1000}
    channel.queue_declare("retried", durable=True, arguments=arguments)
    channel.basic_publish("", "retried", b"")
    came = []

    def work(channel, method, properties, body):
        came.append(broker.clock.now())
        if len(came) < 3:
            channel.basic_nack(method.delivery_tag)
        else:
            channel.basic_ack(method.delivery_tag)

    channel.basic_consume("retried", work)
    channel.start_consuming()
    assert came == [0, HOUR, 2 * HOUR]


def test_it_ends_when_nothing_is_due_any_more(broker, connection, channel):
    channel.queue_declare("old", arguments={"x-message-ttl": 400 * HOUR * 1000})
    channel.basic_publish("", "old", b"which goes nowhere")
    with pytest.raises(WouldBlockForever, match="1,000 polls"):
        poll(channel, connection.sleep)
    assert broker.clock.now() < 2 * HOUR


def test_it_ends_when_what_was_due_went_somewhere_else(broker, connection, channel):
    delayed(channel, HOUR)
    channel.queue_declare("empty")

    def poll_another():
        while channel.basic_get("empty", auto_ack=True)[0] is None:
            connection.sleep(1)

    with pytest.raises(WouldBlockForever, match="1 message waits in 'work', which has no consumer"):
        poll_another()
    assert HOUR < broker.clock.now() < 2 * HOUR


def test_a_queue_that_will_expire_is_waited_for(broker, connection, channel):
    channel.queue_declare("old", arguments={"x-expires": HOUR * 1000})
    while len(broker.model.vhosts["/"].queues) == 2:
        connection.sleep(1)
    assert broker.clock.now() == HOUR


def test_programs_in_lock_step_are_as_patient(broker):
    broker.idle = "interrupt"
    lock_step = LockStep(broker)
    got = []

    def program():
        connection = fakeamqp.connect(broker)
        channel = connection.channel()
        channel.queue_declare("work")
        delayed(channel, HOUR)
        got.append(poll(channel, connection.sleep))

    lock_step.add("poller", program)
    lock_step.run()
    assert got == [b"late"]


def test_polls_without_a_time_limit_end_all_the_same(connection, channel):
    delayed(channel, HOUR)

    def poll_for_ever():
        while channel.basic_get("work")[0] is None:
            connection.process_data_events()

    with pytest.raises(WouldBlockForever, match=r"1,000 polls.*broker\.clock\.advance"):
        poll_for_ever()
