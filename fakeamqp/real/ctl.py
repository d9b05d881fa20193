"""The operator's side of a real broker: the management API by `rabbitmqctl`'s names, in vhosts of the test's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fakeamqp.model.policy import Policy
from fakeamqp.real.errors import NotOnARealBroker
from fakeamqp.real.management import Refused
from fakeamqp.real.vhost import RealVirtualHost

if TYPE_CHECKING:
    from fakeamqp.real.broker import RealBroker

BY_MANAGEMENT_PLUGIN = "Closed via management plugin"


class RealCtl:
    """The members of `broker.ctl`. Virtual hosts and users are those of the test; nobody else's are touched.

    What RabbitMQ refuses raises ValueError with the reason it gives; LookupError if a user or virtual host is not
    there, or what is to be cleared.
    """

    def __init__(self, broker: RealBroker) -> None:
        self._broker = broker

    @property
    def _api(self) -> Any:
        return self._broker.management

    # --- virtual hosts

    def add_vhost(self, name: str) -> None:
        """Add a virtual host; one that is there already stays as it is."""
        with self._told():
            self._broker.add_vhost(name)

    def delete_vhost(self, vhost: str) -> None:
        """Delete a virtual host and all that is in it; connections to it are closed (320)."""
        try:
            self._broker.vhosts.pop(vhost).delete()
        except KeyError:
            raise LookupError("Not Found") from None

    def set_vhost_limit(self, limit: str, value: int, *, vhost: str = "/") -> None:
        """Limit a virtual host: "max-connections" or "max-queues". A negative one is none. What is there stays.

        A connection of fakeamqp's own counts as well.
        """
        with self._told():
            self._api.put("vhost-limits", self._vhost(vhost).real, limit, value=value)

    def clear_vhost_limit(self, limit: str, *, vhost: str = "/") -> None:
        """Take a limit away; one that is not set is fine."""
        with self._told():
            self._api.delete("vhost-limits", self._vhost(vhost).real, limit)

    def list_vhost_limits(self, *, vhost: str = "/") -> dict[str, int]:
        """The limits that are set, by name."""
        return _limits(self._api.get("vhost-limits", self._vhost(vhost).real))

    # --- users

    def add_user(self, name: str, password: str, *, tags: Iterable[str] = ()) -> None:
        """Add a user, who may enter no virtual host yet; one who is there already gets this password and these tags."""
        real = self._own(name)
        with self._told():
            self._api.put("users", real, password=password, tags=",".join(tags))
        if real not in self._broker.users_made:
            self._broker.users_made.append(real)

    def change_password(self, name: str, password: str) -> None:
        """Change a user's password; connections that are there go on."""
        real = self._made(name)
        with self._told():
            tags = _tags(self._api.get("users", real)["tags"])
            self._api.put("users", real, password=password, tags=",".join(tags))

    def delete_user(self, name: str) -> None:
        """Delete a user; their connections are closed (320)."""
        real = self._made(name)
        with self._told():
            self._api.delete("users", real)
        self._broker.users_made.remove(real)

    def list_users(self) -> dict[str, tuple[str, ...]]:
        """The tags of each user that the test knows, by name."""
        rows = {row["name"]: _tags(row["tags"]) for row in self._api.get("users")}
        users = {"guest": rows.get(self._broker.management_user, ())} if self._broker.names.is_login("guest") else {}
        return users | {self._broker.as_given(real): rows[real] for real in self._broker.users_made if real in rows}

    def set_user_limit(self, user: str, limit: str, value: int) -> None:
        """Limit a user: "max-connections" or "max-channels". A negative one is none. What is there stays."""
        real = self._made(user)
        with self._told():
            self._api.put("user-limits", real, limit, value=value)

    def clear_user_limit(self, user: str, limit: str) -> None:
        """Take a limit away; one that is not set is fine."""
        real = self._made(user)
        with self._told():
            self._api.delete("user-limits", real, limit)

    def list_user_limits(self, user: str) -> dict[str, int]:
        """The limits that are set, by name."""
        with self._told():
            return _limits(self._api.get("user-limits", self._broker.names.user(user)))

    # --- permissions

    def set_permissions(self, user: str, configure: str, write: str, read: str, *, vhost: str = "/") -> None:
        """Say which queues and exchanges a user may configure, write to and read from, by regular expressions."""
        real = self._broker.names.user(user)
        self._put("permissions", vhost, real, configure=configure, write=write, read=read)

    def clear_permissions(self, user: str, *, vhost: str = "/") -> None:
        """Take all permissions away: the user may not enter the virtual host. Connections that are there stay."""
        self._delete("permissions", vhost, self._broker.names.user(user))

    def list_permissions(self, *, vhost: str = "/") -> dict[str, tuple[str, str, str]]:
        """The expressions for configure, write and read of each user who may enter the virtual host."""
        return {
            self._given(row["user"]): (row["configure"], row["write"], row["read"])
            for row in self._api.get("vhosts", self._vhost(vhost).real, "permissions")
        }

    def set_topic_permissions(self, user: str, exchange: str, write: str, read: str, *, vhost: str = "/") -> None:
        """Say under which keys a user may publish to a topic exchange and bind to it, by regular expressions.

        In them {username} and {vhost} stand for what the real broker calls them.
        """
        real = self._broker.names.user(user)
        self._put("topic-permissions", vhost, real, exchange=exchange, write=write, read=read)

    def clear_topic_permissions(self, user: str, exchange: str | None = None, *, vhost: str = "/") -> None:
        """Allow a user every key of an exchange again; None is of all exchanges."""
        real = self._broker.names.user(user)
        self._delete("topic-permissions", vhost, real, *([] if exchange is None else [exchange]))

    def list_topic_permissions(self, *, vhost: str = "/") -> dict[tuple[str, str], tuple[str, str]]:
        """The expressions for write and read, by user and exchange."""
        return {
            (self._given(row["user"]), row["exchange"]): (row["write"], row["read"])
            for row in self._api.get("vhosts", self._vhost(vhost).real, "topic-permissions")
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
        """Lay down a policy, in place of the one of that name. Arguments are those of `fakeamqp.Broker`'s."""
        self._set_policy("policies", name, pattern, definition, priority, apply_to, vhost)

    def clear_policy(self, name: str, *, vhost: str = "/") -> None:
        """Take a policy away. Raises LookupError if there is none of that name."""
        self._delete("policies", vhost, name)
        self._vhost(vhost).policies_change()

    def list_policies(self, *, vhost: str = "/") -> tuple[Policy, ...]:
        """The policies, by name."""
        return self._list("policies", vhost)

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
        """Lay down an operator policy: limits that hold beside the policy of a queue, the stricter of both."""
        self._set_policy("operator-policies", name, pattern, definition, priority, apply_to, vhost)

    def clear_operator_policy(self, name: str, *, vhost: str = "/") -> None:
        """Take an operator policy away. Raises LookupError if there is none of that name."""
        self._delete("operator-policies", vhost, name)
        self._vhost(vhost).policies_change()

    def list_operator_policies(self, *, vhost: str = "/") -> tuple[Policy, ...]:
        """The operator policies, by name."""
        return self._list("operator-policies", vhost)

    def set_default_queue_type(self, queue_type: str | None, *, vhost: str = "/") -> None:
        """What a durable queue becomes whose declaration does not say: "classic", "quorum" or "stream".

        None is "classic". Raises ValueError for what RabbitMQ refuses.
        """
        with self._told():
            self._api.put("vhosts", self._vhost(vhost).real, default_queue_type=queue_type or "classic", tracing=True)

    # --- connections

    def close_connection(self, which: Any, reason: str = BY_MANAGEMENT_PLUGIN) -> None:
        """Close a connection (320). which: a connection or channel of pika's, or the connection's number.

        Raises LookupError if there is no such connection.
        """
        self._broker.faults.close_connections(320, f"CONNECTION_FORCED - {reason}", which)

    def close_all_connections(self, reason: str = BY_MANAGEMENT_PLUGIN, *, vhost: str | None = None) -> None:
        """Close all connections that this process made through pika (320). vhost: only those to this one."""
        for number, link in list(enumerate(self._broker.links, 1)):
            if link.is_open and (vhost is None or link.params.virtual_host == self._vhost(vhost).real):
                self.close_connection(number, reason)

    # --- how it is done

    def _put(self, kind: str, vhost: str, *path: str, **body: Any) -> None:
        with self._told():
            self._api.put(kind, self._vhost(vhost).real, *path, **body)

    def _delete(self, kind: str, vhost: str, *path: str) -> None:
        with self._told():
            self._api.delete(kind, self._vhost(vhost).real, *path)

    def _set_policy(
        self,
        kind: str,
        name: str,
        pattern: str,
        definition: Mapping[str, Any],
        priority: float,
        apply_to: str,
        vhost: str,
    ) -> None:
        body = {"pattern": pattern, "definition": dict(definition), "priority": priority, "apply-to": apply_to}
        self._put(kind, vhost, name, **body)
        self._vhost(vhost).policies_change()

    def _list(self, kind: str, vhost: str) -> tuple[Policy, ...]:
        rows = sorted(self._api.get(kind, self._vhost(vhost).real), key=lambda row: str(row["name"]))
        return tuple(
            Policy(row["name"], row["pattern"], row["definition"], row["priority"], row["apply-to"]) for row in rows
        )

    def _vhost(self, name: str) -> RealVirtualHost:
        try:
            return self._broker.vhosts[name]
        except KeyError:
            raise LookupError("vhost_not_found") from None

    def _own(self, name: str) -> str:
        """What a user of the test's own is called. Raises NotOnARealBroker for the one that the tests log in as."""
        if self._broker.names.is_login(name):
            raise NotOnARealBroker(
                f"to change the user {name!r}", "it stands for the one of --fakeamqp-url, who is not the test's own"
            )
        return self._broker.names.user(name)

    def _made(self, name: str) -> str:
        """The same of one that was added. Raises LookupError for another."""
        real = self._own(name)
        if real not in self._broker.users_made:
            raise LookupError("Not Found")
        return real

    def _given(self, real: str) -> str:
        return "guest" if real == self._broker.management_user else self._broker.as_given(real)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what RabbitMQ refuses into the errors of `fakeamqp.Broker`'s."""
        try:
            yield
        except Refused as error:
            reason = self._broker.as_given(str(error))
            raise (LookupError(reason) if error.status == 404 else ValueError(reason)) from None


def _limits(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Limits as RabbitMQ lists them, in a row for each user or virtual host."""
    return {name: value for row in rows for name, value in row["value"].items()}


def _tags(listed: Any) -> tuple[str, ...]:
    """Tags as RabbitMQ 3.10 lists them, in a text, or as later ones do."""
    return tuple(tag for tag in (listed.split(",") if isinstance(listed, str) else listed) if tag)
