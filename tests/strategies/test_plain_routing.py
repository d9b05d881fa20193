"""The definition of routing is right where everybody can see it."""

from __future__ import annotations

import pytest

from fakeamqp.strategies.plain_routing import PlainBinding, PlainExchange, headers_match, route, topic_matches


@pytest.mark.parametrize(
    ("pattern", "key", "matches"),
    [
        ("a.*", "a.b", True),
        ("a.*", "a", False),
        ("#", "", True),
        ("*", "", False),
        ("a.#", "a", True),
        ("#.b", "a.a.b", True),
        ("a.*.b", "a..b", True),
        ("", "", True),
        ("a.#.b", "a.b.c", False),
    ],
)
def test_topics(pattern: str, key: str, matches: bool) -> None:
    assert topic_matches(pattern, key) is matches


def test_headers() -> None:
    assert headers_match({"a": 1, "b": None}, {"a": 1, "b": 2})
    assert not headers_match({"a": 1, "b": 2}, {"a": 1})
    assert headers_match({"x-match": "any", "a": 1, "b": 2}, {"a": 1})
    assert not headers_match({"x-match": "any"}, {"a": 1})
    assert headers_match({"x-c": 1}, {})
    assert not headers_match({"x-match": "all-with-x", "x-c": 1}, {})
    assert not headers_match({"a": 1}, {"a": True})


def test_what_knows_no_way_goes_to_the_alternate() -> None:
    exchanges = {
        "in": PlainExchange("direct", arguments={"alternate-exchange": "else"}),
        "else": PlainExchange("fanout"),
    }
    bindings = [PlainBinding("in", "queue", "q", "a", {}), PlainBinding("else", "queue", "r", "", {})]
    assert route(exchanges, bindings, ["q", "r"], "in", ["a"], {}) == {"q"}
    assert route(exchanges, bindings, ["q", "r"], "in", ["b"], {}) == {"r"}
    assert route(exchanges, bindings, ["q", "r"], "", ["r", "s"], {}) == {"r"}
