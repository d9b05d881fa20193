"""Matching by headers against its definition, and equality of values as each RabbitMQ version was seen to have it."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.exchanges.headers_match import MODES, HeadersMatch, offered
from fakeamqp.model.profile import PROFILES

NAMES = st.sampled_from(["a", "b", "x", "x-a", "X-a", "x-", ""])
VALUES = st.sampled_from([None, 0, 1, "1", True, False, ""])
TABLES = st.dictionaries(NAMES, VALUES)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def matches(arguments: dict[str, Any], headers: dict[str, Any], version: str) -> bool:
    profile = PROFILES[version]
    match = HeadersMatch(arguments, profile)
    return match({name: offered(value, profile) for name, value in headers.items()})


def equal(bound: object, sent: object, version: str) -> bool:
    return matches({"k": bound}, {"k": sent}, version)


def matches_by_definition(mode: str | None, arguments: dict[str, Any], headers: dict[str, Any]) -> bool:
    """Of values that are equal exactly if they have one type and one value."""
    with_x = mode in ("all-with-x", "any-with-x")
    results = [
        name in headers and (value is None or (type(value), value) == (type(headers[name]), headers[name]))
        for name, value in arguments.items()
        if with_x or not name.startswith("x-")
    ]
    return any(results) if mode in ("any", "any-with-x") else all(results)


@given(st.sampled_from([None, *MODES]), TABLES, TABLES, st.sampled_from(list(PROFILES)))
def test_matching_agrees_with_the_definition(mode, arguments, headers, version):
    bound = arguments if mode is None else {**arguments, "x-match": mode}
    assert matches(bound, headers, version) == matches_by_definition(mode, arguments, headers)


@given(TABLES, st.sampled_from(list(PROFILES)))
def test_a_binding_with_nothing_to_compare_matches_all_or_none(headers, version):
    assert matches({"x-match": "all", "x-h": 1}, headers, version)
    assert matches({"x-match": "all-with-x"}, headers, version)
    assert not matches({"x-match": "any", "x-h": 1}, headers, version)
    assert not matches({"x-match": "any-with-x"}, headers, version)


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("sent", [None, 0, "", b"\xff", [], {}, at(0), Decimal(1)])
def test_a_void_argument_asks_only_that_the_header_is_there(version, sent):
    assert equal(None, sent, version)
    assert not matches({"k": None}, {"other": sent}, version)


# Groups of values that every version takes to be equal to each other and to nothing in another group.
GROUPS: list[list[Any]] = [
    [0],
    [1],
    [-1],
    [2**40],
    [1.5],
    [True],
    [False],
    ["1", b"1"],
    ["1.0"],
    ["true", b"true"],
    ["", b""],
    [b"\xff"],
    ["\xff"],
    [Decimal(1)],
    [Decimal("1.0")],
    [Decimal("0.1")],
    [Decimal(0)],
    [[], {}],
    [[1]],
    [[1.0]],
    [["1"]],
    [[b"1"]],
    [[True]],
    [[None]],
    [[None, 1]],
    [[1, None]],
    [[at(1)]],
    [[Decimal(1)]],
    [[[1]]],
    [{"a": 1}],
    [{"a": 1.0}],
    [{"a": "1"}],
    [{"a": b"1"}],
    [{"a": None}],
    [{"a": 1, "b": 2}],
    [{"b": 2, "a": 1}],
    [{"a": at(1)}],
    [[{"a": 1}]],
    [{"a": [1]}],
    [{"a": []}],
    [{"a": {}}],
]


@pytest.mark.parametrize("version", PROFILES)
def test_every_value_equals_those_of_its_group_alone(version):
    """Recorded from RabbitMQ 3.10.8, 4.0.5 and 4.3.6, which agree.

    Types count inside arrays and tables, and so does the order of a table's keys.
    """
    for mine, group in enumerate(GROUPS):
        for theirs, others in enumerate(GROUPS):
            for bound in group:
                for sent in others:
                    assert equal(bound, sent, version) == (mine == theirs), (bound, sent)


@pytest.mark.parametrize(
    ("bound", "sent", "versions"),
    [
        (1, 1.0, ["3.10"]),
        (1.0, 1, ["3.10"]),
        (1.0, 1.0, ["3.10", "4.0", "4.3"]),
        (2**53, float(2**53), ["3.10"]),
        (0, -0.0, ["3.10"]),
        (0.0, -0.0, ["3.10"]),
        (1, at(1), ["3.10"]),
        (1.0, at(1), ["3.10"]),
        (at(1), at(1), ["3.10"]),
        (at(1), 1.0, ["3.10"]),
        (1000, at(1), ["4.0", "4.3"]),
        (at(1000), at(1), ["4.0", "4.3"]),
        (1000.0, at(1), []),
        (at(0), at(0), ["3.10", "4.0", "4.3"]),
        (at(5), 5, ["3.10", "4.0", "4.3"]),
        (1, True, []),
    ],
)
def test_numbers_and_timestamps_are_equal_where_a_version_was_seen_to_take_them_so(bound, sent, versions):
    """RabbitMQ 3.10 compares an integer with a float and keeps timestamps in seconds; 4.0 and 4.3 keep a message's
    timestamp in milliseconds, a binding's still in seconds."""
    assert [version for version in PROFILES if equal(bound, sent, version)] == versions
