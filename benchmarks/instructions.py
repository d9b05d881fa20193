"""How many processor instructions an operation takes: a figure that a noisy machine cannot disturb.

    python benchmarks/instructions.py [--only publish …] [--json FILE] [--check | --record]

Needs valgrind. The workloads of benchmarks/through_pika.py run once on the fake and once on an empty broker behind the
same seams (benchmarks/floor.py), those of benchmarks/bare_model.py on the model and on nothing, each side in a process
of its own (benchmarks/callgrind.py). Prints thousands of instructions for one operation, ours and the floor's, and the
share of the floor. --check holds them against the ceilings of benchmarks/ceilings.py, which --record sets.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import callgrind
from benchmarks.ceilings import Count, Counts, advice, broken, load, save, this_build

OPERATIONS = {
    "whole small test": 20,
    "open + close": 20,
    "synchronous call": 200,
    "publish": 500,
    "publish, headers": 500,
    "confirmed publish": 200,
    "consume + ack": 500,
    "get + ack": 200,
    "bare model: publish": 500,
    "bare model: get + ack": 200,
}
SIDES = ("fake", "floor")


def run_workloads(side: str, names: list[str]) -> None:
    """In a process that is counted: each workload between two marks, after a round that warms up."""
    import pika

    import fakeamqp
    from benchmarks import bare_model
    from benchmarks.floor import floor
    from benchmarks.through_pika import WORKLOADS, fake

    make: Callable[[], fakeamqp.Broker] = {"fake": fake, "floor": floor}[side]
    make_model = {"fake": bare_model.model, "floor": bare_model.nobody}[side]
    parameters = pika.ConnectionParameters("localhost")
    for name in names:
        for count, is_counted in ((5, False), (OPERATIONS[name], True)):
            gc.collect()
            if name in bare_model.WORKLOADS:
                _run(bare_model.WORKLOADS[name], make_model, count, is_counted=is_counted)
                continue
            with fakeamqp.patch_pika(make()):
                _run(WORKLOADS[name][0], lambda: pika.BlockingConnection(parameters), count, is_counted=is_counted)


def _run(workload: Callable[..., Any], begin: Callable[[], Any], count: int, *, is_counted: bool) -> None:
    """begin: what a workload gets, to connect or to make a model."""
    if is_counted and not _prepares(workload):
        callgrind.mark()
    run = workload(begin, count)
    if run is not None:
        next(run)
        if is_counted:
            callgrind.mark()
        next(run)
    if is_counted:
        callgrind.mark()
    for _ in run or ():
        pass


def _prepares(workload: Callable[..., Any]) -> bool:
    """True if what it does before its first `yield` is not counted."""
    import inspect

    return inspect.isgeneratorfunction(workload)


def counted(side: str, names: list[str], folder: Path) -> dict[str, float]:
    """Instructions per operation of each workload, from a process of its own. Leaves callgrind's profiles behind."""
    run = [__file__, "--run", side, *(word for name in names for word in ("--only", name))]
    counts = callgrind.count(run, len(names), folder / f"{side}.out")
    return {name: count / OPERATIONS[name] for name, count in zip(names, counts, strict=True)}


def count_both(names: list[str], folder: Path) -> Counts:
    """Both sides at the same time: the instructions of one process are the same whatever else runs."""
    with ThreadPoolExecutor() as pool:
        fake, floor = pool.map(lambda side: counted(side, names, folder), SIDES)
    return Counts(this_build(), {name: Count(round(fake[name]), round(floor[name])) for name in names})


def check(counts: Counts) -> None:
    """Exit with an error if a ceiling is broken."""
    recorded = load()
    lines = broken(recorded, counts)
    if lines:
        sys.exit("\n".join(["", *lines, advice(lines)]))
    held = "counts" if recorded.build == counts.build else "ratios to the floor, as this is another build than recorded"
    print(f"\nevery operation is below its ceiling ({held})")


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(OPERATIONS), help="count only this (repeatable)")
    parser.add_argument("--profiles", type=Path, help="keep callgrind's profiles here, for callgrind_annotate")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    ceilings = parser.add_mutually_exclusive_group()
    ceilings.add_argument("--check", action="store_true", help="fail if an operation takes more than it may")
    ceilings.add_argument("--record", action="store_true", help="keep the counts, as what operations may take")
    parser.add_argument("--run", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = [name for name in OPERATIONS if not options.only or name in options.only]
    if options.run:
        run_workloads(options.run, names)
        return
    if options.record and options.only:
        parser.error("counts are recorded all together")
    if not callgrind.is_there():
        sys.exit("this needs valgrind (on Debian and Ubuntu: the package valgrind), which counts instructions")
    with tempfile.TemporaryDirectory() as name:
        folder = options.profiles or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        counts = count_both(names, folder.resolve())
    for name, count in counts.operations.items():
        print(
            f"{name:22} {count.fake / 1e3:8.1f} thousand   floor {count.floor / 1e3:8.1f}   "
            f"{count.floor / count.fake:4.0%} of the floor"
        )
    if options.json:
        save(counts, options.json)
    if options.record:
        save(counts)
    if options.check:
        check(counts)


if __name__ == "__main__":
    main()
