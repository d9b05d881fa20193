"""The trie against the definition of a match, and against what RabbitMQ 3.10.8, 4.0.5 and 4.3.6 were seen to match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.exchanges.topic_trie import TopicTrie, words_of

WORDS = st.sampled_from(["", "a", "b", "A", "*", "#", "a*", "#a"])
KEYS = st.lists(WORDS, max_size=7).map(".".join)


def trie_of(*patterns: str) -> TopicTrie[str, str]:
    trie: TopicTrie[str, str] = TopicTrie()
    for pattern in patterns:
        trie.add(pattern, pattern, pattern)
    return trie


def matches(trie: TopicTrie[str, str], key: str) -> list[str]:
    return [pattern for bound in trie.match(key) for pattern in bound.values()]


def matches_by_definition(pattern: list[str], key: list[str]) -> bool:
    """`*` takes one word, `#` takes any number, any other word itself; slow and plain."""
    if not pattern:
        return not key
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        return any(matches_by_definition(rest, key[taken:]) for taken in range(len(key) + 1))
    return bool(key) and first in ("*", key[0]) and matches_by_definition(rest, key[1:])


@given(st.lists(KEYS, unique=True, max_size=8), KEYS)
def test_the_trie_agrees_with_the_definition(patterns, key):
    expected = {pattern for pattern in patterns if matches_by_definition(words_of(pattern), words_of(key))}
    found = matches(trie_of(*patterns), key)
    assert len(found) == len(set(found))
    assert set(found) == expected


@given(st.lists(KEYS, unique=True, max_size=6), st.lists(KEYS, unique=True, max_size=6), KEYS)
def test_what_is_removed_might_never_have_been_there(stay, go, key):
    go = [pattern for pattern in go if pattern not in stay]
    trie = trie_of(*stay, *go)
    for pattern in go:
        trie.remove(pattern, pattern)
    assert matches(trie, key) == matches(trie_of(*stay), key)
    assert nodes(trie) == nodes(trie_of(*stay))


@given(st.lists(KEYS, unique=True, max_size=8), st.randoms(use_true_random=False))
def test_a_trie_without_patterns_has_no_nodes(patterns, random):
    trie = trie_of(*patterns)
    random.shuffle(patterns)
    for pattern in patterns:
        assert trie
        trie.remove(pattern, pattern)
    assert not trie
    assert nodes(trie) == 1


def nodes(trie: TopicTrie[str, str]) -> int:
    """How many nodes the trie consists of, its root included."""
    waiting = [trie._root]
    count = 0
    while waiting:
        node = waiting.pop()
        count += 1
        waiting += [*node.words.values(), *filter(None, (node.one, node.any))]
    return count


def test_two_names_under_one_pattern_are_told_apart():
    trie: TopicTrie[str, str] = TopicTrie()
    trie.add("a.#", "first", "p")
    trie.add("a.#", "second", "p")
    trie.remove("a.#", "first")
    assert trie.match("a.b") == [{"second": "p"}]


@pytest.mark.parametrize("pattern", ["a.b", "a", "a.b.c", "#", ""])
def test_removing_what_is_not_there_is_an_error_and_changes_nothing(pattern):
    trie = trie_of("a.b.*")
    with pytest.raises(KeyError):
        trie.remove(pattern, "nobody")
    assert matches(trie, "a.b.c") == ["a.b.*"]


def test_the_longest_keys_and_patterns_of_dots_match():
    """A routing key has at most 255 bytes, so 256 words."""
    dots = "." * 255
    assert set(matches(trie_of(dots, "#", "*." * 127 + "*", "#." * 127 + "#", dots[1:]), dots)) == {
        dots,
        "#",
        "#." * 127 + "#",
    }


def test_many_wildcards_take_no_more_steps_than_words_times_nodes():
    """A search that backtracks would take the age of the universe here."""
    trie = trie_of(*("#." * count + "b" for count in range(1, 60)), *("#.a." * count + "b" for count in range(1, 60)))
    assert matches(trie, ".".join("a" * 128)) == []


PATTERNS = (  # the first one is empty
    " # * a a.b *.b a.* a.# #.b *.# #.* #.# *.* #.a.# . .. .a a. *. .* #. a..b a.*.b a.#.b ** a* #a *.#.* a.b.c A"
)

RECORDED = {
    "": " # #.#",
    ".": "# #. #.# #.* *. *.# *.#.* *.* . .*",
    "..": "# #. #.# #.* *.# *.#.* ..",
    "a": "# #.# #.* #.a.# * *.# a a.#",
    "b": "# #.# #.* #.b * *.#",
    "a.b": "# #.# #.* #.a.# #.b *.# *.#.* *.* *.b a.# a.#.b a.* a.b",
    "a.b.c": "# #.# #.* #.a.# *.# *.#.* a.# a.b.c",
    "a..b": "# #.# #.* #.a.# #.b *.# *.#.* a.# a.#.b a.*.b a..b",
    ".a": "# #.# #.* #.a.# *.# *.#.* *.* .* .a",
    "a.": "# #. #.# #.* #.a.# *. *.# *.#.* *.* a. a.# a.*",
    ".a.": "# #. #.# #.* #.a.# *.# *.#.*",
    "a.x.y.b": "# #.# #.* #.a.# #.b *.# *.#.* a.# a.#.b",
    "A": "# #.# #.* * *.# A",
    "#": "# #.# #.* * *.#",
    "*": "# #.# #.* * *.#",
    "*.#": "# #.# #.* *.# *.#.* *.*",
    "a*": "# #.# #.* * *.# a*",
}


@pytest.mark.parametrize("key", RECORDED)
def test_rabbitmq_was_seen_to_match_the_same(key):
    """Recorded from RabbitMQ 3.10.8, 4.0.5 and 4.3.6, which agree."""
    assert sorted(matches(trie_of(*PATTERNS.split(" ")), key)) == sorted(RECORDED[key].split(" "))
