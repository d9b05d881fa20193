"""Patterns of words, held against the definition of what they match."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.exchanges.topic_trie import words_of
from fakeamqp.views.lint.words import OTHER, Patterns, holds

_PATTERNS = st.lists(st.sampled_from(["a", "b", "*", "#"]), max_size=3)
# What two patterns of three words share, or not, shows in keys of five.
_KEYS = [list(key) for length in range(6) for key in product(["a", "b", OTHER], repeat=length)]


def matches(pattern: list[str], key: list[str]) -> bool:
    """By definition."""
    if not pattern:
        return not key
    if pattern[0] == "#":
        return matches(pattern[1:], key) or (bool(key) and matches(pattern, key[1:]))
    return bool(key) and pattern[0] in ("*", key[0]) and matches(pattern[1:], key[1:])


@given(_PATTERNS, _PATTERNS)
def test_a_pattern_holds_another_if_it_takes_all_its_keys(wide: list[str], narrow: list[str]) -> None:
    by_definition = all(matches(wide, key) for key in _KEYS if matches(narrow, key))
    assert holds(wide, narrow) is by_definition


@given(st.lists(_PATTERNS, max_size=4), st.sampled_from(_KEYS))
def test_a_key_finds_the_patterns_that_match_it(patterns: list[list[str]], key: list[str]) -> None:
    trie = _trie(patterns)
    assert sorted(trie.match(key)) == [place for place, each in enumerate(patterns) if matches(each, key)]


@given(st.lists(_PATTERNS, max_size=3), _PATTERNS)
def test_a_pattern_meets_those_that_share_a_key_with_it(patterns: list[list[str]], pattern: list[str]) -> None:
    keys = [key for key in _KEYS if matches(pattern, key)]
    by_definition = [place for place, each in enumerate(patterns) if any(matches(each, key) for key in keys)]
    assert sorted(_trie(patterns).meeting(pattern)) == by_definition


def test_what_is_no_pattern_waits_for_its_very_words() -> None:
    trie: Patterns[str] = Patterns()
    trie.add("order.*", "literal", is_pattern=False)
    assert trie.match(["order", "a"]) == []
    assert trie.match(["order", "*"]) == ["literal"]


def _trie(patterns: list[list[str]]) -> Patterns[int]:
    trie: Patterns[int] = Patterns()
    for place, pattern in enumerate(patterns):
        trie.add(".".join(pattern), place)
    return trie


def test_an_empty_key_has_no_words() -> None:
    assert words_of("") == []
    assert holds(["#"], [])
    assert not holds(["*"], [])
