"""A test of a FastStream application: in TestRabbitBroker, on fakeamqp at a port, and on a RabbitMQ.

    python -m benchmarks --only faststream

TestRabbitBroker calls the subscriber within the publish. The others are brokers in processes of their own, to which
aio-pika connects.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from benchmarks.figures import Figure, Settings
from benchmarks.over_a_port import served
from benchmarks.rounds import Run, rates
from benchmarks.workloads import BODY, new_name

TESTED, FAKE, REAL = "TestRabbitBroker", "fakeamqp at a port", "RabbitMQ"
PATIENCE_S = 60.0

Program = Callable[[Any, int], Awaitable[float]]


async def whole_small_test(place: Any, count: int) -> float:
    """Start an application with one subscriber, publish to it, see the message handled, stop."""
    begun = time.perf_counter()
    for _ in range(count):
        await _handled(place, 1)
    return time.perf_counter() - begun


async def publish_and_handle(place: Any, count: int) -> float:
    """Publish one after the other; the last has been handled at the end."""
    return await _handled(place, count)


async def _handled(place: Any, count: int) -> float:
    """How long it takes from the first publish until as many have been handled."""
    from faststream.rabbit import RabbitQueue

    broker = place.broker()
    queue = RabbitQueue(new_name(), auto_delete=True)
    left = count
    done = asyncio.Event()

    @broker.subscriber(queue)  # type: ignore[untyped-decorator]
    async def handle(body: bytes) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    async with place.open(broker):
        begun = time.perf_counter()
        for _ in range(count):
            await broker.publish(BODY, queue)
        await asyncio.wait_for(done.wait(), PATIENCE_S)
        return time.perf_counter() - begun


WORKLOADS: dict[str, tuple[Program, int]] = {
    "whole small test": (whole_small_test, 20),
    "publish, and handle": (publish_and_handle, 500),
}


def measure(settings: Settings) -> Iterator[Figure]:
    """Both workloads on each; nothing if FastStream is not installed."""
    if importlib.util.find_spec("faststream") is None:
        for name in WORKLOADS:
            yield Figure(name, TESTED, "", (), note="FastStream is not installed")
        return
    from benchmarks.comparison.by_faststream import Place

    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    with served() as (url, _):
        places = {TESTED: Place(None), FAKE: Place(url)}
        if settings.url is not None:
            places[REAL] = Place(settings.url)
        for name, (program, count) in WORKLOADS.items():
            if settings.wants(name):
                yield from rates(settings, name, count, {each: _run(program, place) for each, place in places.items()})


def _run(program: Program, place: Any) -> Run:
    return lambda count: asyncio.run(program(place, count))  # type: ignore[arg-type]
