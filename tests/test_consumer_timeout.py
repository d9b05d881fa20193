"""The consumer timeout as programs meet it: it comes when time passes, and nobody waits for it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

import fakeamqp
from fakeamqp import Broker, patch_pika

HALF_AN_HOUR = 1800
VERSIONS = ("3.10", "4.0", "4.3")


def holding(broker: Broker, queue_type: str = "quorum"):
    """A channel that has a message and does not acknowledge it."""
    connection = fakeamqp.connect(broker, heartbeat=0)
    channel = connection.channel()
    channel.queue_declare("jobs", durable=True, arguments={"x-queue-type": queue_type})
    broker.publish("", "jobs", b"tea")
    channel.basic_consume("jobs", lambda *delivery: None)
    return channel


@pytest.mark.parametrize("version", VERSIONS)
def test_a_worker_that_ran_dry_does_not_wait_for_it(version):
    with Broker(version) as broker:
        channel = holding(broker)
        channel.start_consuming()
        assert broker.clock.now() == 0
        assert channel.is_open


@pytest.mark.parametrize("version", VERSIONS)
def test_nor_does_run(version):
    with Broker(version) as broker:
        channel = holding(broker)
        broker.run()
        assert broker.clock.now() == 0
        assert channel.is_open


@pytest.mark.parametrize("version", ["3.10", "4.0"])
def test_who_waits_for_something_later_meets_it_on_the_way(version):
    with Broker(version) as broker:
        channel = holding(broker)
        arguments = {"x-message-ttl": 7_200_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "jobs"}
        channel.queue_declare("later", arguments=arguments)
        broker.publish("", "later", b"cups")
        with pytest.raises(ChannelClosedByBroker) as closed:
            channel.start_consuming()
        assert closed.value.reply_code == 406
        assert "delivery acknowledgement on channel 1 timed out" in closed.value.reply_text
        assert broker.clock.now() == HALF_AN_HOUR + 60
        assert broker.queue("jobs").ready == 1


def test_4_3_ends_the_consumer_and_keeps_the_channel():
    with Broker("4.3") as broker:
        channel = holding(broker)
        cancelled = []
        channel.add_on_cancel_callback(cancelled.append)
        (tag,) = channel.consumer_tags
        channel.connection.sleep(HALF_AN_HOUR)
        assert [frame.method.consumer_tag for frame in cancelled] == [tag]
        assert channel.is_open
        assert broker.queue("jobs").ready == 1


def test_a_callback_that_is_too_slow_loses_its_channel():
    def pack(channel, method, properties, body):
        time.sleep(45 * 60)
        channel.basic_ack(method.delivery_tag)

    with patch_pika(version="4.0", patch_time=True) as broker:
        channel = pika.BlockingConnection(pika.ConnectionParameters("localhost", heartbeat=0)).channel()
        channel.queue_declare("jobs")
        broker.publish("", "jobs", b"tea")
        channel.basic_consume("jobs", pack)
        with pytest.raises(ChannelClosedByBroker, match=r"timed out\. Timeout value used: 1800000 ms"):
            channel.start_consuming()
        assert broker.queue("jobs").ready == 1


@pytest.mark.parametrize(("given", "until"), [(90, 120), (None, None)])
def test_a_broker_may_have_another_one_or_none(given, until):
    with Broker("4.0", consumer_timeout=given) as broker:
        channel = holding(broker, "classic")
        broker.clock.advance(timedelta(days=2) if until is None else until - 1)
        assert broker.queue("jobs").unacked == 1
        if until is not None:
            broker.clock.advance(1)
            assert broker.queue("jobs").ready == 1
            with pytest.raises(ChannelClosedByBroker):
                channel.basic_get("jobs")


@pytest.mark.fakeamqp(version="4.0", consumer_timeout=90)
def test_the_marker_takes_it(fakeamqp_broker, fakeamqp_channel):
    fakeamqp_channel.queue_declare("jobs")
    fakeamqp_broker.publish("", "jobs", b"tea")
    fakeamqp_channel.basic_get("jobs")
    fakeamqp_broker.clock.advance(120)
    assert fakeamqp_broker.queue("jobs").ready == 1


def test_advance_for_asyncio_stops_at_it():
    async def scenario():
        with Broker("4.0") as broker:
            holding(broker)
            await broker.advance(HALF_AN_HOUR + 60)
            assert broker.queue("jobs").ready == 1

    asyncio.run(scenario())
