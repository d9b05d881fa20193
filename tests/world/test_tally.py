"""What a run did, in numbers."""

from __future__ import annotations

import pika
import pytest

from fakeamqp import Broker, connect
from fakeamqp.world.tally import Tally, duration, what_is_left


def test_messages_are_counted_where_they_pass() -> None:
    broker = Broker()
    broker.trace = tally = Tally()
    channel = connect(broker).channel()
    channel.queue_declare("tasks")
    for body in (b"a", b"b", b"c"):
        channel.basic_publish("", "tasks", body)
    channel.basic_publish("", "nowhere", b"lost")
    tag = channel.basic_get("tasks")[0].delivery_tag
    channel.basic_nack(tag, requeue=True)
    channel.basic_consume("tasks", lambda *message: None)
    channel.basic_ack(0, multiple=True)
    channel.start_consuming()
    assert (tally.published, tally.delivered, tally.acked) == (4, 4, 3)
    assert tally.unroutable == {("", "nowhere"): 1}
    assert len(tally) == 0


def test_a_returned_message_is_counted_as_one_that_reached_no_queue() -> None:
    broker = Broker()
    broker.trace = tally = Tally()
    channel = connect(broker).channel()
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.UnroutableError):
        channel.basic_publish("amq.topic", "a.b", b"", mandatory=True)
    assert tally.unroutable == {("amq.topic", "a.b"): 1}


def test_a_message_from_outside_is_counted_too() -> None:
    broker = Broker()
    broker.trace = tally = Tally()
    broker.publish("", "nowhere", b"")
    assert tally.published == 1
    assert tally.unroutable == {("", "nowhere"): 1}


def test_only_queues_that_hold_something_are_listed() -> None:
    broker = Broker(vhosts=("/", "shop"))
    channel = connect(broker).channel()
    for queue in ("empty", "full"):
        channel.queue_declare(queue)
    for _ in range(3):
        channel.basic_publish("", "full", b"")
    channel.basic_get("full")
    elsewhere = connect(broker, virtual_host="shop").channel()
    elsewhere.queue_declare("orders")
    elsewhere.basic_publish("", "orders", b"")
    assert what_is_left(broker) == ["'full': 2 ready, 1 unacked", "'orders' in vhost 'shop': 1 ready"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.0005, "0.001 s"),
        (12.5, "12.5 s"),
        (60, "1 min"),
        (61.9, "1 min 1 s"),
        (3_600, "1 h"),
        (3_660, "1 h 1 min"),
        (86_400 * 30, "30 d"),
        (86_400 * 30 + 59, "30 d"),
        (86_400 + 7_200 + 60, "1 d 2 h"),
    ],
)
def test_a_duration_is_told_in_two_units_at_most(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_is_delayed_is_left_too() -> None:
    broker = Broker()
    channel = connect(broker).channel()
    arguments = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 1000}
    channel.queue_declare("retried", durable=True, arguments=arguments)
    channel.basic_publish("", "retried", b"a")
    channel.basic_nack(channel.basic_get("retried")[0].delivery_tag)
    broker.settle()
    assert what_is_left(broker) == ["'retried': 0 ready, 1 delayed"]
