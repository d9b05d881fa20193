"""The direct exchange: the routing key is the binding's, to the letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.exchanges.exchange import Exchange


class Direct(Exchange):
    """Routes to every binding whose key equals one of the message's; `#` and `*` are ordinary characters.

    AMQP 0-9-1 section 3.1.3.1; the same in every RabbitMQ version. Destinations come key by key, in order of binding.
    """

    TYPE = "direct"

    def _clear(self) -> None:
        self._by_key: dict[str, dict[Binding, Destination]] = {}

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        found: list[Destination] = []
        for key in keys:
            bound = self._by_key.get(key)
            if bound is not None:
                found.extend(bound.values())
        return found

    def _add(self, binding: Binding) -> None:
        self._by_key.setdefault(binding.routing_key, {})[binding] = binding.destination

    def _remove(self, binding: Binding) -> None:
        bound = self._by_key[binding.routing_key]
        del bound[binding]
        if not bound:
            del self._by_key[binding.routing_key]
