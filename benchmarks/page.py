"""Takes the figures of a run over into docs/performance.md: its tables, its plots, and the machine.

    python -m benchmarks.page [build/benchmarks/figures.json]

The parts of the page between `<!-- begin NAME -->` and `<!-- end -->` are written anew, the plots are drawn into
docs/assets/performance, and the figures themselves are kept beside them. Without a file, those that are kept are taken:
after a change of this program or of the page. Needs matplotlib.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.figures import Figure, Report, cell, markdown, number, ratio, table
from benchmarks.goals import told
from benchmarks.parts import PARTS
from benchmarks.sheets import EXPONENT, FAKE, FLOOR, REAL, Kind, sheets

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
FOLDER = "assets/performance"
ASSETS = DOCS / FOLDER
KEPT = ASSETS / "figures.json"

_PLACE = re.compile(r"(<!-- begin ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_MISSING = "*Not measured in this run.*"


def written(page: str, report: Report) -> str:
    """The page with the report's figures. Raises KeyError for a place that names nothing which can be written."""
    return _PLACE.sub(lambda match: f"{match[1]}{_section(match[2], report)}\n{match[3]}", page)


def _section(name: str, report: Report) -> str:
    if name == "machine":
        return markdown(["", ""], report.machine.items())
    if name == "goals":
        return told(report)
    part = "through-pika" if name == "comparison" else name
    if part not in PARTS:
        raise KeyError(name)
    pictures = [
        f"![{sheet.title}]({FOLDER}/{sheet.name}.svg)"
        for sheet in sheets(report)
        if sheet.part == part and (sheet.kind is Kind.COMPARISON) == (name == "comparison")
    ]
    tables = [] if name == "comparison" else [_table(part, report.of(part))]
    return "\n\n".join([*pictures, *tables]) or _MISSING


def _table(part: str, figures: list[Figure]) -> str:
    if not figures:
        return _MISSING
    if part == "through-pika":
        return _compared(figures)
    if any(figure.unit == EXPONENT for figure in figures):
        return _grown(figures)
    return table(figures)


def _compared(figures: Iterable[Figure]) -> str:
    """A row for each workload through pika, with what is more telling than a rate: its ratio to RabbitMQ's."""
    rows: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        rows.setdefault(figure.workload, {})[figure.subject] = figure
    lines = []
    for workload, row in rows.items():
        fake, floor, real = (row.get(subject) for subject in (FAKE, FLOOR, REAL))
        lines.append(
            (
                workload,
                cell(fake) if fake else "",
                cell(floor) if floor else "",
                cell(real) if real else "",
                cell(ratio(fake, real)) if fake and real else "",
                f"{ratio(fake, floor).median:.0%}" if fake and floor else "",
            )
        )
    head = ["workload", "fakeamqp", "empty broker", "RabbitMQ", "times RabbitMQ", "of the empty broker"]
    return markdown(head, lines)


def _grown(figures: Iterable[Figure]) -> str:
    """A row for each workload that has a size: the medians at the smallest and the largest, and the exponent."""
    rows: dict[str, list[Figure]] = {}
    exponents: dict[str, Figure] = {}
    for figure in figures:
        if figure.unit == EXPONENT:
            exponents[figure.workload] = figure
        elif figure.size is not None:
            rows.setdefault(figure.workload, []).append(figure)
    lines = []
    for workload, row in rows.items():
        found = exponents.get(workload)
        lines.append(
            (
                workload,
                *(f"{number(figure.median)} {figure.unit} at {figure.size:,}" for figure in (row[0], row[-1])),
                f"{found.median:.2f}" if found else "",
                found.note if found else "",
            )
        )
    return markdown(["workload", "smallest", "largest", "exponent", ""], lines)


def main() -> None:
    """Write the page."""
    from benchmarks import plots

    report = Report.load(Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT)
    ASSETS.mkdir(parents=True, exist_ok=True)
    report.save(KEPT)
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), report), encoding="utf-8")
    for file in plots.draw(report, ASSETS):
        print(file)


if __name__ == "__main__":
    main()
