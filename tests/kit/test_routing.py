"""Where messages go, against definitions that a child could read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies.plain_routing import headers_match, topic_matches
from tests.kit.support import Client, quick

VALUES = st.sampled_from(("1", "2", 1, 2, True, None))
HEADERS = st.dictionaries(st.sampled_from(("a", "b", "c", "x-d")), VALUES, max_size=4)
MODES = st.sampled_from((None, "all", "any", "all-with-x", "any-with-x"))
WORDS = st.lists(st.sampled_from(("a", "b", "")), max_size=4).map(".".join)
PATTERNS = st.lists(st.sampled_from(("a", "b", "", "*", "#")), max_size=4).map(".".join)


@pytest.mark.parametrize("version", PROFILES)
def test_headers_find_their_bindings(version: str) -> None:
    @quick(120)
    @given(st.lists(st.tuples(MODES, HEADERS), min_size=1, max_size=4), st.lists(HEADERS, min_size=1, max_size=4))
    def law(bound: list[tuple[Any, dict[str, Any]]], published: list[dict[str, Any]]) -> None:
        client = Client(version)
        client.channel.exchange_declare("h", "headers")
        tables = [{**asked, **({} if mode is None else {"x-match": mode})} for mode, asked in bound]
        for number, table in enumerate(tables):
            client.channel.queue_declare(str(number))
            client.channel.queue_bind(str(number), "h", "", arguments=table)
        for headers in published:
            expected = [str(number) for number, table in enumerate(tables) if headers_match(table, headers)]
            assert sorted(client.broker.route("h", "", headers)) == expected, (tables, headers)

    law()


@pytest.mark.parametrize("version", PROFILES)
def test_keys_find_their_patterns(version: str) -> None:
    @quick(120)
    @given(st.lists(PATTERNS, min_size=1, max_size=5), st.lists(WORDS, min_size=1, max_size=5))
    def law(patterns: list[str], keys: list[str]) -> None:
        client = Client(version)
        client.channel.exchange_declare("t", "topic")
        for number, pattern in enumerate(patterns):
            client.channel.queue_declare(str(number))
            client.channel.queue_bind(str(number), "t", pattern)
        gone = len(patterns) // 2
        for after in (False, True):
            there = [(number, pattern) for number, pattern in enumerate(patterns) if not after or number != gone]
            for key in keys:
                expected = [str(number) for number, pattern in there if topic_matches(pattern, key)]
                assert sorted(client.broker.route("t", key)) == expected, (patterns, key)
            if not after:
                client.channel.queue_unbind(str(gone), "t", patterns[gone])

    law()


@pytest.mark.parametrize("version", PROFILES)
def test_copies_go_where_cc_and_bcc_say(version: str) -> None:
    client = Client(version)
    for queue in "abcd":
        client.channel.queue_declare(queue)
    taken = client.broker.publish("", "a", b"1", headers={"CC": ["b", "a"], "BCC": ["c"]})
    assert sorted(taken) == ["a", "b", "c"]
    assert [len(client.bodies(queue)) for queue in "abcd"] == [1, 1, 1, 0]
    _, properties, _ = client.channel.basic_get("c", auto_ack=True)
    assert properties.headers == {"CC": ["b", "a"]}


@pytest.mark.parametrize("version", PROFILES)
def test_a_queue_goes_with_the_last_of_its_consumers(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("auto", auto_delete=True)
    client.channel.queue_declare("unused", arguments={"x-expires": 60_000})
    for queue in ("auto", "unused"):
        client.consume(queue, f"1 {queue}")
        client.consume(queue, f"2 {queue}")
    there = lambda: set(client.broker.snapshot().vhosts["/"].queues)  # noqa: E731
    for queue in ("auto", "unused"):
        client.channel.basic_cancel(f"1 {queue}")
    client.broker.clock.advance(120)
    assert there() == {"auto", "unused"}
    client.channel.basic_cancel("2 auto")
    assert there() == {"unused"}
    client.channel.basic_cancel("2 unused")
    client.broker.clock.advance(59)
    assert there() == {"unused"}
    client.broker.clock.advance(2)
    assert there() == set()
