"""How the cost of each workload of benchmarks/sized.py grows with its size, and whether it may grow so.

    python -m benchmarks.growth [--rounds 3] [--quick] [--only "routing, topic" …]

Prints for each workload the seconds at each size, and the exponent: the slope of the logarithm of the cost over the
logarithm of the size, fitted to the smallest of the rounds, which noise cannot make smaller. What may grow as n log n
may have the exponent of that between its sizes, and a little more for noise. What is flat does the same work beside
more that stands by: at the largest size at most 1.3 times what it costs at the smallest.
"""

from __future__ import annotations

import argparse
import gc
import math
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.figures import SECONDS, Figure, Settings
from benchmarks.sized import WORKLOADS, Sized

EXPONENT = "exponent"
FLAT = 1.3
"""How many times as much something flat may cost at the largest size as at the smallest."""

_NOISE = 0.08

_ROUNDS, _BRIEF = 5, 5.0
"""What has not taken so many seconds yet is measured that often: noise weighs most in what is short."""


def most(workload: Sized) -> float:
    """The largest exponent that a workload may have: that of n log n between its sizes, and room for noise."""
    first, last = workload.sizes[0], workload.sizes[-1]
    if workload.is_flat:
        return math.log(FLAT) / math.log(last / first)
    return workload.power + math.log(math.log(last) / math.log(first)) / math.log(last / first) + _NOISE


def timed(workload: Sized, size: int) -> float:
    """Seconds of what a run times; the smallest if it does so several times."""
    gc.collect()
    run = workload.run(size)
    next(run)
    taken = []
    begun = time.perf_counter()
    for _ in run:
        taken.append(time.perf_counter() - begun)
        gc.collect()
        begun = time.perf_counter()
    return min(taken)


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of log cost over log size, by least squares."""
    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(each) for each in seconds]).slope


def measure(settings: Settings, only: Sequence[str] = ()) -> Iterator[Figure]:
    """For each workload the seconds at each size, then its exponent with the verdict as a note."""
    only = only or settings.workloads
    for workload in WORKLOADS:
        if not only or workload.name in only:
            yield from _measure(workload, settings)


def _measure(workload: Sized, settings: Settings) -> Iterable[Figure]:
    sizes = workload.sizes[:2] if settings.quick else workload.sizes
    timed(workload, sizes[0])  # not counted: first calls
    begun = time.perf_counter()
    rounds: list[list[float]] = []
    while len(rounds) < settings.rounds or (len(rounds) < _ROUNDS and time.perf_counter() - begun < _BRIEF):
        rounds.append([timed(workload, size) for size in sizes])
    best = [min(each) for each in zip(*rounds, strict=True)]
    for size, *seconds in zip(sizes, *rounds, strict=True):
        yield Figure(workload.name, "fakeamqp", SECONDS, seconds, size)
    found = exponent(sizes, best)
    allowed = most(workload)
    is_good = found <= allowed
    kind = "flat" if workload.is_flat else "n log n" if workload.power == 1 else "n² log n"
    verdict = f"{kind} {'holds' if is_good else 'BROKEN'}: {allowed:.3f} allowed"
    yield Figure(workload.name, "fakeamqp", EXPONENT, [found], note=verdict)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="leave the largest sizes out")
    parser.add_argument("--only", action="append", choices=[each.name for each in WORKLOADS], default=[])
    options = parser.parse_args()
    line: list[str] = []
    broken = []
    for figure in measure(Settings(options.rounds, options.quick), options.only):
        if figure.unit == SECONDS:
            line.append(f"{figure.size:,}: {min(figure.values):.4f} s")
            continue
        print(f"{figure.workload:28} {figure.values[0]:6.3f}  {figure.note:34} {'  '.join(line)}", flush=True)
        line.clear()
        if "BROKEN" in figure.note:
            broken.append(figure.workload)
    if broken:
        sys.exit(f"grows too fast: {', '.join(broken)}")


if __name__ == "__main__":
    main()
