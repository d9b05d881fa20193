"""kombu over the socket, with py-amqp below."""

from __future__ import annotations

from typing import Any

import kombu
from amqp.exceptions import MessageNacked, NotFound
from kombu.mixins import ConsumerMixin

from tests.clients.contract import PREFETCH, QUEUES, Contract, ThreadWorker, Worker


class Program(ConsumerMixin):
    """Connects anew by itself."""

    def __init__(self, worker: Worker, connection: kombu.Connection) -> None:
        self.worker = worker
        self.connection = connection

    def get_consumers(self, Consumer: Any, channel: Any) -> list[kombu.Consumer]:  # noqa: N803 - kombu's name
        for name, arguments in QUEUES.items():
            queue_of(name, arguments)(channel).declare()
        rejected, orders = (queue_of(name, QUEUES[name]) for name in ("rejected", "orders"))
        return [
            Consumer([rejected], no_ack=True, on_message=self.on_rejected),
            Consumer([orders], prefetch_count=PREFETCH, on_message=self.on_order),
        ]

    def on_rejected(self, message: kombu.Message) -> None:
        self.worker.saw("rejected", message.body, message.delivery_info["redelivered"], message.headers)

    def on_order(self, message: kombu.Message) -> None:
        what = self.worker.saw("orders", message.body, message.delivery_info["redelivered"], message.headers)
        if what == "ack":
            message.ack()
        elif what == "requeue":
            message.requeue()
        elif what == "reject":
            message.reject()


def queue_of(name: str, arguments: dict[str, Any]) -> kombu.Queue:
    return kombu.Queue(name, durable=True, queue_arguments=arguments)


class KombuWorker(ThreadWorker):
    def run(self) -> None:
        with kombu.Connection(self.url) as connection:
            self.program = Program(self, connection)
            self.program.run(safety_interval=0.02)

    def interrupt(self) -> None:
        self.program.should_stop = True

    def publish(self, queue: str, body: bytes) -> bool:
        with kombu.Connection(self.url, transport_options={"confirm_publish": True}) as connection:
            try:
                connection.Producer().publish(body, routing_key=queue)
            except MessageNacked:
                return False
            return True

    def why_missing(self, queue: str) -> str:
        with kombu.Connection(self.url) as connection:
            try:
                kombu.Queue(queue)(connection.channel()).queue_declare(passive=True)
            except NotFound as error:
                return str(error)
        return "it is there"


class TestKombu(Contract):
    Program = KombuWorker
