"""basic.publish: checks, routing, return, confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.access import Guard
from fakeamqp.model.arguments import parse_copies, parse_expiration
from fakeamqp.model.channel import Channel
from fakeamqp.model.errors import AccessRefused, NotImplementedByBroker, PreconditionFailed
from fakeamqp.model.message import Message
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.reply_to import PSEUDO_QUEUE
from fakeamqp.model.transaction import HeldPublish
from fakeamqp.model.vhost import VirtualHost

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def publish(broker: Broker, command: commands.Publish) -> None:
    """Take a message from a client."""
    channel = broker.channels[command.channel]
    message = command.message
    if command.immediate:
        raise NotImplementedByBroker("immediate=true")
    vhost, guard = channel.vhost, channel.guard
    check(broker, vhost, message, guard)
    if message.properties or guard is not None:
        _read_properties(broker, channel, message)
    broker.last_message = message.id = broker.last_message + 1  # `Broker.number`, without a call for each
    message.at_us = broker.now_us
    if channel.transaction is not None:
        channel.transaction.publishes.append(HeldPublish(vhost, message, command.mandatory))
        if not broker.profile.holds_answers:
            broker.answer(message)
        return
    if broker.failing_publishes and channel.published is not None:
        broker.failing_publishes -= 1
        broker.emit(effects.Dropped(message.id, "fault"))
        accepted = False
    else:
        routed, accepted = broker.hand_over(vhost, message, vhost.route_message(message))
        if not routed and command.mandatory:
            give_back(broker, channel, message)
    if channel.published is not None:
        channel.published = tag = channel.published + 1
        if accepted:
            message.confirmed = True
            broker.emit(effects.Confirmed(channel.key, tag))
        else:
            # RabbitMQ sets `multiple` on every nack, even for a single publish.
            broker.emit(effects.Unconfirmed(channel.key, tag, True))


def inject(broker: Broker, command: commands.Inject) -> None:
    """Publish without a client."""
    vhost = broker.vhosts[command.virtual_host]
    message = command.message
    check(broker, vhost, message)
    if message.properties:
        _read_routing_properties(broker, message)
    broker.number(message)
    message.confirmed = True
    broker.hand_over(vhost, message, vhost.route_message(message))


def check(broker: Broker, vhost: VirtualHost, message: Message, guard: Guard | None = None) -> None:
    """What is refused whatever the properties say: size, missing permission, missing exchange, internal exchange."""
    size, largest = len(message.body), broker.profile.max_message_size
    if size > largest:
        raise PreconditionFailed(f"message size {size} is larger than configured max size {largest}")
    if guard is not None:
        guard.demand("write", "exchange", message.exchange)
    if message.exchange:
        exchange = vhost.exchange(message.exchange)
        if exchange.internal:
            raise AccessRefused(f"cannot publish to internal exchange '{exchange.name}' in vhost '{vhost.name}'")


def give_back(broker: Broker, channel: Channel, message: Message) -> None:
    """A mandatory message reaches no queue."""
    broker.emit(effects.Returned(channel.key, 312, "NO_ROUTE", message.exchange, message.routing_key, message))


def _read_properties(broker: Broker, channel: Channel, message: Message) -> None:
    """Check the properties that mean something to the broker, in the order of the version.

    So is the permission for the keys of a topic exchange, among which are those of CC and BCC once they have been read.
    """
    first, guard = broker.profile.checks_user_id_first, channel.guard
    if first and guard is not None:
        guard.demand_topics(message)
    _address_reply(broker, channel, message)
    if first:
        _check_user_id(channel, message)
    _read_routing_properties(broker, message)
    if not first:
        if guard is not None:
            guard.demand_topics(message)
        _check_user_id(channel, message)


def _read_routing_properties(broker: Broker, message: Message) -> None:
    properties = message.properties
    expiration = properties.get("expiration")
    if expiration is not None:
        message.expiration_us = parse_expiration(expiration, broker.profile)
        if not broker.profile.shows_expiration_as_published:
            properties = message.properties = {**properties, "expiration": str(message.expiration_us // 1000)}
    headers = properties.get("headers")
    if headers:
        message.copied_to = parse_copies(headers)
        if "BCC" in headers:
            headers = {name: value for name, value in headers.items() if name != "BCC"}
        if broker.profile.sorts_headers:
            headers = dict(sorted(headers.items()))
        message.properties = {**properties, "headers": headers}
    mode = properties.get("delivery_mode")
    if mode is not None and mode not in (1, 2) and broker.profile.checks_delivery_mode:
        raise PreconditionFailed(f"invalid message: {{delivery_mode_unknown,{mode}}}")


def _check_user_id(channel: Channel, message: Message) -> None:
    claimed = message.properties.get("user_id")
    if claimed is not None and claimed != channel.connection.username:
        raise PreconditionFailed(
            f"user_id property set to '{claimed}' but authenticated user was '{channel.connection.username}'"
        )


def _address_reply(broker: Broker, channel: Channel, message: Message) -> None:
    """Replace the pseudo-queue of direct reply-to by the address of this channel's reply consumer."""
    if message.properties.get("reply_to") != PSEUDO_QUEUE:
        return
    if channel.reply_consumer is None:
        raise PreconditionFailed("fast reply consumer does not exist")
    message.properties = {**message.properties, "reply_to": channel.reply_consumer.address}


HANDLERS: Handlers = {commands.Publish: publish, commands.Inject: inject}
