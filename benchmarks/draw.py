"""How long pictures take: a topology of 5,000 bindings, and the messages of a long test, in each format.

    python benchmarks/draw.py [--bindings 5000] [--messages 5000] [--rounds 5]

Prints the median, in seconds, and the size of what was drawn. Reading the definitions is in it, as in `fakeamqp draw`.
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
from tests.views.topologies import large


def busy(messages: int) -> fakeamqp.Broker:
    """A broker through which so many messages went."""
    broker = fakeamqp.Broker(trace="all")
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("work", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"})
    channel.queue_declare("dead")
    for number in range(messages):
        channel.basic_publish("", "work", str(number))
        method, _, _ = channel.basic_get("work")
        if number % 10:
            channel.basic_ack(method.delivery_tag)
        else:
            channel.basic_reject(method.delivery_tag, requeue=False)
    channel.connection.process_data_events(0)
    return broker


def timed(drawn: Callable[[], str], rounds: int) -> str:
    """The median of some rounds, and the size."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        size = len(drawn().encode())
        taken.append(time.perf_counter() - begin)
    return f"{statistics.median(taken):6.2f} s  {size:>10,} bytes"


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bindings", type=int, default=5_000)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    topology = large(options.bindings)
    for made in ("text", "mermaid", "dot", "svg", "html"):
        what = f"{options.bindings:,} bindings as {made}"
        print(f"{what:28} {timed(lambda made=made: fakeamqp.draw(topology, format=made), options.rounds)}")  # type: ignore[misc]
    with busy(options.messages) as broker:
        for made in ("messages", "html"):
            what = f"{options.messages:,} messages as {made}"
            print(f"{what:28} {timed(lambda made=made: fakeamqp.draw(broker, format=made), options.rounds)}")  # type: ignore[misc]


if __name__ == "__main__":
    main()
