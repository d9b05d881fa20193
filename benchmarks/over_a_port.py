"""How fast clients are over the listener, against a real RabbitMQ: the same client code on both, interleaved.

    pip install aio-pika
    python benchmarks/over_a_port.py [--url amqp://guest:guest@127.0.0.1:5672/%2F] [--rounds 7] [--count 5000]

The broker in memory is `python -m fakeamqp serve` in a process of its own, as RabbitMQ is. Prints operations per second
of each and the ratio of each round: median, smallest and largest. Without --url the real broker is left out.

    python benchmarks/over_a_port.py --crowd 200 --channels 10
    python benchmarks/over_a_port.py --messages 1000000

The first opens so many connections with so many channels each, at once, and uses each channel; the second sends so
many messages through and tells how much memory the server's process has before, in between and afterwards (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika

QUEUE = "fakeamqp-benchmark"
BODY = b"x" * 100

Workload = Callable[[str, int], float]


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The URL of a server in a process of its own, and the process's number."""
    command = [sys.executable, "-m", "fakeamqp", "serve", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"at (amqp://\S+)", process.stderr.readline())
        assert found is not None
        try:
            yield found.group(1), process.pid
        finally:
            process.terminate()


# --- pika


@contextmanager
def _pika(url: str) -> Iterator[Any]:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_delete(QUEUE)
    channel.queue_declare(QUEUE)
    yield channel
    channel.queue_delete(QUEUE)
    connection.close()


def pika_publish(url: str, count: int) -> float:
    """Seconds until all that was published is in the queue."""
    with _pika(url) as channel:
        begun = time.perf_counter()
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY)
        while channel.queue_declare(QUEUE, passive=True).method.message_count < count:
            time.sleep(0.001)
        return time.perf_counter() - begun


def pika_confirmed(url: str, count: int) -> float:
    """Seconds for publishes of which each waits for its confirm."""
    with _pika(url) as channel:
        channel.confirm_delivery()
        begun = time.perf_counter()
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY)
        return time.perf_counter() - begun


def pika_consume(url: str, count: int) -> float:
    """Seconds to consume with a prefetch of 100, each message acknowledged by itself."""
    with _pika(url) as channel:
        for _ in range(count):
            channel.basic_publish("", QUEUE, BODY)
        left = count

        def take(ch: Any, method: Any, properties: Any, body: bytes) -> None:
            nonlocal left
            ch.basic_ack(method.delivery_tag)
            left -= 1
            if not left:
                ch.stop_consuming()

        channel.basic_qos(prefetch_count=100)
        begun = time.perf_counter()
        channel.basic_consume(QUEUE, take)
        channel.start_consuming()
        return time.perf_counter() - begun


# --- aio-pika


def _with_aio_pika(work: Callable[[Any, int], Any], *, confirms: bool) -> Workload:
    async def run(url: str, count: int) -> float:
        import aio_pika

        connection = await aio_pika.connect(url)
        async with connection:
            channel = await connection.channel(publisher_confirms=confirms)
            await channel.queue_delete(QUEUE)
            await channel.declare_queue(QUEUE)
            seconds: float = await work(channel, count)
            await channel.queue_delete(QUEUE)
        return seconds

    return lambda url, count: asyncio.run(run(url, count))


async def _aio_publish(channel: Any, count: int) -> float:
    import aio_pika

    exchange = channel.default_exchange
    begun = time.perf_counter()
    for _ in range(count):
        await exchange.publish(aio_pika.Message(BODY), QUEUE)
    while (await channel.declare_queue(QUEUE, passive=True)).declaration_result.message_count < count:
        await asyncio.sleep(0.001)
    return time.perf_counter() - begun


async def _aio_confirmed(channel: Any, count: int) -> float:
    import aio_pika

    exchange = channel.default_exchange
    begun = time.perf_counter()
    for _ in range(count):
        await exchange.publish(aio_pika.Message(BODY), QUEUE)
    return time.perf_counter() - begun


async def _aio_consume(channel: Any, count: int) -> float:
    await _aio_publish(channel, count)
    queue = await channel.get_queue(QUEUE)
    await channel.set_qos(prefetch_count=100)
    left = count
    begun = time.perf_counter()
    async with queue.iterator() as messages:
        async for message in messages:
            await message.ack()
            left -= 1
            if not left:
                break
    return time.perf_counter() - begun


WORKLOADS: dict[str, Workload] = {
    "pika, publish": pika_publish,
    "pika, confirmed publish": pika_confirmed,
    "pika, consume + ack": pika_consume,
    "aio-pika, publish": _with_aio_pika(_aio_publish, confirms=False),
    "aio-pika, confirmed publish": _with_aio_pika(_aio_confirmed, confirms=True),
    "aio-pika, consume + ack": _with_aio_pika(_aio_consume, confirms=False),
}


def compare(url: str | None, rounds: int, count: int) -> None:
    """Run all workloads on both, interleaved, and print a table."""
    print("| workload | listener /s | real /s | ratio, median (smallest to largest) |\n|---|---|---|---|")
    with served() as (ours, _):
        for name, workload in WORKLOADS.items():
            fake: list[float] = []
            real: list[float] = []
            for _ in range(rounds):
                fake.append(count / workload(ours, count))
                if url is not None:
                    real.append(count / workload(url, count))
            ratios = [a / b for a, b in zip(fake, real, strict=False)]
            told = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else ""
            theirs = f"{statistics.median(real):,.0f}" if real else ""
            print(f"| {name} | {statistics.median(fake):,.0f} | {theirs} | {told} |", flush=True)


# --- much at once


def crowd(connections: int, channels: int) -> None:
    """Have so many connections and channels at once, and use each channel."""
    with served() as (url, process):
        before = _memory(process)
        begun = time.perf_counter()
        made = [pika.BlockingConnection(pika.URLParameters(url)) for _ in range(connections)]
        opened = [connection.channel() for connection in made for _ in range(channels)]
        used = 0
        for channel in opened:
            name = channel.queue_declare("", exclusive=True).method.queue
            channel.basic_publish("", name, BODY)
            used += channel.basic_get(name, auto_ack=True)[2] == BODY
        seconds = time.perf_counter() - begun
        at_once = _memory(process)
        for connection in made:
            connection.close()
        print(
            f"{len(made)} connections, {len(opened)} channels at once, {used} used, in {seconds:.1f} s; "
            f"memory {before} MiB before, {at_once} MiB with all, {_memory(process)} MiB afterwards"
        )


def many(messages: int) -> None:
    """Send so many messages through, and tell of the server's memory on the way."""
    with served() as (url, process), _pika(url) as channel:
        told = [f"{_memory(process)} MiB before"]
        begun = time.perf_counter()
        sent = 0
        while sent < messages:
            for _ in range(min(10_000, messages - sent)):
                channel.basic_publish("", QUEUE, BODY)
                sent += 1
            left = channel.queue_declare(QUEUE, passive=True).method.message_count
            channel.basic_qos(prefetch_count=200)
            for method, _, _ in channel.consume(QUEUE):
                channel.basic_ack(method.delivery_tag)
                left -= 1
                if not left:
                    break
            channel.cancel()
            if sent % (messages // 5) == 0:
                told.append(f"{_memory(process)} MiB after {sent:,}")
        seconds = time.perf_counter() - begun
        print(f"{sent:,} messages through in {seconds:.0f} s; memory {', '.join(told)}")


def _memory(process: int) -> int:
    """The resident memory of a process in MiB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a real RabbitMQ to compare with")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--count", type=int, default=5_000, help="messages in each round")
    parser.add_argument("--crowd", type=int, help="open so many connections at once instead")
    parser.add_argument("--channels", type=int, default=10, help="channels of each of the crowd")
    parser.add_argument("--messages", type=int, help="send so many messages through instead")
    options = parser.parse_args()
    if options.crowd:
        crowd(options.crowd, options.channels)
    elif options.messages:
        many(options.messages)
    else:
        compare(options.url, options.rounds, options.count)


if __name__ == "__main__":
    main()
