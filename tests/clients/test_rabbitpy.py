"""rabbitpy over the socket."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import rabbitpy
from rabbitpy.exceptions import AMQPNotFound, NotConsumingError, RabbitpyException

from tests.clients.contract import PATIENCE, PREFETCH, QUEUES, Contract, ThreadWorker


class RabbitpyWorker(ThreadWorker):
    """A connection for each queue: a channel consumes from one alone, a broken link is told to one channel alone."""

    def run(self) -> None:
        self.consuming: dict[str, rabbitpy.Queue] = {}
        self.rejected = threading.Thread(target=self._consume, args=("rejected", self._on_rejected, True))
        self.rejected.start()
        self._consume("orders", self._on_order, False)
        self.rejected.join(PATIENCE)

    def _consume(self, name: str, on_message: Callable[[rabbitpy.Message], None], no_ack: bool) -> None:
        while not self.is_stopping:
            with (
                contextlib.suppress(RabbitpyException),
                rabbitpy.Connection(self.url) as connection,
                connection.channel() as channel,
            ):
                for queue, arguments in QUEUES.items():
                    rabbitpy.Queue(channel, queue, durable=True, arguments=arguments).declare()
                self.consuming[name] = rabbitpy.Queue(channel, name)
                for message in self.consuming[name].consume(no_ack, PREFETCH):
                    on_message(message)

    def _on_rejected(self, message: rabbitpy.Message) -> None:
        self.saw("rejected", message.body, bool(message.redelivered), message.properties.get("headers"))

    def _on_order(self, message: rabbitpy.Message) -> None:
        what = self.saw("orders", message.body, bool(message.redelivered), message.properties.get("headers"))
        if what == "ack":
            message.ack()
        elif what == "requeue":
            message.nack(requeue=True)
        elif what == "reject":
            message.reject(requeue=False)

    def interrupt(self) -> None:
        while self.rejected.is_alive() or self._thread.is_alive():
            for queue in self.consuming.values():  # one that is not consuming yet will be soon
                with contextlib.suppress(NotConsumingError):
                    queue.stop_consuming()
            self._thread.join(0.01)

    def publish(self, queue: str, body: bytes) -> bool:
        with rabbitpy.Connection(self.url) as connection, connection.channel() as channel:
            channel.enable_publisher_confirms()
            return bool(rabbitpy.Message(channel, body).publish("", queue))

    def why_missing(self, queue: str) -> str:
        with rabbitpy.Connection(self.url) as connection:
            channel = connection.channel()
            try:
                rabbitpy.Queue(channel, queue).declare(passive=True)
            except AMQPNotFound as error:
                return f"404 {error.args[0].reply_text}"
        return "it is there"


class TestRabbitpy(Contract):
    Program = RabbitpyWorker
