"""aio-pika over the socket, with its robust connection."""

from __future__ import annotations

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from tests.clients.contract import PREFETCH, QUEUES, AsyncWorker, Contract


class AioPikaWorker(AsyncWorker):
    async def consume(self) -> None:
        self.connection = await aio_pika.connect_robust(self.url, reconnect_interval=0.01)
        async with self.connection:
            channel = await self.connection.channel()
            await channel.set_qos(prefetch_count=PREFETCH)
            queues = {
                name: await channel.declare_queue(name, durable=True, arguments=arguments)
                for name, arguments in QUEUES.items()
            }
            await queues["rejected"].consume(self._on_rejected, no_ack=True)
            await queues["orders"].consume(self._on_order)
            await self.stopped.wait()

    async def _on_rejected(self, message: AbstractIncomingMessage) -> None:
        self.saw("rejected", message.body, bool(message.redelivered), message.headers)

    async def _on_order(self, message: AbstractIncomingMessage) -> None:
        what = self.saw("orders", message.body, bool(message.redelivered), message.headers)
        if what == "ack":
            await message.ack()
        elif what == "requeue":
            await message.nack(requeue=True)
        elif what == "reject":
            await message.reject(requeue=False)

    async def publishing(self, queue: str, body: bytes) -> bool:
        async with self.connection.channel(publisher_confirms=True) as channel:
            try:
                await channel.default_exchange.publish(aio_pika.Message(body), routing_key=queue)
            except aio_pika.exceptions.DeliveryError:
                return False
            return True

    async def missing(self, queue: str) -> str:
        async with await aio_pika.connect(self.url) as connection:
            channel = await connection.channel()
            try:
                await channel.declare_queue(queue, passive=True)
            except aio_pika.exceptions.ChannelNotFoundEntity as error:
                return f"404 {error}"
        return "it is there"


class TestAioPika(Contract):
    Program = AioPikaWorker
