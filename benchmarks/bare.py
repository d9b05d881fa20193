"""The bare broker as a client's session sees it: commands in, effects out, the trace on, no client library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fakeamqp
from fakeamqp.model import commands, effects
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.model.message import Message

SIZE = 100
"""Bytes of a body."""


def open_connection(apply: Callable[[Command], object], number: int) -> None:
    """A client comes in. apply: carries out a command."""
    apply(commands.Connect(number))
    apply(commands.Login(number, "guest", "guest"))
    apply(commands.OpenConnection(number, "/"))


class Bare:
    """A broker, a connection to it and a channel."""

    def __init__(self, version: str = "3.10", **options: Any) -> None:
        self.broker = fakeamqp.Broker(version, **options)
        self._connections = 0
        self.channel = self.connect()

    def connect(self) -> Channel:
        """A channel on a new connection."""
        self._connections += 1
        open_connection(self.broker.apply, self._connections)
        return Channel(self.broker, self._connections, 1)

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.broker.clock.advance(seconds)

    def queue(self, name: str) -> fakeamqp.QueueView:
        """A live view."""
        return self.broker.queue(name)


class Channel:
    """An open channel. Each method is one command, and returns its effects."""

    def __init__(self, broker: fakeamqp.Broker, connection: int, number: int) -> None:
        self.key = (connection, number)
        self._apply = broker.apply
        self._apply(commands.OpenChannel(self.key))

    def declare(self, queue: str, *, durable: bool = False, **arguments: Any) -> list[Effect]:
        """A queue. arguments: `x_max_length` stands for `x-max-length`."""
        table = {name.replace("_", "-"): value for name, value in arguments.items()}
        return self._apply(commands.DeclareQueue(self.key, queue, durable=durable, arguments=table))

    def exchange(self, name: str, kind: str) -> list[Effect]:
        """An exchange."""
        return self._apply(commands.DeclareExchange(self.key, name, kind))

    def bind(self, queue: str, exchange: str, key: str = "", **arguments: Any) -> list[Effect]:
        """A binding; arguments as of `declare`."""
        table = {name.replace("_", "-"): value for name, value in arguments.items()}
        return self._apply(commands.BindQueue(self.key, queue, exchange, key, table))

    def unbind(self, queue: str, exchange: str, key: str = "", **arguments: Any) -> list[Effect]:
        """No binding any more."""
        table = {name.replace("_", "-"): value for name, value in arguments.items()}
        return self._apply(commands.UnbindQueue(self.key, queue, exchange, key, table))

    def publish(self, key: str, exchange: str = "", **properties: Any) -> list[Effect]:
        """A message with a body of its own, as a network brings it."""
        return self._apply(commands.Publish(self.key, exchange, key, Message(exchange, key, properties, bytes(SIZE))))

    def get(self, queue: str, *, no_ack: bool = False) -> list[Effect]:
        """Fetch a message."""
        return self._apply(commands.Get(self.key, queue, no_ack))

    def prefetch(self, count: int) -> list[Effect]:
        """Limit the consumers that start from now on."""
        return self._apply(commands.Qos(self.key, 0, count))

    def consume(self, queue: str, tag: str, **arguments: Any) -> list[Effect]:
        """Start a consumer; arguments as of `declare`."""
        table = {name.replace("_", "-"): value for name, value in arguments.items()}
        return self._apply(commands.Consume(self.key, queue, tag, arguments=table))

    def cancel(self, tag: str) -> list[Effect]:
        """End a consumer."""
        return self._apply(commands.Cancel(self.key, tag))

    def ack(self, tag: int, *, multiple: bool = False) -> list[Effect]:
        """Settle a delivery, or all up to it."""
        return self._apply(commands.Ack(self.key, tag, multiple))

    def nack(self, tag: int, *, multiple: bool = False, requeue: bool = True) -> list[Effect]:
        """Return or reject a delivery, or all up to it."""
        return self._apply(commands.Nack(self.key, tag, multiple, requeue))

    def delete(self, queue: str) -> list[Effect]:
        """No queue any more."""
        return self._apply(commands.DeleteQueue(self.key, queue))

    def close(self) -> list[Effect]:
        """No channel any more."""
        return self._apply(commands.CloseChannel(self.key))


def delivered(done: list[Effect]) -> list[tuple[tuple[int, int], int]]:
    """To which channels consumers were sent something in a step, and with which tags."""
    return [(effect.channel, effect.delivery_tag) for effect in done if type(effect) is effects.Delivered]
