"""Everything is to be equal but for the rows of the table, and each row says when it was needed."""

from __future__ import annotations

from typing import Any

from .comparing import CANCELLATIONS, KINDS, PARTING, QUEUES, TABLE, compare
from .stage import Played


def played(*observations: dict[str, Any], parting: int | None = None) -> Played:
    return Played(list(observations), (), (), {"ch1 c1": "q1", "ch1 c2": "q2"}, parting, (0.0,), 0, 0, 0)


def delivered(tag: int, consumer: str, body: str) -> dict[str, Any]:
    return {"delivered": {"delivery_tag": tag, "consumer_tag": consumer, "body": body}}


def seen(*events: dict[str, Any]) -> dict[str, Any]:
    return {"call": "x", "seen": {"ch1": list(events)}}


AFTER = {"call": "after", "result": 1}


def test_equal_plays_need_nothing() -> None:
    verdict = compare(played(seen(delivered(1, "c1", "a"))), played(seen(delivered(1, "c1", "a"))))
    assert (verdict.difference, verdict.needed) == (None, ())


def test_a_difference_is_told_with_what_led_there() -> None:
    verdict = compare(played(AFTER, {"call": "b", "result": 1}), played(AFTER, {"call": "b", "result": 2}))
    assert verdict.place == 1
    assert verdict.difference is not None
    assert "- real, + fake" in verdict.difference
    assert '"after"' in verdict.difference


def test_one_that_goes_on_longer_differs() -> None:
    assert compare(played(AFTER), played(AFTER, AFTER)).difference is not None


def test_the_order_within_one_queue_counts() -> None:
    one = seen(delivered(1, "c1", "a"), delivered(2, "c1", "b"))
    other = seen(delivered(1, "c1", "b"), delivered(2, "c1", "a"))
    assert compare(played(one), played(other)).difference is not None


def test_the_order_between_queues_ends_the_comparison() -> None:
    one = seen(delivered(1, "c1", "a"), delivered(2, "c2", "b"))
    other = seen(delivered(1, "c2", "b"), delivered(2, "c1", "a"))
    verdict = compare(played(one, AFTER), played(other, {"call": "after", "result": 2}))
    assert (verdict.difference, verdict.place, verdict.needed) == (None, 0, (QUEUES.name,))


def test_the_order_of_returns_and_deliveries_is_left_open() -> None:
    one = seen({"returned": {"body": "r"}}, delivered(1, "c1", "a"))
    other = seen(delivered(1, "c1", "a"), {"returned": {"body": "r"}})
    verdict = compare(played(one, AFTER), played(other, AFTER))
    assert (verdict.difference, verdict.needed) == (None, (KINDS.name,))


def test_the_order_of_cancellations_is_left_open() -> None:
    one, other = seen({"cancelled": "c1"}, {"cancelled": "c2"}), seen({"cancelled": "c2"}, {"cancelled": "c1"})
    verdict = compare(played(one), played(other))
    assert (verdict.difference, verdict.needed) == (None, (CANCELLATIONS.name,))


def test_where_several_channels_part_with_their_connection_the_comparison_ends() -> None:
    one = {**seen(delivered(1, "c1", "a")), "raised": "error"}
    other = {**seen(delivered(1, "c1", "b")), "raised": "error"}
    verdict = compare(played(one, AFTER, parting=0), played(other, {"call": "after", "result": 2}, parting=0))
    assert (verdict.difference, verdict.place, verdict.needed) == (None, 0, (PARTING.name,))


def test_the_error_at_which_several_channels_part_is_compared() -> None:
    one, other = {"call": "x", "raised": "error"}, {"call": "x", "raised": "another"}
    assert compare(played(one, parting=0), played(other, parting=0)).difference is not None


def test_each_row_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert all(row.reason.endswith(".") for row in TABLE)
