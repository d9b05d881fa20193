"""Lists: sorted, filtered, in pages, in part."""

from __future__ import annotations

from typing import Any

import pytest

from fakeamqp.adapters.management.answers import Refused
from fakeamqp.adapters.management.dialects import DIALECTS
from fakeamqp.adapters.management.listing import columns_of, dotted, list_rows
from fakeamqp.model.profile import PROFILES

ROWS: list[dict[str, Any]] = [{"name": name, "n": len(name)} for name in ("ccc", "a", "bb")]


def listed(rows: list[dict[str, Any]], query: dict[str, str], version: str = "4.3", *, pages: bool = True) -> Any:
    return list_rows(rows, query, ("name",), PROFILES[version], DIALECTS[version], pages=pages)


def names(query: dict[str, str]) -> list[str]:
    return [row["name"] for row in listed(ROWS, query)]


def test_a_list_is_sorted_by_its_own_columns_behind_the_one_that_is_asked_for() -> None:
    assert names({}) == ["a", "bb", "ccc"]
    assert names({"sort": "n", "sort_reverse": "true"}) == ["ccc", "bb", "a"]
    assert names({"sort": "nope"}) == ["a", "bb", "ccc"]


def test_values_are_in_erlangs_order_of_terms() -> None:
    values = ["text", b"".decode(), [1], {"a": 1}, True, False, None, 5, -1.5]
    rows = [{"name": str(place), "value": value} for place, value in enumerate(values)]
    ordered = [row["value"] for row in listed(rows, {"sort": "value"})]
    assert ordered == [-1.5, 5, False, None, True, {"a": 1}, [1], "", "text"]


def test_a_page_tells_how_many_there_are() -> None:
    assert listed(ROWS, {"page": "2", "page_size": "2"}) == {
        "filtered_count": 3,
        "item_count": 1,
        "items": [{"name": "ccc", "n": 3}],
        "page": 2,
        "page_count": 2,
        "page_size": 2,
        "total_count": 3,
    }


def test_where_there_are_no_pages_nobody_is_refused_one() -> None:
    assert len(listed(ROWS, {"page": "9"}, pages=False)) == 3


def test_the_first_page_of_nothing_is_empty() -> None:
    assert listed([], {"page": "1"})["items"] == []


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"page": "3", "page_size": "2"}, "page_out_of_range"),
        ({"page": "0"}, "invalid_pagination_parameters"),
        ({"page": "1", "page_size": "501"}, "invalid_pagination_parameters"),
        ({"page": "x"}, "bad_request"),
    ],
)
def test_a_page_that_there_is_not_is_refused(query: dict[str, str], error: str) -> None:
    with pytest.raises(Refused) as refused:
        listed(ROWS, query)
    assert (refused.value.status, refused.value.error) == (400, error)


def test_names_are_filtered_without_looking_at_the_case() -> None:
    assert [row["name"] for row in listed(ROWS, {"page": "1", "name": "B"})["items"]] == ["bb"]
    query = {"page": "1", "name": "^(A|C)", "use_regex": "true"}
    assert [row["name"] for row in listed(ROWS, query)["items"]] == ["a", "ccc"]


def test_a_broken_expression_is_refused_up_to_4_0_and_finds_nothing_later() -> None:
    query = {"page": "1", "name": "(", "use_regex": "true"}
    assert listed(ROWS, query)["items"] == []
    with pytest.raises(Refused):
        listed(ROWS, query, "4.0")


def test_columns_are_what_is_left_and_an_empty_row_is_a_list() -> None:
    assert columns_of(ROWS[0], {"columns": "name,nope"}) == {"name": "ccc"}
    assert columns_of(ROWS[0], {"columns": "nope"}) == []


def test_a_part_of_a_column_can_be_asked_for_but_not_of_a_table() -> None:
    row = {"totals": {"queues": 1, "channels": 2}, "arguments": {"x": 1, "y": 2}}
    assert columns_of(row, {"columns": "totals.queues,arguments.x"}) == {
        "totals": {"queues": 1},
        "arguments": {"x": 1, "y": 2},
    }


def test_a_column_may_be_one_of_a_column() -> None:
    assert dotted({"a": {"b": 5}}, "a.b") == 5
    assert dotted({"a": {"b": 5}}, "a.c") == 0
    assert dotted([], "a") == 0
