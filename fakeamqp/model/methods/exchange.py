"""Declaring, deleting and binding exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.arguments import check_exchange_arguments
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.channel import Channel
from fakeamqp.model.equivalence import check_exchange_equivalent
from fakeamqp.model.errors import AccessRefused, CommandInvalid, PreconditionFailed
from fakeamqp.model.exchanges import Exchange
from fakeamqp.model.methods.handler import Handlers

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker

_RESERVED = "amq."


def declare(broker: Broker, command: commands.DeclareExchange) -> None:
    """Create an exchange, or see whether the one that is there is the same.

    The checks come in RabbitMQ's order: type, default exchange, permission, reserved prefix, arguments; equivalence if
    it exists.
    """
    channel = broker.channels[command.channel]
    vhost = channel.vhost
    name = plain(command.exchange)
    if command.passive:
        refuse_default(name)
        channel.demand_to_look("exchange", name)
        vhost.exchange(name)
    else:
        kind = kind_of(broker, command.type)
        refuse_default(name)
        channel.demand("configure", "exchange", name)
        existing = vhost.exchanges.get(name)
        if existing is None:
            vhost.add_exchange(_new(broker, channel, kind, name, command))
        else:
            check_exchange_equivalent(existing, command, vhost.name)
    broker.emit(effects.DeclareExchangeOk(command.channel))


def kind_of(broker: Broker, type_name: str) -> type[Exchange]:
    """The type of exchange of that name. Raises what the broker answers if it has none."""
    kind = broker.exchange_kinds.get(type_name)
    if kind is not None:
        return kind
    profile = broker.profile
    # 3.10 knows the types by Erlang atoms that exist already: words that were never one are "invalid".
    known = bool(type_name) and (profile.major >= 4 or type_name == type_name.lower())
    text = f"{'unknown' if known else 'invalid'} exchange type '{type_name}'"
    raise (CommandInvalid if profile.unknown_exchange_type_closes_connection else PreconditionFailed)(text)


def _new(
    broker: Broker, channel: Channel, kind: type[Exchange], name: str, command: commands.DeclareExchange
) -> Exchange:
    if name.startswith(_RESERVED):
        raise AccessRefused(f"exchange name '{name}' contains reserved prefix 'amq.*'")
    check_exchange_arguments(name, channel.vhost.name, command.arguments)
    alternate = command.arguments.get("alternate-exchange")
    if alternate is not None:
        channel.demand("read", "exchange", name)
        channel.demand("write", "exchange", alternate)
    kind.check_arguments(command.arguments, broker.profile, broker.exchange_kinds)
    return kind(
        name,
        profile=broker.profile,
        durable=command.durable,
        auto_delete=command.auto_delete,
        internal=command.internal,
        arguments=command.arguments,
    )


def delete(broker: Broker, command: commands.DeleteExchange) -> None:
    """Delete an exchange; a missing one is fine."""
    channel = broker.channels[command.channel]
    vhost = channel.vhost
    name = plain(command.exchange)
    refuse_default(name)
    if name.startswith(_RESERVED):
        raise AccessRefused(f"deletion of system exchange '{name}' in vhost '{vhost.name}' not allowed")
    channel.demand("configure", "exchange", name)
    exchange = vhost.exchanges.get(name)
    if exchange is not None:
        if command.if_unused and exchange.bindings:
            raise PreconditionFailed(f"exchange '{name}' in vhost '{vhost.name}' in use")
        vhost.delete_exchange(exchange, "deleted")
    broker.emit(effects.DeleteExchangeOk(command.channel))


def bind(broker: Broker, command: commands.BindExchange) -> None:
    """Bind an exchange to another. Of two that are missing, the source is reported."""
    channel = broker.channels[command.channel]
    vhost = channel.vhost
    destination, source = plain(command.destination), plain(command.source)
    channel.demand_to_bind("exchange", destination, source, command.routing_key)
    exchange = vhost.exchange(source)
    vhost.exchange(destination)
    binding = Binding(source, Destination("exchange", destination), command.routing_key, command.arguments)
    exchange.check_new_binding(binding)
    vhost.bind(binding)
    broker.emit(effects.BindExchangeOk(command.channel))


def unbind(broker: Broker, command: commands.UnbindExchange) -> None:
    """Take a binding away; one that is not there is fine."""
    channel = broker.channels[command.channel]
    vhost = channel.vhost
    destination, source = plain(command.destination), plain(command.source)
    channel.demand_to_bind("exchange", destination, source, command.routing_key)
    vhost.unbind(Binding(source, Destination("exchange", destination), command.routing_key, command.arguments))
    broker.emit(effects.UnbindExchangeOk(command.channel))


def plain(name: str) -> str:
    """RabbitMQ takes line breaks out of names in declare, delete and bind."""
    return name.replace("\r", "").replace("\n", "")


def refuse_default(name: str) -> None:
    """The default exchange cannot be declared, deleted or bound."""
    if not name:
        raise AccessRefused("operation not permitted on the default exchange")


HANDLERS: Handlers = {
    commands.DeclareExchange: declare,
    commands.DeleteExchange: delete,
    commands.BindExchange: bind,
    commands.UnbindExchange: unbind,
}
