"""The file of routing keys that will be published: a line for each, or for several of a language."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from fakeamqp.world.alternatives import alternatives


@attrs.frozen
class Key:
    """A line of it. exchange: where it is published to. texts: keys in which a word `*` is any word, `#` any number.

    line: its number, from 1. vhost: None is the one that has the exchange.
    """

    exchange: str
    written: str
    texts: tuple[str, ...]
    line: int
    vhost: str | None = None


def read_keys(text: str, exchange: str | None = None, vhost: str | None = None) -> tuple[Key, ...]:
    """The keys of a file: `exchange key` on a line, or the key alone for `exchange`; `#` at the beginning is a comment.

    `""` stands for an empty key, and for the default exchange. Raises ValueError, with the line, for what is neither.
    """
    return tuple(_keys(text, exchange, vhost))


def _keys(text: str, exchange: str | None, vhost: str | None) -> Iterator[Key]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        # A key of `#` alone is `#` behind its exchange: nobody publishes every key to every exchange.
        if not words or words[0].startswith("#"):
            continue
        if len(words) > 2 or (len(words) == 1 and exchange is None):
            raise ValueError(
                f"line {number}: {line.strip()!r} is not 'exchange routing.key'"
                + ("" if exchange is not None else ", nor is there an --exchange for a key alone")
            )
        where, key = words if len(words) == 2 else (exchange or "", words[0])
        where, key = ("" if word == '""' else word for word in (where, key))
        try:
            texts = tuple(alternatives(key))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        yield Key(where, key, texts, number, vhost)
