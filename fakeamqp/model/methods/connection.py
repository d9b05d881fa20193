"""Logging in and entering a virtual host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.connection import Connection
from fakeamqp.model.errors import LoginRefused, NotAllowed
from fakeamqp.model.methods.handler import Handlers

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def connect(broker: Broker, command: commands.Connect) -> None:
    """A client's link is there."""
    broker.connections[command.connection] = Connection(command.connection)


def login(broker: Broker, command: commands.Login) -> None:
    """Check user and password. Raises LoginRefused."""
    anonymous = command.mechanism == "ANONYMOUS" and broker.access.knows(command.username)
    if not anonymous and not broker.access.admits(command.username, command.password):
        raise LoginRefused(
            f"Login was refused using authentication mechanism {command.mechanism}. For details see the broker logfile."
        )
    connection = broker.connections[command.connection]
    connection.username = command.username
    connection.capabilities = command.capabilities
    broker.emit(effects.LoggedIn(command.connection))


def open_connection(broker: Broker, command: commands.OpenConnection) -> None:
    """Enter a virtual host. Raises NotAllowed if there is none of that name."""
    vhost = broker.vhosts.get(command.virtual_host)
    if vhost is None:
        if not broker.access.vhosts_any:
            raise NotAllowed(f"vhost {command.virtual_host} not found")
        vhost = broker.add_vhost(command.virtual_host)
    broker.connections[command.connection].vhost = vhost
    broker.emit(effects.ConnectionOpened(command.connection))


def close_connection(broker: Broker, command: commands.CloseConnection) -> None:
    """The connection ends."""
    broker.close_connection(command.connection)
    broker.emit(effects.ConnectionCloseOk(command.connection))


HANDLERS: Handlers = {
    commands.Connect: connect,
    commands.Login: login,
    commands.OpenConnection: open_connection,
    commands.CloseConnection: close_connection,
}
