"""How much faster a client is on the fake than on a real RabbitMQ: the same pika code on both, in turns.

    python -m benchmarks.through_pika [--url amqp://guest:guest@127.0.0.1:5672/%2F] [--rounds 7] [--workload publish]

is `python -m benchmarks --only through-pika`. Beside the two there is pika over an empty broker behind the same seams
(benchmarks/floor.py), which is the speed that no drop-in can beat. Validation and trace are on, as a user has them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pika

import fakeamqp
from benchmarks.figures import Figure, Settings
from benchmarks.floor import floor
from benchmarks.rounds import Run, rates
from benchmarks.workloads import BODY, WORKLOADS, Program, Workload, seconds

FAKE, FLOOR, REAL = "fakeamqp", "empty broker", "RabbitMQ"


def measure(settings: Settings) -> Iterator[Figure]:
    """Every workload, in memory, over the empty broker and, given its URL, on a RabbitMQ."""
    for name, workload in WORKLOADS.items():
        if settings.wants(name):
            yield from rates(settings, name, workload.count, _subjects(workload, settings.url))


def _subjects(workload: Workload, url: str | None) -> dict[str, Run]:
    subjects: dict[str, Run] = {FAKE: lambda count: seconds_on(fake(), workload.program, count)}
    if workload.has_floor:
        subjects[FLOOR] = lambda count: seconds_on(floor(workload.body), workload.program, count)
    if url is not None:
        subjects[REAL] = lambda count: seconds_at(url, workload.program, count)
    return subjects


def seconds_on(broker: fakeamqp.Broker, program: Program, count: int) -> float:
    """How long it takes while pika is patched with this broker, as it is in a user's test."""
    parameters = pika.ConnectionParameters("localhost")
    with fakeamqp.patch_pika(broker):
        return seconds(program, lambda: pika.BlockingConnection(parameters), count)


def seconds_at(url: str, program: Program, count: int) -> float:
    """How long it takes on a broker at a port."""
    parameters = pika.URLParameters(url)
    return seconds(program, lambda: pika.BlockingConnection(parameters), count)


def fake() -> fakeamqp.Broker:
    """A new broker of ours."""
    return fakeamqp.Broker("3.10")


__all__ = ["BODY", "WORKLOADS", "fake", "measure", "seconds_at", "seconds_on"]


if __name__ == "__main__":
    from benchmarks.__main__ import main

    main(["--only", "through-pika", *sys.argv[1:]])
