"""What became of the messages of one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any

from fakeamqp.model import commands as ask
from fakeamqp.model import effects as told
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.model.invariants import unacked_of
from fakeamqp.model.message import Message
from fakeamqp.world.broker import Broker

Key = tuple[str, Hashable]
"""A queue, and what is the same of a message in every run."""


def what_it_says(message: Message) -> Hashable:
    """A message's `message_id`, or its body if it has none: text where it is text."""
    named = message.properties.get("message_id")
    if named is not None:
        return str(named)
    try:
        return message.body.decode()
    except UnicodeDecodeError:
        return message.body


class Account:
    """Follows the messages of one broker by the queues they are in. Queues whose names the broker made up do not count.

    taken: how often programs have begun to work on them. done: how often they were acknowledged, or needed not be.
    left: how many are still there when `close` is called, ready or unacknowledged.
    """

    def __init__(self, broker: Broker, key: Callable[[Message], Hashable]) -> None:
        self.taken: Counter[Key] = Counter()
        self.done: Counter[Key] = Counter()
        self.left: Counter[Key] = Counter()
        self._broker = broker
        self._key = key
        self._keys: dict[int, Hashable] = {}  # by message
        self._copies: dict[int, tuple[str, int]] = {}  # queue and message, by copy
        self._hands: dict[tuple[int, int, int], int] = {}  # copies, by connection, channel and delivery tag
        broker.watchers.append(self._watch)
        broker.scheduler.on_message = self._taken

    def close(self) -> None:
        """Look at what is left."""
        for queue in self._broker.queues():
            for entry in queue.ready:
                self._count(self.left, queue.name, entry.message)
        for channel in self._broker.model.channels.values():
            for _, entry in unacked_of(channel):
                self._count(self.left, entry.queue.name, entry.message)

    def not_begun(self, connection: int, unread: set[tuple[int, int]]) -> None:
        """A program will never see these deliveries, because their connection has broken."""
        for channel, tag in unread:
            key = self._key_of(self._hands.pop((connection, channel, tag), None))
            if key is not None:
                self.taken[key] -= 1

    def _count(self, counter: Counter[Key], queue: str, message: Message) -> None:
        if not queue.startswith("amq."):
            counter[queue, self._keys.get(message.id, self._key(message))] += 1

    def _key_of(self, copy: int | None) -> Key | None:
        queue, message = self._copies.get(copy or 0, ("amq.", 0))
        return None if queue.startswith("amq.") else (queue, self._keys.get(message))

    def _watch(self, command: Command | None, done: list[Effect]) -> None:
        if type(command) in ask.BRINGS_CONTENT:
            message: Any = command.message  # type: ignore[union-attr]
            self._keys[message.id] = self._key(message)
        for effect in done:
            kind = type(effect)
            if kind is told.DeadLettered and effect.letter_id is not None:
                self._keys[effect.letter_id] = self._keys.get(effect.message_id)
            elif kind is told.Routed:
                for queue, copy in zip(effect.queues, effect.copies, strict=False):
                    self._copies[copy] = (queue, effect.message_id)
            elif kind is told.Settled:
                for copy in effect.copies:
                    self._end(copy)
            elif kind in (told.Delivered, told.GetOk) and effect.no_ack:
                self._end(effect.copy)

    def _end(self, copy: int) -> None:
        key = self._key_of(copy)
        if key is not None:
            self.done[key] += 1

    def _taken(self, connection: int, delivery: Any) -> None:
        key = self._key_of(getattr(delivery, "copy", None))
        if key is not None:
            self._hands[connection, delivery.channel[1], delivery.delivery_tag] = delivery.copy
            self.taken[key] += 1
