"""The operator's side of a broker: what `rabbitmqctl` and the management API do to it, by `rabbitmqctl`'s names."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model import commands
from fakeamqp.model.policy import Policy

if TYPE_CHECKING:
    from fakeamqp.model.vhost import VirtualHost
    from fakeamqp.world.broker import Broker

BY_MANAGEMENT_PLUGIN = "Closed via management plugin"


class Ctl:
    """An operator's tasks, each in a line: `broker.ctl.add_vhost("shop")`.

    What RabbitMQ refuses raises ValueError with the reason its management API gives; LookupError if a user or virtual
    host is not there, or what is to be cleared.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    # --- virtual hosts

    def add_vhost(self, name: str) -> None:
        """Add a virtual host; one that is there already stays as it is."""
        self._broker.apply(commands.AddVirtualHost(name))

    def delete_vhost(self, vhost: str) -> None:
        """Delete a virtual host and all that is in it; connections to it are closed (320)."""
        self._broker.apply(commands.DeleteVirtualHost(vhost))

    def set_vhost_limit(self, limit: str, value: int, *, vhost: str = "/") -> None:
        """Limit a virtual host: "max-connections" or "max-queues". A negative one is none. What is there stays."""
        self._broker.apply(commands.SetVirtualHostLimit(vhost, limit, value))

    def clear_vhost_limit(self, limit: str, *, vhost: str = "/") -> None:
        """Take a limit away; one that is not set is fine."""
        self._broker.apply(commands.SetVirtualHostLimit(vhost, limit, None))

    def list_vhost_limits(self, *, vhost: str = "/") -> dict[str, int]:
        """The limits that are set, by name."""
        return dict(self._vhost(vhost).limits)

    # --- users

    def add_user(self, name: str, password: str, *, tags: Iterable[str] = ()) -> None:
        """Add a user, who may enter no virtual host yet; one who is there already gets this password and these tags."""
        self._broker.apply(commands.AddUser(name, password, tuple(tags)))

    def change_password(self, name: str, password: str) -> None:
        """Change a user's password; connections that are there go on."""
        self._broker.apply(commands.ChangePassword(name, password))

    def delete_user(self, name: str) -> None:
        """Delete a user; their connections are closed (320)."""
        self._broker.apply(commands.DeleteUser(name))

    def list_users(self) -> dict[str, tuple[str, ...]]:
        """The tags of each user, by name."""
        return {user.name: user.tags for user in self._broker.model.access}

    def set_user_limit(self, user: str, limit: str, value: int) -> None:
        """Limit a user: "max-connections" or "max-channels". A negative one is none. What is there stays."""
        self._broker.apply(commands.SetUserLimit(user, limit, value))

    def clear_user_limit(self, user: str, limit: str) -> None:
        """Take a limit away; one that is not set is fine."""
        self._broker.apply(commands.SetUserLimit(user, limit, None))

    def list_user_limits(self, user: str) -> dict[str, int]:
        """The limits that are set, by name."""
        return dict(self._broker.model.access.user(user).limits)

    # --- permissions

    def set_permissions(self, user: str, configure: str, write: str, read: str, *, vhost: str = "/") -> None:
        """Say which queues and exchanges a user may configure, write to and read from, by regular expressions.

        They may match anywhere in a name; the empty one allows nothing; the default exchange goes as "amq.default".
        A channel remembers what it has used, as RabbitMQ's do, until it has been at rest for a second.
        """
        self._broker.apply(commands.SetPermissions(user, vhost, configure, write, read))

    def clear_permissions(self, user: str, *, vhost: str = "/") -> None:
        """Take all permissions away: the user may not enter the virtual host. Connections that are there stay."""
        self._broker.apply(commands.ClearPermissions(user, vhost))

    def list_permissions(self, *, vhost: str = "/") -> dict[str, tuple[str, str, str]]:
        """The expressions for configure, write and read of each user who may enter the virtual host."""
        self._vhost(vhost)
        rows = {user.name: user.permissions_in(vhost) for user in self._broker.model.access}
        return {name: (row.configure.text, row.write.text, row.read.text) for name, row in rows.items() if row}

    def set_topic_permissions(self, user: str, exchange: str, write: str, read: str, *, vhost: str = "/") -> None:
        """Say under which keys a user may publish to a topic exchange and bind to it, by regular expressions.

        In them {username} and {vhost} stand for the user's own. Without such a row every key is allowed.
        """
        self._broker.apply(commands.SetTopicPermissions(user, vhost, exchange, write, read))

    def clear_topic_permissions(self, user: str, exchange: str | None = None, *, vhost: str = "/") -> None:
        """Allow a user every key of an exchange again; None is of all exchanges."""
        self._broker.apply(commands.ClearTopicPermissions(user, vhost, exchange))

    def list_topic_permissions(self, *, vhost: str = "/") -> dict[tuple[str, str], tuple[str, str]]:
        """The expressions for write and read, by user and exchange."""
        self._vhost(vhost)
        return {
            (user.name, exchange): (row.write.text, row.read.text)
            for user in self._broker.model.access
            for (where, exchange), row in user.topic_permissions.items()
            if where == vhost
        }

    # --- policies and the default queue type

    def set_policy(
        self,
        name: str,
        pattern: str,
        definition: Mapping[str, Any],
        *,
        priority: float = 0,
        apply_to: str = "all",
        vhost: str = "/",
    ) -> None:
        """Lay down a policy, in place of the one of that name; it is in force at once for all that it matches.

        pattern: a regular expression, found anywhere in a name. definition: `{"max-length": 10, …}`, without the `x-`
        of arguments. priority: the highest of several that match is in force, alone. apply_to: "queues", "exchanges" or
        "all"; from RabbitMQ 4 on also "classic_queues", "quorum_queues", "streams".

        Raises ValueError for what RabbitMQ refuses, and for a pattern that only PCRE can read.
        """
        self._set_policy(name, pattern, definition, priority, apply_to, vhost, operators=False)

    def clear_policy(self, name: str, *, vhost: str = "/") -> None:
        """Take a policy away. Raises LookupError if there is none of that name."""
        self._broker.apply(commands.ClearPolicy(self._vhost(vhost).name, name))

    def list_policies(self, *, vhost: str = "/") -> tuple[Policy, ...]:
        """The policies, by name."""
        return self._list(vhost, operators=False)

    def set_operator_policy(
        self,
        name: str,
        pattern: str,
        definition: Mapping[str, Any],
        *,
        priority: float = 0,
        apply_to: str = "all",
        vhost: str = "/",
    ) -> None:
        """Lay down an operator policy: limits that hold beside the policy of a queue, the stricter of both.

        Arguments and errors as in `set_policy`.
        """
        self._set_policy(name, pattern, definition, priority, apply_to, vhost, operators=True)

    def clear_operator_policy(self, name: str, *, vhost: str = "/") -> None:
        """Take an operator policy away. Raises LookupError if there is none of that name."""
        self._broker.apply(commands.ClearPolicy(self._vhost(vhost).name, name, operators=True))

    def list_operator_policies(self, *, vhost: str = "/") -> tuple[Policy, ...]:
        """The operator policies, by name."""
        return self._list(vhost, operators=True)

    def set_default_queue_type(self, queue_type: str | None, *, vhost: str = "/") -> None:
        """What a durable queue becomes whose declaration does not say: "classic", "quorum" or "stream".

        None is "classic". RabbitMQ 3.10 takes the setting and ignores it. Raises ValueError for what 4.3 refuses.
        """
        self._broker.apply(commands.SetDefaultQueueType(self._vhost(vhost).name, queue_type))

    def _set_policy(
        self,
        name: str,
        pattern: str,
        definition: Mapping[str, Any],
        priority: float,
        apply_to: str,
        vhost: str,
        *,
        operators: bool,
    ) -> None:
        kept = copy.deepcopy(definition)
        command = commands.SetPolicy(self._vhost(vhost).name, name, pattern, kept, priority, apply_to, operators)
        self._broker.apply(command)

    def _list(self, vhost: str, *, operators: bool) -> tuple[Policy, ...]:
        policies = self._vhost(vhost).policies.table(operators=operators)
        return tuple(policies[name] for name in sorted(policies))

    # --- connections

    def close_connection(self, which: Any, reason: str = BY_MANAGEMENT_PLUGIN) -> None:
        """Close a connection (320). which: a connection or channel of the client's library, or the connection's number.

        Raises LookupError if there is no such connection.
        """
        self._broker.faults.close_connections(320, f"CONNECTION_FORCED - {reason}", which)

    def close_all_connections(self, reason: str = BY_MANAGEMENT_PLUGIN, *, vhost: str | None = None) -> None:
        """Close all connections (320). vhost: only those to this virtual host."""
        for number, connection in list(self._broker.model.connections.items()):
            if connection.vhost is not None and vhost in (None, connection.vhost.name):
                self.close_connection(number, reason)

    def _vhost(self, name: str) -> VirtualHost:
        vhost = self._broker.model.vhosts.get(name)
        if vhost is None:
            raise LookupError("vhost_not_found")
        return vhost
