"""How much faster a client is on the fake than on a real RabbitMQ: the same pika code on both, interleaved.

    python benchmarks/through_pika.py [--url amqp://guest:guest@127.0.0.1:5672/%2F] [--rounds 7] [--json FILE]

Prints operations per second on each, and the ratio to the real broker of each round: median, smallest and largest;
and the share of what pika reaches over an empty broker behind the same seams (benchmarks/floor.py), which is the speed
that no drop-in can beat. Without --url the real broker is left out. Validation and trace are on, as a user has them.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika
from floor import floor

import fakeamqp

QUEUE = "fakeamqp-benchmark"
BODY = b"x" * 100

Connect = Callable[[], Any]


def whole_small_test(connect: Connect, count: int) -> None:
    """Connect, declare, publish, consume one, ack, delete, close."""
    for _ in range(count):
        connection = connect()
        channel = connection.channel()
        channel.queue_declare(QUEUE)
        channel.basic_publish("", QUEUE, BODY)

        def take(ch: Any, method: Any, properties: Any, body: bytes) -> None:
            ch.basic_ack(method.delivery_tag)
            ch.stop_consuming()

        channel.basic_consume(QUEUE, take)
        channel.start_consuming()
        channel.queue_delete(QUEUE)
        connection.close()


def open_and_close(connect: Connect, count: int) -> None:
    """Open a connection and a channel, close both."""
    for _ in range(count):
        connection = connect()
        connection.channel().close()
        connection.close()


@contextmanager
def _channel(connect: Connect) -> Iterator[Any]:
    connection = connect()
    channel = connection.channel()
    channel.queue_delete(QUEUE)
    channel.queue_declare(QUEUE)
    try:
        yield channel
    finally:
        channel.queue_delete(QUEUE)
        connection.close()


def synchronous_call(connect: Connect, count: int) -> Iterator[None]:
    """queue.declare, passive."""
    with _channel(connect) as channel:
        yield
        for _ in range(count):
            channel.queue_declare(QUEUE, passive=True)
        yield


def publish(connect: Connect, count: int) -> Iterator[None]:
    """basic.publish without confirms, then one call that waits until all have arrived."""
    with _channel(connect) as channel:
        yield
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY)
        channel.queue_declare(QUEUE, passive=True)
        yield


def publish_with_headers(connect: Connect, count: int) -> Iterator[None]:
    """As publish, with three headers and persistent messages."""
    properties = pika.BasicProperties(headers={"a": 1, "b": "two", "c": True}, delivery_mode=2)
    with _channel(connect) as channel:
        yield
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY, properties)
        channel.queue_declare(QUEUE, passive=True)
        yield


def confirmed_publish(connect: Connect, count: int) -> Iterator[None]:
    """basic.publish that waits for its confirm."""
    with _channel(connect) as channel:
        channel.confirm_delivery()
        yield
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY)
        yield


def consume_and_ack(connect: Connect, count: int) -> Iterator[None]:
    """A callback that acknowledges each message, without a prefetch limit."""
    with _channel(connect) as channel:
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY)
        channel.queue_declare(QUEUE, passive=True)

        def take(ch: Any, method: Any, properties: Any, body: bytes) -> None:
            ch.basic_ack(method.delivery_tag)
            if method.delivery_tag == count:
                ch.stop_consuming()

        yield
        channel.basic_consume(QUEUE, take)
        channel.start_consuming()
        yield


def get_and_ack(connect: Connect, count: int) -> Iterator[None]:
    """basic.get and basic.ack, one by one."""
    with _channel(connect) as channel:
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY)
        channel.queue_declare(QUEUE, passive=True)
        yield
        for _ in range(count):
            method, _, _ = channel.basic_get(QUEUE)
            channel.basic_ack(method.delivery_tag)
        yield


WORKLOADS: dict[str, tuple[Callable[[Connect, int], Any], int]] = {
    "whole small test": (whole_small_test, 40),
    "open + close": (open_and_close, 60),
    "synchronous call": (synchronous_call, 1_500),
    "publish": (publish, 10_000),
    "publish, headers": (publish_with_headers, 8_000),
    "confirmed publish": (confirmed_publish, 1_500),
    "consume + ack": (consume_and_ack, 10_000),
    "get + ack": (get_and_ack, 1_500),
}


def rate(workload: Callable[[Connect, int], Any], connect: Connect, count: int) -> float:
    """Operations per second of one run; what a workload prepares before its first `yield` is not timed."""
    gc.collect()
    start = time.perf_counter()
    run = workload(connect, count)
    if run is None:
        return count / (time.perf_counter() - start)
    next(run)
    start = time.perf_counter()
    next(run)
    took = time.perf_counter() - start
    for _ in run:
        pass
    return count / took


def rate_on(broker: fakeamqp.Broker, workload: Callable[[Connect, int], Any], count: int) -> float:
    """The rate while pika is patched with this broker, as it is in a user's test."""
    parameters = pika.ConnectionParameters("localhost")
    with fakeamqp.patch_pika(broker):
        return rate(workload, lambda: pika.BlockingConnection(parameters), count)


def fake() -> fakeamqp.Broker:
    """A new broker of ours."""
    return fakeamqp.Broker("3.10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a real broker to compare with")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", action="append", choices=list(WORKLOADS), help="measure only this (repeatable)")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, pika {pika.__version__}, {platform.machine()}, {options.rounds} rounds")
    figures: dict[str, dict[str, float]] = {}
    for name, (workload, count) in WORKLOADS.items():
        if options.only and name not in options.only:
            continue
        ours, real, ratios, shares = [], [], [], []
        rate_on(fake(), workload, count)  # not counted: first calls
        for _ in range(options.rounds):
            ours.append(rate_on(fake(), workload, count))
            shares.append(ours[-1] / rate_on(floor(), workload, count))
            if options.url:
                parameters = pika.URLParameters(options.url)
                real.append(rate(workload, lambda given=parameters: pika.BlockingConnection(given), count))
                ratios.append(ours[-1] / real[-1])
        row = {"fake per second": statistics.median(ours), "share of the floor": statistics.median(shares)}
        text = f"{name:18} fake {row['fake per second']:>8,.0f}/s   {row['share of the floor']:4.0%} of the floor"
        if ratios:
            row |= {
                "real per second": statistics.median(real),
                "ratio": statistics.median(ratios),
                "smallest": min(ratios),
                "largest": max(ratios),
            }
            text += (
                f"   real {row['real per second']:>9,.0f}/s"
                f"   ratio {row['ratio']:5.1f}  ({row['smallest']:.1f} to {row['largest']:.1f})"
            )
        figures[name] = row
        print(text, flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"python": sys.version, "pika": pika.__version__, "figures": figures}, file, indent=1)


if __name__ == "__main__":
    main()
