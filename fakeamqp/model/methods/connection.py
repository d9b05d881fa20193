"""Logging in and entering a virtual host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.access.guard import token_expired
from fakeamqp.model.access.limits import reached
from fakeamqp.model.connection import Connection
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.errors import LoginRefused, NotAllowed
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.vhost import VirtualHost

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def connect(broker: Broker, command: commands.Connect) -> None:
    """A client's link is there."""
    broker.connections[command.connection] = Connection(command.connection, broker.now_us)
    if command.late_us:
        broker.deadlines.set(Deadline("greeting", "", str(command.connection)), broker.now_us + command.late_us)


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
    user = broker.access.users.get(command.username)
    if user is not None and command.password != user.renewed:
        connection.expires_us = user.expires_us
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
    """A new secret is taken as it is, but for who has logged in with a token; it may make the channels look at all
    permissions anew. Raises NotAllowed for what is no token of the user's.
    """
    connection = broker.connections[command.connection]
    if connection.expires_us is not None:
        _renew(broker, connection, command.secret)
    if broker.profile.new_secret_refreshes_permissions:
        for channel in connection.channels.values():
            if channel.guard is not None:
                channel.guard.forget()


def _renew(broker: Broker, connection: Connection, secret: str) -> None:
    """A new token in place of one that expires (seen with the plugin rabbitmq_auth_backend_oauth2).

    One that has expired itself is taken before RabbitMQ 4.3, and changes nothing.
    """
    user = broker.access.users.get(connection.username or "")
    expires_us = connection.expires_us or 0
    if user is not None and user.proves_to_be(secret):
        if user.expires_us is None or secret == user.renewed:
            connection.expires_us = None
    elif user is None or not user.had(secret):
        raise NotAllowed(broker.profile.refused_secret)
    elif broker.profile.closes_expired_connections and connection.vhost is not None:
        raise NotAllowed(
            f"access to vhost '{connection.vhost.name}' refused for user '{connection.username}', "
            f"{token_expired(broker, expires_us)}"
        )


def silence(broker: Broker, command: commands.Silence) -> None:
    """The broker hears nothing of a connection any more: it gives it up when it has looked for the third time.

    RabbitMQ looks whether anything has come in once in each heartbeat, and gives up at the second look in a row that
    finds nothing new: between two and three heartbeats after the last word.
    """
    connection = broker.connections.get(command.connection)
    if connection is None or connection.is_silent:
        return
    connection.is_silent = True
    beat_us = command.heartbeat_us
    if beat_us is not None:
        looks = (broker.now_us - connection.since_us) // beat_us + 3
        broker.deadlines.set(Deadline("heartbeat", "", str(connection.number)), connection.since_us + looks * beat_us)


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
    commands.Silence: silence,
    commands.Congest: congest,
    commands.CloseConnection: close_connection,
}
