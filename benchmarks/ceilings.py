"""How many instructions an operation may take: what was recorded, and a little more.

Counts differ between builds of Python and releases of pika, though not between two runs. On the build that was
recorded an operation's own count is held against the recorded one; on any other, its ratio to the floor's count, which
moves with Python and pika as it does. The ratio does not see what becomes slower in both.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import attrs

RECORDED = Path(__file__).with_name("ceilings.json")
# Two runs of the same code count the same. A change that costs nothing moves a count by a few in a thousand, because
# the garbage collector comes at another moment; another build moves a ratio by a few in a hundred.
MARGIN = 0.04
MARGIN_ELSEWHERE = 0.08


@attrs.frozen
class Count:
    """Instructions of one operation: on the fake, and on its floor."""

    fake: int
    floor: int

    @property
    def ratio(self) -> float:
        """How many times the floor's."""
        return self.fake / self.floor


@attrs.frozen
class Counts:
    """What one run counted. build: what the counts depend on beside our code. operations: by name."""

    build: Mapping[str, str]
    operations: Mapping[str, Count]


def this_build() -> dict[str, str]:
    """Python, its compiler, the machine's kind, and the libraries that an operation goes through."""
    return {
        "python": platform.python_version(),
        "compiler": platform.python_compiler(),
        "machine": platform.machine(),
        "attrs": metadata.version("attrs"),
        "pika": metadata.version("pika"),
    }


def load(path: Path = RECORDED) -> Counts:
    """What was recorded."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Counts(kept["build"], {name: Count(**count) for name, count in kept["operations"].items()})


def save(counts: Counts, path: Path = RECORDED) -> None:
    """Record these counts."""
    path.write_text(json.dumps(attrs.asdict(counts), indent=2) + "\n", encoding="utf-8")


def broken(recorded: Counts, counted: Counts) -> list[str]:
    """A line for each operation that takes more than its ceiling, or has none; empty if all is well.

    What was recorded and is not counted now is not looked at.
    """
    same_build = recorded.build == counted.build
    lines = []
    for name, count in counted.operations.items():
        before = recorded.operations.get(name)
        if before is None:
            lines.append(f"{name}: nothing is recorded of it")
        elif same_build and count.fake > before.fake * (1 + MARGIN):
            lines.append(
                f"{name}: {count.fake:,} instructions, {count.fake / before.fake - 1:.1%} more than the "
                f"{before.fake:,} recorded; {MARGIN:.0%} are allowed"
            )
        elif not same_build and count.ratio > before.ratio * (1 + MARGIN_ELSEWHERE):
            lines.append(
                f"{name}: {count.ratio:.2f} times the floor, {count.ratio / before.ratio - 1:.1%} more than the "
                f"{before.ratio:.2f} recorded on another build; {MARGIN_ELSEWHERE:.0%} are allowed"
            )
    return lines


ADVICE = """
Something that is done for each of these operations costs more than before. Where:

    python benchmarks/instructions.py --only '{first}' --profiles FOLDER     # here, and on the commit before
    callgrind_annotate FOLDER/fake.out.2

If it is worth its price, record the new counts in a commit that says why:

    python benchmarks/instructions.py --record
"""


def advice(lines: list[str]) -> str:
    """What to do about broken ceilings."""
    return ADVICE.format(first=lines[0].rpartition(": ")[0])
