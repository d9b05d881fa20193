"""Tests that are coroutines, by anyio's own pytest plugin and in its task groups."""

from __future__ import annotations

import anyio
import pytest

from .app import Orders

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_consumers_in_a_task_group(fakeamqp_broker):
    seen = {}

    async def listen(name):
        orders = Orders()
        await orders.connect()
        await fakeamqp_broker.until(lambda: orders.packed)
        seen[name] = orders.packed
        await orders.disconnect()

    async with anyio.create_task_group() as group:
        for name in ("ada", "ben"):
            group.start_soon(listen, name)
        await fakeamqp_broker.settled()
        for item in ("tea", "cups"):
            fakeamqp_broker.publish("", "packed", item)
    assert seen == {"ada": ["tea"], "ben": ["cups"]}


async def test_virtual_time_passes_for_a_task_group(fakeamqp_broker, fakeamqp_channel):
    letters = {"x-message-ttl": 3_600_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "packed"}
    fakeamqp_channel.queue_declare("later", arguments=letters)
    fakeamqp_broker.publish("", "later", "tea")
    orders = Orders()
    async with anyio.create_task_group() as group:
        group.start_soon(orders.connect)
        await fakeamqp_broker.settled()
    await fakeamqp_broker.advance(3599)
    assert orders.packed == []
    await fakeamqp_broker.advance(1)
    assert orders.packed == ["tea"]
    await orders.disconnect()
