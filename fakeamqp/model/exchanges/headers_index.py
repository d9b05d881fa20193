"""The bindings of a headers exchange, found by what they ask for, so that those that do not match cost nothing.

A binding that is content with any of several headers is kept under each of them. One that asks for all of several is
kept in a trie: what it asks for, in the order of the headers' names, is a path from the root, and a message follows
only what it has. So it meets no more nodes than there are subsets of its own headers, however many bindings there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.exchanges.headers_match import ANYWAY, PRESENT, Asked, HeadersMatch, signs_of

Found = tuple[int, Destination]
"""How many bindings came before one, and where it leads to."""


class _Node:
    """What the bindings have in common that are found from here on.

    onward: by what is asked for next. bindings: those that ask for nothing more, each with the first header that it
        named. None if there are none, as in most nodes: there may be many.
    """

    __slots__ = ("bindings", "onward")

    def __init__(self) -> None:
        self.onward: dict[Asked, _Node] | None = None
        self.bindings: dict[Binding, tuple[Asked, Found]] | None = None

    @property
    def bare(self) -> bool:
        return not (self.onward or self.bindings)


class HeadersIndex:
    """Bindings by what they ask for, and in the order in which they were added."""

    def __init__(self) -> None:
        self._root = _Node()
        self._any: dict[Asked, dict[Binding, Found]] = {}
        self._added = 0

    def __bool__(self) -> bool:
        """False if no trace of any binding is left."""
        return bool(self._any) or not self._root.bare

    def add(self, binding: Binding, match: HeadersMatch) -> None:
        """A binding that is not there yet, and what it asks for."""
        self._added += 1
        found = (self._added, binding.destination)
        if match.is_any:
            for asked in match.asked:
                self._any.setdefault(asked, {})[binding] = found
            return
        node = self._root
        for asked in _path(match):
            if node.onward is None:
                node.onward = {}
            node = node.onward.get(asked) or node.onward.setdefault(asked, _Node())
        if node.bindings is None:
            node.bindings = {}
        node.bindings[binding] = (match.asked[0] if match.asked else ANYWAY, found)

    def remove(self, binding: Binding, match: HeadersMatch) -> None:
        """Forget a binding, and every node that only led to it. Raises KeyError if it is not there.

        match: what an equal binding asks for; in which order it names the headers does not matter.
        """
        if match.is_any:
            for asked in match.asked:
                bound = self._any[asked]
                del bound[binding]
                if not bound:
                    del self._any[asked]
            return
        node = self._root
        way: list[tuple[_Node, Asked]] = []
        for asked in _path(match):
            way.append((node, asked))
            node = _step(node, asked)
        del _of(node)[binding]
        while way and node.bare:
            node, asked = way.pop()
            assert node.onward is not None
            del node.onward[asked]

    def match(self, have: Mapping[str, object]) -> list[Destination]:
        """The destinations of a message with these headers (values as `offered` returns them).

        Header by header as the message has them: under each the bindings that named it first, or are content with it,
        in the order of adding. Before all those that ask for nothing.
        """
        places = {sign: place for place, sign in enumerate(signs_of(have))}
        found = [(places[first], *each) for first, each in self._all_of(have)]
        for sign, place in places.items():
            bound = self._any.get(sign)
            if bound is not None:
                found.extend((place, *each) for each in bound.values())
        if len(found) > 1:
            found.sort()
        return [destination for _, _, destination in found]

    def _all_of(self, have: Mapping[str, object]) -> Iterator[tuple[Asked, Found]]:
        """The bindings that ask for nothing but what the message has."""
        names = sorted(have)
        waiting = [(self._root, 0)]
        while waiting:
            node, begin = waiting.pop()
            if node.bindings:
                yield from node.bindings.values()
            onward = node.onward
            if not onward:
                continue
            for place in range(begin, len(names)):
                name = names[place]
                for asked in ((name, have[name]), (name, PRESENT)):
                    following = onward.get(asked)
                    if following is not None:
                        waiting.append((following, place + 1))


def _path(match: HeadersMatch) -> list[Asked]:
    return sorted(match.asked, key=lambda asked: asked[0])


def _step(node: _Node, asked: Asked) -> _Node:
    if node.onward is None:
        raise KeyError(asked)
    return node.onward[asked]


def _of(node: _Node) -> dict[Binding, tuple[Asked, Found]]:
    return {} if node.bindings is None else node.bindings
