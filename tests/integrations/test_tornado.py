"""pika's Tornado connection, in coroutines on Tornado's loop."""

from __future__ import annotations

import pika
import pytest
from pika.adapters.tornado_connection import TornadoConnection
from pika.exceptions import AMQPConnectionError, StreamLostError
from tornado.concurrent import Future
from tornado.ioloop import IOLoop

from fakeamqp import patch_pika


def in_tornado(scenario, **options):
    """Run a coroutine function with a broker, on a loop of Tornado's."""
    with patch_pika(**options) as broker:
        IOLoop(make_current=False).run_sync(lambda: scenario(broker))


async def opened():
    done = Future()
    TornadoConnection(
        pika.ConnectionParameters("rabbit.internal"),
        on_open_callback=done.set_result,
        on_open_error_callback=lambda connection, error: done.set_exception(error),
    )
    return await done


async def channel_of(connection):
    done = Future()
    connection.channel(on_open_callback=done.set_result)
    return await done


def test_a_consumer_acknowledges_what_is_published():
    async def scenario(broker):
        channel = await channel_of(await opened())
        got = []

        def on_message(channel, method, properties, body):
            got.append(body)
            channel.basic_ack(method.delivery_tag)

        channel.queue_declare("orders")
        channel.basic_consume("orders", on_message)
        channel.basic_publish("", "orders", b"tea")
        await broker.settled()
        assert got == [b"tea"]
        assert (broker.queue("orders").ready, broker.queue("orders").unacked) == (0, 0)

    in_tornado(scenario)


def test_what_expires_does_so_on_the_brokers_clock():
    async def scenario(broker):
        channel = await channel_of(await opened())
        got = []
        letters = {"x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "late"}
        channel.queue_declare("orders", arguments=letters)
        channel.queue_declare("late")
        channel.basic_consume("late", lambda channel, method, properties, body: got.append(body), auto_ack=True)
        channel.basic_publish("", "orders", b"tea")
        await broker.settled()
        await broker.advance(59.9)
        assert got == []
        await broker.advance(0.1)
        assert got == [b"tea"]
        assert broker.clock.now() == 60

    in_tornado(scenario)


def test_a_connection_that_breaks_says_so():
    async def scenario(broker):
        connection = await opened()
        lost = Future()
        connection.add_on_close_callback(lambda connection, error: lost.set_result(error))
        broker.faults.drop_connections()
        assert isinstance(await lost, StreamLostError)
        assert broker.connections == 0

    in_tornado(scenario)


def test_an_address_without_a_broker_refuses():
    async def scenario(broker):
        with pytest.raises(AMQPConnectionError):
            await opened()

    in_tornado(scenario, addresses=["elsewhere"])
