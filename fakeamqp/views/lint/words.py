"""Patterns of words as sets of keys: which of them hold others, meet others, and which keys none of them takes.

In a pattern `*` is one word, also an empty one, and `#` any number of words; a key that is no pattern is one without
either. Everything is decided by walking, so nothing is a guess; what would take too many steps is left open.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from fakeamqp.model.exchanges.topic_trie import ANY_WORDS, ONE_WORD, words_of

V = TypeVar("V", bound=Hashable)

OTHER = "\0"
"""A word that no pattern has."""


def holds(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    """True if every key of the narrow pattern is one of the wide one.

    A word that no pattern has is the hardest there is to take, so it does for every wildcard of the narrow one.
    """
    begin = (0, closed(wide, {0}))
    seen, todo = {begin}, [begin]
    while todo:
        at, states = todo.pop()
        if at == len(narrow):
            if len(wide) not in states:
                return False
            continue
        word = narrow[at]
        if word == ANY_WORDS:
            following = [(at + 1, states), (at, after(wide, states, OTHER))]
        else:
            following = [(at + 1, after(wide, states, OTHER if word == ONE_WORD else word))]
        for each in following:
            if each not in seen:
                seen.add(each)
                todo.append(each)
    return True


def after(pattern: Sequence[str], states: Iterable[int], word: str) -> frozenset[int]:
    """The places in a pattern to which a word leads from other ones."""
    following = set()
    for at in states:
        if at < len(pattern):
            if pattern[at] == ANY_WORDS:
                following.add(at)
            elif pattern[at] in (ONE_WORD, word):
                following.add(at + 1)
    return closed(pattern, following)


def closed(pattern: Sequence[str], states: Iterable[int]) -> frozenset[int]:
    """With the places behind each `#`, which may stand for no word."""
    found = set()
    for at in states:
        found.add(at)
        while at < len(pattern) and pattern[at] == ANY_WORDS:
            at += 1
            found.add(at)
    return frozenset(found)


class Node(Generic[V]):
    """A place in a trie of patterns. values: those of the patterns that end here."""

    __slots__ = ("any", "literal", "loops", "one", "values")

    def __init__(self, loops: bool = False) -> None:
        self.literal: dict[str, Node[V]] = {}
        self.one: Node[V] | None = None
        self.any: Node[V] | None = None
        self.loops = loops
        self.values: list[V] = []


Places = tuple[Node[V], ...]


class Patterns(Generic[V]):
    """Patterns, each with a value, that are walked together word by word."""

    def __init__(self) -> None:
        self._root: Node[V] = Node()

    def add(self, key: str, value: V, *, is_pattern: bool = True) -> None:
        """is_pattern: False for a key whose `*` and `#` are words as any other."""
        node = self._root
        for word in words_of(key):
            if is_pattern and word == ANY_WORDS:
                node.any = node.any or Node(loops=True)
                node = node.any
            elif is_pattern and word == ONE_WORD:
                node.one = node.one or Node()
                node = node.one
            else:
                node = node.literal.setdefault(word, Node())
        node.values.append(value)

    def begin(self) -> Places[V]:
        """Where every walk begins."""
        return tuple(_entered((self._root,)))

    def step(self, places: Places[V], word: str) -> Places[V]:
        """Where a word leads to."""
        following: list[Node[V]] = []
        for node in places:
            if node.loops:
                following.append(node)
            literal = node.literal.get(word)
            if literal is not None:
                following.append(literal)
            if node.one is not None:
                following.append(node.one)
        return tuple(_entered(following))

    def match(self, words: Iterable[str]) -> list[V]:
        """The values of all patterns that take a key."""
        places = self.begin()
        for word in words:
            places = self.step(places, word)
            if not places:
                return []
        return matched(places)

    def meeting(self, pattern: Sequence[str]) -> list[V]:
        """The values of all patterns that take some key of this one."""
        begin = [(0, node) for node in self.begin()]
        seen, todo = set(begin), begin
        found: dict[V, None] = {}
        while todo:
            at, node = todo.pop()
            if at == len(pattern):
                found.update(dict.fromkeys(node.values))
            for each in _together(pattern, at, node):
                if each not in seen:
                    seen.add(each)
                    todo.append(each)
        return list(found)


def matched(places: Places[V]) -> list[V]:
    """The values of the patterns that end there."""
    return [value for node in places for value in node.values]


def words_from(places: Places[V]) -> dict[str, None]:
    """The words that some pattern waits for there."""
    return {word: None for node in places for word in node.literal}


def _entered(nodes: Iterable[Node[V]]) -> dict[Node[V], None]:
    """With the nodes behind them that a `#` leads to which stands for no word."""
    found: dict[Node[V], None] = {}
    for each in nodes:
        node: Node[V] | None = each
        while node is not None and node not in found:
            found[node] = None
            node = node.any
    return found


def _together(pattern: Sequence[str], at: int, node: Node[V]) -> Iterator[tuple[int, Node[V]]]:
    """Where one word more leads to that both take; or none, behind a `#`."""
    if at == len(pattern):
        return
    word = pattern[at]
    if word == ANY_WORDS:
        yield at + 1, node
    following = [node] if node.loops else []
    if node.one is not None:
        following.append(node.one)
    if word in (ONE_WORD, ANY_WORDS):
        following.extend(node.literal.values())
    elif word in node.literal:
        following.append(node.literal[word])
    for each in _entered(following):
        yield (at if word == ANY_WORDS else at + 1), each
