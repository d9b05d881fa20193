"""A connection of our own to a real broker, beside those of the code under test: to publish and to look into queues."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from fakeamqp.adapters.pika.redirect import suspended

_BASIC_PROPERTIES: Any = pika.BasicProperties
_FIREHOSE = "amq.rabbitmq.trace"
# Real seconds in which the broker's own report of a publish arrives; it is sent before the message is confirmed.
_REPORT = 5.0


class NoAMQP(Exception):
    """The real broker does not talk AMQP with us; the text is pika's."""


class ClosedByBroker(Exception):
    """The broker refused something by closing our channel, with this code and text."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def transport(url: str) -> pika.ConnectionParameters:
    """Parameters with the address and TLS options of an AMQP URL."""
    read: Any = pika.URLParameters(url)
    return pika.ConnectionParameters(read.host, read.port, ssl_options=read.ssl_options)


def parameters(
    near: pika.ConnectionParameters, vhost: str, user: str, password: str, overrides: dict[str, Any]
) -> pika.ConnectionParameters:
    """Parameters for a virtual host of the broker at that address. Raises what pika raises for bad overrides."""
    values: dict[str, Any] = {
        "host": near.host,
        "port": near.port,
        "ssl_options": near.ssl_options,
        "virtual_host": vhost,
        "credentials": pika.PlainCredentials(user, password),
    }
    return pika.ConnectionParameters(**{**values, **overrides})


def connect(made: pika.ConnectionParameters) -> pika.BlockingConnection:
    """A blocking connection of pika's, redirected if pika is."""
    return pika.BlockingConnection(made)


class Side:
    """Our connection to one virtual host, made when it is first used.

    queue: the one that takes the broker's reports; nobody else shall see it. None if there is none yet.
    """

    def __init__(self, made: pika.ConnectionParameters) -> None:
        self._parameters = made
        self._connection: Any = None
        self.queue: str | None = None

    def open(self) -> None:
        """Connect. Raises NoAMQP."""
        try:
            with suspended():
                self._connection = connect(self._parameters)
        except (AMQPError, OSError) as error:
            raise NoAMQP(repr(error)) from None

    def close(self) -> None:
        """Disconnect."""
        if self._connection is not None and self._connection.is_open:
            with contextlib.suppress(AMQPError):
                self._connection.close()
        self._connection = None
        self.queue = None

    def publish(self, exchange: str, routing_key: str, body: bytes, properties: dict[str, Any]) -> tuple[str, ...]:
        """Publish, and let RabbitMQ's firehose tell to which queues. Raises ClosedByBroker."""
        with self._channel() as channel:
            if self.queue is None:
                self.queue = channel.queue_declare("", exclusive=True).method.queue
            binding = f"publish.{exchange}"
            channel.queue_bind(self.queue, _FIREHOSE, binding)
            channel.confirm_delivery()
            taken = True
            try:
                channel.basic_publish(exchange, routing_key, body, _BASIC_PROPERTIES(**properties), mandatory=True)
            except (pika.exceptions.UnroutableError, pika.exceptions.NackError):
                taken = False  # RabbitMQ 3.10 reports queues that the default exchange would route to if they existed
            routed = self._reported(channel, routing_key, body)
            channel.queue_unbind(self.queue, _FIREHOSE, binding)
            return routed if taken else ()

    def _reported(self, channel: Any, routing_key: str, body: bytes) -> tuple[str, ...]:
        """What the firehose says of the publish on this channel; it tells of other clients' too."""
        ours = (channel.channel_number, [routing_key], body)
        ends = time.monotonic() + _REPORT
        while time.monotonic() < ends:
            method, properties, told = channel.basic_get(self.queue, auto_ack=True)
            if method is None:
                self._connection.sleep(0.005)
            elif (properties.headers["channel"], properties.headers["routing_keys"], told) == ours:
                return tuple(properties.headers["routed_queues"])
        raise TimeoutError("RabbitMQ's firehose does not tell what became of a publish")

    def counts(self, queue: str) -> tuple[int, int]:
        """How many messages are ready and how many consumers there are, by a passive declaration.

        Raises ClosedByBroker.
        """
        with self._channel() as channel:
            declared = channel.queue_declare(queue, passive=True).method
            return declared.message_count, declared.consumer_count

    def messages(self, queue: str) -> list[tuple[Any, dict[str, Any], bytes]]:
        """What is ready, each as get-ok, properties by AMQP's names and body; it is requeued. Raises ClosedByBroker."""
        with self._channel() as channel:
            got = []
            while True:
                method, properties, body = channel.basic_get(queue)
                if method is None:
                    break
                got.append((method, _as_dict(properties), body))
            if got:
                channel.basic_nack(got[-1][0].delivery_tag, multiple=True, requeue=True)
                channel.queue_declare(queue, passive=True)  # answered once the requeue is through
            return got

    def take_and_die(self, queue: str, count: int) -> None:
        """Get so many messages and end the channel before any is acknowledged. Raises ClosedByBroker."""
        with self._channel() as channel:
            for _ in range(count):
                channel.basic_get(queue)
        with self._channel() as channel:
            channel.queue_declare(queue, passive=True)  # answered once what it had is back

    @contextlib.contextmanager
    def _channel(self) -> Iterator[Any]:
        if self._connection is None or not self._connection.is_open:
            self.queue = None
            self.open()
        with suspended():
            channel = self._connection.channel()
            try:
                yield channel
            except ChannelClosedByBroker as error:
                raise ClosedByBroker(error.reply_code, error.reply_text) from None
            finally:
                if channel.is_open:
                    channel.close()


def _as_dict(properties: pika.BasicProperties) -> dict[str, Any]:
    return {name: value for name, value in vars(properties).items() if value is not None}


def name_of(link: Any) -> str:
    """What RabbitMQ calls a connection of pika's: both ends, as its socket has them."""
    own, other = _socket(link).getsockname(), _socket(link).getpeername()
    return f"{own[0]}:{own[1]} -> {other[0]}:{other[1]}"


def cut(link: Any) -> None:
    """Break a connection of pika's as a network breaks: its socket is shut down under it."""
    with contextlib.suppress(OSError, AttributeError):
        _socket(link).shutdown(socket.SHUT_RDWR)


def _socket(link: Any) -> socket.socket:
    own: socket.socket = link._transport._sock
    return own


def carries(link: Any, client: object) -> bool:
    """True for its connection, of whatever of pika's classes, and for the channels of that."""
    connection = getattr(client, "connection", client)
    return getattr(connection, "_impl", connection) is link
