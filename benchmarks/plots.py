"""Draws what a report has: a dot for each median, a line from the smallest to the largest of the rounds.

    python -m benchmarks.plots figures.json FOLDER

Each part has its picture, and the comparison with RabbitMQ through pika one more. They are SVG that follows the
reader's light or dark page. Needs matplotlib.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot, ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from benchmarks.figures import Figure, Report, number, ratio
from benchmarks.sheets import FAKE, FLOOR, REAL, Kind, sheets

WIDTH = 9.6  # inches
PANELS = 5  # in a row

# matplotlib draws in these; each becomes a variable of the picture's style, light and dark.
INK, FAINT, FRAME, PAPER = "#010203", "#020304", "#030405", "#040506"
SERIES = [f"#1000{number:02x}" for number in range(6)]
MARKERS = "oDs^vP"

_LIGHT = dict(zip([INK, FAINT, FRAME, PAPER], ["#1b1f24", "#5b6470", "#d5dae1", "#ffffff"], strict=True))
_DARK = dict(zip([INK, FAINT, FRAME, PAPER], ["#e8ebef", "#a3adb9", "#333a43", "#14171b"], strict=True))
# Told apart by who sees few colours, too: they differ in lightness, and in their markers.
_LIGHT |= dict(zip(SERIES, ["#c2410c", "#6b7280", "#1d4ed8", "#15803d", "#a21caf", "#6d28d9"], strict=True))
_DARK |= dict(zip(SERIES, ["#ff9466", "#9ca3af", "#7ea3f5", "#67c48f", "#e879f9", "#c4b5fd"], strict=True))
_NAMES = {
    colour: f"--{name}"
    for colour, name in zip(
        [INK, FAINT, FRAME, PAPER, *SERIES],
        ["ink", "faint", "frame", "paper", *(f"series-{number}" for number in range(6))],
        strict=True,
    )
}
# The same subject looks the same on every picture; others come after those that are known.
_LOOKS = {
    FAKE: 0,
    "fakeamqp at a port": 0,
    "model alone": 0,
    FLOOR: 1,
    "model with its trace": 5,
    REAL: 2,
    "kombu memory://": 3,
    "amqp-mock": 4,
    "TestRabbitBroker": 4,
}

_STYLE = {
    "axes.edgecolor": FRAME,
    "axes.facecolor": PAPER,
    "axes.labelcolor": FAINT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.facecolor": PAPER,
    "font.size": 10,
    "grid.color": FRAME,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "fakeamqp",
    "text.color": INK,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.color": FRAME,
    "ytick.labelcolor": INK,
}


def draw(report: Report, folder: Path) -> list[Path]:
    """Draw all that was measured into a folder; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with matplotlib.rc_context(_STYLE):
        for sheet in sheets(report):
            made = _KINDS[sheet.kind](sheet.figures)
            file = folder / f"{sheet.name}.svg"
            file.write_text(_svg(made, sheet.title), encoding="utf-8")
            pyplot.close(made)
            drawn.append(file)
    return drawn


# --- kinds of plots


def _comparison(figures: Sequence[Figure]) -> Canvas:
    """fakeamqp to RabbitMQ, and to the empty broker."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        found.setdefault(figure.workload, {})[figure.subject] = figure
    rows = {workload: row for workload, row in found.items() if FAKE in row and REAL in row}
    sheet, (left, right) = pyplot.subplots(
        1, 2, figsize=(WIDTH, 0.34 * len(rows) + 1.2), sharey=True, width_ratios=[3, 2]
    )
    left.set_xscale("log")
    for place, row in enumerate(rows.values()):
        _bar(left, place, ratio(row[FAKE], row[REAL]), "×", 1)
        if FLOOR in row:
            share = ratio(row[FAKE], row[FLOOR])
            _bar(right, place, Figure("", "", "", [value * 100 for value in share.values]), " %", 0)
    _rows(left, list(rows))
    left.set_title("times as fast as RabbitMQ")
    left.xaxis.set_major_locator(ticker.LogLocator(subs=(1.0, 2.0, 5.0)))
    left.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}×"))
    left.xaxis.set_minor_locator(ticker.NullLocator())
    right.set_title("share of the empty broker's speed")
    right.tick_params(axis="y", left=False)
    right.xaxis.set_major_formatter(ticker.PercentFormatter(decimals=0))
    return sheet


def _bar(axes: Axes, place: int, figure: Figure, unit: str, start: float) -> None:
    """A bar from where nothing is gained to the median, and what that is in figures."""
    axes.barh(place, figure.median - start, height=0.62, left=start, color=SERIES[0])
    axes.hlines(place, figure.smallest, figure.largest, color=INK, linewidth=1.2)
    text = f"{figure.median:.0f}{unit}" if figure.median >= 20 else f"{figure.median:.1f}{unit}"
    axes.annotate(text, (figure.largest, place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9)
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.margins(x=0.14)


def _by_workload(figures: Sequence[Figure]) -> Canvas:
    """A row for each workload, a marker for each subject, on a logarithmic scale."""
    workloads = list(dict.fromkeys(figure.workload for figure in figures))
    found = dict.fromkeys(figure.subject for figure in figures)
    subjects = sorted(found, key=list(_LOOKS | found).index)
    sheet, axes = pyplot.subplots(figsize=(WIDTH, 0.42 * len(workloads) + 1.4))
    for number_of, subject in enumerate(subjects):
        mine = [figure for figure in figures if figure.subject == subject]
        # A little apart, so that no marker hides another.
        places = [workloads.index(each.workload) + (number_of - (len(subjects) - 1) / 2) * 0.16 for each in mine]
        look = _LOOKS.get(subject, number_of)
        colour = SERIES[look]
        axes.hlines(places, [each.smallest for each in mine], [each.largest for each in mine], color=colour)
        axes.plot([each.median for each in mine], places, MARKERS[look], color=colour, markersize=6, label=subject)
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    steps = (1.0,) if high / low > 100 else (1.0, 2.0, 5.0)
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=steps))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: number(value)))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.set_xlim(low, high)
    axes.set_xlabel(f"{figures[0].unit}; further to the right is faster")
    _rows(axes, workloads)
    axes.grid(axis="x", linewidth=0.6)
    axes.hlines([place + 0.5 for place in range(len(workloads) - 1)], *axes.get_xlim(), color=FRAME, linewidth=0.5)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(subjects))
    return sheet


def _one_by_one(figures: Sequence[Figure]) -> Canvas:
    """A panel for each workload, a row for each subject; a row for each workload if there is but one subject."""
    rows: dict[str, list[Figure]] = {}
    only_one = len({figure.subject for figure in figures}) == 1
    for figure in figures:
        rows.setdefault(figure.subject if only_one else figure.workload, []).append(figure)
    counts = [len(row) for row in rows.values()]
    sheet, panels = pyplot.subplots(
        len(rows), 1, figsize=(WIDTH, 0.34 * sum(counts) + 0.75 * len(rows)), height_ratios=counts, squeeze=False
    )
    for axes, (workload, row) in zip(panels[:, 0], rows.items(), strict=True):
        for place, figure in enumerate(row):
            axes.barh(place, figure.median, height=0.62, color=SERIES[0])
            axes.hlines(place, figure.smallest, figure.largest, color=INK, linewidth=1.2)
            axes.annotate(
                number(figure.median),
                (figure.largest, place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        _rows(axes, [figure.workload if only_one else figure.subject for figure in row])
        axes.set_title(f"{workload}, {row[0].unit}")
        axes.grid(axis="x", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.margins(x=0.1)
    return sheet


def _by_size(figures: Sequence[Figure]) -> Canvas:
    """A small panel for each workload, both axes logarithmic; its title tells the exponent if it was measured."""
    panels: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.size is not None:
            panels.setdefault(figure.workload, []).append(figure)
    exponents = {figure.workload: figure.median for figure in figures if figure.size is None}
    rows = -(-len(panels) // PANELS)
    sheet, grid = pyplot.subplots(rows, PANELS, figsize=(WIDTH, 1.8 * rows + 0.3), squeeze=False)
    for axes, (workload, mine) in zip(grid.flat, panels.items(), strict=False):
        for number_of, subject in enumerate(dict.fromkeys(figure.subject for figure in mine)):
            line = [figure for figure in mine if figure.subject == subject]
            sizes = [figure.size or 0 for figure in line]
            colour = SERIES[number_of]
            axes.plot(sizes, [figure.median for figure in line], "o-", color=colour, markersize=4, linewidth=1.2)
            axes.vlines(sizes, [f.smallest for f in line], [f.largest for f in line], color=colour, linewidth=1)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(ticker.LogLocator(numticks=5))
            axis.set_minor_locator(ticker.NullLocator())
            axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: _short(value)))
        _at_least_two_decades(axes)
        axes.grid(linewidth=0.5)
        axes.tick_params(labelsize=7.5)
        told = f"\nexponent {exponents[workload]:.2f}" if workload in exponents else ""
        axes.set_title(workload + told, fontsize=8)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_visible(False)
    sheet.supxlabel("size", fontsize=9, color=FAINT)
    sheet.supylabel(figures[0].unit, fontsize=9, color=FAINT)
    return sheet


def _at_least_two_decades(axes: Axes) -> None:
    """What is flat shall look flat, whatever the noise."""
    low, high = axes.get_ylim()
    missing = max(100 / (high / low), 1) ** 0.5
    axes.set_ylim(low / missing, high * missing)


def _short(value: float) -> str:
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:g}{letter}"
    return f"{value:g}"


def _rows(axes: Axes, names: Sequence[str]) -> None:
    """Names on the left, the first one on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.45, -0.55)


_KINDS = {
    Kind.COMPARISON: _comparison,
    Kind.BY_WORKLOAD: _by_workload,
    Kind.ONE_BY_ONE: _one_by_one,
    Kind.BY_SIZE: _by_size,
}


# --- SVG


def _svg(sheet: Canvas, title: str) -> str:
    """The picture, in variables for colours and with the reader's own fonts."""
    sheet.tight_layout()
    written = io.StringIO()
    nothing: dict[str, Any] = {"Date": None, "Creator": None}
    sheet.savefig(written, format="svg", metadata=nothing, bbox_inches="tight", pad_inches=0.15)
    text = written.getvalue()
    text = re.sub(r"^.*?(?=<svg)", "", text, flags=re.DOTALL)
    text = re.sub(r" *<metadata>.*?</metadata>\n", "", text, flags=re.DOTALL)
    text = re.sub(r"font-family: [^;\"]*'[^;\"]*", "font-family: system-ui, sans-serif", text)
    text = re.sub(r"(font: [^'\"]*)'DejaVu Sans'[^;\"]*", r"\1system-ui, 'Segoe UI', Roboto, sans-serif", text)
    for colour, name in _NAMES.items():
        text = text.replace(colour, f"var({name})")
    head, tag, rest = text.partition(">\n")
    head = head.replace("<svg ", '<svg class="plot" role="img" aria-labelledby="title" ', 1)
    text = f'{head}{tag}<title id="title">{title}</title>\n{_style()}{rest}'
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _style() -> str:
    light, dark = (
        " ".join(f"{_NAMES[colour]}: {value};" for colour, value in palette.items()) for palette in (_LIGHT, _DARK)
    )
    return f"<style>\n.plot {{ {light} }}\n@media (prefers-color-scheme: dark) {{ .plot {{ {dark} }} }}\n</style>\n"


if __name__ == "__main__":
    for made in draw(Report.load(Path(sys.argv[1])), Path(sys.argv[2])):
        print(made)
