"""What is done with pika: programs that run unchanged on the broker in memory, at a port, and on a RabbitMQ.

A program is given how to connect and how often to do its work. What it prepares before its first `yield`, and clears
away after its second, is not timed; a program without any is timed as a whole.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import pika

BODY = b"x" * 100
KILOBYTE = b"x" * 1_000
MEGABYTE = b"x" * 1_000_000
QUEUES = 1_000

Connect = Callable[[], Any]
Program = Callable[[Connect, int], Any]

_numbers = itertools.count(1)


def new_name() -> str:
    """Of a queue or an exchange that has not been there before, on any broker."""
    return f"fakeamqp-benchmark-{os.getpid()}-{next(_numbers)}"


def whole_small_test(connect: Connect, count: int) -> None:
    """Connect, declare, publish, consume one, ack, delete, close."""
    name = new_name()
    for _ in range(count):
        connection = connect()
        channel = connection.channel()
        channel.queue_declare(name)
        channel.basic_publish("", name, BODY)

        def take(ch: Any, method: Any, properties: Any, body: bytes) -> None:
            ch.basic_ack(method.delivery_tag)
            ch.stop_consuming()

        channel.basic_consume(name, take)
        channel.start_consuming()
        channel.queue_delete(name)
        connection.close()


def open_and_close(connect: Connect, count: int) -> None:
    """Open a connection and a channel, close both."""
    for _ in range(count):
        connection = connect()
        connection.channel().close()
        connection.close()


@contextmanager
def _channel(connect: Connect) -> Iterator[tuple[Any, str]]:
    """A channel and a queue that goes with its connection."""
    connection = connect()
    channel = connection.channel()
    name = new_name()
    channel.queue_declare(name, exclusive=True)
    try:
        yield channel, name
    finally:
        connection.close()


def _fill(channel: Any, queue: str, count: int, body: bytes) -> None:
    for _ in range(count):
        channel.basic_publish("", queue, body)
    channel.queue_declare(queue, passive=True)  # answered once they have arrived


def synchronous_call(connect: Connect, count: int) -> Iterator[None]:
    """queue.declare, passive."""
    with _channel(connect) as (channel, queue):
        yield
        for _ in range(count):
            channel.queue_declare(queue, passive=True)
        yield


def publish(connect: Connect, count: int, *, body: bytes = BODY, **properties: Any) -> Iterator[None]:
    """basic.publish without confirms, then one call that waits until all have arrived."""
    given = pika.BasicProperties(**properties) if properties else None
    with _channel(connect) as (channel, queue):
        yield
        for _ in range(count):
            channel.basic_publish("", queue, body, given)
        channel.queue_declare(queue, passive=True)
        yield


def confirmed_publish(connect: Connect, count: int) -> Iterator[None]:
    """basic.publish that waits for its confirm."""
    with _channel(connect) as (channel, queue):
        channel.confirm_delivery()
        yield
        for _ in range(count):
            channel.basic_publish("", queue, BODY)
        yield


def consume_and_ack(connect: Connect, count: int, *, body: bytes = BODY, prefetch: int | None = None) -> Iterator[None]:
    """A callback that acknowledges each message. prefetch: None is without a limit, and without basic.qos."""
    with _channel(connect) as (channel, queue):
        _fill(channel, queue, count, body)
        if prefetch is not None:
            channel.basic_qos(prefetch_count=prefetch)

        left = count

        def take(ch: Any, method: Any, properties: Any, body: bytes) -> None:
            nonlocal left
            ch.basic_ack(method.delivery_tag)
            left -= 1
            if not left:
                ch.stop_consuming()

        yield
        channel.basic_consume(queue, take)
        channel.start_consuming()
        yield


def get_and_ack(connect: Connect, count: int) -> Iterator[None]:
    """basic.get and basic.ack, one by one."""
    with _channel(connect) as (channel, queue):
        _fill(channel, queue, count, BODY)
        yield
        for _ in range(count):
            method, _, _ = channel.basic_get(queue)
            channel.basic_ack(method.delivery_tag)
        yield


def fanout(connect: Connect, count: int) -> Iterator[None]:
    """basic.publish to a fanout exchange with a thousand queues, each waiting for its confirm."""
    with _channel(connect) as (channel, queue):
        exchange = new_name()
        channel.exchange_declare(exchange, "fanout")
        for number in range(QUEUES):
            channel.queue_declare(f"{queue}.{number}", exclusive=True)
            channel.queue_bind(f"{queue}.{number}", exchange)
        channel.confirm_delivery()
        yield
        for _ in range(count):
            channel.basic_publish(exchange, "", BODY)
        yield
        channel.exchange_delete(exchange)


class Workload(NamedTuple):
    """A program and how often it does its work in one round. body: of its messages.

    has_floor: False if an empty broker would be spared what the program is about.
    """

    program: Program
    count: int
    body: bytes = BODY
    has_floor: bool = True


WORKLOADS: dict[str, Workload] = {
    "whole small test": Workload(whole_small_test, 40),
    "open + close": Workload(open_and_close, 60),
    "synchronous call": Workload(synchronous_call, 1_500),
    "publish": Workload(publish, 6_000),
    "publish, headers": Workload(partial(publish, headers={"a": 1, "b": "two", "c": True}, delivery_mode=2), 4_000),
    "publish, 1 kB": Workload(partial(publish, body=KILOBYTE), 4_000, KILOBYTE),
    "publish, 1 MB": Workload(partial(publish, body=MEGABYTE), 40, MEGABYTE),
    "confirmed publish": Workload(confirmed_publish, 1_500),
    "consume + ack": Workload(consume_and_ack, 6_000),
    "consume + ack, prefetch 100": Workload(partial(consume_and_ack, prefetch=100), 3_000),
    "consume + ack, prefetch 1": Workload(partial(consume_and_ack, prefetch=1), 1_000),
    "consume + ack, 1 kB": Workload(partial(consume_and_ack, body=KILOBYTE), 3_000, KILOBYTE),
    "consume + ack, 1 MB": Workload(partial(consume_and_ack, body=MEGABYTE), 40, MEGABYTE),
    "get + ack": Workload(get_and_ack, 1_500),
    "fanout to 1,000 queues": Workload(fanout, 20, has_floor=False),
}


def seconds(program: Program, connect: Connect, count: int) -> float:
    """How long a program takes for so many operations."""
    begun = time.perf_counter()
    run = program(connect, count)
    if run is None:
        return time.perf_counter() - begun
    next(run)
    begun = time.perf_counter()
    next(run)
    taken = time.perf_counter() - begun
    for _ in run:
        pass
    return taken
