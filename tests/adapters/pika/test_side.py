"""Our own connection beside those of the code under test, shown on a broker in memory."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pika
import pytest

import fakeamqp
from fakeamqp.adapters.pika import side
from fakeamqp.adapters.pika.side import ClosedByBroker, NoAMQP, Side


@pytest.fixture
def broker() -> Any:
    with fakeamqp.patch_pika() as broker:
        yield broker


@pytest.fixture
def ours(broker: fakeamqp.Broker) -> Any:
    ours = Side(broker.parameters())
    yield ours
    ours.close()


def declare(broker: fakeamqp.Broker, *bodies: str) -> None:
    fakeamqp.connect(broker).channel().queue_declare("jobs")
    for body in bodies:
        broker.publish("", "jobs", body, headers={"lap": 1}, priority=3)


def test_it_connects_when_it_is_first_used(broker: fakeamqp.Broker, ours: Side) -> None:
    assert broker.connections == 0
    declare(broker, "tea")
    assert ours.counts("jobs") == (1, 0)
    assert broker.connections == 2
    ours.close()
    assert broker.connections == 1


def test_messages_are_got_in_their_order_and_left_where_they_are(broker: fakeamqp.Broker, ours: Side) -> None:
    declare(broker, "tea", "cups")
    got = ours.messages("jobs")
    assert [(body, properties) for _, properties, body in got] == [
        (b"tea", {"headers": {"lap": 1}, "priority": 3}),
        (b"cups", {"headers": {"lap": 1}, "priority": 3}),
    ]
    queue = broker.queue("jobs")
    assert ([message.body for message in queue.messages], queue.unacked) == ([b"tea", b"cups"], 0)


def test_what_the_broker_refuses_is_told_and_the_connection_goes_on(broker: fakeamqp.Broker, ours: Side) -> None:
    with pytest.raises(ClosedByBroker, match="NOT_FOUND - no queue 'jobs'") as closed:
        ours.counts("jobs")
    assert closed.value.code == 404
    declare(broker)
    assert ours.messages("jobs") == []


def test_a_broker_that_lets_nobody_in_is_told(broker: fakeamqp.Broker, ours: Side) -> None:
    broker.down()
    with pytest.raises(NoAMQP, match="AMQPConnectionError"):
        ours.open()


def test_the_firehose_tells_where_a_publish_of_ours_went(
    broker: fakeamqp.Broker, ours: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(broker)
    admin = fakeamqp.connect(broker).channel()
    admin.exchange_declare("firehose", "topic")
    monkeypatch.setattr(side, "_FIREHOSE", "firehose")
    reported = {"routing_keys": ["jobs"], "routed_queues": ["jobs"]}

    def report(channel: Any, exchange: str, routing_key: str, body: bytes, properties: Any, mandatory: bool) -> None:
        """Publish as pika does, and report it, after another client's, as RabbitMQ does."""
        assert mandatory  # else nothing tells of a queue that is not there
        publish(channel, exchange, routing_key, body, properties)
        for number in (channel.channel_number + 1, channel.channel_number):
            told = pika.BasicProperties(headers={**reported, "channel": number, "routed_queues": ["jobs"] * number})
            publish(admin, "firehose", f"publish.{exchange}", body, told)

    publish = pika.adapters.blocking_connection.BlockingChannel.basic_publish
    monkeypatch.setattr(pika.adapters.blocking_connection.BlockingChannel, "basic_publish", report)
    assert ours.publish("", "jobs", b"tea", {"priority": 1}) == ("jobs",)
    assert broker.queue("jobs").messages[0].properties["priority"] == 1
    assert ours.queue is not None


def test_a_connection_is_called_by_its_two_ends_and_breaks_like_a_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as own:
        link = SimpleNamespace(_transport=SimpleNamespace(_sock=own))
        here, there = (f"127.0.0.1:{end[1]}" for end in (own.getsockname(), server.getsockname()))
        assert side.name_of(link) == f"{here} -> {there}"
        other, _ = server.accept()
        with other:
            side.cut(link)
            assert other.recv(1) == b""


def test_one_without_a_socket_cannot_be_cut_and_that_is_fine() -> None:
    side.cut(SimpleNamespace(_transport=None))


def test_channels_and_connections_of_a_link_are_known(broker: fakeamqp.Broker) -> None:
    one, other = pika.BlockingConnection(), pika.BlockingConnection()
    assert side.carries(one._impl, one)
    assert side.carries(one._impl, one.channel())
    assert not side.carries(one._impl, other.channel())
