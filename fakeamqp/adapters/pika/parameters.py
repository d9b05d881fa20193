"""The connection parameters that lead to a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pika

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker


def parameters_for(broker: Broker, **overrides: Any) -> pika.ConnectionParameters:
    """Parameters with which code under test reaches this broker.

    overrides: parameters of `pika.ConnectionParameters`. Raises what that class raises for bad ones.
    """
    host, port = broker.address
    username, password = broker.credentials
    values: dict[str, Any] = {
        "host": host,
        "port": port,
        "virtual_host": broker.first_vhost,
        "credentials": pika.PlainCredentials(username, password),
    }
    return pika.ConnectionParameters(**{**values, **overrides})
