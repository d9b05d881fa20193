"""A bare model to try rules on: no session, no door, no clock but a number. The laws are checked after every step."""

from __future__ import annotations

from typing import Any

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.broker import Broker
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.model.message import Message
from fakeamqp.model.profile import PROFILES
from fakeamqp.model.queues import Queue
from fakeamqp.model.values import NO_TABLE, ChannelKey, Table
from tests.support.watched import WatchedBroker

MS = 1_000


class Rig:
    """A broker of one virtual host. watched: False for tests so large that looking at all of it would take long."""

    def __init__(self, version: str = "4.3", *, watched: bool = True, **options: Any) -> None:
        self.broker = (WatchedBroker if watched else Broker)(PROFILES[version], **options)
        self.now_us = 0

    @property
    def vhost(self) -> Any:
        return self.broker.vhosts["/"]

    def do(self, command: Command) -> list[Effect]:
        return self.broker.apply(command, self.now_us)

    def advance(self, milliseconds: float) -> list[Effect]:
        """Let time pass; what happened on the way."""
        until_us = self.now_us + int(milliseconds * MS)
        done: list[Effect] = []
        while (due_us := self.broker.next_due()) is not None and due_us <= until_us:
            done += self.broker.fire(due_us)
        self.now_us = until_us
        return done

    def connection(self, username: str = "guest", **capabilities: Any) -> int:
        """Connect, log in and enter the virtual host; the connection's number."""
        number = len(self.broker.connections) + 1
        while number in self.broker.connections:
            number += 1
        self.do(ask.Connect(number))
        self.do(ask.Login(number, username, "guest", capabilities={"consumer_cancel_notify": True, **capabilities}))
        self.do(ask.OpenConnection(number, "/"))
        return number

    def channel(self, connection: int | None = None) -> RigChannel:
        """A new channel, on a connection of its own unless one is given."""
        number = self.connection() if connection is None else connection
        key = (number, len(self.broker.connections[number].channels) + 1)
        self.do(ask.OpenChannel(key))
        return RigChannel(self, key)

    def queue(self, name: str = "q") -> Queue:
        queue: Queue = self.vhost.queues[name]
        return queue

    def waiting(self, name: str = "q") -> list[str]:
        """The bodies that are ready in a queue, in the order of delivery."""
        return [entry.message.body.decode() for entry in self.queue(name).ready]


class RigChannel:
    """An open channel. Every method returns the effects of its command."""

    def __init__(self, rig: Rig, key: ChannelKey) -> None:
        self.rig = rig
        self.key = key

    def __call__(self, kind: Any, *fields: Any, **named: Any) -> list[Effect]:
        """Any command that has a channel."""
        return self.rig.do(kind(self.key, *fields, **named))

    def declare(self, queue: str = "q", arguments: Table = NO_TABLE, **flags: Any) -> list[Effect]:
        if arguments.get("x-queue-type") == "quorum":
            flags = {"durable": True, **flags}
        return self(ask.DeclareQueue, queue, arguments=arguments, **flags)

    def bind(self, queue: str, exchange: str, key: str = "", arguments: Table = NO_TABLE) -> list[Effect]:
        return self(ask.BindQueue, queue, exchange, key, arguments)

    def publish(
        self, queue: str, *bodies: str, exchange: str = "", mandatory: bool = False, **more: Any
    ) -> list[Effect]:
        """Publish to a queue by its name, or to an exchange under a routing key; `more` are basic properties."""
        done: list[Effect] = []
        for body in bodies or ("",):
            message = Message(exchange, queue, dict(more), body.encode())
            done += self(ask.Publish, exchange, queue, message, mandatory)
        return done

    def consume(self, queue: str = "q", tag: str = "c", **flags: Any) -> list[Effect]:
        return self(ask.Consume, queue, tag, **flags)

    def get(self, queue: str = "q", no_ack: bool = False) -> list[Effect]:
        return self(ask.Get, queue, no_ack)

    def close(self) -> list[Effect]:
        return self(ask.CloseChannel)


def of(kind: Any, done: list[Effect]) -> list[Any]:
    """The effects of one kind."""
    return [effect for effect in done if isinstance(effect, kind)]


def delivered(done: list[Effect]) -> list[str]:
    """The bodies that were delivered or fetched, in order."""
    return [effect.message.body.decode() for effect in of((effects.Delivered, effects.GetOk), done)]


def receivers(done: list[Effect]) -> list[str]:
    """Who got the deliveries: consumer tags, in order."""
    return [effect.consumer_tag for effect in of(effects.Delivered, done)]


def ended(done: list[Effect]) -> list[str]:
    """Why copies and messages ended: the reasons of drops and dead letters, in order."""
    return [effect.reason for effect in of((effects.Dropped, effects.DeadLettered), done)]


def refusal(done: list[Effect]) -> str | None:
    """The text of the close that the last command brought about; None if there was none."""
    closes = of((effects.ChannelClosed, effects.ConnectionClosed), done)
    return closes[-1].reply_text if closes else None
