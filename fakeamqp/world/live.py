"""Views of a broker for tests to look at: live ones that follow it, and a snapshot that does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from fakeamqp.model.arguments import NO_ARGUMENTS, QueueArguments
from fakeamqp.model.binding import Binding
from fakeamqp.model.broker import Broker
from fakeamqp.model.policy import Policy
from fakeamqp.model.queues import Queue
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.values import Table
from fakeamqp.model.vhost import VirtualHost


@attrs.frozen
class MessageView:
    """One copy of a message in a queue.

    redelivered: it has been delivered before. expires_at: virtual second at which it expires as head, None for never.
    id: its number in its broker, for `broker.explain`; None if a real broker has it. Two that differ in nothing else
        are equal.
    """

    body: bytes
    exchange: str
    routing_key: str
    properties: Mapping[str, Any]
    redelivered: bool
    expires_at: float | None
    id: int | None = attrs.field(default=None, eq=False)

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers table, empty if there is none."""
        return self.properties.get("headers") or {}


def view_of(entry: Entry) -> MessageView:
    """What a test may see of an entry."""
    message = entry.message
    return MessageView(
        message.body,
        message.exchange,
        message.routing_key,
        message.properties,
        entry.redelivered,
        None if entry.expires_us is None else entry.expires_us / 1_000_000,
        message.id,
    )


class QueueView:
    """A queue as it is now, each time it is asked. Raises KeyError while there is no queue of that name."""

    def __init__(self, vhost: VirtualHost, name: str) -> None:
        self._vhost = vhost
        self.name = name
        self._queue  # noqa: B018 - a missing queue is told at once

    @property
    def _queue(self) -> Queue:
        try:
            return self._vhost.queues[self.name]
        except KeyError:
            names = ", ".join(sorted(self._vhost.queues)) or "none"
            raise KeyError(f"no queue {self.name!r} in vhost {self._vhost.name!r}; there are: {names}") from None

    @property
    def ready(self) -> int:
        """How many messages wait to be delivered; of a stream, how many it holds."""
        return len(self._queue.ready)

    @property
    def unacked(self) -> int:
        """How many deliveries wait for an acknowledgement."""
        return self._queue.unacked

    @property
    def delayed(self) -> int:
        """How many messages came back to a quorum queue of RabbitMQ 4.3 and wait for their delayed retry."""
        return self._queue.delayed_count

    @property
    def consumers(self) -> int:
        """How many consumers it has."""
        return len(self._queue.consumers)

    @property
    def messages(self) -> tuple[MessageView, ...]:
        """What is ready, in the order of delivery."""
        return tuple(view_of(entry) for entry in self._queue.ready)

    @property
    def arguments(self) -> Table:
        """The arguments as RabbitMQ lists them: as declared, from RabbitMQ 4 on with `x-queue-type` in any case."""
        return _listed_arguments(self._queue)

    @property
    def policy(self) -> str | None:
        """The name of the policy in force; None if there is none."""
        return _name_of(self._queue.in_force.policy)

    @property
    def operator_policy(self) -> str | None:
        """The name of the operator policy in force; None if there is none."""
        return _name_of(self._queue.in_force.operator_policy)

    @property
    def effective_policy_definition(self) -> Mapping[str, Any]:
        """What policy and operator policy come to together, by policy key; empty if neither is in force."""
        return dict(self._queue.in_force.definition)

    @property
    def kind(self) -> str:
        """The type of queue: `classic`, `quorum` or `stream`."""
        return self._queue.KIND

    @property
    def durable(self) -> bool:
        """True if it survives a restart."""
        return self._queue.durable

    def __len__(self) -> int:
        return self.ready

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<queue {self.name!r}: {self.ready} ready, {self.unacked} unacked, {self.consumers} consumers>"


class ExchangeView:
    """An exchange as it is now. Raises KeyError while there is none of that name."""

    def __init__(self, vhost: VirtualHost, name: str) -> None:
        self._vhost = vhost
        self.name = name
        if name not in vhost.exchanges:
            names = ", ".join(sorted(vhost.exchanges))
            raise KeyError(f"no exchange {name!r} in vhost {vhost.name!r}; there are: {names}")

    @property
    def type(self) -> str:
        """The name it was declared with: `direct`, `fanout`, `topic`, `headers`, `x-consistent-hash`, …"""
        return self._vhost.exchanges[self.name].type

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The bindings it is the source of, oldest first."""
        return tuple(self._vhost.exchanges[self.name].bindings)

    @property
    def arguments(self) -> Table:
        """The arguments as declared."""
        return dict(self._vhost.exchanges[self.name].arguments)

    @property
    def policy(self) -> str | None:
        """The name of the policy in force; None if there is none."""
        return _name_of(self._vhost.exchanges[self.name].in_force.policy)

    @property
    def durable(self) -> bool:
        """True if it survives a restart."""
        return self._vhost.exchanges[self.name].durable

    def __repr__(self) -> str:
        return f"<exchange {self.name!r}: {self.type}, {len(self.bindings)} bindings>"


def _name_of(policy: Policy | None) -> str | None:
    return None if policy is None else policy.name


def _listed_arguments(queue: Queue) -> Table:
    arguments = dict(queue.arguments)
    if queue.vhost.broker.profile.stores_queue_type:
        arguments.setdefault("x-queue-type", queue.KIND)
    return arguments


@attrs.frozen
class QueueSnapshot:
    """A queue at one instant. unacked: the copies' numbers of its unacknowledged deliveries are in the channels.

    delayed: how many wait for their delayed retry. policy, operator_policy: names of those in force; None without.
    in_force: what its arguments and policies come to together.
    """

    name: str
    kind: str
    durable: bool
    exclusive: bool
    auto_delete: bool
    arguments: Table
    messages: tuple[MessageView, ...]
    copies: tuple[int, ...]
    unacked: int
    consumers: tuple[str, ...]
    delayed: int = 0
    policy: str | None = None
    operator_policy: str | None = None
    in_force: QueueArguments = NO_ARGUMENTS


@attrs.frozen
class ExchangeSnapshot:
    """An exchange at one instant.

    alternate: name of the alternate exchange in force; policy: name of the policy in force; None without one.
    """

    name: str
    type: str
    durable: bool
    auto_delete: bool
    internal: bool
    arguments: Table
    bindings: tuple[Binding, ...]
    alternate: str | None = None
    policy: str | None = None


@attrs.frozen
class ChannelSnapshot:
    """A channel at one instant. unacked: the copies it holds, by delivery tag."""

    connection: int
    number: int
    unacked: Mapping[int, int]
    consumers: tuple[str, ...]


@attrs.frozen
class VirtualHostSnapshot:
    """A virtual host at one instant."""

    name: str
    exchanges: Mapping[str, ExchangeSnapshot]
    queues: Mapping[str, QueueSnapshot]


@attrs.frozen
class Snapshot:
    """A broker at one instant. at: virtual seconds since the start."""

    at: float
    vhosts: Mapping[str, VirtualHostSnapshot]
    channels: tuple[ChannelSnapshot, ...]


def take_snapshot(broker: Broker) -> Snapshot:
    """All there is in a broker, as values."""
    return Snapshot(
        broker.now_us / 1_000_000,
        {name: _snap_vhost(vhost) for name, vhost in broker.vhosts.items()},
        tuple(
            ChannelSnapshot(*key, {tag: entry.copy for tag, entry in channel.unacked.items()}, tuple(channel.consumers))
            for key, channel in broker.channels.items()
        ),
    )


def _snap_vhost(vhost: VirtualHost) -> VirtualHostSnapshot:
    return VirtualHostSnapshot(
        vhost.name,
        {
            exchange.name: ExchangeSnapshot(
                exchange.name,
                exchange.type,
                exchange.durable,
                exchange.auto_delete,
                exchange.internal,
                dict(exchange.arguments),
                tuple(exchange.bindings),
                exchange.alternate,
                _name_of(exchange.in_force.policy),
            )
            for exchange in vhost.exchanges.values()
        },
        {queue.name: _snap_queue(queue) for queue in vhost.queues.values()},
    )


def _snap_queue(queue: Queue) -> QueueSnapshot:
    entries = list(queue.ready)
    return QueueSnapshot(
        queue.name,
        queue.KIND,
        queue.durable,
        queue.owner is not None,
        queue.auto_delete,
        dict(queue.arguments),
        tuple(view_of(entry) for entry in entries),
        tuple(entry.copy for entry in entries),
        queue.unacked,
        tuple(consumer.tag for consumer in queue.consumers),
        queue.delayed_count,
        _name_of(queue.in_force.policy),
        _name_of(queue.in_force.operator_policy),
        queue.limits,
    )
