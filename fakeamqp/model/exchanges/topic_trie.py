"""Patterns of words as a trie, so that a key meets only the patterns that begin as it does.

The key's words are read one by one while the set of nodes that are still possible is kept (as an automaton does it), so
a match costs at most the number of words times the number of nodes, however many `#` the patterns have.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

ONE_WORD = "*"
ANY_WORDS = "#"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def words_of(key: str) -> list[str]:
    """The words of a key or pattern: what stands between the dots, possibly nothing; an empty key has no words."""
    return key.split(".") if key else []


class _Node(Generic[K, V]):
    """Where the patterns with a common beginning go on.

    words: next nodes by literal word. one, any: next nodes for `*` and `#`; None if no pattern goes on so.
    loops: True if this node was reached by `#`, which may take any number of words and stay here.
    values: what was added under the pattern that ends here.
    """

    __slots__ = ("any", "loops", "one", "values", "words")

    def __init__(self, loops: bool = False) -> None:
        self.words: dict[str, _Node[K, V]] = {}
        self.one: _Node[K, V] | None = None
        self.any: _Node[K, V] | None = None
        self.loops = loops
        self.values: dict[K, V] = {}

    def child(self, word: str) -> _Node[K, V] | None:
        if word == ANY_WORDS:
            return self.any
        if word == ONE_WORD:
            return self.one
        return self.words.get(word)

    def grow(self, word: str) -> _Node[K, V]:
        """A new child for a word of a pattern."""
        node: _Node[K, V] = _Node(loops=word == ANY_WORDS)
        if word == ANY_WORDS:
            self.any = node
        elif word == ONE_WORD:
            self.one = node
        else:
            self.words[word] = node
        return node

    def prune(self, word: str) -> None:
        """Cut the child of a word of a pattern off."""
        if word == ANY_WORDS:
            self.any = None
        elif word == ONE_WORD:
            self.one = None
        else:
            del self.words[word]

    @property
    def bare(self) -> bool:
        """True if nothing ends here and nothing goes on."""
        return not (self.values or self.words or self.one or self.any)


class TopicTrie(Generic[K, V]):
    """Values under patterns; several may share a pattern, told apart by a key of their own.

    In a pattern `*` stands for exactly one word, also an empty one, and `#` for any number of words, also none; both
    only as a whole word. In a key that is matched they are words as any other.
    """

    def __init__(self) -> None:
        self._root: _Node[K, V] = _Node()

    def __bool__(self) -> bool:
        """False if no trace of any pattern is left."""
        return not self._root.bare

    def add(self, pattern: str, name: K, value: V) -> None:
        node = self._root
        for word in words_of(pattern):
            node = node.child(word) or node.grow(word)
        node.values[name] = value

    def remove(self, pattern: str, name: K) -> None:
        """Forget a value, and every node that only led to it. Raises KeyError if it is not there."""
        node = self._root
        path = []
        for word in words_of(pattern):
            child = node.child(word)
            if child is None:
                raise KeyError(name)
            path.append((node, word))
            node = child
        del node.values[name]
        while path and node.bare:
            node, word = path.pop()
            node.prune(word)

    def match(self, key: str) -> list[dict[K, V]]:
        """The values of every pattern that matches, pattern by pattern."""
        possible: dict[_Node[K, V], None] = {}
        _enter(self._root, possible)
        for word in words_of(key):
            before, possible = possible, {}
            for node in before:
                if node.loops:
                    _enter(node, possible)
                if (literal := node.words.get(word)) is not None:
                    _enter(literal, possible)
                if node.one is not None:
                    _enter(node.one, possible)
            if not possible:
                return []
        return [node.values for node in possible if node.values]


def _enter(node: _Node[K, V] | None, possible: dict[_Node[K, V], None]) -> None:
    """Add a node, and those behind it that a `#` standing for no word leads to."""
    while node is not None and node not in possible:
        possible[node] = None
        node = node.any
