"""An application as people write them: its lifespan opens the connection, a route publishes, a consumer answers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pika
from fastapi import FastAPI
from pika.adapters.asyncio_connection import AsyncioConnection


class Orders:
    """Publishes orders, and keeps those that come back packed."""

    def __init__(self):
        self.packed = []

    async def connect(self):
        opened = asyncio.get_running_loop().create_future()
        self.connection = AsyncioConnection(
            pika.ConnectionParameters("rabbit.internal"),
            on_open_callback=opened.set_result,
            on_open_error_callback=lambda connection, error: opened.set_exception(error),
        )
        await opened
        ready = asyncio.get_running_loop().create_future()
        self.connection.channel(on_open_callback=ready.set_result)
        self.channel = await ready
        self.channel.queue_declare("packed", durable=True)
        self.channel.basic_consume("packed", self.on_packed, auto_ack=True)

    def on_packed(self, channel, method, properties, body):
        self.packed.append(body.decode())

    def place(self, item):
        self.channel.basic_publish("", "orders", item, pika.BasicProperties(delivery_mode=2))

    async def disconnect(self):
        closed = asyncio.get_running_loop().create_future()
        self.connection.add_on_close_callback(lambda connection, reason: closed.set_result(reason))
        self.connection.close()
        await closed


@asynccontextmanager
async def lifespan(app):
    app.state.orders = Orders()
    await app.state.orders.connect()
    yield
    await app.state.orders.disconnect()


app = FastAPI(lifespan=lifespan)


@app.post("/orders/{item}", status_code=202)
async def place(item: str):
    app.state.orders.place(item)


@app.get("/packed")
async def packed():
    return app.state.orders.packed
