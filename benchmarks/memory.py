"""What a broker keeps: bytes of the process for a waiting message, a queue, a binding and more.

    python -m benchmarks.memory [--rounds 3] [--quick]

Each figure is the growth of the process's resident memory, in a process of its own, divided by how many things were
made: so everything is in it that there is, the bounded trace and the remembered messages included, and what Python's
allocator keeps beside. Bodies have 100 bytes, each message one of its own, as a network brings them. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.bare import Bare
from benchmarks.figures import BYTES, Figure, Settings, cell


def messages(count: int) -> object:
    """Published by the bare command, as bytes and keys come off a network."""
    bare = Bare()
    bare.channel.declare("q")
    for _ in range(count):
        bare.channel.publish("q")
    return bare


def persistent_messages(count: int) -> object:
    """The same with a property."""
    bare = Bare()
    bare.channel.declare("q")
    for _ in range(count):
        bare.channel.publish("q", delivery_mode=2)
    return bare


def messages_through_pika(count: int) -> object:
    """The same published by pika without properties."""
    import fakeamqp

    broker = fakeamqp.Broker("3.10")
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    channel.queue_declare("q")
    for _ in range(count):
        channel.basic_publish("", "q", bytes(100))
    connection.process_data_events(0)
    return broker, connection


def expiring_messages(count: int) -> object:
    """In a queue with a TTL."""
    bare = Bare()
    bare.channel.declare("q", x_message_ttl=3_600_000)
    for _ in range(count):
        bare.channel.publish("q")
    return bare


def quorum_messages(count: int) -> object:
    """In a quorum queue of RabbitMQ 4.3."""
    bare = Bare("4.3")
    bare.channel.declare("q", durable=True, x_queue_type="quorum")
    for _ in range(count):
        bare.channel.publish("q")
    return bare


def copies(count: int) -> object:
    """Of messages in ten queues each, how many bytes a copy takes."""
    bare = Bare()
    bare.channel.exchange("x", "fanout")
    for number in range(10):
        bare.channel.declare(f"q{number}")
        bare.channel.bind(f"q{number}", "x")
    for _ in range(count // 10):
        bare.channel.publish("", "x")
    return bare


def queues(count: int) -> object:
    """Declared and empty."""
    bare = Bare()
    for number in range(count):
        bare.channel.declare(f"queue-{number}")
    return bare


def _bindings(type_: str, count: int, key: str, **arguments: object) -> object:
    bare = Bare()
    bare.channel.declare("q")
    bare.channel.exchange("x", type_)
    for number in range(count):
        table = {name: number if value is None else value for name, value in arguments.items()}
        bare.channel.bind("q", "x", key.format(number), **table)
    return bare


def direct_bindings(count: int) -> object:
    """Each with a key of its own."""
    return _bindings("direct", count, "key.{}")


def topic_bindings(count: int) -> object:
    """Each with a pattern of three words, one of them its own."""
    return _bindings("topic", count, "*.key-{}.#")


def headers_bindings(count: int) -> object:
    """Each asking for two headers."""
    return _bindings("headers", count, "", x_match="all", kind="report", customer=None)


SUBJECTS: dict[str, tuple[Callable[[int], object], int]] = {
    "waiting message": (messages, 1_000_000),
    "waiting message, persistent": (persistent_messages, 200_000),
    "waiting message, through pika": (messages_through_pika, 200_000),
    "waiting message with a TTL": (expiring_messages, 200_000),
    "waiting message, quorum": (quorum_messages, 200_000),
    "copy in one of ten queues": (copies, 200_000),
    "queue": (queues, 10_000),
    "binding, direct": (direct_bindings, 50_000),
    "binding, topic": (topic_bindings, 50_000),
    "binding, headers": (headers_bindings, 50_000),
}


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def grown(name: str, count: int) -> float:
    """Bytes for each of so many, in this process."""
    make = SUBJECTS[name][0]
    kept = [make(10)]  # imports and first calls
    gc.collect()
    before = resident()
    kept.append(make(count))
    return (resident() - before) / count


def measure(settings: Settings) -> Iterator[Figure]:
    """Bytes for each thing, of a process of its own for each round."""
    for name, (_, usual) in SUBJECTS.items():
        count = settings.count(usual)
        run = [sys.executable, "-m", "benchmarks.memory", "--run", name, "--count", str(count)]
        taken = [
            float(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
            for _ in range(min(settings.rounds, 3))
        ]
        yield Figure(name, "fakeamqp", BYTES, taken, count)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="make a twentieth of everything")
    parser.add_argument("--run", choices=list(SUBJECTS), help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(grown(options.run, options.count))
        return
    for figure in measure(Settings(options.rounds, options.quick)):
        print(f"{figure.workload:32} {cell(figure):>24} bytes each, of {figure.size:,}", flush=True)


if __name__ == "__main__":
    main()
