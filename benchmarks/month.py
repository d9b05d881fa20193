"""Thirty virtual days of a hundred workers: how long that takes.

    python benchmarks/month.py [--workers 100] [--messages 100000] [--days 30]

One publisher spreads the messages evenly over the days, and each worker takes two virtual seconds for one. Prints real
seconds, and microseconds for each message.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import pika

import fakeamqp

DAY = 86_400
QUEUE = "jobs"
clock = [time.perf_counter]  # in a list, where virtual time does not find it


def work(done: list[int], number: int) -> None:
    """A worker as production has it."""
    channel = pika.BlockingConnection().channel()
    channel.basic_qos(prefetch_count=5)

    def on_message(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        time.sleep(2)
        done[number] += 1
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(QUEUE, on_message)
    channel.start_consuming()


def publish(messages: int, every: float) -> None:
    """It keeps its connection without heartbeats, because it sleeps longer than those would allow."""
    channel = pika.BlockingConnection(pika.ConnectionParameters(heartbeat=0)).channel()
    for number in range(messages):
        channel.basic_publish("", QUEUE, b"job %d" % number)
        time.sleep(every)


def main() -> None:
    """Let the days pass."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--days", type=float, default=30)
    options = parser.parse_args()
    done = [0] * options.workers
    with fakeamqp.patch_pika() as broker:
        fakeamqp.connect(broker).channel().queue_declare(QUEUE)
        for number in range(options.workers):
            broker.spawn(work, done, number, name=f"worker {number}")
        broker.spawn(publish, options.messages, options.days * DAY / options.messages)
        begun = clock[0]()
        broker.run()
        took = clock[0]() - begun
        print(
            f"{options.workers} workers, {sum(done):,} messages, {broker.clock.now() / DAY:g} virtual days: "
            f"{took:.1f} s, {took / options.messages * 1e6:.0f} us for each message"
        )


if __name__ == "__main__":
    main()
