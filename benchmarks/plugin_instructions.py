"""What the pytest plugin costs, counted in instructions: the same on a machine that is never quiet.

    python -m benchmarks.plugin_instructions [--only unused] [--only fakeamqp_broker …] [--profiles FOLDER]

Needs valgrind. Each figure comes from whole runs of pytest under `valgrind --tool=callgrind`, with every other plugin
that is installed switched off. Unused: one empty test with the plugin, and without it. Used: what one test more costs,
as the difference between 200 parametrized tests and 100, empty or with a fixture; what is imported at first use is in
both, and so in neither. Prints the tables of docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.plugin import ENVIRONMENT, ONE_TEST, TESTS

FEW, MANY = 100, 200
EMPTY = "empty"
ROWS = {
    EMPTY: "empty",
    "nothing": "with a fixture that does nothing",
    "request_only": "with a fixture that does nothing but ask for `request`",
    "fakeamqp_broker": "with `fakeamqp_broker`",
    "fakeamqp_channel": "with `fakeamqp_channel` (pika connects, opens a channel, closes)",
}
UNUSED = "unused"


def others() -> list[str]:
    """Options that switch off every other plugin: what is installed beside ours shall not count."""
    installed = metadata.entry_points(group="pytest11")
    names = sorted({"cacheprovider", *(plugin.name for plugin in installed)} - {"fakeamqp"})
    return [word for name in names for word in ("-p", f"no:{name}")]


def instructions(folder: Path, name: str, source: str, *options: str) -> int:
    """How many instructions pytest takes for a file of tests. The profile is left in the folder, as `name`.out."""
    file = folder / "test_it.py"
    file.write_text(source, encoding="utf-8")
    run = [sys.executable, "-m", "pytest", "-q", *others(), *options, file.name]
    environment = {**ENVIRONMENT, "PYTHONHASHSEED": "0"}
    # Not counted: what is compiled at first, the test file itself included.
    subprocess.run(run, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    profile = folder / f"{name}.out"
    count = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", *run]
    counted = subprocess.run(count, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    collected = re.search(r"Collected : (\d+)", counted.stderr)
    if collected is None:
        sys.exit(f"valgrind did not say what it counted:\n{counted.stderr}")
    return int(collected[1])


def per_test(folder: Path, row: str) -> float:
    """What one test more costs."""
    fixture = "" if row == EMPTY else f", {row}"
    few, many = (
        instructions(folder, f"{row}-{count}", TESTS.format(many=count, fixture=fixture)) for count in (FEW, MANY)
    )
    return (many - few) / (MANY - FEW)


def show_unused(folder: Path) -> None:
    """One line: a run that does not use the plugin against one that does not have it."""
    without = instructions(folder, "without", ONE_TEST, "-p", "no:fakeamqp")
    unused = instructions(folder, UNUSED, ONE_TEST)
    print(
        f"One empty test: {without / 1e6:.1f} million with `-p no:fakeamqp`, {unused / 1e6:.1f} million with the "
        f"plugin unused: **{unused / without - 1:.1%} more**.\n",
        flush=True,
    )


def show_used(folder: Path, rows: list[str]) -> None:
    """A table: a test with each fixture against an empty one."""
    print("| test | thousand instructions | to an empty test |\n|---|---|---|", flush=True)
    empty = per_test(folder, EMPTY)
    for row in rows:
        cost = empty if row == EMPTY else per_test(folder, row)
        print(f"| {ROWS[row]} | {cost / 1e3:,.0f} | {cost / empty:.2f} |", flush=True)


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=[UNUSED, *ROWS], help="count only this (repeatable)")
    parser.add_argument(
        "--profiles", type=Path, help="keep callgrind's profiles in this folder, for callgrind_annotate"
    )
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        sys.exit(
            "this needs valgrind (on Debian and Ubuntu: the package valgrind), which counts instructions; "
            "benchmarks/plugin.py measures time without it"
        )
    chosen = options.only or [UNUSED, *ROWS]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pytest", "pika"))
    print(f"{platform.python_implementation()} {platform.python_version()}, {versions}\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = options.profiles or Path(name)
        os.makedirs(folder, exist_ok=True)
        if UNUSED in chosen:
            show_unused(folder.resolve())
        rows = [row for row in ROWS if row in chosen]
        if rows:
            show_used(folder.resolve(), rows)


if __name__ == "__main__":
    main()
