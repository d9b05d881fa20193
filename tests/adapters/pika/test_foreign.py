"""Connections on loops that fakeamqp does not run."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pika.exceptions
import pytest
from pika.adapters.asyncio_connection import AsyncioConnection

from fakeamqp import patch_pika
from fakeamqp.adapters.pika.foreign import ForeignLoop


async def opened(**parameters):
    """An open connection on the running loop."""
    done = asyncio.get_running_loop().create_future()
    AsyncioConnection(
        pika.ConnectionParameters(**parameters),
        on_open_callback=done.set_result,
        on_open_error_callback=lambda connection, error: done.set_exception(error),
    )
    return await done


async def channel_of(connection):
    done = asyncio.get_running_loop().create_future()
    connection.channel(on_open_callback=done.set_result)
    return await done


async def closed(connection):
    done = asyncio.get_running_loop().create_future()
    connection.add_on_close_callback(lambda connection, error: done.set_result(error))
    if not (connection.is_closing or connection.is_closed):
        connection.close()
    return await done


def test_an_asyncio_program_runs_unchanged():
    @patch_pika()
    async def program():
        connection = await opened()
        channel = await channel_of(connection)
        got = asyncio.get_running_loop().create_future()
        channel.queue_declare("q")
        channel.basic_consume("q", lambda ch, method, properties, body: got.set_result(body), auto_ack=True)
        channel.basic_publish("", "q", b"hello")
        assert await got == b"hello"
        assert isinstance(await closed(connection), pika.exceptions.ConnectionClosedByClient)

    asyncio.run(program())


def test_a_refused_address_is_refused():
    @patch_pika(addresses=["elsewhere"])
    async def program():
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            await opened()

    asyncio.run(program())


def test_a_closing_broker_is_noticed():
    async def program():
        with patch_pika() as broker:
            connection = await opened()
            done = asyncio.get_running_loop().create_future()
            connection.add_on_close_callback(lambda connection, error: done.set_result(error))
            broker.close()
            error = await done
        assert (type(error), error.reply_code) == (pika.exceptions.ConnectionClosedByBroker, 320)

    asyncio.run(program())


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (lambda broker: broker.faults.drop_connections(), pika.exceptions.StreamLostError),
        (lambda broker: broker.faults.drop_connections(1), pika.exceptions.StreamLostError),
        (lambda broker: broker.faults.close_connections(), pika.exceptions.ConnectionClosedByBroker),
        (lambda broker: broker.restart(), pika.exceptions.ConnectionClosedByBroker),
        (lambda broker: broker.down(), pika.exceptions.StreamLostError),
    ],
)
def test_a_fault_is_told_by_the_callback(fault, seen):
    async def program():
        with patch_pika() as broker:
            connection = await opened()
            told = []
            connection.add_on_close_callback(lambda connection, error: told.append(type(error)))
            fault(broker)
            await broker.settled()
            assert told == [seen]

    asyncio.run(program())


def test_a_channel_that_the_broker_closes_is_told_by_the_callback():
    async def program():
        with patch_pika() as broker:
            connection = await opened()
            channel = await channel_of(connection)
            told = []
            channel.add_on_close_callback(lambda channel, error: told.append(error.reply_code))
            broker.faults.close_channels(404, "NOT_FOUND - gone", channel)
            await broker.settled()
            assert told == [404]
            await closed(connection)

    asyncio.run(program())


def test_the_clock_delivers_what_it_makes_due():
    async def program():
        with patch_pika() as broker:
            connection = await opened()
            channel = await channel_of(connection)
            channel.queue_declare("q")
            channel.queue_declare(
                "delay",
                arguments={"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"},
            )
            got = asyncio.get_running_loop().create_future()
            channel.basic_consume("q", lambda ch, method, properties, body: got.set_result(body), auto_ack=True)
            channel.basic_publish("", "delay", b"late")
            broker.clock.advance(1)
            assert await got == b"late"
            await closed(connection)

    asyncio.run(program())


def test_a_closed_loop_takes_nothing_any_more():
    def refuse(callback):
        raise RuntimeError("Event loop is closed")

    loop = ForeignLoop(SimpleNamespace(add_callback_threadsafe=refuse))
    loop.wake()
    loop.lose(SimpleNamespace(connection_lost=print), None)
