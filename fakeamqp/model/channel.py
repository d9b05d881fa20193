"""A channel: its deliveries, its consumers, its modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from fakeamqp.model import consumer_timeout
from fakeamqp.model.access.guard import Guard, Kind
from fakeamqp.model.access.user import Right
from fakeamqp.model.consumers import Consumer
from fakeamqp.model.effects import Delivered, Dropped, GetOk, Settled
from fakeamqp.model.errors import AccessRefused, NotFound, PreconditionFailed
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import Queue, Return
from fakeamqp.model.transaction import Transaction
from fakeamqp.model.values import ChannelKey, octets

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.connection import Connection
    from fakeamqp.model.reply_to import ReplyConsumer
    from fakeamqp.model.vhost import VirtualHost


class Channel:
    """One open channel.

    unacked: deliveries that wait for an acknowledgement, by delivery tag, rising.
    prefetch: limit for each consumer started from now on; global_prefetch: limit for all together; 0 is none.
    given_back: the consumers (None is basic.get) whose deliveries went back to their queue because they were held for
        too long or the queue's node is down, by the tags that the client may still settle.
    unwatched: the next delivery may be over before anybody looks; held_since_us: since when it has held something;
        least_timeout: how long its consumers may hold something at least.
    counted: what counts against global_prefetch: all that was unacked when the limit was set, also by basic.get, and
        what consumers were sent since, but for quorum queues; all that consumers settle is taken off, down to 0
        (recordings: the area `prefetch`).
    holds_back: while it returns messages, its consumers that were found at global_prefetch do not know of the room yet.
    published: sequence number of the last publish in confirm mode; None outside it.
    transaction: None outside tx mode.
    current_queue: name of the queue last declared here; the empty name means it.
    guard: who looks at permissions; None if the user may do everything.
    """

    def __init__(self, broker: Broker, connection: Connection, vhost: VirtualHost, number: int) -> None:
        self.broker = broker
        self.connection = connection
        self.vhost = vhost
        self.key: ChannelKey = (connection.number, number)
        self.unacked: dict[int, Entry] = {}
        self.given_back: dict[int, Consumer | None] = {}
        self.unwatched = True
        self.held_since_us = 0
        self.least_timeout = consumer_timeout.NOBODY_ASKED
        self._settled_up_to = 0  # no tag up to this one is outstanding
        self.delivery_tag = 0
        self.prefetch = 0
        self.global_prefetch = 0
        self.counted = 0
        self.holds_back = False
        self.published: int | None = None
        self.transaction: Transaction | None = None
        self.current_queue: str | None = None
        self.consumers: dict[str, Consumer] = {}
        self.reply_consumer: ReplyConsumer | None = None
        self.guard: Guard | None = None

    # --- deliveries

    def deliver(self, consumer: Consumer, entry: Entry) -> None:
        """Send an entry to one of this channel's consumers."""
        self.delivery_tag = tag = self.delivery_tag + 1
        queue = entry.queue
        if not consumer.no_ack:
            entry.consumer = consumer
            consumer.unacked += 1
            if self.global_prefetch and queue.supports_global_prefetch:
                self.counted += 1
            queue.unacked += 1
            self.unacked[tag] = entry
            entry.held_us = self.broker.now_us
            if self.unwatched:
                self._watch(entry)
        message = entry.message
        self.broker.emit(
            Delivered(
                self.key,
                consumer.tag,
                tag,
                entry.redelivered,
                message.exchange,
                message.routing_key,
                message,
                queue.name,
                entry.copy,
                queue.delivery_headers(entry, fetched=False) if queue.tells_in_headers else None,
                consumer.no_ack,
                entry.kept,
            )
        )

    def hand_out(self, entry: Entry, left: int, *, no_ack: bool) -> None:
        """Answer a basic.get with an entry. left: how many ready ones it tells of."""
        self.delivery_tag = tag = self.delivery_tag + 1
        queue = entry.queue
        if not no_ack:
            queue.unacked += 1
            self.unacked[tag] = entry
            entry.held_us = self.broker.now_us
            if self.unwatched or queue.watches_gets:
                self._watch(entry)
        message = entry.message
        self.broker.emit(
            GetOk(
                self.key,
                tag,
                entry.redelivered,
                message.exchange,
                message.routing_key,
                left,
                message,
                queue.name,
                entry.copy,
                queue.delivery_headers(entry, fetched=True) if queue.tells_in_headers else None,
                no_ack,
            )
        )

    def _watch(self, entry: Entry) -> None:
        """The channel may hold this for too long."""
        if len(self.unacked) == 1:
            self.held_since_us = self.broker.now_us
        consumer_timeout.watch(self, entry)

    # --- settling

    def take_unacked(self, delivery_tag: int, multiple: bool) -> list[tuple[int, Entry]]:
        """The deliveries a tag stands for, taken out.

        Tag 0 with `multiple` stands for all; any other tag must itself be outstanding.
        Raises PreconditionFailed for an unknown tag; nothing is taken then.
        """
        if self.given_back:
            return self._take_beside_given_back(delivery_tag, multiple)
        unacked = self.unacked
        if delivery_tag in unacked:
            if not multiple:
                return [(delivery_tag, unacked.pop(delivery_tag))]
            # Not a walk through `unacked`: a dict steps over all that was ever taken from its front.
            tags = range(self._settled_up_to + 1, delivery_tag + 1)
            self._settled_up_to = delivery_tag
            return [(tag, unacked.pop(tag)) for tag in tags if tag in unacked]
        if delivery_tag == 0 and multiple:
            taken = list(unacked.items())
            unacked.clear()
            self._settled_up_to = self.delivery_tag
            return taken
        raise PreconditionFailed(f"unknown delivery tag {delivery_tag}")

    def _take_beside_given_back(self, delivery_tag: int, multiple: bool) -> list[tuple[int, Entry]]:
        """The same while there are deliveries that went back: those the tag stands for are not among the taken."""

        def meant(tag: int) -> bool:
            return tag == delivery_tag or (multiple and not 0 < delivery_tag < tag)

        late = [tag for tag in self.given_back if meant(tag)]
        tags = [tag for tag in self.unacked if meant(tag)]
        if delivery_tag not in (*late, *tags) and not (multiple and delivery_tag == 0):
            raise PreconditionFailed(f"unknown delivery tag {delivery_tag}")
        taken = [(tag, self.unacked.pop(tag)) for tag in tags]
        consumer_timeout.settled_late(self, late)
        return taken

    def ack(self, entries: list[Entry]) -> None:
        """The client is done with these."""
        self.broker.emit(Settled(self.key, tuple(entry.copy for entry in entries)))
        for queue, group in by_holder(entries):
            for entry in group:
                queue.settle(entry)
            self.serve_freed(queue)
        if self.global_prefetch:
            self.serve_all()

    def requeue(self, entries: list[Entry], how: Return) -> None:
        """These go back to their queues."""
        self.holds_back = bool(self.global_prefetch)
        for queue, group in by_holder(entries):
            queue.requeue(group, how)
            self.serve_freed(queue)
        self.holds_back = False
        if self.global_prefetch:
            self.serve_all()

    def reject(self, entries: list[Entry], how: Literal["nack", "reject"]) -> None:
        """These are rejected for good."""
        for queue, group in by_holder(entries):
            queue.reject(group, how)
            self.serve_freed(queue)
        if self.global_prefetch:
            self.serve_all()

    def forget_publishes(self, transaction: Transaction, reason: str) -> None:
        """What a transaction was to publish is lost."""
        for held in transaction.publishes:
            if held.message.id not in self.vhost.held:  # by an exchange, which has it already
                self.broker.emit(Dropped(held.message.id, reason))

    def restore_unacked(self, transaction: Transaction) -> None:
        """Deliveries whose settlement a transaction held are unacked again."""
        self.hold_again(transaction.taken)

    def hold_again(self, taken: dict[int, Entry]) -> None:
        """Deliveries that were taken out are unacked again."""
        self.unacked = dict(sorted({**self.unacked, **taken}.items()))
        self._settled_up_to = min([self._settled_up_to, *(tag - 1 for tag in taken)])

    def part_with(self, queue: Queue) -> list[Entry]:
        """The deliveries of a queue that is lost go back to it, those too that a transaction has taken."""
        entries = {tag: entry for tag, entry in self.unacked.items() if entry.queue is queue}
        for tag in entries:
            del self.unacked[tag]
        if self.transaction is not None:
            entries |= self.transaction.part_with(queue)
        self.given_back.update({tag: entry.consumer for tag, entry in entries.items()})
        return list(entries.values())

    def limit(self, global_prefetch: int) -> None:
        """Limit all consumers together; 0 lifts the limit."""
        if not self.global_prefetch:
            self.counted = len(self.unacked)
        self.global_prefetch = global_prefetch
        if not global_prefetch:
            self.counted = 0
        self.serve_all()

    def serve_all(self) -> None:
        """The channel's own limit has changed or room was made under it."""
        for queue in dict.fromkeys(consumer.queue for consumer in self.consumers.values()):
            queue.serve_freed()

    def serve_freed(self, queue: Queue) -> None:
        """Settled deliveries may have freed consumers; those of a channel with a limit of its own wait for the last."""
        if not self.global_prefetch:
            queue.serve_freed()

    def hand_on(self, former: Consumer, consumer: Consumer) -> None:
        """What one consumer holds unacked is held by another from now on."""
        held = {} if self.transaction is None else self.transaction.taken
        for entry in [*self.unacked.values(), *held.values()]:
            if entry.consumer is former:
                entry.consumer = consumer
        consumer.unacked, former.unacked = former.unacked, 0

    # --- permissions

    def demand(self, right: Right, kind: Kind, name: str) -> None:
        """Raise AccessRefused if the user may not do this to the queue or exchange of that name."""
        if self.guard is not None:
            self.guard.demand(right, kind, name)

    def demand_to_look(self, kind: Kind, name: str) -> None:
        """Raise AccessRefused if the user may not declare the queue or exchange of that name passively."""
        if self.guard is not None and self.broker.profile.passive_declare_needs_permission:
            self.guard.demand_any(kind, name)

    def demand_to_bind(self, kind: Kind, destination: str, source: str, key: str) -> None:
        """Raise AccessRefused if the user may not bind the one to the other under this key.

        That the default exchange cannot be bound is found out on the way.
        """
        guard = self.guard
        if guard is not None:
            guard.demand("write", kind, destination)
        if not source or (kind == "exchange" and not destination):
            raise AccessRefused("operation not permitted on the default exchange")
        if guard is not None:
            guard.demand("read", "exchange", source)
            guard.demand_topic("read", self.vhost.exchanges.get(source), key)

    # --- names

    def queue_name(self, name: str) -> str:
        """The name a method means: the empty one stands for the queue last declared on this channel.

        Raises NotFound if none was declared (AMQP 0-9-1, section 1.7.2.2).
        """
        if name:
            return name
        if self.current_queue is None:
            raise NotFound("no previously declared queue")
        return self.current_queue

    # --- end

    def leave(self) -> tuple[list[Entry], list[Consumer]]:
        """Let go of everything: what was unacked, and the consumers. What a transaction held is lost."""
        if self.transaction is not None:
            self.forget_publishes(self.transaction, "channel closed")
            self.restore_unacked(self.transaction)
            self.transaction = None
        left = list(self.unacked.values()), list(self.consumers.values())
        self.unacked.clear()
        self.given_back.clear()
        self.consumers.clear()
        self.broker.background.set(self.key, None)
        if self.reply_consumer is not None:
            self.broker.replies.remove(self.reply_consumer)
            self.reply_consumer = None
        return left


def close_all(channels: Sequence[Channel]) -> None:
    """Channels end together: all their consumers go before anything is requeued, so that it reaches none of them."""
    leaving: dict[Queue, tuple[list[Entry], list[Consumer]]] = {}
    for channel in channels:
        entries, consumers = channel.leave()
        for entry in entries:
            leaving.setdefault(entry.queue, ([], []))[0].append(entry)
        for consumer in consumers:
            leaving.setdefault(consumer.queue, ([], []))[1].append(consumer)
    for queue, (entries, consumers) in leaving.items():
        queue.channel_down(consumers, entries)


def by_holder(entries: Sequence[Entry]) -> list[tuple[Queue, list[Entry]]]:
    """Entries of one channel as it settles them: for each queue, consumer by consumer in the order of their tags.

    What basic.get brought goes before that of all consumers. (recordings: the areas `ack` and `quorum`.)
    """
    if len(entries) == 1:
        return [(entries[0].queue, list(entries))]
    groups: dict[Queue, dict[bytes | None, list[Entry]]] = {}
    for entry in entries:
        tag = None if entry.consumer is None else octets(entry.consumer.tag)
        groups.setdefault(entry.queue, {}).setdefault(tag, []).append(entry)
    # A channel reads streams itself: what they bring comes before what it asks other queues for.
    queues = sorted(groups, key=lambda queue: queue.KIND != "stream")
    return [(queue, group) for queue in queues for _, group in sorted(groups[queue].items(), key=_by_tag)]


def _by_tag(group: tuple[bytes | None, list[Entry]]) -> tuple[bool, bytes]:
    tag, _ = group
    return tag is not None, tag or b""


def by_queue(entries: Sequence[Entry]) -> dict[Queue, list[Entry]]:
    """Entries grouped by queue, queues in order of first appearance."""
    groups: dict[Queue, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.queue, []).append(entry)
    return groups
