"""Bindings are found by what they ask for: held against a look at every one of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.exchanges.headers_index import HeadersIndex
from fakeamqp.model.exchanges.headers_match import ANYWAY, MODES, HeadersMatch, offered, signs_of
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding

PROFILE = PROFILES["3.10"]
NAMES = ("c", "a", "b", "x-a")
NAN = float("nan")
VALUES = st.sampled_from([None, 1, 2, 1.0, True, "1", b"1", NAN])
TABLES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)
HEADERS = TABLES


@st.composite
def asked(draw: Any) -> dict[str, Any]:
    return {"x-match": draw(st.sampled_from(MODES)), **draw(TABLES)}


class Naive:
    """Every binding is looked at for every header, in the order in which they were added."""

    def __init__(self) -> None:
        self.bindings: dict[Any, HeadersMatch] = {}

    def match(self, have: Mapping[str, object]) -> list[str]:
        found = []
        for sign in signs_of(have):
            for each, match in self.bindings.items():
                first = match.asked if match.is_any else (match.asked[:1] or (ANYWAY,))
                if sign in first and match(have):
                    found.append(each.destination.name)
        return found


STEPS = st.lists(st.tuples(st.booleans(), asked(), st.sampled_from("pq")), max_size=20)


@given(STEPS, st.lists(HEADERS, min_size=1, max_size=4))
def test_what_is_found_and_in_which_order_is_what_a_look_at_every_binding_finds(steps, sent):
    index, naive = HeadersIndex(), Naive()
    for is_bound, arguments, queue in steps:
        each, match = binding(queue, "", arguments), HeadersMatch(arguments, PROFILE)
        if is_bound and each not in naive.bindings:
            naive.bindings[each] = match
            index.add(each, match)
        elif not is_bound and each in naive.bindings:
            del naive.bindings[each]
            index.remove(each, match)
    for headers in sent:
        have = {name: offered(value, PROFILE) for name, value in headers.items()}
        assert [destination.name for destination in index.match(have)] == naive.match(have)


@given(st.lists(asked(), max_size=10, unique_by=lambda table: binding("q", "", table)), st.randoms())
def test_what_is_removed_leaves_nothing_behind(tables, chance):
    index = HeadersIndex()
    for table in tables:
        index.add(binding("q", "", table), HeadersMatch(table, PROFILE))
    chance.shuffle(tables)
    for table in tables:
        again = dict(reversed(table.items()))
        index.remove(binding("q", "", again), HeadersMatch(again, PROFILE))
    assert not index


@pytest.mark.parametrize("table", [{"a": 1}, {}, {"x-match": "any", "a": 1}])
def test_what_is_not_there_cannot_be_removed(table):
    index = HeadersIndex()
    with pytest.raises(KeyError):
        index.remove(binding("q", "", table), HeadersMatch(table, PROFILE))
    index.add(binding("p", "", table), HeadersMatch(table, PROFILE))
    with pytest.raises(KeyError):
        index.remove(binding("q", "", table), HeadersMatch(table, PROFILE))


def test_a_message_meets_only_what_it_has():
    """However many bindings ask for the same headers with other values, in whatever combination."""
    index = HeadersIndex()
    for number, (one, other) in enumerate(product(range(30), range(30))):
        table = {"a": one, "b": other, "c": number}
        index.add(binding(str(number), "", table), HeadersMatch(table, PROFILE))
    looked_up = Counting({"a": 3, "b": 4, "c": -1})
    assert index.match(looked_up) == []
    assert looked_up.count < 30


class Counting(dict[str, Any]):
    """Headers that count how often one of them is asked for."""

    count = 0

    def __getitem__(self, name: str) -> Any:
        self.count += 1
        return super().__getitem__(name)
