"""Run the demo and print its story: with colours on a terminal if rich is there, else as plain text."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO

from fakeamqp.demo.story import Event, Story, when
from fakeamqp.world.broker import Broker
from fakeamqp.world.machine_time import Machine
from fakeamqp.world.tally import duration, what_is_left

PROGRAMS: tuple[tuple[str, list[str]], ...] = (
    ("packer", []),
    ("customs", []),
    ("prices", []),
    ("subscriber", ["mailer"]),
    ("subscriber", ["board"]),
    ("shop", []),
)
MORNING = datetime(2024, 1, 1, 9, tzinfo=timezone.utc)
_FOLDER = Path(__file__).parent / "programs"
_TITLE = "An order pipeline on RabbitMQ {version}, in memory and in virtual time"
_COLOURS = {"shop": "cyan", "packer": "yellow", "customs": "magenta", "prices": "green", "rabbitmq": "bright_black"}


def run(version: str) -> tuple[Broker, int]:
    """Let the programs run; their broker when they have ended, and the worst of their exit statuses.

    Raises ValueError for a version that is not recorded.
    """
    from fakeamqp.adapters.pika import patch_pika
    from fakeamqp.world.output import Voice
    from fakeamqp.world.programs import Program, run_together

    broker = Broker(version, users="any", starts_at=MORNING, idle="interrupt", trace="all")
    programs = [Program(str(_FOLDER / f"{name}.py"), arguments, Voice(None)) for name, arguments in PROGRAMS]
    with patch_pika(broker):
        run_together(broker, programs, [" ".join([name, *arguments]) for name, arguments in PROGRAMS])
    return broker, max(1 if program.status is None else program.status for program in programs)


def demo(version: str, out: TextIO | None = None) -> int:
    """Run the demo and print what happened; the exit status. out: None is `sys.stdout`."""
    out = sys.stdout if out is None else out
    began = Machine.monotonic()
    broker, status = run(version)
    took = Machine.monotonic() - began
    last = (
        f"{duration(broker.clock.now())} of virtual time passed in {took:.2f} s of yours.",
        f"Left in queues: {'; '.join(what_is_left(broker)) or 'nothing'}.",
    )
    title = _TITLE.format(version=broker.version)
    in_colour = (
        out.isatty()
        and _can_write(out, "→")
        and "NO_COLOR" not in os.environ
        and importlib.util.find_spec("rich") is not None
    )
    (_in_colour if in_colour else _plainly)(out, title, list(Story(broker)), last)
    return status


def _rows(events: Iterable[Event]) -> list[tuple[str, str, str, str, str]]:
    """The cells of each line; what is the same as in the line above is left out."""
    rows = []
    last = ""
    for event in events:
        now = when(MORNING, event.at_us)
        rows.append((now if now != last else "", event.who, event.verb, event.message, event.way))
        last = now
    return rows


def _plainly(out: TextIO, title: str, events: list[Event], last: Iterable[str]) -> None:
    rows = _rows(events)
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    text = f"{title}\n"
    for row in rows:
        before = "\n" if row[0] else ""
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        text += f"{before}{cells.rstrip()}\n"
    text += "\n" + "\n".join(last) + "\n"
    out.write(text if _can_write(out, "→") else text.replace("→", "->"))


def _can_write(out: TextIO, character: str) -> bool:
    try:
        character.encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _in_colour(out: TextIO, title: str, events: list[Event], last: Iterable[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for place, ((now, who, verb, message, way), event) in enumerate(zip(_rows(events), events, strict=True)):
        if now and place:
            table.add_row()
        style = _COLOURS.get(event.who, "")
        table.add_row(Text(now, "bold"), Text(who, style), Text(verb, "dim"), Text(message), Text(way, "blue"))
    console = Console(file=out, highlight=False)
    console.print(Text(title, "bold"), "", table, sep="\n")
    console.print()
    for line in last:
        console.print(Text(line, "bold"))
