"""Who asks: the user, and what their tags allow."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import attrs

from fakeamqp.adapters.management.answers import CHALLENGE, Refused, not_authorised
from fakeamqp.model.values import text_of

if TYPE_CHECKING:
    from fakeamqp.adapters.management.dialects import Dialect
    from fakeamqp.world.broker import Broker

_TAGS = frozenset({"administrator", "monitoring", "policymaker", "management"})


@attrs.frozen
class Caller:
    """A user who has proved to be one. tags: as the broker has them."""

    name: str
    password: str
    tags: frozenset[str]

    @property
    def administrates(self) -> bool:
        """True for those who may do everything."""
        return "administrator" in self.tags

    @property
    def monitors(self) -> bool:
        """True for those who may see what belongs to others."""
        return not self.tags.isdisjoint({"administrator", "monitoring"})

    def sees_those_of(self, username: str | None) -> bool:
        """True if the caller may see the connections of that user, and what belongs to them."""
        return self.monitors or username == self.name

    @property
    def makes_policies(self) -> bool:
        """True for those who may lay down policies and parameters."""
        return not self.tags.isdisjoint({"administrator", "policymaker"})


def log_in(broker: Broker, authorization: str | None, dialect: Dialect) -> Caller:
    """Whom a header tells to be calling.

    Raises Refused: 401 for nobody, a wrong password, and a user without any of the management plugin's tags.
    """
    if authorization is None:
        raise Refused(401, headers=CHALLENGE)
    name, password = _credentials(authorization, dialect)
    access = broker.model.access
    if not access.admits(name, password):
        raise _refused(dialect)
    tags = frozenset(access.tags(name))
    if tags.isdisjoint(_TAGS):
        raise not_authorised("Not management user")
    return Caller(name, password, tags)


def _credentials(authorization: str, dialect: Dialect) -> tuple[str, str]:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise _refused(dialect)
    try:
        name, colon, password = text_of(base64.b64decode(token, validate=True)).partition(":")
    except binascii.Error:
        raise Refused(400) from None
    if not colon:
        raise Refused(400)
    return name, password


def _refused(dialect: Dialect) -> Refused:
    headers = CHALLENGE if dialect.challenges_twice else {}
    return Refused(401, "not_authorized", dialect.login_refused, headers)
