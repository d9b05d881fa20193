"""The fanout exchange: every binding, whatever the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.exchanges.exchange import Exchange


class Fanout(Exchange):
    """Routes to every destination, in order of binding; keys, headers and binding arguments do not count.

    AMQP 0-9-1 section 3.1.3.2; the same in every RabbitMQ version.
    """

    TYPE = "fanout"

    def _clear(self) -> None:
        self._destinations: dict[Binding, Destination] = {}

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        return self._destinations.values()

    def _add(self, binding: Binding) -> None:
        self._destinations[binding] = binding.destination

    def _remove(self, binding: Binding) -> None:
        del self._destinations[binding]
