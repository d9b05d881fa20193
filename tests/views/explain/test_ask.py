"""`broker.explain`: of an exchange, of a message, of an error, of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pika
import pytest
from hypothesis import given
from pika.exceptions import ChannelClosedByBroker

from fakeamqp import Broker, connect, patch_pika
from fakeamqp.strategies import topologies


@pytest.fixture
def broker() -> Iterator[Broker]:
    with patch_pika() as broker:
        yield broker


def test_of_an_exchange_it_tells_each_binding(broker: Broker) -> None:
    channel = pika.BlockingConnection().channel()
    channel.exchange_declare("orders", "topic", arguments={"alternate-exchange": "rest"})
    channel.exchange_declare("rest", "fanout")
    for queue, key in (("us", "order.*.us"), ("audit", "order.updated.#"), ("rest", "")):
        channel.queue_declare(queue)
        channel.queue_bind(queue, "rest" if queue == "rest" else "orders", key)
    assert str(broker.explain(exchange="orders", routing_key="order.created.us")).splitlines() == [
        "topic exchange 'orders', key 'order.created.us': reaches 1 queue: 'us'",
        "  + order.*.us -> us",
        "  - order.updated.# -> audit: fails at word 2: that is 'created', not 'updated'",
    ]
    assert str(broker.explain(exchange="orders", routing_key="x")).splitlines() == [
        "topic exchange 'orders', key 'x': reaches 1 queue: 'rest'",
        "  - order.*.us -> us: fails at word 1: that is 'x', not 'order'",
        "  - order.updated.# -> audit: fails at word 1: that is 'x', not 'order'",
        "  no binding takes it, so it goes to the alternate exchange:",
        "    fanout exchange 'rest', key 'x': reaches 1 queue: 'rest'",
        "      + '' -> rest",
    ]


def test_of_many_bindings_it_tells_the_nearest(broker: Broker) -> None:
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("q")
    for number in range(1_000):
        channel.queue_bind("q", "amq.topic", f"device.{number}.temperature")
    lines = str(broker.explain(exchange="amq.topic", routing_key="device.7.humidity")).splitlines()
    assert lines[1] == "  - device.7.temperature -> q: fails at word 3: that is 'humidity', not 'temperature'"
    assert lines[-1] == "  - 995 more bindings do not match, and are less like it"
    assert len(lines) == 7


@given(topologies())
def test_it_tells_of_the_queues_that_are_reached(topology: Any) -> None:
    broker = Broker()
    topology.declare(connect(broker).channel())
    for exchange in broker.model.vhosts["/"].exchanges:
        for key in ("", "a", "a.b", "b.a.b"):
            told: Any = broker.explain(exchange=exchange, routing_key=key)
            assert sorted(told.queues) == sorted(broker.route(exchange, key))


def test_of_a_message_it_tells_its_story(broker: Broker) -> None:
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("orders", arguments={"x-message-ttl": 2_000})
    channel.basic_publish("", "orders", b"one")
    [message] = broker.queue("orders").messages
    told = [
        "message 1: 'one'",
        "published by connection 1 to the default exchange with key 'orders'",
        "goes to 'orders'",
    ]
    assert _events(broker.explain(message)) == [*told, "waits in 'orders'"]
    broker.clock.advance(5)
    assert _events(broker.explain(body="one")) == [
        *told,
        "dropped from 'orders': expired (its time to live was over)",
    ]
    assert str(broker.explain(1)) == str(broker.explain(body=b"one"))


def _events(story: Any) -> list[str]:
    return [story.title, *(event.what for event in story.events)]


def test_the_story_of_a_dead_letter_goes_on(broker: Broker) -> None:
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("dead")
    channel.queue_declare(
        "orders", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead", "x-message-ttl": 1_000}
    )
    channel.basic_publish("", "orders", b"one")
    broker.clock.advance(1)
    channel.basic_get("dead", auto_ack=True)
    assert _events(broker.explain(1))[3:] == [
        "dead-lettered from 'orders' to the default exchange: expired (its time to live was over)",
        "goes to 'dead'",
        "delivered from 'dead' to basic.get on channel 1 of connection 1 as number 1",
        "is done with in 'dead': it needs no acknowledgement (auto_ack)",
    ]


def test_of_an_error_it_tells_what_was_done_where(broker: Broker) -> None:
    pika.BlockingConnection().channel().queue_declare("orders", durable=True)
    with pytest.raises(ChannelClosedByBroker) as raised:
        pika.BlockingConnection().channel().queue_declare("orders")
    told = str(broker.explain(raised.value))
    assert told.startswith("queue declared twice, and differently: queue 'orders' is declared with durable=False, but")
    assert told.count("[test_ask.py:") == 1
    assert "declared at test_ask.py:" in told


def test_of_an_error_that_no_rule_knows_it_tells_the_text(broker: Broker) -> None:
    with pytest.raises(ChannelClosedByBroker) as raised:
        pika.BlockingConnection().channel().exchange_declare("amq.mine", "topic")
    assert str(broker.explain(raised.value)).startswith(
        "refused: the broker has closed channel 1 of connection 1 at 0 s, after declare exchange: 403 ACCESS_REFUSED"
    )


def test_of_nothing_it_tells_what_looks_wrong(broker: Broker) -> None:
    assert str(broker.explain()) == "nothing looks wrong"
    broker.publish("", "missing")
    assert str(broker.explain()).startswith("wrong queue name: 1 message to the default exchange")


def test_what_is_not_known_is_refused(broker: Broker) -> None:
    with pytest.raises(LookupError, match="no message with body 'two' was published; the last were none"):
        broker.explain(body="two")
    with pytest.raises(LookupError, match="the trace knows no message 7; the last was 0"):
        broker.explain(7)
    with pytest.raises(KeyError, match="no vhost 'shop'"):
        broker.explain(exchange="orders", vhost="shop")
    with pytest.raises(TypeError, match="not of 'orders'"):
        broker.explain("orders")
    with pytest.raises(TypeError, match="ask one at a time"):
        broker.explain(1, exchange="orders")
