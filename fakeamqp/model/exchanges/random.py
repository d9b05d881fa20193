"""The exchange types x-random and x-local-random: one destination, by chance.

(recordings: exchange_types/random_*, local_random_*.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.choice import BY_CHANCE, Choose
from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges.one_of import OneOf
from fakeamqp.model.message import Message
from fakeamqp.model.profile import Profile

if TYPE_CHECKING:
    from fakeamqp.model.queues import Queue


class Random(OneOf):
    """Routes each message to one of its bindings, whatever the keys. Which one, `choose` says."""

    TYPE = "x-random"

    def route_message(self, message: Message, choose: Choose) -> Iterable[Destination]:
        """One destination; a queue that is bound twice has two chances."""
        destinations = self.destinations
        if len(destinations) > 1:
            return (choose(destinations, f"{BY_CHANCE}message {message.id} in exchange '{self.name}'"),)
        return destinations

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        return self.destinations[:1]


class LocalRandom(Random):
    """As x-random, among the classic queues of the node (RabbitMQ 4.0 and later)."""

    TYPE = "x-local-random"

    @classmethod
    def check_binding(cls, binding: Binding, profile: Profile) -> None:
        """Raises PreconditionFailed for a key that is not empty, and for an exchange."""
        if binding.routing_key:
            raise PreconditionFailed(f"Non empty binding '{binding.routing_key}' key not permitted")
        if binding.destination.kind != "queue":
            raise PreconditionFailed("Destination not found")

    def check_queue(self, queue: Queue) -> None:
        """Raises PreconditionFailed for a queue that is not classic."""
        if queue.KIND != "classic":
            raise PreconditionFailed(f"Queue type rabbit_{queue.KIND}_queue not valid for this exchange type")
