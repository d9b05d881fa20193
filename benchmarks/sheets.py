"""Which pictures a report has, and what is on each: benchmarks/plots.py draws them, benchmarks/page.py shows them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

import attrs

from benchmarks.figures import MILLISECONDS, PER_SECOND, SECONDS, TIMES, Figure, Report
from benchmarks.parts import PARTS

FAKE, FLOOR, REAL = "fakeamqp", "empty broker", "RabbitMQ"
EXPONENT = "exponent"


class Kind(Enum):
    """COMPARISON: bars, fakeamqp to RabbitMQ and to the empty broker. BY_WORKLOAD: a row for each workload, a mark for
    each subject. ONE_BY_ONE: a panel for each workload, a bar for each subject; if there is one subject, a bar for each
    workload. BY_SIZE: a panel for each workload, the figures over its size.
    """

    COMPARISON = auto()
    BY_WORKLOAD = auto()
    ONE_BY_ONE = auto()
    BY_SIZE = auto()


@attrs.frozen
class Sheet:
    """A picture. name: of its file, without the suffix. part: of the suite. title: what it shows, in words."""

    name: str
    part: str
    title: str
    kind: Kind
    figures: tuple[Figure, ...] = attrs.field(converter=tuple)


def sheets(report: Report) -> Iterator[Sheet]:
    """The pictures of a report, in order: of each part one for each unit, those with a size apart."""
    for part, (_, title, _) in PARTS.items():
        figures = [figure for figure in report.of(part) if figure.values]
        if part == "through-pika" and {FAKE, REAL} <= {figure.subject for figure in figures}:
            words = "how many times as fast as RabbitMQ, and how near the empty broker"
            yield Sheet("comparison", part, f"Through pika: {words}", Kind.COMPARISON, figures)
        for unit in dict.fromkeys(figure.unit for figure in figures if figure.unit not in (EXPONENT, TIMES)):
            of_unit = [figure for figure in figures if figure.unit == unit]
            name = part if unit in (SECONDS, MILLISECONDS, PER_SECOND) else f"{part}-{unit.replace(' ', '-')}"
            grown = [figure for figure in of_unit if _sizes(figure.workload, of_unit) > 1]
            if grown:
                exponents = [figure for figure in figures if figure.unit == EXPONENT]
                yield Sheet(f"{name}-by-size", part, f"{title}: {unit} by size", Kind.BY_SIZE, [*grown, *exponents])
            others = [figure for figure in of_unit if figure not in grown]
            if others:
                kind = Kind.BY_WORKLOAD if unit == PER_SECOND else Kind.ONE_BY_ONE
                yield Sheet(name, part, f"{title}: {unit}", kind, others)


def _sizes(workload: str, figures: list[Figure]) -> int:
    """How many sizes it was measured at."""
    return len({figure.size for figure in figures if figure.workload == workload})
