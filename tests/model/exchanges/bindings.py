"""Short ways to make bindings and to see where a message goes."""

from __future__ import annotations

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.exchanges import Exchange
from fakeamqp.model.values import NO_TABLE, Table


def binding(queue: str, key: str = "", arguments: Table = NO_TABLE) -> Binding:
    """A binding from the exchange `x` to a queue."""
    return Binding("x", Destination("queue", queue), key, arguments)


def routed(exchange: Exchange, *keys: str, headers: Table = NO_TABLE) -> list[str]:
    """The names of the queues, in the exchange's order."""
    return [destination.name for destination in exchange.route(keys, headers)]
