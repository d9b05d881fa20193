"""Compare topic and headers matching with a real broker: bind many patterns, publish many keys, look where each went.

    python -m tests.differential.matching --url amqp://guest:guest@127.0.0.1:5672 [--pairs 30000] [--seed 1]

--pairs counts pairs of a pattern and a key, of each of the two exchange types.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import attrs
from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker
from pika.exchange_type import ExchangeType

from ..conformance.backend import Backend, FakeBroker, RealBroker
from .choices import Choices, Seeded, chance, pick

WORDS = ("a", "b", "a", "b", "c-d", "", "A", "aa", "é", " ")
WILDCARDS = ("*", "#")
MATCHES = ("all", "any", "all-with-x", "any-with-x")
NAMES = ("h", "n", "x-h", "x-n", "", "H")
VALUES: tuple[Any, ...] = (
    1,
    0,
    -1,
    2**40,
    "1",
    "",
    "a",
    True,
    False,
    None,
    b"a",
    Decimal("1"),
    Decimal("1.5"),
    datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc),
    [1, "a"],
    [],
    {"a": 1},
    {},
)
PER_ROUND = 100
"""Patterns bound and keys published in one go."""


@attrs.frozen
class Topic:
    """A topic exchange, asked with routing keys."""

    kind = ExchangeType.topic

    def pattern(self, choices: Choices) -> tuple[str, dict[str, Any] | None]:
        words = [
            pick(choices, WILDCARDS) if chance(choices, 45) else pick(choices, WORDS)
            for _ in range(choices.number(0, 5))
        ]
        return ".".join(words), None

    def key(self, choices: Choices) -> tuple[str, dict[str, Any] | None]:
        return ".".join(pick(choices, WORDS) for _ in range(choices.number(0, 5))), None


@attrs.frozen
class Headers:
    """A headers exchange, asked with header tables."""

    kind = ExchangeType.headers

    def pattern(self, choices: Choices) -> tuple[str, dict[str, Any] | None]:
        given: dict[str, Any] = {"x-match": pick(choices, MATCHES)} if chance(choices, 85) else {}
        return "", {**given, **_table(choices, 3)}

    def key(self, choices: Choices) -> tuple[str, dict[str, Any] | None]:
        return "", (_table(choices, 4) if chance(choices, 96) else None)


def _table(choices: Choices, most: int) -> dict[str, Any]:
    return {pick(choices, NAMES): pick(choices, VALUES) for _ in range(choices.number(0, most))}


Subject = Topic | Headers
Question = tuple[str, dict[str, Any] | None]


def where_they_go(backend: Backend, subject: Subject, patterns: list[Question], keys: list[Question]) -> list[Any]:
    """For each pattern the numbers of the keys that reach its queue, or the broker's refusal to bind it."""
    connection = backend.connect()
    channel = connection.channel()
    channel.exchange_declare("x", subject.kind, auto_delete=False)
    answers: list[Any] = []
    for number, (key, arguments) in enumerate(patterns):
        channel.queue_declare(f"q{number}")
        try:
            channel.queue_bind(f"q{number}", "x", key, arguments)
            answers.append(None)
        except ChannelClosedByBroker as error:
            answers.append(error.reply_text)
            channel = connection.channel()
    channel.confirm_delivery()
    for number, (key, headers) in enumerate(keys):
        channel.basic_publish("x", key, str(number).encode(), BasicProperties(headers=headers))
    for number, answer in enumerate(answers):
        if answer is None:
            answers[number] = [int(body) for body in _bodies(channel, f"q{number}")]
        channel.queue_delete(f"q{number}")
    channel.exchange_delete("x")
    connection.close()
    return answers


def _bodies(channel: BlockingChannel, queue: str) -> Iterable[bytes]:
    while (message := channel.basic_get(queue, auto_ack=True))[0] is not None:
        yield message[2]


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    real = RealBroker(options.url, options.management_url)
    differing = 0
    try:
        for subject in (Topic(), Headers()):
            differing += _compare(real, subject, options)
    finally:
        real.close()
    return 1 if differing else 0


def _compare(real: RealBroker, subject: Subject, options: argparse.Namespace) -> int:
    """Print what differs of one subject, and the counts; how many pairs differ."""
    choices = Seeded(options.seed)
    pairs: set[str] = set()
    counts: Counter[str] = Counter()
    while counts["pairs"] < options.pairs:
        patterns = [subject.pattern(choices) for _ in range(PER_ROUND)]
        keys = [subject.key(choices) for _ in range(PER_ROUND)]
        theirs = where_they_go(real, subject, patterns, keys)
        ours = where_they_go(FakeBroker(real.version), subject, patterns, keys)
        for pattern, their, our in zip(patterns, theirs, ours, strict=True):
            counts["pairs"] += len(keys)
            counts["refused"] += isinstance(their, str)
            counts["matching"] += len(their) if isinstance(their, list) else 0
            for told in _differences(pattern, keys, their, our):
                counts["differing"] += 1
                if told not in pairs and len(pairs) < 20:
                    print(told)
                pairs.add(told)
    print(
        f"{subject.kind.value} on RabbitMQ {real.exact_version}, seed {options.seed}: {counts['pairs']} pairs, "
        f"{counts['matching']} match, {counts['refused']} patterns refused, {counts['differing']} pairs differ"
    )
    return counts["differing"]


def _differences(pattern: Question, keys: list[Question], their: Any, our: Any) -> Iterable[str]:
    if their == our:
        return
    if isinstance(their, str) or isinstance(our, str):
        yield f"binding {pattern}: real {their!r}, fake {our!r}"
        return
    for number, key in enumerate(keys):
        if (number in their) != (number in our):
            yield f"{pattern} against {key}: real {number in their}, fake {number in our}"
    if sorted(their) == sorted(our):
        yield f"{pattern}: order differs, or a key came twice: real {their}, fake {our}"


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.differential.matching", description="Compare matching.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--management-url")
    parser.add_argument("--pairs", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
