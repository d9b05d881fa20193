"""A goal compares two figures of one run, round by round."""

from __future__ import annotations

import pytest

from benchmarks.figures import BYTES, PER_SECOND, Figure, Report
from benchmarks.goals import GOALS, Goal, told
from benchmarks.parts import PARTS


def figure(subject: str, *values: float, workload: str = "publish", size: int | None = None) -> Figure:
    return Figure(workload, subject, PER_SECOND, values, size, part="through-pika")


FASTER = Goal("through-pika", "publish", "fakeamqp", "RabbitMQ", at_least=4)


def test_a_goal_is_of_the_ratios_of_the_rounds() -> None:
    found = FASTER.of(Report({}, [figure("fakeamqp", 8, 9, 30), figure("RabbitMQ", 2, 3, 5)]))
    assert found is not None
    assert found.values == (4, 3, 6)


@pytest.mark.parametrize("others", [[], [figure("RabbitMQ")]])
def test_a_goal_says_nothing_if_one_of_the_two_was_not_measured(others: list[Figure]) -> None:
    assert FASTER.of(Report({}, [figure("fakeamqp", 8), *others])) is None


def test_a_goal_can_compare_a_workload_with_another_or_with_itself_at_another_size() -> None:
    flat = Goal("through-pika", "routing", "fakeamqp", ("routing", "fakeamqp", 10), at_most=1.3, size=100_000)
    report = Report(
        {}, [figure("fakeamqp", each, workload="routing", size=size) for size, each in ((10, 2), (100_000, 3))]
    )
    found = flat.of(report)
    assert found is not None
    assert found.median == 1.5


def test_a_goal_can_be_of_a_figure_itself() -> None:
    small = Goal("memory", "waiting message", "fakeamqp", None, at_most=600, size=10)
    report = Report({}, [Figure("waiting message", "fakeamqp", BYTES, (512,), 10, part="memory")])
    assert small.of(report) == report.figures[0]
    assert small.of(Report({}, [])) is None
    assert told(report) == told(Report({}, []))  # it asks for a million, of which nothing is known here


@pytest.mark.parametrize(("value", "holds"), [(3.9, False), (4, True), (9, True)])
def test_at_least_is_reached_from_there_on(value: float, holds: bool) -> None:
    assert FASTER.holds(value) is holds


@pytest.mark.parametrize(("value", "holds"), [(1.2, True), (1.3, True), (1.31, False)])
def test_at_most_is_reached_up_to_there(value: float, holds: bool) -> None:
    assert Goal("fixtures", "a test", "fakeamqp_broker", "empty", at_most=1.3).holds(value) is holds


def test_the_table_of_goals_tells_what_was_reached() -> None:
    report = Report({}, [figure("fakeamqp", 8, 9, 10), figure("RabbitMQ", 4, 3, 5)])
    assert told(report).splitlines()[2:] == ["| publish | fakeamqp | RabbitMQ | 2 (2 to 3) | at least 4 | **no** |"]


def test_every_goal_is_of_a_part_of_the_suite() -> None:
    assert {goal.part for goal in GOALS} <= set(PARTS)
