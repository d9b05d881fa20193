"""What it costs to look whether the laws hold: the share of a run that the reading of its steps takes.

    python -m benchmarks.laws [--rounds 15]

The workloads of benchmarks/workloads.py, with the laws read as in a test with the fixture: when the trace is about
to let go of steps, and at the end, the look at the whole broker included. Prints the median, with smallest and largest.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import fakeamqp
from benchmarks.through_pika import WORKLOADS, seconds_on


class Timed:
    """A function that adds up how long it takes."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self.seconds = 0.0

    def __call__(self) -> None:
        start = time.perf_counter()
        self._function()
        self.seconds += time.perf_counter() - start


def share(name: str) -> float:
    """Of one run, how much of its time goes into the laws."""
    workload = WORKLOADS[name]
    broker = fakeamqp.Broker()
    broker.watch_laws()
    laws = broker.laws
    assert laws is not None
    look, look_at_all = Timed(laws.look), Timed(laws.look_at_all)
    broker.trace.read_by(look)
    start = time.perf_counter()
    seconds_on(broker, workload.program, workload.count)
    look_at_all()
    took = time.perf_counter() - start
    assert laws.broken is None, laws.broken
    return (look.seconds + look_at_all.seconds) / took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    for name in WORKLOADS:
        shares = [share(name) for _ in range(rounds)]
        print(f"{name:20} {statistics.median(shares):5.1%}   ({min(shares):.1%} to {max(shares):.1%})", flush=True)


if __name__ == "__main__":
    main()
