"""A failing seed, played again and again, each time in a Python of its own with other hashes.

    python -m tests.simulation.replays [--times 100] [--python python3.10 --python python3.13]

Prints how many of the runs have left the same trace, byte for byte, and the same error. Each Python needs fakeamqp's
own dependencies.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pika

from fakeamqp import Broker, patch_pika

ROOT = Path(__file__).parents[2]
SEED = 7


def worker(database: dict[str, int]) -> None:
    """Reads, tells others in between, writes."""
    channel = pika.BlockingConnection().channel()
    channel.basic_qos(prefetch_count=1)
    channel.confirm_delivery()

    def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        before = database["count"]
        channel.basic_publish("", "audit", body)
        database["count"] = before + 1
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume("increments", on_message)
    channel.start_consuming()


def scenario(broker: Broker) -> None:
    """Four workers that lose updates in some orders; a connection breaks, a message expires, names are made up."""
    database = {"count": 0}
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("audit", arguments={"x-message-ttl": 5_000})
    channel.queue_declare("increments")
    channel.queue_declare("")
    for number in range(4):
        broker.spawn(worker, database, name=f"worker {number}", restarts=True)
    for number in range(12):
        channel.basic_publish("", "increments", str(number))
    broker.faults.cut_after("basic.publish", nth=3)
    broker.run()
    assert database["count"] == 12, f"{database['count']} of 12"


def outcome() -> str:
    """The trace of one run, its decisions and its error, as one text."""
    broker = Broker(seed=SEED, trace="all")
    with patch_pika(broker):
        try:
            scenario(broker)
        except AssertionError as error:
            return f"{broker.trace}\n{broker.schedule.token}\n{error}"
    raise SystemExit(f"seed {SEED} does not fail")


def replayed(python: str, hash_seed: int) -> str:
    """The digest of a run in a process of its own, and how long it was."""
    ran = subprocess.run(
        [python, "-m", "tests.simulation.replays", "--one"],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def main() -> int:
    """Play it; 0 if all runs are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--one", action="store_true", help="play it once, here, and print the digest")
    options = parser.parse_args()
    if options.one:
        text = outcome()
        sys.stdout.write(f"{hashlib.sha256(text.encode()).hexdigest()[:16]} of {len(text)} bytes\n")
        return 0
    pythons = options.python or [sys.executable]
    seen = Counter(replayed(pythons[number % len(pythons)], number) for number in range(options.times))
    [(most, count), *_] = seen.most_common()
    sys.stdout.write(f"{count} of {options.times} runs are the same: {most}\n")
    return 0 if len(seen) == 1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
