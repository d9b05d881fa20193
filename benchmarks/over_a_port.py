"""How fast clients are over the listener, against a real RabbitMQ: the same client code on both, in turns.

    python -m benchmarks.over_a_port [--url amqp://guest:guest@127.0.0.1:5672/%2F] [--rounds 7]

is `python -m benchmarks --only listener`. The broker in memory is `python -m fakeamqp serve` in a process of its own,
as RabbitMQ is; so is amqp-mock, if it is installed.

    python -m benchmarks.over_a_port --crowd 200 --channels 10
    python -m benchmarks.over_a_port --messages 1000000

The first opens so many connections with so many channels each, at once, and uses each channel; the second sends so
many messages through and tells how much memory the server's process has before, in between and afterwards (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import pika

from benchmarks import workloads
from benchmarks.figures import Figure, Settings
from benchmarks.rounds import CannotBeMeasured, Run, rates
from benchmarks.workloads import BODY, new_name

OURS, REAL, MOCK = "fakeamqp at a port", "RabbitMQ", "amqp-mock"
QUEUE = "fakeamqp-benchmark"
PATIENCE_S = 8.0  # for a server that gives no answer

Workload = Callable[[str, int], float]
"""Seconds for so many operations on the broker with this URL."""


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


_SERVE_MOCK = """
import asyncio
from amqp_mock import create_amqp_mock
async def serve():
    async with create_amqp_mock() as mock:
        print(mock.amqp_server.port, flush=True)
        await asyncio.Event().wait()
asyncio.run(serve())
"""


@contextmanager
def mocked() -> Iterator[str]:
    """The URL of a new amqp-mock in a process of its own."""
    command = [sys.executable, "-c", _SERVE_MOCK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            yield f"amqp://guest:guest@127.0.0.1:{port}/%2F"
        finally:
            process.kill()


# --- pika


def _with_pika(name: str) -> Workload:
    def run(url: str, count: int) -> float:
        parameters = pika.URLParameters(url)
        return workloads.seconds(workloads.WORKLOADS[name].program, lambda: pika.BlockingConnection(parameters), count)

    return run


# --- aio-pika


def _with_aio_pika(work: Callable[[Any, Any, int], Any], *, confirms: bool) -> Workload:
    async def run(url: str, count: int) -> float:
        import aio_pika

        connection = await aio_pika.connect(url)
        async with connection:
            channel = await connection.channel(publisher_confirms=confirms)
            declared = await channel.declare_queue(new_name(), exclusive=True)
            seconds: float = await work(channel, declared, count)
        return seconds

    return lambda url, count: asyncio.run(run(url, count))


async def _aio_publish(channel: Any, declared: Any, count: int) -> float:
    """One after the other, then one call that waits until all have arrived."""
    import aio_pika

    exchange = channel.default_exchange
    begun = time.perf_counter()
    for _ in range(count):
        await exchange.publish(aio_pika.Message(BODY), declared.name)
    await channel.declare_queue(declared.name, passive=True)
    return time.perf_counter() - begun


async def _aio_confirmed(channel: Any, declared: Any, count: int) -> float:
    import aio_pika

    exchange = channel.default_exchange
    begun = time.perf_counter()
    for _ in range(count):
        await exchange.publish(aio_pika.Message(BODY), declared.name)
    return time.perf_counter() - begun


async def _aio_consume(channel: Any, declared: Any, count: int) -> float:
    await _aio_publish(channel, declared, count)
    await channel.set_qos(prefetch_count=100)
    left = count
    begun = time.perf_counter()
    async with declared.iterator() as messages:
        async for message in messages:
            await message.ack()
            left -= 1
            if not left:
                break
    return time.perf_counter() - begun


WORKLOADS: dict[str, tuple[Workload, int]] = {
    "pika, whole small test": (_with_pika("whole small test"), 20),
    "pika, open + close": (_with_pika("open + close"), 30),
    "pika, synchronous call": (_with_pika("synchronous call"), 500),
    "pika, publish": (_with_pika("publish"), 2_000),
    "pika, confirmed publish": (_with_pika("confirmed publish"), 500),
    "pika, consume + ack, prefetch 100": (_with_pika("consume + ack, prefetch 100"), 2_000),
    "pika, get + ack": (_with_pika("get + ack"), 500),
    "aio-pika, publish": (_with_aio_pika(_aio_publish, confirms=False), 500),
    "aio-pika, confirmed publish": (_with_aio_pika(_aio_confirmed, confirms=True), 300),
    "aio-pika, consume + ack, prefetch 100": (_with_aio_pika(_aio_consume, confirms=False), 500),
}


def measure(settings: Settings) -> Iterator[Figure]:
    """Every workload on the listener, on amqp-mock and, given its URL, on a RabbitMQ."""
    has_mock = importlib.util.find_spec("amqp_mock") is not None
    has_aio_pika = importlib.util.find_spec("aio_pika") is not None
    with served() as (url, _):
        for name, (workload, count) in WORKLOADS.items():
            if not settings.wants(name) or (name.startswith("aio-pika") and not has_aio_pika):
                continue
            subjects: dict[str, Run] = {OURS: _at(url, workload)}
            if settings.url is not None:
                subjects[REAL] = _at(settings.url, workload)
            if has_mock:
                subjects[MOCK] = _at_a_mock(workload)
            yield from rates(settings, name, count, subjects)


def _at(url: str, workload: Workload) -> Run:
    return lambda count: workload(url, count)


def _at_a_mock(workload: Workload) -> Run:
    """On an amqp-mock of its own each time, as nothing can be deleted there.

    It is given up if it does not answer at first, when little is asked; later it is given time.
    """
    patience_s = PATIENCE_S

    def run(count: int) -> float:
        nonlocal patience_s
        with mocked() as url:
            seconds = _answered(lambda: workload(url, count), patience_s)
        patience_s = 10 * PATIENCE_S
        return seconds

    return run


def _answered(work: Callable[[], float], patience_s: float) -> float:
    """What it returns. Raises CannotBeMeasured if it raises anything, or does not return in time."""
    said: queue.Queue[float | Exception] = queue.Queue()

    def run() -> None:
        try:
            said.put(work())
        except Exception as error:
            said.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        outcome = said.get(timeout=patience_s)
    except queue.Empty:
        raise CannotBeMeasured("no answer") from None
    if isinstance(outcome, Exception):
        raise CannotBeMeasured(type(outcome).__name__) from outcome
    return outcome


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
    with served() as (url, process):
        channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
        channel.queue_declare(QUEUE)
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
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--crowd", type=int, help="open so many connections at once instead")
    parser.add_argument("--channels", type=int, default=10, help="channels of each of the crowd")
    parser.add_argument("--messages", type=int, help="send so many messages through instead")
    options, others = parser.parse_known_args()
    if options.crowd:
        crowd(options.crowd, options.channels)
    elif options.messages:
        many(options.messages)
    else:
        from benchmarks.__main__ import main as measure_all

        measure_all(["--only", "listener", *others])


if __name__ == "__main__":
    main()
