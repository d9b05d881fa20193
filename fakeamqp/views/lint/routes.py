"""Where messages go in a virtual host: surely, or perhaps, as far as a definitions file can tell.

What depends on more than the routing key, as at a headers exchange, counts as a way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain, count
from typing import TypeAlias

from fakeamqp.model.binding import Destination
from fakeamqp.model.exchanges.topic_trie import ANY_WORDS, ONE_WORD, words_of
from fakeamqp.views.lint.topology import Binding, Queue, VirtualHost
from fakeamqp.views.lint.words import Patterns, Places, after, closed, matched, words_from

BY_KEY = ("direct", "topic")
"""The types of exchange that look at the routing key and at nothing else."""

MOST_STEPS = 20_000
"""After so many keys tried the question stays open."""

ANY_KEY = (ANY_WORDS,)

_Front: TypeAlias = "tuple[Places[Binding], ...]"


class Routes:
    """The ways of one virtual host. steps: how many words have been walked, for who counts what it costs."""

    def __init__(self, vhost: VirtualHost) -> None:
        self.vhost = vhost
        self.steps = 0
        self._patterns: dict[str, Patterns[Binding]] = {}

    # --- what surely goes nowhere

    def lost_key(self, exchange: str, pattern: Sequence[str]) -> str | None:
        """A key of a pattern that reaches no queue from an exchange that is there; None for none, or none found."""
        names = self._reachable(exchange)
        alone = tuple(self._of(name).begin() for name in names)
        begin = (closed(pattern, {0}), alone)
        seen = {begin}
        most = self.steps + MOST_STEPS
        todo: list[tuple[tuple[frozenset[int], _Front], tuple[str, ...]]] = [(begin, ())]
        for (places, front), words in todo:  # grows as it is read: the shortest keys come first
            if len(pattern) in places and not self._arrives(exchange, names, front):
                return ".".join(words)
            if self.steps > most:
                return None
            for word in _next_words(pattern, places, front, self._other):
                self.steps += 1
                following = after(pattern, places, word)
                state = following, tuple(self._of(name).step(at, word) for name, at in zip(names, front, strict=True))
                if following and state not in seen:
                    seen.add(state)
                    todo.append((state, (*words, word)))
        return None

    def _reachable(self, exchange: str) -> tuple[str, ...]:
        """The exchanges that decide by key among those that a message may come to."""
        found = self._closure(exchange)
        return tuple(name for name in found if self.vhost.type_of(name) in BY_KEY)

    def _closure(self, exchange: str) -> dict[str, None]:
        found, todo = {exchange: None}, [exchange]
        while todo:
            name = todo.pop()
            following = [each.destination.name for each in self._bindings(name) if each.destination.kind == "exchange"]
            alternate = self._alternate(name)
            following += [] if alternate is None else [alternate]
            for each in following:
                if each not in found and each in self.vhost.exchanges:
                    found[each] = None
                    todo.append(each)
        return found

    def _arrives(self, exchange: str, names: tuple[str, ...], front: _Front) -> bool:
        """True if a message reaches a queue whose key has led to there."""
        ends = dict(zip(names, front, strict=True))
        seen, todo = {exchange}, [exchange]
        while todo:
            name = todo.pop()
            taken = matched(ends[name]) if name in ends else self._bindings(name)
            alternate = self._alternate(name)
            if not taken and alternate is not None and alternate not in seen and alternate in self.vhost.exchanges:
                seen.add(alternate)
                todo.append(alternate)
            for binding in taken:
                if binding.destination.kind == "queue":
                    return True
                if binding.destination.name not in seen:
                    seen.add(binding.destination.name)
                    todo.append(binding.destination.name)
        return False

    # --- where something may go

    def has_way(self, exchange: str) -> bool:
        """True if there is a message to that exchange that reaches a queue."""
        return exchange in self._with_way

    def queues_met(self, exchange: str, pattern: Sequence[str]) -> dict[str, None]:
        """The queues that some message with a key of that pattern may reach from an exchange."""
        found: dict[str, None] = {}
        seen, todo = {exchange}, [exchange]
        while todo:
            name = todo.pop()
            met = self._met(name, pattern)
            following = []
            for binding in met:
                if binding.destination.kind == "queue":
                    found[binding.destination.name] = None
                else:
                    following.append(binding.destination.name)
            alternate = self._alternate(name)
            if alternate is not None and alternate in self.vhost.exchanges:
                following.append(alternate)
            for each in following:
                if each not in seen:
                    seen.add(each)
                    todo.append(each)
        return found

    def _met(self, exchange: str, pattern: Sequence[str]) -> Iterable[Binding]:
        if self.vhost.type_of(exchange) not in BY_KEY:
            return self._bindings(exchange)
        self.steps += 1
        return self._of(exchange).meeting(pattern)

    def keys_of(self, queue: Queue) -> dict[tuple[str, ...], None] | None:
        """Patterns of the keys that messages have which come to a queue by key; None if some come by other ways, too.

        What is published to the default exchange has the queue's name; of a queue with bindings nobody knows that.
        """
        found: dict[tuple[str, ...], None] = {}
        bindings = self.vhost.by_destination.get(Destination("queue", queue.name), ())
        for binding in bindings:
            kind = self.vhost.type_of(binding.source)
            if kind not in BY_KEY or (kind == "direct" and any(word in "*#" for word in words_of(binding.key))):
                return None
            found[tuple(words_of(binding.key))] = None
        return found or {tuple(words_of(queue.name)): None}

    # --- what both need

    @cached_property
    def _with_way(self) -> set[str]:
        """The exchanges from which a queue can be reached: those that are bound to one, and who leads to them."""
        back: dict[str, list[str]] = {}
        todo: list[str] = []
        for name in self.vhost.exchanges:
            for binding in self._bindings(name):
                if binding.destination.kind == "queue":
                    todo.append(name)
                else:
                    back.setdefault(binding.destination.name, []).append(name)
            alternate = self._alternate(name)
            if alternate is not None:
                back.setdefault(alternate, []).append(name)
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += back.get(name, [])
        return found

    @cached_property
    def _other(self) -> str:
        """A word that no binding has, and no queue's name."""
        keys = [binding.key for bindings in self.vhost.by_source.values() for binding in bindings]
        known = {word for key in keys for word in words_of(key)}
        return next(word for word in chain(["other", "another"], map(str, count(1))) if word not in known)

    def _bindings(self, exchange: str) -> list[Binding]:
        return self.vhost.by_source.get(exchange, [])

    def _alternate(self, exchange: str) -> str | None:
        found = self.vhost.exchanges.get(exchange)
        return None if found is None else found.alternate

    def _of(self, exchange: str) -> Patterns[Binding]:
        found = self._patterns.get(exchange)
        if found is None:
            found = self._patterns[exchange] = Patterns()
            is_topic = self.vhost.type_of(exchange) == "topic"
            for binding in self._bindings(exchange):
                found.add(binding.key, binding, is_pattern=is_topic)
        return found


def _next_words(pattern: Sequence[str], places: Iterable[int], front: _Front, other: str) -> dict[str, None]:
    """The words that make a difference there."""
    found: dict[str, None] = {}
    for at in places:
        if at < len(pattern) and pattern[at] in (ONE_WORD, ANY_WORDS):
            found[other] = None
            for each in front:
                found.update(words_from(each))
        elif at < len(pattern):
            found[pattern[at]] = None
    return found
