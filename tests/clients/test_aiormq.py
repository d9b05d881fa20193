"""aiormq over the socket."""

from __future__ import annotations

import asyncio
import contextlib

import aiormq
from aiormq.abc import DeliveredMessage

from tests.clients.contract import PREFETCH, QUEUES, AsyncWorker, Contract


class AiormqWorker(AsyncWorker):
    async def consume(self) -> None:
        while not self.stopped.is_set():
            with contextlib.suppress(aiormq.exceptions.AMQPConnectionError):
                await self._consume()

    async def _consume(self) -> None:
        async with await aiormq.connect(self.url) as self.connection:
            channel = self.channel = await self.connection.channel()
            for queue, arguments in QUEUES.items():
                await channel.queue_declare(queue, durable=True, arguments=arguments)
            await channel.basic_qos(prefetch_count=PREFETCH)
            await channel.basic_consume("rejected", self._on_message, no_ack=True, consumer_tag="rejected")
            await channel.basic_consume("orders", self._on_message, consumer_tag="orders")
            stopped = self.loop.create_task(self.stopped.wait())
            await asyncio.wait([stopped, self.connection.closing], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()

    async def _on_message(self, message: DeliveredMessage) -> None:
        deliver = message.delivery
        what = self.saw(deliver.consumer_tag, message.body, deliver.redelivered, message.header.properties.headers)
        if deliver.consumer_tag != "orders":
            return
        if what == "ack":
            await message.channel.basic_ack(deliver.delivery_tag)
        elif what == "requeue":
            await message.channel.basic_nack(deliver.delivery_tag, requeue=True)
        elif what == "reject":
            await message.channel.basic_reject(deliver.delivery_tag, requeue=False)

    async def publishing(self, queue: str, body: bytes) -> bool:
        channel = await self.connection.channel(publisher_confirms=True)
        try:
            await channel.basic_publish(body, routing_key=queue)
        except aiormq.exceptions.DeliveryError:
            return False
        finally:
            await channel.close()
        return True

    async def missing(self, queue: str) -> str:
        channel = await self.connection.channel()
        try:
            await channel.queue_declare(queue, passive=True)
        except aiormq.exceptions.ChannelNotFoundEntity as error:
            return f"404 {error}"
        return "it is there"


class TestAiormq(Contract):
    Program = AiormqWorker
