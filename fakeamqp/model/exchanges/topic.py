"""The topic exchange: keys are words between dots, bindings are patterns of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges.exchange import Exchange
from fakeamqp.model.exchanges.topic_trie import ANY_WORDS, TopicTrie, words_of
from fakeamqp.model.profile import Profile


class Topic(Exchange):
    """Routes to every binding whose pattern matches one of the message's keys.

    AMQP 0-9-1 section 3.1.3.3. Destinations come key by key, those of one key in the order of the trie.
    """

    TYPE = "topic"

    def _clear(self) -> None:
        self._trie: TopicTrie[Binding, Destination] = TopicTrie()

    @classmethod
    def check_binding(cls, binding: Binding, profile: Profile) -> None:
        """Raises PreconditionFailed for a pattern with more `#` than the version allows (RabbitMQ 4.3: two)."""
        limit = profile.topic_hash_limit
        if limit is None:
            return
        wildcards = words_of(binding.routing_key).count(ANY_WORDS)
        if wildcards > limit:
            raise PreconditionFailed(
                f"Topic binding key '{binding.routing_key}' uses {wildcards} '#' wildcards, at most {limit} are allowed"
            )

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        found: list[Destination] = []
        for key in keys:
            for bound in self._trie.match(key):
                found.extend(bound.values())
        return found

    def _add(self, binding: Binding) -> None:
        self._trie.add(binding.routing_key, binding, binding.destination)

    def _remove(self, binding: Binding) -> None:
        self._trie.remove(binding.routing_key, binding)
