"""What a message costs beside many others, in processor instructions: a figure that a noisy machine cannot disturb.

    python -m benchmarks.million_instructions [--count 50000]

Needs valgrind. On the bare broker, publishes and get + ack are counted by the thousand: at first, once the trace and
the remembered messages are full, and beside so many waiting ones. A million under valgrind takes half an hour; what
does not grow from a thousand to 50,000 does not grow. How marks work: benchmarks/instructions.py.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.bare import Bare
from benchmarks.figures import Figure, Settings

THOUSAND = 1_000
FULL = 12_000
"""How many messages fill the trace and what is remembered."""

INSTRUCTIONS = "thousand instructions per message"
TIMES = "times"
WORKLOADS = ("publish", "get + ack")


def _subjects(count: int) -> tuple[str, str, str]:
    return "the first thousand", f"after {FULL:,}", f"after {count:,}"


def mark() -> None:
    """End one count and begin the next."""
    os.getpgid(0)


def run(count: int) -> None:
    """In a process that is counted: two workloads between marks, three times."""
    bare = Bare()
    channel = bare.channel
    channel.declare("q")
    tag = 0

    def publish(many: int) -> None:
        for _ in range(many):
            channel.publish("q")

    def consume(many: int) -> None:
        nonlocal tag
        for _ in range(many):
            tag += 1
            channel.get("q")
            channel.ack(tag)

    publish(20)  # first calls
    consume(20)
    for waiting in (0, FULL, count):
        publish(waiting - bare.queue("q").ready)
        for workload in (publish, consume):
            _counted(workload)


def _counted(workload: Callable[[int], None]) -> None:
    gc.collect()  # so that no collection of everything falls into what is counted
    mark()
    workload(THOUSAND)
    mark()


def measure(settings: Settings, count: int = 50_000) -> Iterator[Figure]:
    """Instructions at each number of waiting messages, and the last to the first. Nothing without valgrind."""
    count = max(settings.count(count), 2 * FULL)
    subjects = _subjects(count)
    if shutil.which("valgrind") is None:
        for name in WORKLOADS:
            yield Figure(name, subjects[-1], INSTRUCTIONS, [], note="valgrind is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder, "count.out")
        valgrind = ["valgrind", "--tool=callgrind", "--dump-before=getpgid", f"--callgrind-out-file={profile}"]
        command = [*valgrind, sys.executable, "-m", "benchmarks.million_instructions", "--run", str(count)]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=True, capture_output=True)
        # The even parts of the dumps are what lies between a mark that begins and one that ends.
        counts = [_total(Path(f"{profile}.{2 * number + 2}")) / THOUSAND / 1e3 for number in range(6)]
    for place, name in enumerate(WORKLOADS):
        mine = counts[place::2]
        for subject, each in zip(subjects, mine, strict=True):
            yield Figure(name, subject, INSTRUCTIONS, [each])
        yield Figure(name, f"{subjects[-1]} to {subjects[0]}", TIMES, [mine[-1] / mine[0]])


def _total(profile: Path) -> int:
    found = re.search(r"^totals: (\d+)", profile.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        sys.exit(f"callgrind counted nothing in {profile}")
    return int(found[1])


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50_000, help="how many messages wait in the end")
    parser.add_argument("--run", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run is not None:
        run(options.run)
        return
    for figure in measure(Settings(rounds=1), options.count):
        told = f"{figure.values[0]:8.3f} {figure.unit}" if figure.values else figure.note
        print(f"{figure.workload:12} {figure.subject:40} {told}", flush=True)


if __name__ == "__main__":
    main()
