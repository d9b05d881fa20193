"""The connection parameters that lead to a broker."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pika

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker


def parameters_for(broker: Broker, **overrides: Any) -> pika.ConnectionParameters:
    """Parameters with which code under test reaches this broker.

    overrides: parameters of `pika.ConnectionParameters`. Raises what that class raises for bad ones.
    """
    return _made(*broker.address, broker.first_vhost, *broker.credentials, **overrides)


def own_parameters(broker: Broker) -> pika.ConnectionParameters:
    """`parameters_for` without overrides, for a connection alone, which copies what it is given."""
    return _kept(*broker.address, broker.first_vhost, *broker.credentials)


def _made(
    host: str, port: int, vhost: str, username: str, password: str, **overrides: Any
) -> pika.ConnectionParameters:
    values: dict[str, Any] = {
        "host": host,
        "port": port,
        "virtual_host": vhost,
        "credentials": pika.PlainCredentials(username, password),
    }
    return pika.ConnectionParameters(**{**values, **overrides})


# Every parameter is checked each time one is made, which takes longer than to connect with it.
_kept = functools.lru_cache(maxsize=16)(_made)
