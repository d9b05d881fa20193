"""A binding: from an exchange to a queue or to another exchange."""

from __future__ import annotations

from typing import Literal, NamedTuple

import attrs

from fakeamqp.model.values import NO_TABLE, Table, freeze_arguments


class Destination(NamedTuple):
    """Where a binding leads."""

    kind: Literal["queue", "exchange"]
    name: str


@attrs.frozen(eq=False)
class Binding:
    """Source, destination, routing key and arguments; together they are its identity.

    Argument order does not count, and no arguments are the same as an empty table
    (recordings: the scenarios of the area `bindings`).
    """

    source: str
    destination: Destination
    routing_key: str
    arguments: Table = NO_TABLE
    _identity: object = attrs.field(init=False, repr=False)

    @_identity.default
    def _make_identity(self) -> object:
        return (self.source, self.destination, self.routing_key, freeze_arguments(self.arguments))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Binding) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)
