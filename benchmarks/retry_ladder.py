"""What virtual time costs: a retry ladder of ten steps over 30 days against a plain publish-and-consume test.

    python benchmarks/retry_ladder.py [--rounds 21]

The ladder: a worker rejects a message ten times; each time it waits in a queue of its own, three days, before it comes
back by its TTL and dead-lettering. All of it happens inside one `start_consuming()`. Prints the median of the ratios of
interleaved rounds, smallest and largest.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import fakeamqp

STEPS = 10
DAY_MS = 24 * 3600 * 1000


def plain() -> None:
    """Publish a message, consume it, acknowledge it."""
    broker = fakeamqp.Broker()
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    channel.queue_declare("work")
    channel.basic_publish("", "work", b"job")
    seen = []

    def work(ch: Any, method: Any, properties: Any, body: bytes) -> None:
        seen.append(body)
        ch.basic_ack(method.delivery_tag)

    channel.basic_consume("work", work)
    channel.start_consuming()
    connection.close()
    assert seen == [b"job"]


def ladder() -> None:
    """The same, with ten rejections and three days of waiting after each."""
    broker = fakeamqp.Broker()
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    channel.queue_declare("work")
    for step in range(STEPS):
        wait = {"x-message-ttl": 3 * DAY_MS, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
        channel.queue_declare(f"wait.{step}", arguments=wait)
    channel.basic_publish("", "work", b"job")
    tries = []

    def work(ch: Any, method: Any, properties: Any, body: bytes) -> None:
        tries.append(broker.clock.now())
        if len(tries) <= STEPS:
            ch.basic_publish("", f"wait.{len(tries) - 1}", body, properties)
        ch.basic_ack(method.delivery_tag)

    channel.basic_consume("work", work)
    channel.start_consuming()
    connection.close()
    assert len(tries) == STEPS + 1
    assert tries[-1] == 30 * 24 * 3600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    plain()  # not counted: imports and first calls
    ladder()
    ratios, ladders, plains = [], [], []
    for _ in range(options.rounds):
        start = time.perf_counter()
        plain()
        middle = time.perf_counter()
        ladder()
        plains.append(middle - start)
        ladders.append(time.perf_counter() - middle)
        ratios.append(ladders[-1] / plains[-1])
    print(f"plain test   {statistics.median(plains) * 1000:6.2f} ms")
    print(f"retry ladder {statistics.median(ladders) * 1000:6.2f} ms")
    print(f"ratio        {statistics.median(ratios):6.2f}    ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
