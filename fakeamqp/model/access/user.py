"""A user: how to prove to be one, what they may do where, how much they may have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import attrs

from fakeamqp.model.access.expression import Expression
from fakeamqp.model.access.password import PasswordHash
from fakeamqp.model.pattern import quoted
from fakeamqp.model.profile import PROFILES

Right = Literal["configure", "write", "read"]

NO_PASSWORD = PasswordHash("")
"""With it nobody logs in."""


@attrs.frozen
class Permissions:
    """A user's permissions in one virtual host: which queues and exchanges, by name."""

    configure: Expression
    write: Expression
    read: Expression

    def allow(self, right: Right, name: str) -> bool:
        """True if this may be done to what has this name."""
        expression: Expression = getattr(self, right)
        return expression.matches(name)


@attrs.frozen
class TopicPermissions:
    """A user's permissions for one topic exchange: which keys. {username} and {vhost} stand for the user's own."""

    write: Expression
    read: Expression

    def allow(self, right: Literal["write", "read"], key: str, **names: str) -> bool:
        """True if this may be done under this key. names: what stands for what."""
        expression: Expression = getattr(self, right)
        text, profile = expression.text, expression.profile
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", quoted(value) if profile.quotes_names_in_topics else value)
        try:
            return Expression(text, profile).matches(key)
        except ValueError:  # with the names in it
            return False


ADMINISTRATOR = "administrator"
"""The tag of users to whom the management plugin allows everything."""

_EVERY = Expression(".*", next(iter(PROFILES.values())))
ALL = Permissions(_EVERY, _EVERY, _EVERY)
"""Every permission; by this very object one sees that nothing needs to be looked at."""


@attrs.frozen
class User:
    """One user.

    password: as it is, or what a definitions file keeps of it.
    tags: such as "administrator"; they mean something to the management plugin alone.
    default: the permissions in a virtual host for which nothing else was said; None lets nobody in.
    permissions: by virtual host; None where they were cleared. topic_permissions: by virtual host and exchange.
    limits: `max-connections` and `max-channels`, where they are set; a negative one is none.
    expires_us: the instant at which the password, a token then, expires; None for one that does not. former: the token
    that has expired. renewed: the one that takes its place, and is good already.
    """

    name: str
    password: str | PasswordHash
    tags: tuple[str, ...] = ()
    default: Permissions | None = None
    permissions: Mapping[str, Permissions | None] = {}
    topic_permissions: Mapping[tuple[str, str], TopicPermissions] = {}
    limits: Mapping[str, int] = {}
    expires_us: int | None = None
    former: str | PasswordHash | None = None
    renewed: str | None = None

    def proves_to_be(self, password: str) -> bool:
        """True if that is the password. RabbitMQ refuses an empty one whatever the user's is."""
        return bool(password) and (_fits(self.password, password) or password == self.renewed)

    def had(self, password: str) -> bool:
        """True if that is the token which has expired."""
        return self.former is not None and _fits(self.former, password)

    def password_hash(self, salt: bytes) -> PasswordHash:
        """What a definitions file keeps of the password. salt: for one of which no hash is known, at least 4 bytes."""
        known = self.password
        return known if isinstance(known, PasswordHash) else PasswordHash.of(known, salt)

    def permissions_in(self, vhost: str) -> Permissions | None:
        """What they may do in a virtual host; None if they may not enter it."""
        return self.permissions.get(vhost, self.default)

    def is_free_in(self, vhost: str) -> bool:
        """True if nothing that they do there needs to be looked at."""
        return self.permissions_in(vhost) is ALL and not any(where == vhost for where, _ in self.topic_permissions)

    def expired(self) -> User:
        """The same user when the token has expired: the renewed one, if there is one, takes its place."""
        password = NO_PASSWORD if self.renewed is None else self.renewed
        return attrs.evolve(self, password=password, former=self.password, renewed=None, expires_us=None)

    def without_vhost(self, vhost: str) -> User:
        """The same user when a virtual host is gone."""
        return attrs.evolve(
            self,
            permissions={name: each for name, each in self.permissions.items() if name != vhost},
            topic_permissions={key: each for key, each in self.topic_permissions.items() if key[0] != vhost},
        )


def _fits(known: str | PasswordHash, password: str) -> bool:
    return known.fits(password) if isinstance(known, PasswordHash) else known == password


@lru_cache(maxsize=16)
def administrator(name: str, password: str) -> User:
    """One who may do everything in every virtual host; the same for all brokers, since users do not change."""
    return User(name, password, (ADMINISTRATOR,), default=ALL)
