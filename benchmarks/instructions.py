"""How many processor instructions an operation takes: a figure that a noisy machine cannot disturb.

    python benchmarks/instructions.py [--only publish …] [--json FILE]

Needs valgrind. The workloads of benchmarks/through_pika.py run once on the fake and once on an empty broker behind the
same seams (benchmarks/floor.py), each in one process under `valgrind --tool=callgrind`, which counts from one mark to
the next. A mark is a call of `os.getpgid`: a function of the C library that nothing else calls. Prints thousands of
instructions for one operation, ours and the floor's, and the share of the floor.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

OPERATIONS = {
    "whole small test": 20,
    "open + close": 20,
    "synchronous call": 200,
    "publish": 500,
    "publish, headers": 500,
    "confirmed publish": 200,
    "consume + ack": 500,
    "get + ack": 200,
}
SIDES = ("fake", "floor")


def mark() -> None:
    """End one count and begin the next."""
    os.getpgid(0)


def run_workloads(side: str, names: list[str]) -> None:
    """In a process that is counted: each workload between two marks, after a round that warms up."""
    import pika
    from floor import floor
    from through_pika import WORKLOADS, fake

    import fakeamqp

    make: Callable[[], fakeamqp.Broker] = {"fake": fake, "floor": floor}[side]
    parameters = pika.ConnectionParameters("localhost")
    for name in names:
        for count, is_counted in ((5, False), (OPERATIONS[name], True)):
            gc.collect()
            with fakeamqp.patch_pika(make()):
                _run(WORKLOADS[name][0], lambda: pika.BlockingConnection(parameters), count, is_counted=is_counted)


def _run(workload: Callable[..., Any], connect: Callable[[], Any], count: int, *, is_counted: bool) -> None:
    if is_counted and not _prepares(workload):
        mark()
    run = workload(connect, count)
    if run is not None:
        next(run)
        if is_counted:
            mark()
        next(run)
    if is_counted:
        mark()
    for _ in run or ():
        pass


def _prepares(workload: Callable[..., Any]) -> bool:
    """True if what it does before its first `yield` is not counted."""
    import inspect

    return inspect.isgeneratorfunction(workload)


def counted(side: str, names: list[str], folder: Path) -> dict[str, float]:
    """Instructions per operation of each workload, from a process of its own. Leaves callgrind's profiles behind."""
    profile = folder / f"{side}.out"
    run = [sys.executable, __file__, "--run", side, *(word for name in names for word in ("--only", name))]
    valgrind = ["valgrind", "--tool=callgrind", "--dump-before=getpgid", f"--callgrind-out-file={profile}"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    subprocess.run([*valgrind, *run], env=environment, check=True, capture_output=True)
    # Part 2n of the dumps ends with the n-th workload; the odd ones are what lies between them.
    return {name: _total(Path(f"{profile}.{2 * number + 2}")) / OPERATIONS[name] for number, name in enumerate(names)}


def _total(profile: Path) -> int:
    found = re.search(r"^totals: (\d+)", profile.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        sys.exit(f"callgrind counted nothing in {profile}")
    return int(found[1])


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(OPERATIONS), help="count only this (repeatable)")
    parser.add_argument("--profiles", type=Path, help="keep callgrind's profiles here, for callgrind_annotate")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--run", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = [name for name in OPERATIONS if not options.only or name in options.only]
    if options.run:
        run_workloads(options.run, names)
        return
    if shutil.which("valgrind") is None:
        sys.exit("this needs valgrind (on Debian and Ubuntu: the package valgrind), which counts instructions")
    with tempfile.TemporaryDirectory() as name:
        folder = options.profiles or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        figures: Mapping[str, dict[str, float]] = {side: counted(side, names, folder.resolve()) for side in SIDES}
    for name in names:
        fake, floor = (figures[side][name] for side in SIDES)
        print(f"{name:18} {fake / 1e3:8.1f} thousand   floor {floor / 1e3:8.1f}   {floor / fake:4.0%} of the floor")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
