"""Rules for exchanges, bindings and keys, beyond the example of each."""

from __future__ import annotations

from typing import Any

import pytest

from fakeamqp.views.lint import lint, read_keys, routing, words
from tests.views.lint.examples import Json, binding, exchange, file, queue


def told(definitions: Json, rule: str, keys: str = "", vhost: str | None = None) -> list[str]:
    return [each.message for each in lint(definitions, select=[rule], keys=read_keys(keys, vhost=vhost))]


def shadowed(kind: str, *bindings: Json) -> list[str]:
    """The objects of the findings."""
    found = lint(file(exchange("x", kind), queue(), *bindings), select=["binding-shadowed"])
    return [
        f"{each.where.index} by {each.message.partition('that with ')[2].partition(', which')[0]}" for each in found
    ]


def keys(*each: str) -> list[Json]:
    return [binding("x", key=key) for key in each]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["order.*.us", "order.#"], ["0 by key 'order.#'"]),
        (["order.#", "order"], ["1 by key 'order.#'"]),
        (["*.#", "#.*"], ["1 by key '*.#'"]),
        (["#.*", "*.#"], ["1 by key '#.*'"]),
        (["order.*", "*.us"], []),
        (["order.*.us", "order.#.us", "#"], ["0 by key 'order.#.us'", "1 by key '#'"]),
        (["a.#.b", "a.#"], ["0 by key 'a.#'"]),
        (["a.*", "a.#.b"], []),
    ],
)
def test_a_topic_binding_is_shadowed_by_one_that_takes_all_its_keys(patterns: list[str], expected: list[str]) -> None:
    assert shadowed("topic", *keys(*patterns)) == expected


def test_direct_and_fanout_bindings_are_shadowed_by_equal_ones() -> None:
    twice = [binding("x", key="a"), binding("x", key="a", note="again"), binding("x", key="b")]
    assert shadowed("direct", *twice) == ["1 by key 'a'"]
    assert shadowed("fanout", *twice) == ["1 by key 'a'", "2 by key 'a'"]


def test_bindings_to_another_queue_shadow_nothing() -> None:
    definitions = file(exchange("x"), queue(), queue("more"), binding("x", key="#"), binding("x", "more", "a"))
    assert told(definitions, "binding-shadowed") == []


def test_weights_are_not_keys() -> None:
    assert shadowed("x-consistent-hash", *keys("1", "1")) == []


@pytest.mark.parametrize(
    ("narrow", "wide", "is_shadowed"),
    [
        ({"kind": "paid", "country": "us"}, {"kind": "paid"}, True),
        ({"kind": "paid"}, {"kind": "paid", "country": "us"}, False),
        ({"kind": "paid"}, {"kind": None}, True),
        ({"kind": "paid"}, {}, True),
        ({"kind": "paid"}, {"x-match": "any", "kind": "paid", "country": "us"}, True),
        ({"x-match": "any", "kind": "paid"}, {"x-match": "any", "kind": "paid", "country": "us"}, True),
        ({"x-match": "any", "kind": "paid", "country": "us"}, {"x-match": "any", "kind": "paid"}, False),
        ({"x-match": "any", "kind": "paid", "country": "us"}, {"kind": "paid"}, False),
        ({"x-match": "any", "kind": "paid"}, {"kind": "paid"}, True),
        ({"kind": "paid"}, {"kind": "sent"}, False),
        ({"kind": 1}, {"kind": "1"}, False),
        ({"kind": "paid", "x-a": 1}, {"kind": "paid", "x-a": 2}, True),
        ({"x-match": "all-with-x", "x-a": 1}, {"x-match": "all-with-x", "x-a": 2}, False),
    ],
)
def test_a_headers_binding_is_shadowed_by_one_that_asks_for_less(
    narrow: dict[str, Any], wide: dict[str, Any], is_shadowed: bool
) -> None:
    rows = [{**binding("x"), "arguments": arguments} for arguments in (wide, narrow)]
    assert any(each.startswith("1 by") for each in shadowed("headers", *rows)) is is_shadowed


def test_a_binding_that_matches_nothing_is_not_said_to_be_shadowed() -> None:
    assert shadowed("headers", binding("x", x_match="any"), binding("x", kind_of="paid")) == []


@pytest.mark.parametrize(("key", "matches"), [("a" * 255, True), ("a" * 256, False), ("*." * 128 + "#", True)])
def test_a_key_has_at_most_255_bytes(key: str, matches: bool) -> None:
    found = told(file(exchange("x"), queue(), binding("x", key=key)), "binding-never-matches")
    assert (found == []) is matches


def test_a_wildcard_of_a_direct_exchange_is_a_letter() -> None:
    assert told(file(exchange("x", "direct"), queue(), binding("x", key="a.*")), "wildcard-is-literal") == [
        "binding 'x' -> queue 'jobs' with key 'a.*' in vhost '/' waits for this very key, as exchange 'x' is a "
        "direct one; for wildcards it has to be a topic exchange"
    ]


def test_headers_that_begin_with_x_are_skipped() -> None:
    found = told(file(exchange("x", "headers"), queue(), binding("x", x_kind="a", b=1)), "binding-arguments-ignored")
    assert found == [
        "binding 'x' -> queue 'jobs' in vhost '/' does not look at x-kind: under x-match all names that begin "
        "with x- do not count; all-with-x compares them"
    ]


def test_an_exchange_reaches_a_queue_through_others() -> None:
    rows = [exchange("one"), exchange("two"), queue(), binding("one", "two", "#", "exchange"), binding("two", key="#")]
    assert told(file(*rows), "exchange-without-queue") == []


def test_an_internal_exchange_is_reached_by_dead_letters() -> None:
    rows = [exchange("dead", internal=True), queue(x_dead_letter_exchange="dead")]
    assert told(file(*rows), "exchange-unreachable") == []


def test_a_key_is_looked_for_in_the_vhost_that_has_its_exchange() -> None:
    definitions = {
        "vhosts": [{"name": "a"}, {"name": "b"}],
        "exchanges": [
            {"vhost": "a", **exchange("orders")},
            {"vhost": "a", **exchange("both")},
            {"vhost": "b", **exchange("both")},
        ],
    }
    assert told(definitions, "key-unroutable", "orders k\nboth k\nnone k\n") == [
        "routing key 'k' reaches no queue from exchange 'orders' in vhost 'a', which has no bindings; bind a "
        "queue for it, or give the exchange an alternate exchange",
        "key 'k' cannot be tried: exchange 'both' is in the vhosts a, b: --vhost says in which",
        "key 'k' cannot be tried: there is no exchange 'none'",
    ]
    assert told(definitions, "key-unroutable", "orders k\n", "b") == [
        "key 'k' cannot be tried: there is no exchange 'orders' in vhost 'b'"
    ]
    assert told(definitions, "key-unroutable", "orders k\n", "c") == ["key 'k' cannot be tried: there is no vhost 'c'"]


def test_a_key_finding_stands_in_the_file_of_keys() -> None:
    (found,) = lint(file(queue()), keys=read_keys('\n"" job'), keys_file="keys.txt", select=["key-unroutable"])
    assert (found.file, found.line, found.where.kind) == ("keys.txt", 2, "key")


# --- what it costs

_MANY = 5_000


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[None]:
    """One entry for each call from now on."""
    calls: list[None] = []
    original = getattr(module, name)

    def count(*arguments: Any) -> Any:
        calls.append(None)
        return original(*arguments)

    monkeypatch.setattr(module, name, count)
    return calls


@pytest.mark.parametrize(
    "patterns",
    [
        [f"order.{number}.*" for number in range(_MANY)],
        [f"{number % 70}.{number // 70}.#" for number in range(_MANY)],
        ["order.created.*"] * _MANY,
    ],
    ids=["each its own", "a grid", "all the same"],
)
def test_a_topic_binding_is_compared_with_few_others(monkeypatch: pytest.MonkeyPatch, patterns: list[str]) -> None:
    """A queue with thousands of bindings costs as many comparisons as it has bindings, not their square."""
    calls = counted(monkeypatch, routing, "holds")
    shadowed("topic", *keys(*patterns))
    assert len(calls) <= 2 * _MANY


def test_a_topic_binding_walks_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch, words, "_entered")
    shadowed("topic", *keys(*(f"order.{number}.*" for number in range(_MANY))))
    assert len(calls) <= 5 * _MANY


@pytest.mark.parametrize("mode", ["all", "any"])
def test_a_headers_binding_is_compared_with_few_others(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """What they have in common does not bring them together."""
    calls = counted(monkeypatch, routing, "_implies")
    shadowed("headers", *(binding("x", x_match=mode, kind_of="paid", number=number) for number in range(_MANY)))
    assert len(calls) <= 2 * _MANY
