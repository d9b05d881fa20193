"""Logging in and entering a virtual host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.access.limits import reached
from fakeamqp.model.connection import Connection
from fakeamqp.model.errors import LoginRefused, NotAllowed
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.vhost import VirtualHost

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def connect(broker: Broker, command: commands.Connect) -> None:
    """A client's link is there."""
    broker.connections[command.connection] = Connection(command.connection, broker.now_us)


def login(broker: Broker, command: commands.Login) -> None:
    """Check user and password, or that there is such a user where a mechanism asks for no password.

    Raises LoginRefused.
    """
    if command.mechanism == "EXTERNAL":  # without a certificate there is no name
        is_good = bool(command.username) and broker.access.knows(command.username)
    elif command.mechanism == "ANONYMOUS" and broker.access.knows(command.username):
        is_good = True
    else:
        is_good = broker.access.admits(command.username, command.password)
    if not is_good:
        raise LoginRefused(
            f"Login was refused using authentication mechanism {command.mechanism}. For details see the broker logfile."
        )
    connection = broker.connections[command.connection]
    connection.username = command.username
    connection.capabilities = command.capabilities
    broker.emit(effects.LoggedIn(command.connection))


def open_connection(broker: Broker, command: commands.OpenConnection) -> None:
    """Enter a virtual host. Raises NotAllowed if there is none of that name, it is full, or the user may not."""
    vhost = broker.vhosts.get(command.virtual_host)
    if vhost is None:
        if not broker.access.vhosts_any:
            raise NotAllowed(f"vhost {command.virtual_host} not found")
        vhost = broker.add_vhost(command.virtual_host)
    connection = broker.connections[command.connection]
    _check_entry(broker, connection.username or "", vhost)
    connection.vhost = vhost
    broker.emit(effects.ConnectionOpened(command.connection))


def _check_entry(broker: Broker, username: str, vhost: VirtualHost) -> None:
    """The limits come before the permission, as recorded: `user_limits/order_of_checks`."""
    refused = f"access to vhost '{vhost.name}' refused for user '{username}'"
    if vhost.limits:
        count = sum(each.vhost is vhost for each in broker.connections.values())
        limit = reached(vhost.limits, "max-connections", count)
        if limit is not None:
            raise NotAllowed(f"{refused}: connection limit ({limit}) is reached")
    user = broker.access.users.get(username)
    if user is not None and user.limits:
        count = sum(each.username == username and each.vhost is not None for each in broker.connections.values())
        limit = reached(user.limits, "max-connections", count)
        if limit is not None:
            raise NotAllowed(f"connection refused for user '{username}': user connection limit ({limit}) is reached")
    if broker.access.permissions(username, vhost.name) is None:
        raise NotAllowed(refused)


def update_secret(broker: Broker, command: commands.UpdateSecret) -> None:
    """A new secret is taken as it is; it may make the channels look at all permissions anew."""
    if broker.profile.new_secret_refreshes_permissions:
        for channel in broker.connections[command.connection].channels.values():
            if channel.guard is not None:
                channel.guard.forget()


def congest(broker: Broker, command: commands.Congest) -> None:
    """Deliver nothing more to a client that does not read, as RabbitMQ does, and go on once it has read."""
    connection = broker.connections.get(command.connection)
    if connection is None:
        return
    connection.is_congested = command.congested
    if not command.congested:
        queues = [consumer.queue for channel in connection.channels.values() for consumer in channel.consumers.values()]
        for queue in dict.fromkeys(queues):
            queue.serve_freed()


def close_connection(broker: Broker, command: commands.CloseConnection) -> None:
    """The connection ends."""
    broker.close_connection(command.connection)
    broker.emit(effects.ConnectionCloseOk(command.connection))


HANDLERS: Handlers = {
    commands.Connect: connect,
    commands.Login: login,
    commands.OpenConnection: open_connection,
    commands.UpdateSecret: update_secret,
    commands.Congest: congest,
    commands.CloseConnection: close_connection,
}
