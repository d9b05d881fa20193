"""Opening and closing channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.access.limits import reached
from fakeamqp.model.channel import Channel
from fakeamqp.model.connection import Connection
from fakeamqp.model.errors import NotAllowed, NotImplementedByBroker
from fakeamqp.model.methods.handler import Handlers

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def open_channel(broker: Broker, command: commands.OpenChannel) -> None:
    """A channel begins. The session has seen to it that the number is free and the connection open.

    Raises NotAllowed if it is one too many of the user's.
    """
    number, channel_number = command.channel
    connection = broker.connections[number]
    if connection.vhost is None:
        raise ValueError("a channel needs a connection that has opened a virtual host")
    _check_limit(broker, connection)
    channel = Channel(broker, connection, connection.vhost, channel_number)
    channel.guard = broker.guard(connection)
    connection.channels[channel_number] = channel
    broker.channels[channel.key] = channel
    broker.emit(effects.ChannelOpened(channel.key))


def _check_limit(broker: Broker, connection: Connection) -> None:
    user = broker.access.users.get(connection.username or "")
    if user is None or not user.limits:
        return
    count = sum(len(each.channels) for each in broker.connections.values() if each.username == user.name)
    limit = reached(user.limits, "max-channels", count)
    if limit is not None:
        raise NotAllowed(broker.profile.user_channel_limit.format(user=user.name, node=broker.node, limit=limit))


def close_channel(broker: Broker, command: commands.CloseChannel) -> None:
    """The client closes the channel."""
    broker.close_channel(broker.channels[command.channel])
    broker.emit(effects.ChannelCloseOk(command.channel))


def flow(broker: Broker, command: commands.Flow) -> None:
    """RabbitMQ only knows flow that is on."""
    if not command.active:
        raise NotImplementedByBroker("active=false")
    broker.emit(effects.FlowOk(command.channel, True))


HANDLERS: Handlers = {
    commands.OpenChannel: open_channel,
    commands.CloseChannel: close_channel,
    commands.Flow: flow,
}
