"""Why a binding takes a message or not, in the exact words; and never otherwise than the broker does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from fakeamqp import Broker, connect
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import binding_keys, header_bindings, headers, routing_keys
from fakeamqp.views.explain import matching

TOPICS = [
    ("order.*.us", "order.created.us", None),
    ("#", "order.created.us", None),
    ("#", "", None),
    ("order.#", "order", None),
    ("order.updated.#", "order.created.us", "fails at word 2: that is 'created', not 'updated'"),
    ("order", "order.created", "the key goes on with word 2, 'created'"),
    (
        "order.*",
        "order.created.us",
        "the key goes on with word 3, 'us': '*' stands for exactly one word, '#' would take any number",
    ),
    ("order.created.*", "order.created", "the key ends before word 3, '*'"),
    ("*", "", "the key ends before word 1, '*'"),
    ("#.eu", "order.created.us", "fails at its last word: that is 'us', not 'eu'"),
    ("#.created.*", "order.updated.us", "fails at word 2 from the end: that is 'updated', not 'created'"),
    ("order.#.b.us", "order.us", "the key has too few words for 'b.us' behind '#'"),
    ("a.#.x.#.b", "a.y.b", "nothing between is 'x'"),
    ("a.b.#", "a", "the key ends before word 2, 'b'"),
    ("order.cre*", "order.created", "'cre*' is taken literally: '*' and '#' stand for whole words"),
    ("order.created", "order.*", "the key itself has '*': only binding keys have wildcards"),
    ("Order.created", "order.created", "they differ in upper and lower case"),
    ("order.created ", "order.created", "they differ in spaces at an end"),
    ("order/created", "order.created", "words are parted by dots"),
]


@pytest.mark.parametrize(("pattern", "key", "why"), TOPICS)
def test_a_topic_is_told_word_by_word(pattern: str, key: str, why: str | None) -> None:
    match = matching.topic(pattern, key)
    assert match.matches is (why is None)
    assert match.why == (why or "")


DIRECTS = [
    ("created", "created", None),
    ("created", "deleted", "the key is 'deleted', not 'created'"),
    ("order.*", "order.created", "a direct exchange takes '*' and '#' literally: declare a topic exchange"),
    ("Created", "created", "they differ in upper and lower case"),
]


@pytest.mark.parametrize(("pattern", "key", "why"), DIRECTS)
def test_a_direct_exchange_wants_the_very_same_key(pattern: str, key: str, why: str | None) -> None:
    match = matching.direct(pattern, key)
    assert (match.matches, match.why) == (why is None, why or "")


HEADERS: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    ({"kind": "pdf"}, {"kind": "pdf", "more": 1}, None),
    ({"kind": "pdf"}, {}, "header 'kind' is missing"),
    ({"kind": "pdf"}, {"Kind": "pdf"}, "header 'kind' is missing, there is 'Kind'"),
    ({"kind": "pdf"}, {"kind": "zip"}, "header 'kind' is 'zip', not 'pdf'"),
    ({"count": 1}, {"count": "1"}, "header 'count' is '1' (str), not 1 (int)"),
    ({"a": 1, "b": 2, "x-match": "all"}, {"a": 2}, "header 'a' is 2, not 1; header 'b' is missing"),
    (
        {"a": 1, "b": 2, "x-match": "any"},
        {"a": 2},
        "x-match any, and none is there: header 'a' is 2, not 1; header 'b' is missing",
    ),
    ({"x-match": "any"}, {"a": 2}, "it asks for nothing, and x-match any needs one"),
    ({"a": None}, {"a": "anything"}, None),
    ({"x-a": 1}, {}, None),
    ({"x-a": 1, "x-match": "all-with-x"}, {}, "header 'x-a' is missing"),
]


@pytest.mark.parametrize(("asked", "given_headers", "why"), HEADERS)
def test_headers_are_told_one_by_one(asked: dict[str, Any], given_headers: dict[str, Any], why: str | None) -> None:
    binding = Binding("h", Destination("queue", "q"), "", asked)
    match = matching.headers(binding, given_headers, PROFILES["4.3"])
    assert match.matches is (why is None)
    if why is not None:
        assert match.why == why


def bound(exchange: str, key: str, arguments: dict[str, Any] | None = None) -> Broker:
    """A broker with one queue, bound once."""
    broker = Broker()
    channel = connect(broker).channel()
    channel.queue_declare("q")
    channel.queue_bind("q", exchange, key, arguments)
    return broker


@given(binding_keys(), routing_keys())
def test_topics_match_as_the_broker_has_it(pattern: str, key: str) -> None:
    broker = bound("amq.topic", pattern)
    assert matching.topic(pattern, key).matches is (broker.route("amq.topic", key) == ["q"])


@given(header_bindings(), headers())
def test_headers_match_as_the_broker_has_it(asked: dict[str, Any], given_headers: dict[str, Any]) -> None:
    broker = bound("amq.headers", "", asked)
    binding = Binding("amq.headers", Destination("queue", "q"), "", asked)
    match = matching.headers(binding, given_headers, broker.profile)
    assert match.matches is (broker.route("amq.headers", "", given_headers) == ["q"])
    assert match.matches or match.why
