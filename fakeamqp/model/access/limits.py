"""How many connections, channels and queues there may be: limits of a virtual host, limits of a user."""

from __future__ import annotations

from collections.abc import Mapping

from fakeamqp.model.erlang import erlang_term
from fakeamqp.model.profile import Profile

OF_VHOST = ("max-connections", "max-queues")
OF_USER = ("max-connections", "max-channels")


def check_limit(name: str, value: object, known: tuple[str, ...], where: str, profile: Profile) -> int:
    """A limit as it is kept. where: "limits" or "user-limits", as RabbitMQ calls them.

    Raises ValueError, with RabbitMQ's reason, for a name that is not among those known and a value that is no integer.
    """
    if name not in known:
        term = f"{{{erlang_term(name, profile)},{erlang_term(value, profile)}}}"
        raise ValueError(f"Unrecognised terms [{term}] in {where}")
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} should be a number, actually was {erlang_term(value, profile)}")
    return value


def reached(limits: Mapping[str, int], name: str, count: int) -> int | None:
    """The limit that does not let in one more when there are `count`; None if there is room. A negative one is none."""
    limit = limits.get(name, -1)
    return limit if 0 <= limit <= count else None
