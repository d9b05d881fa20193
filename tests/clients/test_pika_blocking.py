"""pika's BlockingConnection over the socket."""

from __future__ import annotations

import contextlib
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker, NackError

from tests.clients.contract import PREFETCH, QUEUES, Contract, ThreadWorker
from tests.clients.pika_settling import settle


class BlockingWorker(ThreadWorker):
    connection: pika.BlockingConnection | None = None

    def run(self) -> None:
        while not self.is_stopping:
            with contextlib.suppress(AMQPConnectionError):
                self._consume()

    def _consume(self) -> None:
        with pika.BlockingConnection(pika.URLParameters(self.url)) as self.connection:
            channel = self.connection.channel()
            for queue, arguments in QUEUES.items():
                channel.queue_declare(queue, durable=True, arguments=arguments)
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.basic_consume("rejected", self._on_message, auto_ack=True, consumer_tag="rejected")
            channel.basic_consume("orders", self._on_message, consumer_tag="orders")
            while not self.is_stopping:
                self.connection.process_data_events(time_limit=None)

    def _on_message(self, channel: BlockingChannel, method: Any, properties: Any, body: bytes) -> None:
        what = self.saw(method.consumer_tag, body, method.redelivered, properties.headers)
        if method.consumer_tag == "orders":
            settle(channel, method.delivery_tag, what)

    def interrupt(self) -> None:
        if self.connection is not None and self.connection.is_open:
            self.connection.add_callback_threadsafe(lambda: None)

    def publish(self, queue: str, body: bytes) -> bool:
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            try:
                channel.basic_publish("", queue, body)
            except NackError:
                return False
            return True

    def why_missing(self, queue: str) -> str:
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            try:
                connection.channel().queue_declare(queue, passive=True)
            except ChannelClosedByBroker as closed:
                return str(closed)
        return "it is there"


class TestBlockingConnection(Contract):
    Program = BlockingWorker
