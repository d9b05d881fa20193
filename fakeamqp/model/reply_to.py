"""Direct reply-to: consuming from `amq.rabbitmq.reply-to`, and publishing straight to such a consumer.

(recordings: the area `reply_to`.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from fakeamqp.model.effects import Delivered
from fakeamqp.model.errors import AccessRefused, InternalError, NotFound, NotImplementedByBroker, PreconditionFailed
from fakeamqp.model.message import Message

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.channel import Channel

PSEUDO_QUEUE = "amq.rabbitmq.reply-to"
PREFIX = PSEUDO_QUEUE + "."


@attrs.define(eq=False)
class ReplyConsumer:
    """A channel that waits for answers. address: the routing key that reaches it."""

    channel: Channel
    tag: str
    address: str


class Replies:
    """Who can be answered, by address."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._by_address: dict[str, ReplyConsumer] = {}

    def add(self, channel: Channel, tag: str) -> ReplyConsumer:
        """A channel starts to wait for answers under a new address."""
        address = PREFIX + self._broker.naming.reply_address()
        consumer = self._by_address[address] = ReplyConsumer(channel, tag, address)
        return consumer

    def was_issued(self, address: str) -> bool:
        """True if this address was ever given out, even if nobody waits there any more."""
        return self._broker.naming.gave_reply_address(address.removeprefix(PREFIX))

    def remove(self, consumer: ReplyConsumer) -> None:
        """Answers to this address are dropped from now on."""
        self._by_address.pop(consumer.address, None)

    def find(self, address: str) -> ReplyConsumer | None:
        """Who waits at this address; None if nobody does."""
        return self._by_address.get(address)

    def __iter__(self) -> Iterator[ReplyConsumer]:
        return iter(self._by_address.values())

    def queue(self, name: str) -> ReplyConsumer | None:
        """Who waits at an address that counts as a queue of its own kind, from RabbitMQ 4.3 on; None if it is none."""
        return self._by_address.get(name) if self._broker.profile.reply_addresses_are_queues else None

    def check_bindable(self, name: str) -> None:
        """Raise AccessRefused for an address that counts as a queue."""
        if self.queue(name) is not None:
            raise AccessRefused("cannot bind or unbind to a volatile (direct reply-to) queue")

    def check_fetchable(self, name: str, vhost: str) -> None:
        """Raise NotImplementedByBroker for an address that counts as a queue."""
        if self.queue(name) is not None:
            raise NotImplementedByBroker(f"basic.get not supported by volatile queue '{name}' in vhost '{vhost}'")

    def check_consumable(self, name: str, channel: Channel) -> None:
        """Raise PreconditionFailed for an address that counts as a queue: it has its consumer already."""
        consumer = self.queue(name)
        if consumer is not None:
            own = consumer.channel is channel
            refusal = "multiple consumers are unsupported for" if own else "only creator channel may consume from"
            raise PreconditionFailed(f"{refusal} queue '{name}' in vhost '{channel.vhost.name}'")

    def check_address(self, address: str, vhost: str) -> None:
        """Raise what declaring an address is answered with when nobody waits there."""
        if address in self._by_address:
            return
        if not self.was_issued(address) and self._broker.profile.malformed_reply_address_crashes:
            raise InternalError
        raise NotFound(f"no queue '{address}' in vhost '{vhost}'")

    def deliver(self, consumer: ReplyConsumer, message: Message) -> None:
        """Hand an answer over; it is settled with that."""
        broker = self._broker
        channel = consumer.channel
        tag = channel.delivery_tag + 1
        if broker.profile.counts_reply_tags:
            channel.delivery_tag = tag
        broker.copies = copy = broker.copies + 1
        broker.emit(
            Delivered(
                channel.key,
                consumer.tag,
                tag,
                False,
                message.exchange,
                message.routing_key,
                message,
                consumer.address,
                copy,
                no_ack=True,
            )
        )
