"""What an operator does about users, their permissions and limits, and virtual hosts.

What RabbitMQ refuses raises ValueError, what is not there LookupError, each with the reason that its management API
gives (recordings: the areas `users`, `permissions`, `topic_permissions`, `user_limits` and `vhost_limits`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fakeamqp.model import commands
from fakeamqp.model.access import Expression, Permissions, TopicPermissions, User
from fakeamqp.model.access.limits import OF_USER, OF_VHOST, check_limit
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.methods.handler import Handlers

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.vhost import VirtualHost


# --- virtual hosts


def add_vhost(broker: Broker, command: commands.AddVirtualHost) -> None:
    """Add a virtual host; one that is there stays as it is."""
    if command.virtual_host not in broker.vhosts:
        broker.add_vhost(command.virtual_host)


def describe_vhost(broker: Broker, command: commands.DescribeVirtualHost) -> None:
    """An operator's words for a virtual host. Raises LookupError if there is none of that name."""
    vhost = broker.vhosts.get(command.virtual_host)
    if vhost is None:
        raise LookupError("Not Found")
    if command.description is not None:
        vhost.description = command.description
    if command.tags is not None:
        vhost.tags = command.tags
    if command.protected is not None:
        vhost.protected = command.protected


def delete_vhost(broker: Broker, command: commands.DeleteVirtualHost) -> None:
    """Delete a virtual host with all that is in it; its connections are closed."""
    vhost = broker.vhosts.get(command.virtual_host)
    if vhost is None:
        raise LookupError("Not Found")
    if vhost.protected:
        raise ValueError(f"Refusing to delete virtual host '{vhost.name}' because it is protected from deletion")
    broker.delete_vhost(vhost)


def set_vhost_limit(broker: Broker, command: commands.SetVirtualHostLimit) -> None:
    """Limit a virtual host from now on; what is there stays."""
    vhost = broker.vhosts.get(command.virtual_host)
    if vhost is None:
        raise LookupError("vhost_not_found")
    if command.value is None:
        vhost.limits.pop(command.limit, None)
        return
    try:
        vhost.limits[command.limit] = check_limit(command.limit, command.value, OF_VHOST, "limits", broker.profile)
    except ValueError as error:
        raise ValueError(f"Validation failed\n\n{error}\n") from None


# --- users


def add_user(broker: Broker, command: commands.AddUser) -> None:
    """Add a user without permissions; one who is there gets the new password and tags."""
    name = command.username
    if name in broker.access.users:
        broker.access.change(name, password=command.password, tags=command.tags)
    else:
        broker.access.users[name] = User(name, command.password, command.tags)
        _reconsider(broker, name)


def expire_credentials(broker: Broker, command: commands.ExpireCredentials) -> None:
    """What a user logs in with, and has logged in with, expires at an instant."""
    user = broker.access.user(command.username)
    broker.access.change(user.name, expires_us=command.at_us, renewed=command.renewed)
    for connection in broker.connections.values():
        if connection.username == user.name:
            connection.expires_us = command.at_us
    if command.at_us <= broker.now_us:
        expire_token(broker, user.name)
    else:
        broker.deadlines.set(Deadline("credentials", "", user.name), command.at_us)


def expire_token(broker: Broker, username: str) -> None:
    """The token of a user has expired (seen with the plugin rabbitmq_auth_backend_oauth2 on 3.10.8, 4.0.5 and 4.3.6).

    4.3 closes the connections that have not renewed it. Before that they stay, and so do their consumers; what needs a
    permission is refused.
    """
    user = broker.access.users.get(username)
    if user is not None:
        broker.access.users[username] = user.expired()
    for connection in list(broker.connections.values()):
        expires_us = connection.expires_us
        has_expired = connection.username == username and expires_us is not None and expires_us <= broker.now_us
        if has_expired and broker.profile.closes_expired_connections:
            broker.force_connection_closed(connection, "credential expired")
    _reconsider(broker, username)


def change_password(broker: Broker, command: commands.ChangePassword) -> None:
    """A new password; connections that are there go on."""
    broker.access.change(command.username, password=command.password, expires_us=None)
    broker.deadlines.set(Deadline("credentials", "", command.username), None)


def delete_user(broker: Broker, command: commands.DeleteUser) -> None:
    """A user goes; their connections are closed."""
    name = broker.access.user(command.username).name
    del broker.access.users[name]
    broker.deadlines.set(Deadline("credentials", "", name), None)
    for connection in list(broker.connections.values()):
        if connection.username == name:
            broker.force_connection_closed(connection, f"user '{name}' is deleted")


def set_user_limit(broker: Broker, command: commands.SetUserLimit) -> None:
    """Limit a user from now on; what is there stays."""
    user = broker.access.users.get(command.username)
    if user is None:
        raise LookupError(json.dumps(["no_such_user", command.username], ensure_ascii=False))
    limits = {name: value for name, value in user.limits.items() if name != command.limit}
    if command.value is not None:
        limits[command.limit] = check_limit(command.limit, command.value, OF_USER, "user-limits", broker.profile)
    broker.access.change(user.name, limits=limits)


# --- permissions


def set_permissions(broker: Broker, command: commands.SetPermissions) -> None:
    """What a user may do in a virtual host; open channels remember what they have used already."""
    user, vhost = _user_and_vhost(broker, command.username, command.virtual_host)
    permissions = Permissions(
        *(Expression(text, broker.profile) for text in (command.configure, command.write, command.read))
    )
    broker.access.change(user.name, permissions={**user.permissions, vhost.name: permissions})
    _reconsider(broker, user.name)


def clear_permissions(broker: Broker, command: commands.ClearPermissions) -> None:
    """A user may do nothing any more in a virtual host, nor enter it; connections that are there stay."""
    user = broker.access.users.get(command.username)
    if user is None or command.virtual_host not in broker.vhosts or user.permissions_in(command.virtual_host) is None:
        raise LookupError("Not Found")
    broker.access.change(user.name, permissions={**user.permissions, command.virtual_host: None})
    _reconsider(broker, user.name)


def set_topic_permissions(broker: Broker, command: commands.SetTopicPermissions) -> None:
    """Under which keys a user may publish to a topic exchange, and bind to it."""
    user, vhost = _user_and_vhost(broker, command.username, command.virtual_host)
    row = TopicPermissions(Expression(command.write, broker.profile), Expression(command.read, broker.profile))
    exchange = command.exchange
    if broker.profile.topic_permissions_need_exchange and exchange and exchange not in vhost.exchanges:
        raise ValueError(json.dumps(["no_such_exchange", exchange], ensure_ascii=False))
    broker.access.change(user.name, topic_permissions={**user.topic_permissions, (vhost.name, exchange): row})
    _reconsider(broker, user.name)


def clear_topic_permissions(broker: Broker, command: commands.ClearTopicPermissions) -> None:
    """A user may publish and bind under any key again."""
    user = broker.access.users.get(command.username)
    rows = {} if user is None else user.topic_permissions
    kept = {
        (vhost, exchange): row
        for (vhost, exchange), row in rows.items()
        if vhost != command.virtual_host or command.exchange not in (None, exchange)
    }
    if user is None or len(kept) == len(rows):
        raise LookupError("Not Found")
    broker.access.change(user.name, topic_permissions=kept)


def _user_and_vhost(broker: Broker, username: str, vhost: str) -> tuple[User, VirtualHost]:
    if username not in broker.access.users or vhost not in broker.vhosts:
        raise LookupError("vhost_or_user_not_found")
    return broker.access.users[username], broker.vhosts[vhost]


def _reconsider(broker: Broker, username: str) -> None:
    """Guard the channels of a user who might do everything up to now, and remembers nothing of it."""
    for connection in broker.connections.values():
        if connection.username == username:
            for channel in connection.channels.values():
                channel.guard = channel.guard or broker.guard(connection)


HANDLERS: Handlers = {
    commands.AddVirtualHost: add_vhost,
    commands.DescribeVirtualHost: describe_vhost,
    commands.DeleteVirtualHost: delete_vhost,
    commands.SetVirtualHostLimit: set_vhost_limit,
    commands.AddUser: add_user,
    commands.ChangePassword: change_password,
    commands.ExpireCredentials: expire_credentials,
    commands.DeleteUser: delete_user,
    commands.SetUserLimit: set_user_limit,
    commands.SetPermissions: set_permissions,
    commands.ClearPermissions: clear_permissions,
    commands.SetTopicPermissions: set_topic_permissions,
    commands.ClearTopicPermissions: clear_topic_permissions,
}
