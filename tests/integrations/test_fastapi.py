"""A FastAPI application whose lifespan opens the connection, unchanged: in a thread of its test client, and in a test's
own loop.
"""

from __future__ import annotations

import httpx
import pika.exceptions
import pytest
from fastapi.testclient import TestClient

from .app import app, lifespan


@pytest.fixture
def orders(fakeamqp_channel):
    fakeamqp_channel.queue_declare("orders", durable=True)


def test_with_the_test_client(fakeamqp_broker, orders):
    with TestClient(app) as client:
        assert client.post("/orders/tea").status_code == 202
        fakeamqp_broker.until(lambda: fakeamqp_broker.queue("orders").ready)

        fakeamqp_broker.publish("", "packed", "tea")
        fakeamqp_broker.until(lambda: client.get("/packed").json() == ["tea"])

    (message,) = fakeamqp_broker.queue("orders").messages
    assert message.body == b"tea"
    assert message.properties["delivery_mode"] == 2


@pytest.mark.anyio
async def test_in_the_loop_of_the_test(fakeamqp_broker, orders):
    async with lifespan(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        await client.post("/orders/tea")
        await fakeamqp_broker.settled()
        assert [message.body for message in fakeamqp_broker.queue("orders").messages] == [b"tea"]

        fakeamqp_broker.publish("", "packed", "tea")
        await fakeamqp_broker.settled()
        assert (await client.get("/packed")).json() == ["tea"]


@pytest.mark.anyio
async def test_virtual_time_passes_within_the_lifespan(fakeamqp_broker, fakeamqp_channel):
    letters = {"x-message-ttl": 3_600_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "packed"}
    fakeamqp_channel.queue_declare("orders", arguments=letters)
    async with lifespan(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        await client.post("/orders/tea")
        await fakeamqp_broker.settled()
        await fakeamqp_broker.advance(3600)
        assert (await client.get("/packed")).json() == ["tea"]


def test_a_broker_that_is_down_fails_the_lifespan(fakeamqp_broker):
    fakeamqp_broker.down()
    with pytest.raises(pika.exceptions.AMQPConnectionError), TestClient(app):
        pass


@pytest.fixture
def anyio_backend():
    return "asyncio"
