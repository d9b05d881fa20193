"""What a consistent-hash exchange makes of keys: which of five queues, by letters."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pika

from tests.kit.asking import Asking
from tests.kit.questions.question import question


def _placed(ask: Asking, arguments: dict[str, Any], weights: str, sent: list[tuple[str, dict[str, Any]]]) -> str:
    ask.channel.exchange_declare("h", "x-consistent-hash", arguments=arguments)
    for letter in string.ascii_lowercase[: len(weights.split())]:
        ask.channel.queue_declare(letter)
        ask.channel.queue_bind(letter, "h", weights.split()[ord(letter) - ord("a")])
    ask.channel.confirm_delivery()
    placed = ["."] * len(sent)
    for number, (key, properties) in enumerate(sent):
        if ask.told("basic_publish", "h", key, b"%d" % number, pika.BasicProperties(**properties)):
            placed[number] = "!"  # it crashes
            ask.channel.confirm_delivery()
    for letter in string.ascii_lowercase[: len(weights.split())]:
        for body in ask.bodies(letter):
            placed[int(body)] = letter
    return "".join(placed)


@question
def hashes_of_keys(ask: Asking) -> Any:
    keys = ["ab" * length + "x" * (length % 3) for length in range(20)] + [f"key {number} é" for number in range(50)]
    return _placed(ask, {}, "30 10 20 25 15", [(key, {}) for key in keys])


@question
def hashes_of_one_bucket(ask: Asking) -> Any:
    return _placed(ask, {}, "1", [(key, {}) for key in "abcdefgh"])


@question
def hashes_of_two_buckets(ask: Asking) -> Any:
    return _placed(ask, {}, "1 1", [(f"{number}", {}) for number in range(30)])


NUMBERS = [0, 1, -1, 77, -77, 2**26, 2**27 - 1, 2**27, -(2**27), -(2**27) - 1, -(2**27) + 1, -(2**26), 2**31 - 1]
NUMBERS += [2**32, 2**40 + 7, -(2**40), 2**62 + 5, -(2**62) - 5, 2**63 - 1]


@question
def hashes_of_numbers(ask: Asking) -> Any:
    values = [*NUMBERS, *range(-20, -2), *(number**5 for number in range(3, 40, 3))]
    return _placed(ask, {"hash-header": "id"}, "30 10 20 25 15", [("", {"headers": {"id": each}}) for each in values])


@question
def hashes_of_what_headers_hold(ask: Asking) -> Any:
    values = [
        "", "a", "é", "abcdefghijkl", "abcdefghijklm" * 3, b"\xff\x00", True, False,
        None, Decimal("1.5"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2001, 9, 9, tzinfo=UTC),
    ]  # fmt: skip
    return _placed(ask, {"hash-header": "id"}, "30 10 20 25 15", [("", {"headers": {"id": each}}) for each in values])


@question
def hashes_of_lists_and_tables(ask: Asking) -> Any:
    """RabbitMQ 3.10 alone hashes them as they are."""
    values: list[Any] = [
        [], [1], ["a", 2, True], [None], {}, {"b": 1, "a": "x"}, {"z": [1, {"y": 2}]}, {"n": None, "m": False},
        *({"n": number} for number in range(12)), *([number, "x"] for number in range(12)),
    ]  # fmt: skip
    sent = [("", {"headers": {"id": each}}) for each in values] if ask.version == "3.10" else []
    return _placed(ask, {"hash-header": "id"}, "30 10 20 25 15", sent)


@question
def hashes_of_properties(ask: Asking) -> Any:
    sent = [("k", {"message_id": f"m{number}"}) for number in range(12)] + [("k", {}), ("", {"message_id": ""})]
    return _placed(ask, {"hash-property": "message_id"}, "30 10 20 25 15", sent)


@question
def hashes_of_timestamps(ask: Asking) -> Any:
    sent = [("k", {"timestamp": 10**9 + number}) for number in range(20)]
    return _placed(ask, {"hash-property": "timestamp"}, "30 10 20 25 15", sent)


@question
def hashes_that_are_refused(ask: Asking) -> Any:
    told = [
        ask.told("exchange_declare", "h", "x-consistent-hash", arguments=arguments)
        for arguments in (
            {"hash-header": 1}, {"hash-property": "odd"}, {"hash-header": "a", "hash-property": "message_id"},
            {"hash-header": "a"},
        )
    ]  # fmt: skip
    ask.channel.queue_declare("q")
    return told + [ask.told("queue_bind", "q", "h", key) for key in ("", "x", "-1", "0", "1.5", " 1", "007")]
