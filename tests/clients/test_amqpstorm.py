"""AMQPStorm over the socket."""

from __future__ import annotations

import contextlib

import amqpstorm

from tests.clients.contract import PREFETCH, QUEUES, Contract, ThreadWorker


class AmqpstormWorker(ThreadWorker):
    """AMQPStorm 3.1.4 notices a broken link by its heartbeat alone and ends `start_consuming()` without a word then."""

    def run(self) -> None:
        while not self.is_stopping:
            with contextlib.suppress(amqpstorm.AMQPConnectionError):
                self._consume()

    def _consume(self) -> None:
        url = f"{self.url}?heartbeat=1"
        with amqpstorm.UriConnection(url) as self.connection, self.connection.channel() as channel:
            for queue, arguments in QUEUES.items():
                channel.queue.declare(queue, durable=True, arguments=arguments)
            channel.basic.qos(PREFETCH)
            channel.basic.consume(self._on_rejected, "rejected", no_ack=True)
            channel.basic.consume(self._on_order, "orders")
            channel.start_consuming()

    def _on_rejected(self, message: amqpstorm.Message) -> None:
        self.saw("rejected", message._body, message.redelivered, message.properties.get("headers"))

    def _on_order(self, message: amqpstorm.Message) -> None:
        what = self.saw("orders", message._body, message.redelivered, message.properties.get("headers"))
        if what == "ack":
            message.ack()
        elif what == "requeue":
            message.nack(requeue=True)
        elif what == "reject":
            message.reject(requeue=False)

    def interrupt(self) -> None:
        self.connection.close()

    def publish(self, queue: str, body: bytes) -> bool:
        with amqpstorm.UriConnection(self.url) as connection, connection.channel() as channel:
            channel.confirm_deliveries()
            return bool(channel.basic.publish(body, queue))

    def why_missing(self, queue: str) -> str:
        with amqpstorm.UriConnection(self.url) as connection, connection.channel() as channel:
            try:
                channel.queue.declare(queue, passive=True)
            except amqpstorm.AMQPChannelError as error:
                return f"{error.error_code} {error}"
        return "it is there"


class TestAmqpstorm(Contract):
    Program = AmqpstormWorker
