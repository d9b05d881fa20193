"""Tests that are coroutines, by pytest-asyncio: connections live on the loop it makes."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from .app import Orders

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def orders(fakeamqp_broker):
    orders = Orders()
    await orders.connect()
    yield orders
    await orders.disconnect()


async def test_a_fixture_opens_the_connection(fakeamqp_broker, orders):
    fakeamqp_broker.publish("", "packed", "tea")
    await fakeamqp_broker.settled()
    assert orders.packed == ["tea"]


async def test_virtual_time_passes(fakeamqp_broker, orders):
    orders.channel.queue_declare(
        "later",
        arguments={"x-message-ttl": 86_400_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "packed"},
    )
    await fakeamqp_broker.settled()
    fakeamqp_broker.publish("", "later", "a cup")
    await fakeamqp_broker.advance(86_400)
    assert orders.packed == ["a cup"]


async def test_a_lost_connection_is_told(fakeamqp_broker, orders):
    reasons = []
    orders.connection.add_on_close_callback(lambda connection, reason: reasons.append(type(reason).__name__))
    fakeamqp_broker.restart()
    await fakeamqp_broker.settled()
    assert reasons == ["ConnectionClosedByBroker"]
    await orders.connect()


async def test_a_condition_is_waited_for(fakeamqp_broker, orders):
    asyncio.get_running_loop().call_later(0.01, fakeamqp_broker.publish, "", "packed", "tea")
    assert await fakeamqp_broker.until(lambda: orders.packed) == ["tea"]
    with pytest.raises(TimeoutError, match=r"not true within 0\.01 s"):
        await fakeamqp_broker.until(lambda: len(orders.packed) > 1, timeout=0.01)
