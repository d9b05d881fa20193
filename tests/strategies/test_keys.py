"""Names, keys and patterns are what clients may send, and hit each other often."""

from __future__ import annotations

from random import Random

from hypothesis import find, given, settings
from hypothesis import strategies as st

from fakeamqp.model.exchanges.topic_trie import TopicTrie
from fakeamqp.strategies import binding_keys, names, routing_keys
from tests.support.rig import Rig, refusal


@given(names())
@settings(max_examples=50)
def test_a_name_is_taken_as_it_is(name):
    rig = Rig()
    assert refusal(rig.channel().declare(name)) is None
    assert list(rig.vhost.queues) == [name]


@given(names("amq."))
def test_a_prefix_is_kept(name):
    assert name.startswith("amq.")


@given(binding_keys(hashes=1))
def test_no_pattern_has_more_hashes_than_are_allowed(pattern):
    assert pattern.split(".").count("#") <= 1


def test_keys_and_patterns_hit_each_other_and_miss():
    def hits(pair: tuple[str, str]) -> bool:
        trie: TopicTrie[str, str] = TopicTrie()
        trie.add(pair[0], "b", "q")
        return bool(list(trie.match(pair[1])))

    pairs = st.tuples(binding_keys(), routing_keys())
    quick = settings(max_examples=500, database=None)
    for wanted in (
        lambda pair: hits(pair) and "*" in pair[0],
        lambda pair: hits(pair) and "#" in pair[0] and pair[1],
        lambda pair: not hits(pair) and pair[0],
    ):
        find(pairs, wanted, settings=quick, random=Random(1))
