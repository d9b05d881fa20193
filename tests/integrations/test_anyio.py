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
