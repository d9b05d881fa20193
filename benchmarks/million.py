"""A million messages on the bare broker: what a message costs beside a million others, and what lets them expire.

    python -m benchmarks.million [--count 1000000] [--rounds 3]

Beside: the median cost of the first thousand, of new brokers; of ten thousands once the trace and the remembered
messages are full, so that each new one lets go of an old one; and of ten thousands after a million. Expiry: all in one
`advance`, against the time it took to publish them; with one TTL for the queue, with one for each message that passes
one after the other, and with those at random, where most go with a longer-lived one before them.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.bare import Bare
from benchmarks.figures import SECONDS, Figure, Settings, cell

THOUSAND = 1_000
WINDOWS = 10
FULL = 12_000
"""How many messages fill the trace and what is remembered."""

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


def _thousands(*counts: int) -> tuple[list[float], list[float]]:
    """Seconds for a thousand published, and for one fetched: the first of a new broker, and those behind so many.

    In turns, ten of each: a machine that is slow for a while is slow for all of them.
    """
    filled = [_filled(count) for count in counts]
    gc.collect()
    published = [[_publish(each, THOUSAND) for each in (_filled(0), *filled)] for _ in range(WINDOWS)]
    for bare, count in zip(filled, counts, strict=True):
        _consume(bare, count, 0)
    gc.collect()
    fetched = []
    for number in range(WINDOWS):
        tags = [count + number * THOUSAND for count in counts]
        brokers = zip((_filled(THOUSAND), *filled), (0, *tags), strict=True)
        fetched.append([_consume(each, THOUSAND, tag) for each, tag in brokers])
    assert all(bare.queue("q").ready == 0 for bare in filled)
    return _medians(published), _medians(fetched)


def _medians(windows: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(each) for each in zip(*windows, strict=True)]


def beside(count: int, rounds: int) -> Iterator[Figure]:
    """What a message costs among the first, once trace and remembered messages are full, and beside so many."""
    subjects = ("the first thousand", f"after {FULL:,}", f"after {count:,}")
    taken = [list(zip(*_thousands(FULL, count), strict=True)) for _ in range(rounds)]
    for place, name in enumerate(("publish", "get + ack")):
        rows = [[each[place] * 1e6 / THOUSAND for each in one_round] for one_round in taken]
        for subject, values in zip(subjects, zip(*rows, strict=True), strict=True):
            yield Figure(name, subject, MICROSECONDS, values, count)
        for number, subject in enumerate(subjects[:-1]):
            ratios = [row[-1] / row[number] for row in rows]
            yield Figure(name, f"{subjects[-1]} to {subject}", TIMES, ratios, count)


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
