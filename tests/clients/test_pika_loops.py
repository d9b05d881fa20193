"""pika's connections with an event loop, over the socket: select, asyncio, Tornado, gevent."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.adapters.gevent_connection import GeventConnection
from pika.adapters.select_connection import SelectConnection
from pika.adapters.tornado_connection import TornadoConnection
from pika.channel import Channel

from tests.clients.contract import PATIENCE, PREFETCH, QUEUES, Contract, ThreadWorker
from tests.clients.pika_settling import settle


class LoopWorker(ThreadWorker):
    """One program for all of them: pika gives their loops the same methods."""

    Connection: type

    def run(self) -> None:
        loop = self.new_loop()
        self.connection = self._connect(loop)
        self.run_loop(loop)

    def new_loop(self) -> Any:
        """The loop that a connection brings with it, if it is None."""

    def run_loop(self, loop: Any) -> None:
        self.connection.ioloop.start()
        self.connection.ioloop.close()

    def _connect(self, loop: Any) -> Any:
        return self.Connection(
            pika.URLParameters(self.url),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._on_channel),
            on_close_callback=self._on_close,
            custom_ioloop=loop,
        )

    def _on_close(self, connection: Any, reason: Exception) -> None:
        if self.is_stopping:
            connection.ioloop.stop()
        else:
            self.connection = self._connect(connection.ioloop)

    def _on_channel(self, channel: Channel) -> None:
        self.channel = channel
        for queue, arguments in QUEUES.items():
            channel.queue_declare(queue, durable=True, arguments=arguments)
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume("rejected", self._on_message, auto_ack=True, consumer_tag="rejected")
        channel.basic_consume("orders", self._on_message, consumer_tag="orders")

    def _on_message(self, channel: Channel, method: Any, properties: Any, body: bytes) -> None:
        what = self.saw(method.consumer_tag, body, method.redelivered, properties.headers)
        if method.consumer_tag == "orders":
            settle(channel, method.delivery_tag, what)

    def interrupt(self) -> None:
        self._soon(self.connection.close)

    def _soon(self, callback: Any) -> None:
        self.connection.ioloop.add_callback_threadsafe(callback)

    def publish(self, queue: str, body: bytes) -> bool:
        confirmed: Future[bool] = Future()

        def on_channel(channel: Channel) -> None:
            def on_confirm(frame: Any) -> None:
                channel.close()
                confirmed.set_result(isinstance(frame.method, pika.spec.Basic.Ack))

            channel.confirm_delivery(on_confirm)
            channel.basic_publish("", queue, body)

        self._soon(lambda: self.connection.channel(on_open_callback=on_channel))
        return confirmed.result(PATIENCE)

    def why_missing(self, queue: str) -> str:
        why: Future[str] = Future()

        def on_channel(channel: Channel) -> None:
            channel.add_on_close_callback(lambda channel, reason: why.set_result(str(reason)))
            channel.queue_declare(queue, passive=True)

        self._soon(lambda: self.connection.channel(on_open_callback=on_channel))
        return why.result(PATIENCE)


class SelectWorker(LoopWorker):
    Connection = SelectConnection


class AsyncioWorker(LoopWorker):
    Connection = AsyncioConnection

    def new_loop(self) -> Any:
        return asyncio.new_event_loop()

    def run_loop(self, loop: Any) -> None:
        loop.run_forever()
        loop.close()

    def _soon(self, callback: Any) -> None:
        self.connection.ioloop.call_soon_threadsafe(callback)


class TornadoWorker(LoopWorker):
    Connection = TornadoConnection

    def _soon(self, callback: Any) -> None:
        self.connection.ioloop.add_callback(callback)


class GeventWorker(LoopWorker):
    Connection = GeventConnection

    def _soon(self, callback: Any) -> None:
        self.connection.ioloop.add_callback(callback)


class TestSelectConnection(Contract):
    Program = SelectWorker


class TestAsyncioConnection(Contract):
    Program = AsyncioWorker


class TestTornadoConnection(Contract):
    Program = TornadoWorker


class TestGeventConnection(Contract):
    Program = GeventWorker
