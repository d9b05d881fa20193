"""The comparison itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.management.comparing import difference, first_difference


@pytest.mark.parametrize(
    ("fake", "real"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1, "b": 1}, {"a": 1}),
        ({"a": 1}, {"a": 1, "b": 1}),
        ([1], [1, 2]),
        ([1, 2], [2, 1]),
        ({"a": True}, {"a": 1}),
        ({"a": []}, {"a": {}}),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}),
    ],
)
def test_what_differs_is_told(fake: Any, real: Any) -> None:
    assert difference(fake, real) is not None


def test_what_is_left_out_may_be_missing_but_must_not_be_wrong() -> None:
    assert difference({"a": 1}, {"a": 1, "memory": 5}) is None
    assert difference({"a": 1, "memory": 4}, {"a": 1, "memory": 5}) is not None


def test_a_missing_answer_is_a_difference() -> None:
    rows = [{"asked": "GET /"}]
    assert first_difference(rows, rows) is None
    assert first_difference(rows, []) == "1 answers, 0 recorded"
