"""What the pytest plugin costs: those who do not use it, and a test that uses its fixtures.

    python benchmarks/plugin.py [--rounds 15]

Whole runs of pytest in processes of their own, interleaved, without other plugins' random order and caches. Unused: one
empty test with the plugin against without it. Used: 3,000 tests with a fixture against 3,000 empty ones; for comparison
a fixture that does nothing, and one that does nothing but ask for pytest's `request`, as ours must. What is imported at
first use is counted in. Prints the medians of the ratios, with smallest and largest.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MANY = 3_000
# Compiled modules are kept, as on most machines; without them pytest compiles its plugins anew in each run.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ONE_TEST = "def test_nothing(): pass"
TESTS = """
import pytest

@pytest.fixture
def nothing():
    yield

@pytest.fixture
def request_only(request):
    yield

@pytest.mark.parametrize("number", range({many}))
def test_it(number{fixture}): pass
"""


def seconds(folder: Path, source: str, *options: str) -> float:
    """How long pytest takes for a file of tests."""
    file = folder / "test_it.py"
    file.write_text(source)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *options, str(file)]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def show(what: str, ratios: list[float]) -> None:
    """One line: the median, and how far the rounds were apart."""
    print(f"{what:36} {statistics.median(ratios):5.2f}x   ({min(ratios):.2f} to {max(ratios):.2f})")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    fixtures = ["nothing", "request_only", "fakeamqp_broker", "fakeamqp_channel"]
    unused: list[float] = []
    used: dict[str, list[float]] = {fixture: [] for fixture in fixtures}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds(folder, ONE_TEST)
        for _ in range(rounds):
            unused.append(seconds(folder, ONE_TEST) / seconds(folder, ONE_TEST, "-p", "no:fakeamqp"))
            empty = seconds(folder, TESTS.format(many=MANY, fixture=""))
            for fixture in fixtures:
                used[fixture].append(seconds(folder, TESTS.format(many=MANY, fixture=", " + fixture)) / empty)
    show("plugin unused, one test", unused)
    for fixture in fixtures:
        show(f"{MANY:,} tests with {fixture}", used[fixture])


if __name__ == "__main__":
    main()
