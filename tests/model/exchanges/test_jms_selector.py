"""What selectors make of headers. Recorded: jms_topic/*."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from fakeamqp.model.errors import InternalError
from fakeamqp.model.exchanges.jms_selector import matches
from fakeamqp.model.exchanges.jms_terms import read_by_erlang

H, OTHER = '{ident,<<"h">>}', '{ident,<<"i">>}'


def is_true(selector: str, **headers: object) -> bool:
    return matches(read_by_erlang(f"{selector}."), headers)


@pytest.mark.parametrize("value", [1, 1.0])
def test_numbers_are_equal_whatever_their_type(value):
    assert is_true(f"{{'=',{H},1}}", h=value)
    assert is_true(f"{{'=',{H},1.0}}", h=value)


@pytest.mark.parametrize("value", [True, "1", 2])
def test_other_values_are_not(value):
    assert not is_true(f"{{'=',{H},1}}", h=value)
    assert is_true(f"{{'<>',{H},1}}", h=value)


def test_numbers_come_before_truth_values_and_these_before_texts():
    for lower, higher in ((5, False), (False, True), (True, ""), ("a", "b"), (-1, 0)):
        assert is_true(f"{{'<',{H},{OTHER}}}", h=lower, i=higher)
        assert is_true(f"{{'>=',{OTHER},{H}}}", h=lower, i=higher)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (f"{{'=',{H},1}}", False), (f"{{'not',{{'=',{H},1}}}}", False), (f"{{'and',{{'=',{H},1}},true}}", False),
        (f"{{'or',{{'=',{H},1}},true}}", True), (f"{{'not',{{'and',{{'=',{H},1}},false}}}}", True),
        (f"{{is_null,{H}}}", True), (f"{{not_null,{H}}}", False), (f"{{between,{H},1,2}}", False),
        (f"{{not_between,{H},1,2}}", False), (f"{{'in',{H},[]}}", False), (f"{{not_in,{H},[]}}", False),
        (f"{{like,{H},<<\"%\">>,no_escape}}", False), (f"{{not_like,{H},<<\"%\">>,no_escape}}", False),
        (f"{{'=',{{'-',{H}}},1}}", False), (H, False),
    ],
)  # fmt: skip
def test_of_a_header_that_is_not_there_nothing_is_known(selector, expected):
    assert is_true(selector) is expected


@pytest.mark.parametrize(
    "selector", ["1", "{}", "{nonsense}", "{nonsense,1}", "{nonsense,1,2}", "{a,1,2,3,4}", "[true]"]
)
def test_what_says_nothing_is_not_true(selector):
    assert not is_true(selector)


def test_a_range_may_stand_by_itself():
    assert is_true(f"{{between,{H},{{range,1,2}}}}", h=2)
    assert is_true(f"{{not_between,{H},{{range,1,2}}}}", h=3)


@pytest.mark.parametrize(
    ("pattern", "escape", "matching", "other"),
    [
        ("a_c%", "no_escape", ["abc", "abcd", "a.c"], ["ac", "abc\nd", "xabc"]),
        ("a.c", "no_escape", ["a.c"], ["abc"]),
        ("a!_%", '<<"!">>', ["a_", "a_b"], ["ab"]),
        ("a!", '<<"!">>', ["a!"], ["a"]),
    ],
)
def test_like(pattern, escape, matching, other):
    selector = f'{{like,{H},<<"{pattern}">>,{escape}}}'
    assert [text for text in (*matching, *other) if is_true(selector, h=text)] == matching


def test_in_tells_integers_from_floats():
    assert is_true(f"{{'in',{H},[1,2]}}", h=2)
    assert not is_true(f"{{'in',{H},[2.0]}}", h=2)


@pytest.mark.parametrize(
    "expression",
    ["{'+',%s,2},5", "{'-',%s,2},1", "{'*',%s,2},6", "{'/',%s,2},1.5", "{'-',%s},-3", "{'+',%s},3",
     "{'/',%s,0},plus_infinity", "{'/',{'-',%s},0},minus_infinity", "{'/',0,{'-',%s,3}},nan"],
)  # fmt: skip
def test_numbers_are_reckoned_with(expression):
    assert is_true(f"{{'=',{expression % H}}}", h=3)


@pytest.mark.parametrize(
    "value",
    [None, b"bytes", datetime.datetime(2024, 1, 1), Decimal(1), [1], {"a": 1}],
    ids=lambda value: str(type(value)),
)
def test_a_header_of_another_type_crashes(value):
    with pytest.raises(InternalError):
        is_true(H, h=value)


@pytest.mark.parametrize(
    "selector",
    [f"{{'+',{H},1}}", f"{{'-',{H}}}", f"{{'in',{H},1}}", f"{{like,{OTHER},<<\"%\">>,no_escape}}",
     f"{{like,{H},<<\"%\">>,<<\"ab\">>}}", f"{{like,{H},1,no_escape}}"],
)  # fmt: skip
def test_what_has_no_sense_crashes(selector):
    with pytest.raises(InternalError):
        is_true(selector, h="text", i=1)
