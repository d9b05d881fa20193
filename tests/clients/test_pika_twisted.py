"""pika's Twisted adapter over the socket."""

from __future__ import annotations

from typing import Any

import pika
import pytest
from pika.adapters.twisted_connection import TwistedChannel, TwistedProtocolConnection
from pika.exceptions import NackError
from twisted.internet import defer, reactor
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.threads import blockingCallFromThread

from tests.clients.contract import PREFETCH, QUEUES, Contract, Worker
from tests.clients.pika_settling import settle

pytestmark = pytest.mark.usefixtures("twisted_reactor")


class TwistedWorker(Worker):
    def start(self) -> None:
        self.is_stopping = False
        self.ended: defer.Deferred[None] = defer.Deferred()
        blockingCallFromThread(reactor, self._connect)

    def stop(self) -> None:
        self.is_stopping = True
        blockingCallFromThread(reactor, self._end)

    def _end(self) -> defer.Deferred[None]:
        self.connection.close()
        return self.ended

    @defer.inlineCallbacks
    def _connect(self) -> Any:
        parameters = pika.URLParameters(self.url)
        endpoint = TCP4ClientEndpoint(reactor, parameters.host, parameters.port)
        self.connection = yield connectProtocol(endpoint, TwistedProtocolConnection(parameters))
        yield self.connection.ready
        self.connection.closed.addBoth(self._on_close)
        channel = yield self.connection.channel()
        for queue, arguments in QUEUES.items():
            yield channel.queue_declare(queue, durable=True, arguments=arguments)
        yield channel.basic_qos(prefetch_count=PREFETCH)
        for queue in ("rejected", "orders"):
            messages, _ = yield channel.basic_consume(queue, auto_ack=queue == "rejected")
            self._listen(queue, messages)

    def _on_close(self, reason: Any) -> None:
        if self.is_stopping:
            self.ended.callback(None)
        else:
            self._connect()

    def _listen(self, queue: str, messages: Any) -> None:
        def on_message(message: tuple[TwistedChannel, Any, Any, bytes]) -> None:
            self._on_message(queue, *message)
            self._listen(queue, messages)

        messages.get().addCallbacks(on_message, lambda closed: None)

    def _on_message(self, queue: str, channel: TwistedChannel, method: Any, properties: Any, body: bytes) -> None:
        what = self.saw(queue, body, method.redelivered, properties.headers)
        if queue == "orders":
            settle(channel, method.delivery_tag, what)

    def publish(self, queue: str, body: bytes) -> bool:
        return bool(blockingCallFromThread(reactor, self._publish, queue, body))

    @defer.inlineCallbacks
    def _publish(self, queue: str, body: bytes) -> Any:
        channel = yield self.connection.channel()
        yield channel.confirm_delivery()
        try:
            yield channel.basic_publish("", queue, body)
        except NackError:
            return False
        finally:
            yield channel.close()
        return True

    def why_missing(self, queue: str) -> str:
        return str(blockingCallFromThread(reactor, self._why_missing, queue))

    @defer.inlineCallbacks
    def _why_missing(self, queue: str) -> Any:
        channel = yield self.connection.channel()
        try:
            yield channel.queue_declare(queue, passive=True)
        except pika.exceptions.ChannelClosedByBroker as closed:
            return str(closed)
        return "it is there"


class TestTwisted(Contract):
    Program = TwistedWorker
