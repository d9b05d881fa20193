"""What a benchmark has measured, how it is kept, and how it is written as a table.

Each part of `python -m benchmarks` is a module with `measure(settings: Settings) -> Iterable[Figure]`. Whatever is
compared is measured in turns, one round after the other, so that the n-th value of one figure and the n-th of another
were taken next to each other: `ratio` compares them pair by pair.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

PER_SECOND = "operations per second"
SECONDS = "seconds"
MILLISECONDS = "milliseconds"
BYTES = "bytes"
TIMES = "times"


@attrs.frozen
class Settings:
    """What was asked for on the command line.

    rounds: how often everything is measured. quick: True for a trial, in which little is done and nothing is meant.
    url: of a real RabbitMQ; None leaves it out. workloads: names of those that are measured; empty for all.
    """

    rounds: int = 5
    quick: bool = False
    url: str | None = None
    workloads: tuple[str, ...] = ()

    def wants(self, workload: str) -> bool:
        """True if it shall be measured."""
        return not self.workloads or workload in self.workloads

    def count(self, usual: int) -> int:
        """How many operations to time, or how large a thing to make: as many as usual, a twentieth in a trial."""
        return max(usual // 20, 2) if self.quick else usual


@attrs.frozen
class Figure:
    """A workload on a subject, measured in some rounds.

    workload: what is done, such as "publish". subject: what it is done on, such as "fakeamqp" or "RabbitMQ 3.10.8".
    unit: of the values; PER_SECOND, SECONDS, MILLISECONDS, BYTES, TIMES, or another in words. values: one for each
    round, in their order; none if it could not be measured, and then `note` says why. size: how large the thing is that
    may make it slower, such as how many bindings; None where nothing has a size. part: the part of the suite, which
    fills it in.
    """

    workload: str
    subject: str
    unit: str
    values: tuple[float, ...] = attrs.field(converter=tuple)
    size: int | None = None
    note: str = ""
    part: str = ""

    @property
    def median(self) -> float:
        """Of the values; raises statistics.StatisticsError if there are none."""
        return statistics.median(self.values)

    @property
    def smallest(self) -> float:
        """Of the values; raises ValueError if there are none."""
        return min(self.values)

    @property
    def largest(self) -> float:
        """Of the values; raises ValueError if there are none."""
        return max(self.values)


def ratio(one: Figure, other: Figure) -> Figure:
    """How many times the other's value one has in each round. Rounds that only one of them has are left out."""
    values = [mine / theirs for mine, theirs in zip(one.values, other.values, strict=False)]
    return attrs.evolve(one, subject=f"{one.subject} to {other.subject}", unit=TIMES, values=values)


@attrs.frozen
class Report:
    """All that one run has measured. machine: what it ran on, in words, by what is told: "Python", "CPU", …"""

    machine: Mapping[str, str]
    figures: tuple[Figure, ...] = attrs.field(converter=tuple)

    def of(self, part: str) -> list[Figure]:
        """The figures of a part, in the order in which they were measured."""
        return [figure for figure in self.figures if figure.part == part]

    def find(self, part: str, workload: str, subject: str, size: int | None = None) -> Figure | None:
        """The one figure; None if it was not measured."""
        wanted = (workload, subject, size)
        return next((each for each in self.of(part) if (each.workload, each.subject, each.size) == wanted), None)

    def save(self, file: Path) -> None:
        """Write it down as JSON."""
        file.write_text(json.dumps(attrs.asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Report:
        """Read what `save` has written."""
        saved = json.loads(file.read_text(encoding="utf-8"))
        return cls(saved["machine"], [Figure(**figure) for figure in saved["figures"]])


# --- tables


def number(value: float) -> str:
    """A number with three digits that count, such as "29,700" or "0.0213"; an integer below a thousand as it is."""
    rounded = float(f"{value:.3g}")
    if abs(rounded) >= 100 or rounded == int(rounded):
        return f"{rounded:,.0f}"
    decimals = max(2 - math.floor(math.log10(abs(rounded))), 0)
    return f"{rounded:.{decimals}f}".rstrip("0").rstrip(".")


def cell(figure: Figure) -> str:
    """The median, and behind it how far the rounds were apart; what is noted if there are none."""
    if not figure.values:
        return figure.note
    told = number(figure.median)
    if len(figure.values) > 1:
        told += f" ({number(figure.smallest)} to {number(figure.largest)})"
    return told + (f"; {figure.note}" if figure.note else "")


def table(figures: Iterable[Figure]) -> str:
    """A table in Markdown: a row for each workload and size, a column for each subject.

    Where most workloads have subjects of their own there is a row for each of these. The unit heads the first column if
    all figures have the same; else each row ends with its own.
    """
    rows: dict[tuple[str, str, int | None], dict[str, Figure]] = {}
    for figure in figures:
        rows.setdefault((figure.workload, figure.unit, figure.size), {})[figure.subject] = figure
    subjects = list(dict.fromkeys(subject for row in rows.values() for subject in row))
    units = list(dict.fromkeys(unit for _, unit, _ in rows))
    is_long = len(rows) * len(subjects) > 2 * sum(map(len, rows.values()))
    has_sizes = any(size is not None for _, _, size in rows)
    head = [
        units[0] if len(units) == 1 else "workload",
        *["size"] * has_sizes,
        *(["on", ""] if is_long else subjects),
        *["unit"] * (len(units) > 1),
    ]
    lines = [
        [
            workload,
            *[f"{size:,}" if size is not None else ""] * has_sizes,
            *cells,
            *[unit] * (len(units) > 1),
        ]
        for (workload, unit, size), row in rows.items()
        for cells in (_each(row) if is_long else [_all(row, subjects)])
    ]
    return markdown(head, lines)


def _each(row: Mapping[str, Figure]) -> list[list[str]]:
    return [[subject, cell(figure)] for subject, figure in row.items()]


def _all(row: Mapping[str, Figure], subjects: Sequence[str]) -> list[str]:
    return [cell(row[subject]) if subject in row else "" for subject in subjects]


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown of cells that are written already."""
    return "\n".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(head)
    yield "|---" * len(head) + "|"
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[Any]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
