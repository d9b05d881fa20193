"""Measures how fast fakeamqp is, beside what a user would have instead, in one run.

    pip install '.[benchmarks]'
    python -m benchmarks [--url amqp://guest:guest@127.0.0.1:5672/%2F] [--rounds 5] [--only through-pika …] [--quick]

Prints each figure as it comes, and saves them all: figures.json, tables.md and the plots. `python -m benchmarks.page`
takes them over into docs/performance.md.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from benchmarks import machine
from benchmarks.figures import Figure, Report, Settings, cell, table
from benchmarks.goals import told
from benchmarks.parts import PARTS

FOLDER = machine.ROOT / "build" / "benchmarks"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, save. arguments: None takes those of the command line."""
    options = _parser().parse_args(arguments)
    settings = Settings(options.rounds, options.quick, options.url, tuple(options.workload))
    described = machine.describe(options.url)
    for what, words in described.items():
        print(f"{what}: {words}")
    begun = time.monotonic()
    report = Report(described, [])
    for part in options.only or list(PARTS):
        figures = [*report.figures, *_measured(part, settings)]
        taken = f"{settings.rounds}, in {(time.monotonic() - begun) / 60:.0f} minutes"
        report = Report({**described, "rounds": taken + (", a trial" if settings.quick else "")}, figures)
        save(report, options.folder)  # after each part: the next may take long, and fail
    print("\n" + told(report))
    draw(report, options.folder)
    print(f"saved in {options.folder}")


def _measured(part: str, settings: Settings) -> Iterator[Figure]:
    """The figures of a part; each is printed as it comes."""
    module, _, share = PARTS[part]
    asked = attrs.evolve(settings, rounds=max(int(settings.rounds * share), 1))
    print(f"\n# {part}", flush=True)
    begun = time.monotonic()
    for figure in importlib.import_module(module).measure(asked):
        size = "" if figure.size is None else f"{figure.size:,}"
        unit = figure.unit if figure.values else ""
        print(f"{figure.workload:38} {size:>9}  {figure.subject:28} {cell(figure)} {unit}", flush=True)
        yield attrs.evolve(figure, part=part)
    print(f"({time.monotonic() - begun:.0f} seconds)", flush=True)


def save(report: Report, folder: Path) -> None:
    """Write the figures down, as JSON and as tables."""
    folder.mkdir(parents=True, exist_ok=True)
    report.save(folder / "figures.json")
    tables = [f"## {PARTS[part].title}\n\n{table(report.of(part))}\n" for part in PARTS if report.of(part)]
    (folder / "tables.md").write_text("\n".join(tables), encoding="utf-8")


def draw(report: Report, folder: Path) -> None:
    """Draw the plots, if matplotlib is there."""
    try:
        from benchmarks import plots
    except ImportError as error:
        print(f"no plots: {error}")
    else:
        plots.draw(report, folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=list(PARTS), help="measure this part alone (repeatable)")
    parser.add_argument(
        "--workload", action="append", default=[], metavar="NAME", help="of the parts, this alone (repeatable)"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often everything is measured; what takes minutes, less often"
    )
    parser.add_argument("--url", help="a real RabbitMQ to compare with; it is left out without")
    parser.add_argument("--quick", action="store_true", help="a trial: little is done, and the figures mean nothing")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the figures are saved")
    return parser


if __name__ == "__main__":
    main()
