from __future__ import annotations

import pytest

from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges import Topic
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding, routed


def topic() -> Topic:
    return Topic("x", profile=PROFILES["4.3"])


def test_each_key_of_a_message_is_matched():
    exchange = topic()
    exchange.bind(binding("p", "a.*"))
    exchange.bind(binding("q", "b.#"))
    assert routed(exchange, "b", "none", "a.c") == ["q", "p"]


def test_bindings_that_share_a_pattern_come_in_order_of_binding():
    exchange = topic()
    for queue in "qpr":
        exchange.bind(binding(queue, "a.*"))
    exchange.unbind(binding("p", "a.*"))
    assert routed(exchange, "a.b") == ["q", "r"]


def test_a_queue_bound_by_two_patterns_is_named_for_each():
    exchange = topic()
    exchange.bind(binding("p", "#"))
    exchange.bind(binding("p", "a"))
    assert routed(exchange, "a") == ["p", "p"]


def test_unbinding_leaves_nothing_behind():
    exchange = topic()
    exchange.bind(binding("p", "a.#.*"))
    exchange.unbind(binding("p", "a.#.*"))
    assert not exchange._trie


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("key", ["#", "#.#", "a.#.b.#.c", "#a.#b.##.#.#"])
def test_two_wildcards_for_any_number_of_words_are_allowed_everywhere(version, key):
    Topic.check_binding(binding("p", key), PROFILES[version])


def test_from_4_3_on_a_third_one_is_refused():
    key = "#.#.a.#"
    Topic.check_binding(binding("p", key), PROFILES["3.10"])
    Topic.check_binding(binding("p", key), PROFILES["4.0"])
    with pytest.raises(PreconditionFailed) as refusal:
        Topic.check_binding(binding("p", key), PROFILES["4.3"])
    assert refusal.value.reply_text == (
        "PRECONDITION_FAILED - Topic binding key '#.#.a.#' uses 3 '#' wildcards, at most 2 are allowed"
    )
