"""The page on performance shows the figures that are kept beside it."""

from __future__ import annotations

import re

import pytest

from benchmarks.figures import PER_SECOND, SECONDS, Figure, Report
from benchmarks.page import KEPT, PAGE, written
from benchmarks.sheets import Kind, sheets

FAKE = Figure("publish", "fakeamqp", PER_SECOND, (30_000,), part="through-pika")
REAL = Figure("publish", "RabbitMQ", PER_SECOND, (10_000,), part="through-pika")
FLOOR = Figure("publish", "empty broker", PER_SECOND, (60_000,), part="through-pika")
STARTED = Figure("python -c import", "fakeamqp", SECONDS, (0.02,), part="fixtures")


def place(name: str) -> str:
    return f"before\n<!-- begin {name} -->\nof another run\n<!-- end -->\nafter\n"


def test_the_page_is_of_the_figures_that_are_kept() -> None:
    """It was written by `python -m benchmarks.page`, and by nobody since."""
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, Report.load(KEPT)) == page


def test_every_picture_of_the_figures_that_are_kept_is_there_and_shown() -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = set(re.findall(r"\]\(assets/performance/([\w-]+)\.svg\)", page))
    assert shown == {sheet.name for sheet in sheets(Report.load(KEPT))}
    assert shown == {file.stem for file in KEPT.parent.glob("*.svg")}


def test_only_what_stands_in_a_place_is_written_anew() -> None:
    page = written(place("machine"), Report({"Python": "3.11.7"}, []))
    assert page == "before\n<!-- begin machine -->\n|  |  |\n|---|---|\n| Python | 3.11.7 |\n<!-- end -->\nafter\n"


def test_through_pika_the_ratios_are_told() -> None:
    page = written(place("through-pika"), Report({}, [FAKE, FLOOR, REAL]))
    assert "| publish | 30,000 | 60,000 | 10,000 | 3 | 50% |\n" in page


def test_what_was_measured_at_several_sizes_is_drawn_with_its_exponent() -> None:
    alone = Figure("all at once", "fakeamqp", SECONDS, (1.0,), 1_000, part="through-pika")
    grown = [
        Figure("a million ready", "fakeamqp", SECONDS, (value,), size, part="through-pika")
        for size, value in ((10, 0.5), (1_000, 50))
    ]
    exponent = Figure("a million ready", "fakeamqp", "exponent", (1.0,), note="n log n holds", part="through-pika")
    drawn = sheets(Report({}, [alone, *grown, exponent]))
    assert [(sheet.name, sheet.kind, len(sheet.figures)) for sheet in drawn] == [
        ("through-pika-by-size", Kind.BY_SIZE, 3),
        ("through-pika", Kind.ONE_BY_ONE, 1),
    ]


def test_a_part_that_was_not_measured_is_told_of_as_such() -> None:
    assert "\n*Not measured in this run.*\n" in written(place("listener"), Report({}, [FAKE]))


def test_a_place_that_nothing_is_known_of_is_refused() -> None:
    with pytest.raises(KeyError):
        written(place("weather"), Report({}, []))


def test_a_picture_is_made_of_each_part_and_one_more_of_the_comparison() -> None:
    drawn = sheets(Report({}, [FAKE, FLOOR, REAL, STARTED]))
    assert [(sheet.name, sheet.kind) for sheet in drawn] == [
        ("comparison", Kind.COMPARISON),
        ("through-pika", Kind.BY_WORKLOAD),
        ("fixtures", Kind.ONE_BY_ONE),
    ]


def test_without_a_rabbitmq_there_is_no_comparison() -> None:
    assert [sheet.name for sheet in sheets(Report({}, [FAKE, FLOOR]))] == ["through-pika"]
