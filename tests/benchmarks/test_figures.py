"""What the benchmarks have measured is kept and written down as it is; nothing here measures anything."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from benchmarks.figures import BYTES, PER_SECOND, SECONDS, Figure, Report, Settings, number, ratio, table

PUBLISH = Figure("publish", "fakeamqp", PER_SECOND, (30_000, 20_000, 31_000), part="through-pika")
ON_RABBITMQ = Figure("publish", "RabbitMQ", PER_SECOND, (10_000, 5_000, 20_000), part="through-pika")
PER_QUEUE = Figure("an empty queue", "fakeamqp", BYTES, (2_048.0,), size=10_000, part="memory")
SILENT = Figure("publish", "a mock", PER_SECOND, (), note="no answer", part="through-pika")


def test_a_figure_tells_the_middle_and_the_ends_of_its_rounds() -> None:
    assert (PUBLISH.smallest, PUBLISH.median, PUBLISH.largest) == (20_000, 30_000, 31_000)


def test_a_report_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    report = Report({"Python": "3.11.7", "CPU": "of some kind – 2 cores"}, [PUBLISH, PER_QUEUE, SILENT])
    report.save(tmp_path / "figures.json")
    assert Report.load(tmp_path / "figures.json") == report


def test_a_report_finds_a_figure_by_what_it_is_of() -> None:
    report = Report({}, [PUBLISH, ON_RABBITMQ, PER_QUEUE])
    assert report.of("memory") == [PER_QUEUE]
    assert report.find("through-pika", "publish", "RabbitMQ") == ON_RABBITMQ
    assert report.find("memory", "an empty queue", "fakeamqp", 10_000) == PER_QUEUE
    assert report.find("memory", "an empty queue", "fakeamqp") is None


def test_a_ratio_compares_what_was_measured_in_the_same_round() -> None:
    """Not the medians: the machine may have been slow for a whole round."""
    assert ratio(PUBLISH, ON_RABBITMQ).values == (3.0, 4.0, 1.55)
    assert ratio(PUBLISH, ON_RABBITMQ).unit == "times"
    assert ratio(PUBLISH, SILENT).values == ()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (29_695.3, "29,700"),
        (868.4, "868"),
        (12.0, "12"),
        (3.456, "3.46"),
        (0.02134, "0.0213"),
        (0.00028, "0.00028"),
        (0.0000012, "0.0000012"),
        (-0.12, "-0.12"),
    ],
)
def test_a_number_has_three_digits_that_count(value: float, written: str) -> None:
    assert number(value) == written


def test_a_table_has_a_row_for_each_workload_and_a_column_for_each_subject() -> None:
    assert table([PUBLISH, ON_RABBITMQ, SILENT]).splitlines() == [
        "| operations per second | fakeamqp | RabbitMQ | a mock |",
        "|---|---|---|---|",
        "| publish | 30,000 (20,000 to 31,000) | 10,000 (5,000 to 20,000) | no answer |",
    ]


def test_a_table_tells_sizes_where_there_are_any() -> None:
    assert table([PER_QUEUE]).splitlines()[0::2] == [
        "| bytes | size | fakeamqp |",
        "| an empty queue | 10,000 | 2,050 |",
    ]


def test_a_table_of_several_units_tells_each() -> None:
    assert table([PUBLISH, attrs.evolve(PER_QUEUE, size=None)]).splitlines() == [
        "| workload | fakeamqp | unit |",
        "|---|---|---|",
        "| publish | 30,000 (20,000 to 31,000) | operations per second |",
        "| an empty queue | 2,050 | bytes |",
    ]


def test_a_table_of_subjects_that_have_nothing_in_common_has_a_row_for_each() -> None:
    """Side by side they would leave most of it empty."""
    starts = [Figure(workload, subject, SECONDS, (1,)) for workload, subject in zip("aabbcc", "uvwxyz", strict=True)]
    assert table(starts).splitlines()[:4] == [
        "| seconds | on |  |",
        "|---|---|---|",
        "| a | u | 1 |",
        "| a | v | 1 |",
    ]


def test_a_trial_does_little_and_never_nothing() -> None:
    assert Settings().count(2_000) == 2_000
    assert [Settings(quick=True).count(usual) for usual in (2_000, 10)] == [100, 2]
