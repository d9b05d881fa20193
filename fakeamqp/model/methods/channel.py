"""Opening and closing channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.channel import Channel
from fakeamqp.model.errors import NotImplementedByBroker
from fakeamqp.model.methods.handler import Handlers

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def open_channel(broker: Broker, command: commands.OpenChannel) -> None:
    """A channel begins. The session has seen to it that the number is free and the connection open."""
    number, channel_number = command.channel
    connection = broker.connections[number]
    if connection.vhost is None:
        raise ValueError("a channel needs a connection that has opened a virtual host")
    channel = Channel(broker, connection, connection.vhost, channel_number)
    connection.channels[channel_number] = channel
    broker.channels[channel.key] = channel
    broker.emit(effects.ChannelOpened(channel.key))


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
