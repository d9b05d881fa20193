"""FastStream over the socket."""

from __future__ import annotations

import aio_pika
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue

from tests.clients.contract import PREFETCH, QUEUES, AsyncWorker, Contract

REJECTED, ORDERS, PARKED = (RabbitQueue(name, durable=True, arguments=arguments) for name, arguments in QUEUES.items())


class FaststreamWorker(AsyncWorker):
    async def consume(self) -> None:
        self.broker = RabbitBroker(self.url, reconnect_interval=0.01)
        self.broker.subscriber(REJECTED, ack_policy=AckPolicy.ACK_FIRST)(self._on_rejected)
        channel = Channel(prefetch_count=PREFETCH)
        self.broker.subscriber(ORDERS, ack_policy=AckPolicy.MANUAL, channel=channel)(self._on_order)
        async with self.broker:
            await self.broker.declare_queue(PARKED)
            await self.broker.start()
            await self.stopped.wait()

    async def _on_rejected(self, body: bytes, message: RabbitMessage) -> None:
        self.saw("rejected", body, bool(message.raw_message.redelivered), message.headers)

    async def _on_order(self, body: bytes, message: RabbitMessage) -> None:
        what = self.saw("orders", body, bool(message.raw_message.redelivered), message.headers)
        if what == "ack":
            await message.ack()
        elif what == "requeue":
            await message.nack(requeue=True)
        elif what == "reject":
            await message.reject(requeue=False)

    async def publishing(self, queue: str, body: bytes) -> bool:
        try:
            await self.broker.publish(body, queue)
        except aio_pika.exceptions.DeliveryError:
            return False
        return True

    async def missing(self, queue: str) -> str:
        try:
            await self.broker.declare_queue(RabbitQueue(queue, declare=False))
        except aio_pika.exceptions.ChannelNotFoundEntity as error:
            return f"404 {error}"
        return "it is there"


class TestFaststream(Contract):
    Program = FaststreamWorker
