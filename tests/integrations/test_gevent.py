"""pika's gevent connection: its callbacks run in gevent's hub while greenlets wait."""

from __future__ import annotations

import gevent
import pika
import pytest
from gevent.event import AsyncResult
from pika.adapters.gevent_connection import GeventConnection
from pika.exceptions import AMQPConnectionError, StreamLostError

from fakeamqp import patch_pika


@pytest.fixture
def broker():
    with patch_pika() as broker:
        yield broker


def opened():
    done = AsyncResult()
    GeventConnection(
        pika.ConnectionParameters("rabbit.internal"),
        on_open_callback=done.set,
        on_open_error_callback=lambda connection, error: done.set_exception(error),
    )
    return done.get(timeout=10)


def channel_of(connection):
    done = AsyncResult()
    connection.channel(on_open_callback=done.set)
    return done.get(timeout=10)


def turn_until(condition):
    """Let the hub run until this is true."""
    with gevent.Timeout(10):
        while not condition():
            gevent.sleep(0)


def test_a_consumer_acknowledges_what_is_published(broker):
    channel = channel_of(opened())
    got = []

    def on_message(channel, method, properties, body):
        got.append(body)
        channel.basic_ack(method.delivery_tag)

    channel.queue_declare("orders")
    channel.basic_consume("orders", on_message)
    channel.basic_publish("", "orders", b"tea")
    turn_until(lambda: got)
    assert got == [b"tea"]
    assert (broker.queue("orders").ready, broker.queue("orders").unacked) == (0, 0)


def test_greenlets_may_each_have_a_connection(broker):
    def publish(body):
        channel_of(opened()).basic_publish("", "orders", body)

    declared = AsyncResult()
    channel_of(opened()).queue_declare("orders", callback=declared.set)
    declared.get(timeout=10)
    gevent.joinall([gevent.spawn(publish, body) for body in (b"tea", b"cups")], raise_error=True)
    assert sorted(message.body for message in broker.queue("orders").messages) == [b"cups", b"tea"]


def test_what_expires_does_so_on_the_brokers_clock(broker):
    channel = channel_of(opened())
    got = []
    letters = {"x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "late"}
    channel.queue_declare("orders", arguments=letters)
    channel.queue_declare("late")
    consuming = AsyncResult()
    channel.basic_consume(
        "late", lambda channel, method, properties, body: got.append(body), auto_ack=True, callback=consuming.set
    )
    channel.basic_publish("", "orders", b"tea")
    consuming.get(timeout=10)
    broker.clock.advance(59.9)
    assert broker.queue("orders").ready == 1
    broker.clock.advance(0.1)
    turn_until(lambda: got)
    assert got == [b"tea"]
    assert broker.clock.now() == 60


def test_a_connection_that_breaks_says_so(broker):
    connection = opened()
    lost = AsyncResult()
    connection.add_on_close_callback(lambda connection, error: lost.set(error))
    broker.faults.drop_connections()
    assert isinstance(lost.get(timeout=10), StreamLostError)
    assert broker.connections == 0


def test_an_address_without_a_broker_refuses():
    with patch_pika(addresses=["elsewhere"]), pytest.raises(AMQPConnectionError):
        opened()
