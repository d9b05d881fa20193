"""Who looks at the permissions of the user of a channel, and what the channel remembers of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fakeamqp.model.access.user import Right
from fakeamqp.model.errors import AccessRefused
from fakeamqp.model.message import Message

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.connection import Connection
    from fakeamqp.model.exchanges import Exchange
    from fakeamqp.model.vhost import VirtualHost

Kind = Literal["queue", "exchange"]

_MOST_REMEMBERED = 12
_IDLE_US = 1_000_000


class Guard:
    """The permissions of one channel.

    What was allowed once is remembered by the channel, and still allowed when the permission is gone: the last twelve
    permissions that were looked up, and as many for topics. A channel at rest forgets them; here, one at which nothing
    was looked at for a second. (recordings: `permissions/a_used_permission_is_remembered` and what follows there.)
    """

    def __init__(self, broker: Broker, connection: Connection, vhost: VirtualHost) -> None:
        self._broker = broker
        self._connection = connection
        self._username = connection.username or ""
        self._vhost = vhost
        self._resources: dict[tuple[Right, str, str], None] = {}
        self._topics: dict[tuple[Right, str, str], None] = {}
        self._asked_us = 0

    def demand(self, right: Right, kind: Kind, name: str) -> None:
        """Raise AccessRefused if the user may not do this to the queue or exchange of that name, be it there or not."""
        name = name or "amq.default"
        if not self._allows(right, kind, name):
            raise self._refused(right, f"{kind} '{name}'")

    def demand_any(self, kind: Kind, name: str) -> None:
        """Raise AccessRefused if the user may do nothing at all to the queue or exchange of that name."""
        if not (self._allows("read", kind, name) or self._allows("write", kind, name)):
            self.demand("configure", kind, name)

    def demand_topic(self, right: Literal["write", "read"], exchange: Exchange | None, key: str) -> None:
        """Raise AccessRefused if it is a topic exchange, and the user may not do this there under that key."""
        if exchange is None or exchange.TYPE != "topic":
            return
        self._wake()
        asked = (right, exchange.name, key)
        if asked in self._topics:
            return
        user = self._broker.access.users.get(self._username)
        row = None if user is None else user.topic_permissions.get((self._vhost.name, exchange.name))
        if row is not None and not row.allow(right, key, username=self._username, vhost=self._vhost.name):
            raise self._refused(right, f"topic '{key}' in exchange '{exchange.name}'")
        _remember(self._topics, asked)

    def demand_topics(self, message: Message) -> None:
        """Raise AccessRefused if the user may not publish a message under one of its keys."""
        exchange = self._vhost.exchanges.get(message.exchange)
        for key in message.keys:
            self.demand_topic("write", exchange, key)

    def forget(self) -> None:
        """Let go of what is remembered."""
        self._resources.clear()
        self._topics.clear()

    def _allows(self, right: Right, kind: Kind, name: str) -> bool:
        self._wake()
        asked = (right, kind, name)
        if asked in self._resources:
            return True
        permissions = self._broker.access.permissions(self._username, self._vhost.name)
        self._demand_token(right, f"{kind} '{name}'")
        if permissions is None or not permissions.allow(right, name):
            return False
        _remember(self._resources, asked)
        return True

    def _demand_token(self, right: Right, what: str) -> None:
        """Raise AccessRefused, in the words of RabbitMQ's OAuth 2 backend, if the connection's token has expired."""
        expires_us = self._connection.expires_us
        broker = self._broker
        if expires_us is not None and expires_us <= broker.now_us:
            raise AccessRefused(f"{self._refused_words(right, what)}, {token_expired(broker, expires_us)}")

    def _wake(self) -> None:
        now_us = self._broker.now_us
        if now_us - self._asked_us >= _IDLE_US:
            self.forget()
        self._asked_us = now_us

    def _refused(self, right: Right, what: str) -> AccessRefused:
        return AccessRefused(self._refused_words(right, what))

    def _refused_words(self, right: Right, what: str) -> str:
        access = f"{right} access" if self._broker.profile.refusals_name_permission else "access"
        return f"{access} to {what} in vhost '{self._vhost.name}' refused for user '{self._username}'"


def token_expired(broker: Broker, expires_us: int) -> str:
    """What RabbitMQ's OAuth 2 backend says of a token that has expired, in seconds since 1970."""
    began = int(broker.starts_at.timestamp())
    expired, now = (began + instant_us // 1_000_000 for instant_us in (expires_us, broker.now_us))
    return (
        "backend rabbit_auth_backend_oauth2 returned an error: "
        f'"Provided JWT token has expired at timestamp {expired} (validated at {now})"'
    )


def _remember(memory: dict[tuple[Right, str, str], None], asked: tuple[Right, str, str]) -> None:
    memory[asked] = None
    if len(memory) > _MOST_REMEMBERED:
        del memory[next(iter(memory))]
