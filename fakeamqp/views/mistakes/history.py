"""What a trace tells of a run, sorted by what mistakes are about."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs

from fakeamqp.model import commands as ask
from fakeamqp.model import effects as told
from fakeamqp.model.values import ChannelKey
from fakeamqp.world.broker import Broker
from fakeamqp.world.step import Step


@attrs.frozen(eq=False)
class Delivery:
    """One delivery. queue: where from. no_ack: it needed no acknowledgement."""

    queue: str
    no_ack: bool


@attrs.frozen(eq=False)
class Refusal:
    """The broker has closed a channel or a connection. step: with the command at fault, if one was."""

    step: Step
    connection: int
    channel: int | None
    code: int
    text: str


class History:
    """Read once, from the beginning of what is kept to its end.

    declared: the step that made a queue or an exchange, by kind, virtual host and name.
    bound: the step of a binding, by virtual host, source, destination and key.
    deleted: the steps and the effects with which queues went, in order.
    consumed: the steps of basic.consume, by channel and tag.
    deliveries: by channel and delivery tag. settled: the step that settled a delivery, by the same.
    refusals: what the broker closed, in order.
    unroutable: the steps with messages that no queue took, and their numbers.
    deaths, drops: effects with their steps, in order. requeues, requeue_steps: how often a copy came back, and the last
    step with which it did, by copy, queue and reason. nacked: how many publishes were nacked, by channel.
    letters: the numbers of dead letters. published_to: the command that published a message, by its number.
    has_restarted: the node went down and came up. vhosts: of connections.
    """

    def __init__(self, broker: Broker) -> None:
        self.vhosts: dict[int, str] = {}
        self.declared: dict[tuple[str, str, str], Step] = {}
        self.bound: dict[tuple[str, str, str, str], Step] = {}
        self.deleted: list[tuple[Step, told.QueueDeleted]] = []
        self.consumed: dict[tuple[ChannelKey, str], Step] = {}
        self.deliveries: dict[tuple[ChannelKey, int], Delivery] = {}
        self.settled: dict[tuple[ChannelKey, int], Step] = {}
        self.refusals: list[Refusal] = []
        self.unroutable: list[tuple[Step, int]] = []
        self.deaths: list[tuple[Step, told.DeadLettered]] = []
        self.drops: list[tuple[Step, told.Dropped]] = []
        self.requeues: Counter[tuple[int, str, str]] = Counter()
        self.requeue_steps: dict[tuple[int, str, str], Step] = {}
        self.nacked: Counter[ChannelKey] = Counter()
        self.letters: set[int] = set()
        self.published_to: dict[int, Any] = {}
        self.has_restarted = False
        self._tags: dict[int, tuple[ChannelKey, int]] = {}  # of the last delivery of a copy
        for step in broker.trace:
            self._read_command(step)
            for effect in step.effects:
                read = _READ.get(type(effect))
                if read is not None:
                    read(self, step, effect)

    def vhost_of(self, step: Step) -> str:
        """The virtual host in which a client has asked for something."""
        channel = getattr(step.command, "channel", None)
        return getattr(step.command, "virtual_host", None) or self.vhosts.get(channel[0] if channel else 0, "/")

    # --- commands

    def _read_command(self, step: Step) -> None:
        command: Any = step.command
        kind = type(command)
        if kind is ask.OpenConnection:
            self.vhosts[command.connection] = command.virtual_host
        elif kind in (ask.Restart, ask.StartNode):
            self.has_restarted = True
        elif any(type(effect) is told.ChannelClosed for effect in step.effects):
            return
        elif kind is ask.DeclareQueue and not command.passive:
            for effect in step.effects:
                if type(effect) is told.DeclareQueueOk:
                    self._declare("queue", step, effect.queue)
        elif kind is ask.DeclareExchange and not command.passive:
            self._declare("exchange", step, command.exchange)
        elif kind is ask.BindQueue:
            self._bind(step, command.exchange, command.queue, command.routing_key)
        elif kind is ask.BindExchange:
            self._bind(step, command.source, command.destination, command.routing_key)

    def _declare(self, kind: str, step: Step, name: str) -> None:
        self.declared.setdefault((kind, self.vhost_of(step), name), step)

    def _bind(self, step: Step, source: str, destination: str, key: str) -> None:
        self.bound.setdefault((self.vhost_of(step), source, destination, key), step)

    # --- effects

    def _delivered(self, step: Step, effect: Any) -> None:
        key = (effect.channel, effect.delivery_tag)
        self.deliveries[key] = Delivery(effect.queue, effect.no_ack)
        self._tags[effect.copy] = key

    def _settle(self, step: Step, effect: told.Settled) -> None:
        for copy in effect.copies:
            self._settle_copy(step, copy)

    def _settle_copy(self, step: Step, copy: int | None) -> None:
        key = self._tags.get(copy or 0)
        if key is not None:
            self.settled[key] = step

    def _requeued(self, step: Step, effect: told.Requeued) -> None:
        self._settle_copy(step, effect.copy)
        key = (effect.copy, effect.queue, effect.reason)
        self.requeues[key] += 1
        self.requeue_steps[key] = step

    def _dead_lettered(self, step: Step, effect: told.DeadLettered) -> None:
        self._settle_copy(step, effect.copy)
        self.deaths.append((step, effect))
        if effect.letter_id is not None:
            self.letters.add(effect.letter_id)

    def _dropped(self, step: Step, effect: told.Dropped) -> None:
        self._settle_copy(step, effect.copy)
        if effect.reason == "unroutable":
            self._note_publish(step, effect.message_id)
            self.unroutable.append((step, effect.message_id))
        else:
            self.drops.append((step, effect))

    def _routed(self, step: Step, effect: told.Routed) -> None:
        if not effect.queues and effect.message_id in self.letters:
            self.unroutable.append((step, effect.message_id))
        self._note_publish(step, effect.message_id)

    def _note_publish(self, step: Step, message_id: int) -> None:
        if type(step.command) in ask.BRINGS_CONTENT:
            self.published_to.setdefault(message_id, step.command)

    def _queue_deleted(self, step: Step, effect: told.QueueDeleted) -> None:
        self.deleted.append((step, effect))

    def _consuming(self, step: Step, effect: told.ConsumeOk) -> None:
        self.consumed[effect.channel, effect.consumer_tag] = step

    def _channel_closed(self, step: Step, effect: told.ChannelClosed) -> None:
        connection, channel = effect.channel
        self.refusals.append(Refusal(step, connection, channel, effect.reply_code, effect.reply_text))

    def _connection_closed(self, step: Step, effect: told.ConnectionClosed) -> None:
        self.refusals.append(Refusal(step, effect.connection, None, effect.reply_code, effect.reply_text))

    def _unconfirmed(self, step: Step, effect: told.Unconfirmed) -> None:
        self.nacked[effect.channel] += 1


_READ: dict[type, Any] = {
    told.Delivered: History._delivered,
    told.GetOk: History._delivered,
    told.Settled: History._settle,
    told.Requeued: History._requeued,
    told.DeadLettered: History._dead_lettered,
    told.Dropped: History._dropped,
    told.Routed: History._routed,
    told.QueueDeleted: History._queue_deleted,
    told.ConsumeOk: History._consuming,
    told.ChannelClosed: History._channel_closed,
    told.ConnectionClosed: History._connection_closed,
    told.Unconfirmed: History._unconfirmed,
}
