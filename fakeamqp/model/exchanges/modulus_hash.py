"""The exchange type x-modulus-hash: each key has its queue as long as none comes or goes.

(recordings: exchange_types/modulus_*.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakeamqp.model.binding import Destination
from fakeamqp.model.exchanges.one_of import OneOf
from fakeamqp.model.phash2 import Term, phash2
from fakeamqp.model.values import octets


class ModulusHash(OneOf):
    """Routes each message to one of its bindings, by the hash of its keys; binding keys mean nothing.

    Part of RabbitMQ 4.3. Destinations are counted in the order of their names, exchanges first; one that is bound twice
    counts twice.
    """

    TYPE = "x-modulus-hash"

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        destinations = self.destinations
        if not destinations:
            return ()
        hashed: list[Term] = [octets(key) for key in keys]
        return (destinations[phash2(hashed) % len(destinations)],)

    def _count(self) -> list[Destination]:
        return sorted(super()._count(), key=lambda one: (one.kind, octets(one.name)))
