"""What a finished test left undone, told of by the trace, the model and the test's own looks at it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel

import fakeamqp
from fakeamqp.views.strict import KINDS, Finding, findings

TO_THE_DEAD = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}


@pytest.fixture
def broker() -> fakeamqp.Broker:
    broker = fakeamqp.Broker(trace="all")
    broker.trace.notes_places = True
    return broker


@pytest.fixture
def connection(broker: fakeamqp.Broker) -> Iterator[pika.BlockingConnection]:
    with fakeamqp.patch_pika(broker):
        connection = pika.BlockingConnection()
        yield connection
        if connection.is_open:
            connection.close()


@pytest.fixture
def channel(connection: pika.BlockingConnection) -> BlockingChannel:
    channel = connection.channel()
    channel.queue_declare("orders", arguments=TO_THE_DEAD)
    channel.queue_declare("dead")
    return channel


@pytest.fixture
def found(broker: fakeamqp.Broker, connection: pika.BlockingConnection) -> Callable[[], list[Finding]]:
    """What is found once the test's connection is closed."""

    def closed() -> list[Finding]:
        if connection.is_open:
            connection.close()
        return findings(broker)

    return closed


def get(channel: BlockingChannel, queue: str = "orders") -> int:
    method, _, _ = channel.basic_get(queue)
    assert method is not None
    return method.delivery_tag


def kinds(found: list[Finding]) -> list[str]:
    return [finding.kind for finding in found]


class TestUnacked:
    def test_a_delivery_is_told_while_its_channel_is_open(self, broker, channel):
        channel.basic_publish("", "orders", b"tea")
        line = inspect.currentframe().f_lineno + 1
        channel.basic_get("orders")
        (finding, _) = findings(broker)
        assert finding == Finding(
            "unacked",
            "message b'tea' from queue 'orders', delivered to basic.get on channel 1 of connection 1 "
            "with delivery tag 1",
            f"{__file__}:{line}",
        )

    def test_a_delivery_is_told_when_its_channel_has_closed(self, channel, found):
        channel.basic_publish("", "orders", b"tea")
        channel.basic_consume("orders", lambda *_: None, consumer_tag="packer")
        channel.connection.process_data_events()
        (finding,) = found()
        assert finding.kind == "unacked"
        assert "from queue 'orders', delivered to consumer 'packer' on channel 1 of connection 1" in finding.text

    def test_so_is_one_whose_exclusive_queue_ended_with_its_connection(self, channel, found):
        channel.queue_declare("mine", exclusive=True)
        channel.basic_publish("", "mine", b"tea")
        get(channel, "mine")
        assert kinds(found()) == ["unacked"]

    @pytest.mark.parametrize("settle", ["basic_ack", "basic_nack", "basic_reject"])
    def test_what_was_settled_is_not(self, broker, channel, found, settle):
        channel.basic_publish("", "orders", b"tea")
        getattr(channel, settle)(get(channel))
        assert found() == []

    def test_what_was_delivered_again_and_settled_is_not(self, connection, channel, found):
        channel.basic_publish("", "orders", b"tea")
        get(channel)
        channel.close()
        again = connection.channel()
        again.basic_ack(get(again))
        assert found() == []

    def test_what_needs_no_acknowledgement_is_not(self, channel, found):
        channel.basic_publish("", "orders", b"tea")
        channel.basic_get("orders", auto_ack=True)
        assert found() == []


class TestReturned:
    def test_a_message_that_came_back_to_nobody_is_told(self, channel, found):
        channel.basic_publish("", "oders", b"tea", mandatory=True)
        (finding,) = found()
        assert finding.kind == "returned"
        assert finding.text == (
            "message b'tea' to exchange '' with routing key 'oders' came back to channel 1 of connection 1, "
            "which has no callback for it"
        )

    def test_one_that_a_callback_took_is_not(self, channel, found):
        channel.add_on_return_callback(lambda *_: None)
        channel.basic_publish("", "oders", b"tea", mandatory=True)
        assert found() == []

    def test_one_that_pika_raised_an_error_for_is_not(self, channel, found):
        channel.confirm_delivery()
        with pytest.raises(pika.exceptions.UnroutableError):
            channel.basic_publish("", "oders", b"tea", mandatory=True)
        assert found() == []


class TestUnroutable:
    def test_a_message_that_reached_no_queue_is_told(self, channel, found):
        line = inspect.currentframe().f_lineno + 1
        channel.basic_publish("amq.topic", "oders", b"tea")
        assert found() == [
            Finding(
                "unroutable",
                "message b'tea', published to exchange 'amq.topic' with routing key 'oders', reached no queue",
                f"{__file__}:{line}",
            )
        ]

    def test_a_dead_letter_without_an_exchange_is_told(self, channel, found):
        channel.queue_declare("lossy", arguments={"x-dead-letter-exchange": "nowhere"})
        channel.basic_publish("", "lossy", b"tea")
        channel.basic_nack(get(channel, "lossy"), requeue=False)
        (finding,) = found()
        assert finding.kind == "unroutable"
        assert finding.text == (
            "message b'tea', dead-lettered (rejected) by queue 'lossy', is lost: there is no exchange 'nowhere'"
        )

    def test_a_dead_letter_without_a_queue_is_told(self, channel, found):
        channel.queue_declare("lossy", arguments={"x-dead-letter-exchange": "amq.fanout"})
        channel.basic_publish("", "lossy", b"tea")
        channel.basic_nack(get(channel, "lossy"), requeue=False)
        (finding,) = found()
        assert finding.text.endswith("by queue 'lossy', reached no queue through exchange 'amq.fanout'")


class TestOpenConnections:
    def test_one_is_told_with_the_line_that_opened_it(self, broker, connection):
        line = inspect.currentframe().f_lineno + 1
        pika.BlockingConnection()
        connection.close()
        assert findings(broker) == [Finding("open connections", "connection 2 to vhost '/'", f"{__file__}:{line}")]

    def test_one_that_was_refused_is_not(self, broker, connection, found):
        with pytest.raises(pika.exceptions.AMQPError):
            pika.BlockingConnection(pika.ConnectionParameters(virtual_host="nowhere"))
        assert found() == []


class TestDeadLetters:
    @pytest.fixture(autouse=True)
    def _one(self, channel):
        channel.basic_publish("", "orders", b"tea")
        channel.basic_nack(get(channel), requeue=False)

    def test_one_that_nobody_looked_at_is_told(self, found):
        assert found() == [Finding("dead letters", "message b'tea' in queue 'dead': rejected in queue 'orders'")]

    def test_one_that_the_test_looked_at_is_not(self, broker, found):
        assert broker.queue("dead").ready == 1
        assert found() == []

    def test_one_in_a_snapshot_that_the_test_took_is_not(self, broker, found):
        broker.snapshot()
        assert found() == []

    def test_one_that_a_client_counted_is_not(self, channel, found):
        assert channel.queue_declare("dead", passive=True).method.message_count == 1
        assert found() == []

    def test_one_that_a_client_got_is_not(self, channel, found):
        channel.basic_ack(get(channel, "dead"))
        assert found() == []


def test_each_kind_can_be_allowed(broker, channel):
    channel.basic_publish("", "oders", b"tea")
    assert kinds(findings(broker)) == ["unroutable", "open connections"]
    assert kinds(findings(broker, allow=["unroutable"])) == ["open connections"]
    assert findings(broker, allow=KINDS) == []


def test_a_kind_that_there_is_not_cannot_be_allowed(broker):
    with pytest.raises(ValueError, match="nothing named 'acked' to allow; it looks for unacked, returned,"):
        findings(broker, allow=["acked"])


def test_a_finding_is_a_line_with_its_place_below():
    assert str(Finding("unacked", "message b'tea'")) == "unacked: message b'tea'"
    assert str(Finding("unacked", "message b'tea'", "shop.py:3")) == "unacked: message b'tea'\n      at shop.py:3"


def test_a_long_body_is_cut(channel, found):
    channel.basic_publish("", "oders", b"x" * 100)
    assert f"message b'{'x' * 58}…, published" in found()[0].text


def test_of_what_a_bounded_trace_holds_the_messages_are_unknown():
    broker = fakeamqp.Broker()
    with fakeamqp.patch_pika(broker):
        pika.BlockingConnection().channel().basic_publish("", "oders", b"tea")
    assert str(findings(broker)[0]) == "unroutable: a message, published, reached no queue"


def test_a_connection_that_the_broker_has_given_up_is_not_open(broker: fakeamqp.Broker) -> None:
    with fakeamqp.patch_pika(broker):
        connection = pika.BlockingConnection()
        broker.faults.silence(connection)
        broker.clock.advance(180)
    assert findings(broker) == []
