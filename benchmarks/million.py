"""A million messages on the bare broker: what a message costs beside a million others, and what lets them expire.

    python -m benchmarks.million [--count 1000000] [--rounds 3]

Beside: the median cost of the first thousand, of new brokers, and of ten thousands after a million. Expiry: all in one
`advance`, against the time it took to publish them; with one TTL for the queue, with one for each message that passes
one after the other, and with those at random, where most go with a longer-lived one before them.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator

from benchmarks.bare import Bare
from benchmarks.figures import SECONDS, Figure, Settings, cell

THOUSAND = 1_000
WINDOWS = 10
MICROSECONDS = "microseconds per message"
TIMES = "times"


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _publish(bare: Bare, count: int) -> float:
    publish = bare.channel.publish

    def run() -> None:
        for _ in range(count):
            publish("q")

    return _seconds(run)


def _consume(bare: Bare, count: int, tag: int) -> float:
    channel = bare.channel

    def run() -> None:
        for number in range(tag + 1, tag + count + 1):
            channel.get("q")
            channel.ack(number)

    return _seconds(run)


def _filled(count: int) -> Bare:
    bare = Bare()
    bare.channel.declare("q")
    _publish(bare, count)
    return bare


def beside(count: int, rounds: int) -> Iterator[Figure]:
    """What a message costs among the first, and beside so many; the last ones as the queue runs empty, too."""
    first: dict[str, list[float]] = {"publish": [], "get + ack": []}
    last: dict[str, list[float]] = {"publish": [], "get + ack": []}
    for _ in range(rounds):
        fresh = []
        for _ in range(WINDOWS):
            bare = Bare()
            bare.channel.declare("q")
            fresh.append((_publish(bare, THOUSAND), _consume(bare, THOUSAND, 0)))
        bare = _filled(count)
        gc.collect()
        beside = [_publish(bare, THOUSAND) for _ in range(WINDOWS)]
        all_of_them = count + WINDOWS * THOUSAND
        most = all_of_them - WINDOWS * THOUSAND
        _consume(bare, most, 0)
        gc.collect()
        at_the_end = [_consume(bare, THOUSAND, most + number * THOUSAND) for number in range(WINDOWS)]
        assert bare.queue("q").ready == 0
        for name, early, late in (
            ("publish", [each for each, _ in fresh], beside),
            ("get + ack", [each for _, each in fresh], at_the_end),
        ):
            first[name].append(statistics.median(early) * 1e6 / THOUSAND)
            last[name].append(statistics.median(late) * 1e6 / THOUSAND)
    for name in first:
        yield Figure(name, "the first thousand", MICROSECONDS, first[name], count)
        yield Figure(name, f"after {count:,}", MICROSECONDS, last[name], count)
        ratios = [late / early for early, late in zip(first[name], last[name], strict=True)]
        yield Figure(name, f"after {count:,} to the first thousand", TIMES, ratios, count)


def _one_ttl(count: int) -> tuple[Bare, Callable[[], object]]:
    bare = Bare()
    bare.channel.declare("q", x_message_ttl=1_000)

    def publish() -> None:
        for _ in range(count):
            bare.channel.publish("q")

    return bare, publish


def _ttl_each(count: int) -> tuple[Bare, Callable[[], object]]:
    bare = Bare()
    bare.channel.declare("q")

    def publish() -> None:
        for number in range(count):
            bare.channel.publish("q", expiration=str(number + 1))

    return bare, publish


def _ttls_at_random(count: int) -> tuple[Bare, Callable[[], object]]:
    bare = Bare()
    bare.channel.declare("q")
    chance = random.Random(1)

    def publish() -> None:
        for _ in range(count):
            bare.channel.publish("q", expiration=str(chance.randrange(1, count)))

    return bare, publish


def expiring(count: int, rounds: int) -> Iterator[Figure]:
    """How long it takes to publish so many, and to let them expire."""
    for name, make in (("one TTL", _one_ttl), ("a TTL each", _ttl_each), ("TTLs at random", _ttls_at_random)):
        published, expired = [], []
        for _ in range(rounds):
            gc.collect()
            bare, publish = make(count)
            published.append(_seconds(publish))
            expired.append(_seconds(lambda: bare.advance(max(count / 1_000, 1) + 1)))  # noqa: B023
            assert bare.queue("q").ready == 0
        ratios = [end / begin for begin, end in zip(published, expired, strict=True)]
        yield Figure(name, "publish", SECONDS, published, count)
        yield Figure(name, "expire in one advance", SECONDS, expired, count)
        yield Figure(name, "expire to publish", TIMES, ratios, count)


def measure(settings: Settings, count: int = 1_000_000) -> Iterable[Figure]:
    """A million of everything, at most three times."""
    rounds, count = min(settings.rounds, 3), settings.count(count)
    yield from beside(count, rounds)
    yield from expiring(count, rounds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for figure in measure(Settings(options.rounds), options.count):
        print(f"{figure.workload:16} {figure.subject:38} {cell(figure):>28} {figure.unit}", flush=True)


if __name__ == "__main__":
    main()
