"""The page on other ways to test says of them what they do."""

from __future__ import annotations

import re

import pytest

from benchmarks.comparison import by_faststream, by_kombu
from tests.support import pages


def shown(program: str) -> list[list[str]]:
    """The rows of the table that a program printed, as they stand on the page."""
    (table,) = re.findall(
        rf"<!-- what {program} prints -->\n(.*?)\n<!-- end -->", pages.read("docs/comparison.md"), re.DOTALL
    )
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]


def column(program: str, place: str) -> dict[str, str]:
    head, _, *rows = shown(program)
    return {row[0]: row[head.index(place)] for row in rows}


@pytest.mark.parametrize("place", ["fakeamqp", "kombu's `memory://`"])
@pytest.mark.parametrize("rule", by_kombu.PROBES)
def test_what_is_said_of_kombu_is_so(rule: str, place: str) -> None:
    where = {"fakeamqp": by_kombu.on_fakeamqp, "kombu's `memory://`": by_kombu.on_memory}[place]
    assert by_kombu.outcome(by_kombu.PROBES[rule], where) == column("by_kombu", place)[rule]


@pytest.mark.parametrize("place", ["fakeamqp", "TestRabbitBroker"])
@pytest.mark.parametrize("rule", by_faststream.PROBES)
def test_what_is_said_of_faststream_is_so(rule: str, place: str) -> None:
    with by_faststream.places() as where:
        assert by_faststream.outcome(by_faststream.PROBES[rule], where[place]) == column("by_faststream", place)[rule]


@pytest.mark.parametrize("program", ["by_kombu", "by_faststream"])
def test_on_fakeamqp_they_do_what_they_do_on_rabbitmq(program: str) -> None:
    assert column(program, "fakeamqp") == column(program, "RabbitMQ")
