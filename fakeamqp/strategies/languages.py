"""Routing keys of a language: `order.{created,paid}.*`, a regular expression, a list, or what a topology waits for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from hypothesis import strategies as st

from fakeamqp.strategies.keys import routing_keys
from fakeamqp.world.alternatives import alternatives
from fakeamqp.world.broker import Broker

Language: TypeAlias = "str | re.Pattern[str] | st.SearchStrategy[str] | Iterable[str]"
"""Text, in which `{a,b}` is one of several, a word `*` is any word and a word `#` any number of them; an expression
that whole keys match; a strategy; or the keys themselves."""

_WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=8)


def keys_of(language: Language) -> st.SearchStrategy[str]:
    """The keys of a language. Raises ValueError for text that is none."""
    listed = all_keys_of(language)
    if listed is not None:
        return st.sampled_from(listed)
    if isinstance(language, st.SearchStrategy):
        return language
    if isinstance(language, re.Pattern):
        return st.from_regex(language, fullmatch=True)
    assert isinstance(language, str)
    return st.one_of([_keys_like(text) for text in alternatives(language)])


def all_keys_of(language: Language) -> list[str] | None:
    """Every key of a language that has few; None for one that has many or does not tell."""
    if isinstance(language, st.SearchStrategy | re.Pattern):
        return None
    if not isinstance(language, str):
        return list(language)
    texts = alternatives(language)
    return None if any(word in ("*", "#") for text in texts for word in text.split(".")) else texts


def _keys_like(text: str) -> st.SearchStrategy[str]:
    words = [
        _WORDS.map(lambda word: [word])
        if word == "*"
        else st.lists(_WORDS, max_size=3)
        if word == "#"
        else st.just([word])
        for word in text.split(".")
    ]
    return st.tuples(*words).map(lambda found: ".".join(word for some in found for word in some))


def keys_near(broker: Broker, exchange: str, vhost: str = "/") -> st.SearchStrategy[str]:
    """Keys that the bindings of an exchange wait for, or nearly: of their own words, `*` and `#` filled with any.

    For the default exchange, the names of the queues.
    """
    if not exchange:
        return st.sampled_from(sorted(broker.snapshot().vhosts[vhost].queues) or ["none"])
    patterns = sorted({binding.routing_key for binding in broker.exchange(exchange, vhost).bindings}) or [""]
    words = sorted({word for pattern in patterns for word in pattern.split(".")} - {"*", "#"}) or ["a"]
    return st.one_of(st.sampled_from(patterns).flatmap(_keys_like), routing_keys(words, longest=4))
