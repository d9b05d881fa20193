"""Views follow the broker; a snapshot does not."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp.world.broker import Broker


@pytest.fixture
def broker():
    with Broker() as broker:
        yield broker


@pytest.fixture
def channel(broker):
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("q", durable=True, arguments={"x-message-ttl": 1500})
    return channel


def test_a_queue_is_seen_as_it_is_now(broker, channel):
    queue = broker.queue("q")
    assert (queue.ready, queue.unacked, queue.consumers, len(queue)) == (0, 0, 0, 0)
    broker.publish("", "q", "a")
    broker.publish("", "q", "b")
    channel.basic_get("q")
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("q", lambda *args: None)
    broker.publish("", "q", "c")
    assert (queue.ready, queue.unacked, queue.consumers, len(queue)) == (1, 2, 1, 1)
    assert (queue.kind, queue.durable, queue.arguments["x-message-ttl"]) == ("classic", True, 1500)
    assert repr(queue) == "<queue 'q': 1 ready, 2 unacked, 1 consumers>"


def test_what_is_delayed_is_neither_ready_nor_unacked(broker, channel):
    arguments = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 1000}
    channel.queue_declare("retried", durable=True, arguments=arguments)
    queue = broker.queue("retried")
    broker.publish("", "retried", "a")
    method, _, _ = channel.basic_get("retried")
    channel.basic_nack(method.delivery_tag)
    broker.settle()
    assert (queue.ready, queue.delayed, queue.unacked) == (0, 1, 0)
    broker.clock.advance(1)
    assert (queue.ready, queue.delayed, queue.unacked) == (1, 0, 0)


def test_an_empty_queue_is_there(broker, channel):
    assert broker.queue("q")


def test_messages_are_seen_in_the_order_of_delivery_with_all_they_have(broker, channel):
    broker.clock.advance(1)
    broker.publish("", "q", "a", headers={"own": 1}, priority=3)
    broker.publish("", "q", b"\xff", expiration="100")
    first, second = broker.queue("q").messages
    assert (first.body, first.exchange, first.routing_key, first.headers) == (b"a", "", "q", {"own": 1})
    assert (first.properties["priority"], first.redelivered, first.expires_at) == (3, False, 2.5)
    assert (second.body, second.headers, second.expires_at) == (b"\xff", {}, 1.1)


def test_what_came_back_is_seen_as_redelivered(broker, channel):
    broker.publish("", "q", "a")
    tag = channel.basic_get("q")[0].delivery_tag
    channel.basic_nack(tag)
    broker.settle()
    assert [message.redelivered for message in broker.queue("q").messages] == [True]


def test_a_view_ends_with_its_queue_and_begins_again_with_another_of_its_name(broker, channel):
    queue = broker.queue("q")
    broker.publish("", "q", "a")
    channel.queue_delete("q")
    with pytest.raises(KeyError, match="no queue 'q' in vhost '/'; there are: none"):
        queue.ready  # noqa: B018
    channel.queue_declare("q")
    assert queue.ready == 0


def test_a_missing_queue_is_told_at_once_with_those_there_are(broker, channel):
    channel.queue_declare("other")
    with pytest.raises(KeyError, match="no queue 'none' in vhost '/'; there are: other, q"):
        broker.queue("none")


def test_an_exchange_is_seen_with_its_bindings(broker, channel):
    channel.exchange_declare("x", "topic", durable=True, arguments={"alternate-exchange": "amq.fanout"})
    exchange = broker.exchange("x")
    assert (exchange.type, exchange.durable, exchange.bindings) == ("topic", True, ())
    assert exchange.arguments == {"alternate-exchange": "amq.fanout"}
    channel.queue_bind("q", "x", "b.*")
    channel.queue_bind("q", "x", "a.#")
    assert [binding.routing_key for binding in exchange.bindings] == ["b.*", "a.#"]
    assert repr(exchange) == "<exchange 'x': topic, 2 bindings>"
    with pytest.raises(KeyError, match=r"no exchange 'y' in vhost '/'; there are: amq\.direct"):
        broker.exchange("y")


def test_a_snapshot_stays_as_it_was_taken(broker, channel):
    broker.publish("", "q", "a")
    channel.basic_get("q")
    channel.basic_consume("q", lambda *args: None, consumer_tag="c", auto_ack=True)
    before = broker.snapshot()
    queue = before.vhosts["/"].queues["q"]
    assert (queue.unacked, queue.consumers, queue.messages, queue.copies) == (1, ("c",), (), ())
    (held,) = before.channels
    assert (held.number, held.unacked, held.consumers) == (1, {1: 1}, ("c",))
    broker.clock.advance(3)
    channel.queue_delete("q")
    assert before.vhosts["/"].queues["q"] is queue
    assert (before.at, broker.snapshot().at) == (0, 3)
    assert broker.snapshot().vhosts["/"].queues == {}


def test_two_snapshots_of_the_same_are_equal(broker, channel):
    broker.publish("", "q", "a")
    assert broker.snapshot() == broker.snapshot()
    before = broker.snapshot()
    broker.publish("", "q", "b")
    assert broker.snapshot() != before


def test_a_view_shows_arguments_that_nobody_can_change(broker, channel):
    broker.queue("q").arguments["x-message-ttl"] = 1
    assert broker.queue("q").arguments["x-message-ttl"] == 1500


@pytest.mark.parametrize(("version", "listed"), [("3.10", {}), ("4.0", {"x-queue-type": "classic"})])
def test_from_rabbitmq_4_on_the_type_is_listed_among_the_arguments(version, listed):
    with Broker(version) as broker:
        fakeamqp.connect(broker).channel().queue_declare("q")
        assert broker.queue("q").arguments == listed


def test_a_snapshot_tells_what_arguments_and_policies_come_to(broker, channel):
    channel.queue_declare("limited", arguments={"x-max-length": 10})
    channel.exchange_declare("x", "topic", arguments={"alternate-exchange": "y"})
    channel.exchange_declare("by.policy", "topic")
    broker.ctl.set_policy("p", "limited", {"max-length": 5, "dead-letter-exchange": "dlx"}, apply_to="queues")
    broker.ctl.set_policy("e", "by.policy", {"alternate-exchange": "z"}, apply_to="exchanges")
    vhost = broker.snapshot().vhosts["/"]
    queue = vhost.queues["limited"]
    assert (queue.policy, queue.operator_policy) == ("p", None)
    assert (queue.in_force.max_length, queue.in_force.dead_letter_exchange) == (5, "dlx")
    assert (vhost.exchanges["x"].alternate, vhost.exchanges["x"].policy) == ("y", None)
    assert (vhost.exchanges["by.policy"].alternate, vhost.exchanges["by.policy"].policy) == ("z", "e")
    assert (vhost.queues["q"].in_force.max_length, vhost.exchanges["amq.topic"].alternate) == (None, None)


def test_a_snapshot_counts_what_waits_for_its_delayed_retry(broker, channel):
    retries = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 5000}
    channel.queue_declare("retried", durable=True, arguments=retries)
    broker.publish("", "retried", "a")
    method, _, _ = channel.basic_get("retried")
    channel.basic_nack(method.delivery_tag)
    channel.connection.process_data_events(0)
    assert broker.snapshot().vhosts["/"].queues["retried"].delayed == 1
