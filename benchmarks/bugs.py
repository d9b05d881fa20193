"""How long it takes to find the bugs of examples/bugs, and to go through the fixed programs.

    python benchmarks/bugs.py [--rounds 5]

Prints a table: the bug, what looks for it, how often its scenario was played until it was told, the seconds that took,
and the same of the fixed program. Seconds are medians of interleaved rounds.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

BUGS = Path(__file__).resolve().parents[1] / "examples/bugs"


def load(file: Path) -> ModuleType:
    """The module of a bug."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(look: Callable[[Any], object], scenario: Callable[[Any], object]) -> tuple[int, float, bool]:
    """How often a scenario was played, how long that took, and whether something was found."""
    runs = 0

    def counted(broker: Any) -> object:
        nonlocal runs
        runs += 1
        return scenario(broker)

    begun = time.perf_counter()
    try:
        look(counted)
        is_found = False
    except Exception:
        is_found = True
    return runs, time.perf_counter() - begun, is_found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    modules = {file.stem: load(file) for file in sorted(BUGS.glob("*.py"))}
    seconds: dict[tuple[str, str], list[float]] = {}
    runs: dict[tuple[str, str], int] = {}
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 -- what programs and failing runs log is not what is measured
    for _ in range(options.rounds):
        for name, module in modules.items():
            for which in ("buggy", "fixed"):
                runs[name, which], took, is_found = measure(module.look, getattr(module, which))
                assert is_found == (which == "buggy"), f"{name}, {which}"
                seconds.setdefault((name, which), []).append(took)
    print("| bug | tool | runs | seconds to find it | runs, fixed | seconds, fixed |\n|---|---|---|---|---|---|")
    for name, module in modules.items():
        tool = "every_fault" if "every_fault" in module.look.__code__.co_names else "explore"
        found, fixed = (f"{statistics.median(seconds[name, which]):.2f}" for which in ("buggy", "fixed"))
        print(f"| {name} | {tool} | {runs[name, 'buggy']} | {found} | {runs[name, 'fixed']} | {fixed} |")


if __name__ == "__main__":
    main()
