"""What a message costs beside many others, in processor instructions: a figure that a noisy machine cannot disturb.

    python -m benchmarks.million_instructions [--count 50000]

Needs valgrind. On the bare broker, publishes and get + ack are counted by the thousand: at first, once the trace and
the remembered messages are full, and beside so many waiting ones. A million under valgrind takes half an hour; what
does not grow from a thousand to 50,000 does not grow. How it is counted: benchmarks/callgrind.py.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import callgrind
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
    callgrind.mark()
    workload(THOUSAND)
    callgrind.mark()


def measure(settings: Settings, count: int = 50_000) -> Iterator[Figure]:
    """Instructions at each number of waiting messages, and the last to the first. Nothing without valgrind."""
    count = max(settings.count(count), 2 * FULL)
    subjects = _subjects(count)
    if not callgrind.is_there():
        for name in WORKLOADS:
            yield Figure(name, subjects[-1], INSTRUCTIONS, [], note="valgrind is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        run = ["-m", "benchmarks.million_instructions", "--run", str(count)]
        counts = callgrind.count(run, len(subjects) * len(WORKLOADS), Path(folder, "count.out"))
    counted = [each / THOUSAND / 1e3 for each in counts]
    for place, name in enumerate(WORKLOADS):
        mine = counted[place::2]
        for subject, each in zip(subjects, mine, strict=True):
            yield Figure(name, subject, INSTRUCTIONS, [each])
        yield Figure(name, f"{subjects[-1]} to {subjects[0]}", TIMES, [mine[-1] / mine[0]])


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
