"""What RabbitMQ 3.10.8, 4.0.5 and 4.3.6 were seen to answer when something is declared again."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import attrs
import pytest

from fakeamqp.model.commands import DeclareExchange, DeclareQueue
from fakeamqp.model.equivalence import check_exchange_equivalent, check_queue_equivalent
from fakeamqp.model.errors import AMQPError
from fakeamqp.model.exchanges import KINDS
from fakeamqp.model.profile import PROFILES

ALL = tuple(PROFILES)
QUORUM = {"x-queue-type": "quorum"}
STREAM = {"x-queue-type": "stream"}
CLASSIC = {"x-queue-type": "classic"}
FIVE_SECONDS = datetime.fromtimestamp(5, timezone.utc)


@attrs.frozen
class Existing:
    KIND: str
    arguments: dict[str, Any]
    durable: bool = True
    auto_delete: bool = False
    name: str = "q"


def difference(
    current: dict[str, Any], received: dict[str, Any], version: str, durable: bool = True, **existing: bool
) -> str | None:
    """The reported difference, without what all texts have in common; None if the two are equivalent."""
    queue = Existing(current.get("x-queue-type") or "classic", current, **existing)
    declaration = DeclareQueue((1, 1), "q", durable=durable, arguments=received)
    try:
        check_queue_equivalent(queue, declaration, "/", PROFILES[version])
    except AMQPError as error:
        beginning, _, end = str(error).partition(" for queue 'q' in vhost '/': ")
        return beginning.removeprefix("inequivalent arg ") + ": " + end if end else error.reply_text
    return None


# --- queues


@pytest.mark.parametrize("version", ALL)
def test_properties_are_compared_before_arguments(version):
    assert difference({}, {"x-expires": 1}, version, durable=False, auto_delete=True) == (
        "'durable': received 'false' but current is 'true'"
    )
    assert difference({}, {"x-expires": 1}, version, auto_delete=True) == (
        "'auto_delete': received 'false' but current is 'true'"
    )


@pytest.mark.parametrize("durable", [False, True])
def test_an_exclusive_queue_is_never_durable_whatever_is_asked_for(durable):
    declaration = DeclareQueue((1, 1), "q", durable=durable, exclusive=True)
    check_queue_equivalent(Existing("classic", {}, durable=False), declaration, "/", PROFILES["4.3"])


VALUES: list[tuple[Any, Any, str | None]] = [
    (5, 5, None),
    (5, FIVE_SECONDS, None),
    (5, 6, "received '6' but current is '5'"),
    (5, "5", "received '5' but current is '5'"),
    (5, b"5", "received '5' but current is '5'"),
    (5, 5.0, "received '5.0' but current is '5'"),
    (5, True, "received 'true' but current is '5'"),
    (5, None, "received none but current is '5'"),
    (5, [], "received '[]' but current is '5'"),
    (5, {}, "received '[]' but current is '5'"),
    (5, [5], "received '[{signedint,5}]' but current is '5'"),
    (5, {"a": 1}, "received '[{<<\"a\">>,signedint,1}]' but current is '5'"),
    (5, Decimal(5), "INTERNAL_ERROR"),
]


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(("current", "received", "text"), VALUES)
def test_types_count_except_among_integers(version, current, received, text):
    expected = f"'x-max-length': {text}" if text is not None and text.startswith("received") else text
    assert difference({"x-max-length": current}, {"x-max-length": received}, version) == expected


@pytest.mark.parametrize("version", ALL)
def test_strings_equal_byte_strings_and_bools_themselves(version):
    name = "x-dead-letter-exchange"
    assert difference({name: "d"}, {name: b"d"}, version) is None
    assert difference({name: "d"}, {name: 5}, version) == f"'{name}': received '5' but current is 'd'"
    assert difference({name: "é"}, {name: b"\xff"}, version) == f"'{name}': received 'ÿ' but current is 'é'"
    name = "x-single-active-consumer"
    assert difference({name: True}, {name: True}, version) is None
    assert difference({name: True}, {name: False}, version) == f"'{name}': received 'false' but current is 'true'"
    assert difference({name: True}, {name: "true"}, version) == f"'{name}': received 'true' but current is 'true'"


@pytest.mark.parametrize("version", ALL)
def test_an_argument_that_only_one_side_has_is_described(version):
    table = {"x-message-ttl": 1000}
    value = "the value '1000' of type 'signedint'"
    assert difference({}, table, version) == f"'x-message-ttl': received {value} but current is none"
    assert difference(table, {}, version) == f"'x-message-ttl': received none but current is {value}"
    described = "the value 'undefined' of type 'void'"
    assert difference({}, {"x-overflow": None}, version) == f"'x-overflow': received {described} but current is none"


@pytest.mark.parametrize("version", ALL)
def test_arguments_the_kind_of_queue_does_not_have_may_differ_freely(version):
    assert difference({}, {"x-unknown": 1, "x-delivery-limit": 5, "x-max-age": "bogus"}, version) is None
    assert difference({"x-unknown": 1}, {"x-unknown": 2}, version) is None
    assert difference(QUORUM, {**QUORUM, "x-max-priority": 256, "x-queue-mode": "lazy"}, version) is None
    assert difference(STREAM, {**STREAM, "x-message-ttl": -1, "x-overflow": "bogus"}, version) is None


@pytest.mark.parametrize(
    ("arguments", "added", "versions"),
    [
        ({}, {"x-queue-leader-locator": "client-local"}, ["4.0", "4.3"]),
        (QUORUM, {"x-consumer-timeout": 1}, ["4.3"]),
        (QUORUM, {"x-consumer-disconnected-timeout": 1}, ["4.3"]),
        (QUORUM, {"x-delayed-retry-type": "all"}, ["4.3"]),
        (STREAM, {"x-stream-filter-size-bytes": 20}, ["4.3"]),
        ({}, {"x-queue-mode": "lazy"}, ["3.10", "4.0", "4.3"]),
        ({}, {"x-queue-master-locator": "random"}, ["3.10", "4.0", "4.3"]),
    ],
)
def test_versions_differ_in_what_they_compare(arguments, added, versions):
    assert [version for version in ALL if difference(arguments, {**arguments, **added}, version)] == versions


QUEUE_TYPES: list[tuple[dict[str, Any], dict[str, Any], dict[str, str | None]]] = [
    ({}, CLASSIC, dict.fromkeys(ALL)),
    (CLASSIC, {}, dict.fromkeys(ALL)),
    (QUORUM, QUORUM, dict.fromkeys(ALL)),
    (
        {},
        QUORUM,
        {
            "3.10": "received the value 'quorum' of type 'longstr' but current is none",
            "4.0": "received 'quorum' but current is 'classic'",
            "4.3": "received 'quorum' but current is 'classic'",
        },
    ),
    (
        QUORUM,
        {},
        {
            "3.10": "received none but current is the value 'quorum' of type 'longstr'",
            "4.0": "received 'classic' but current is 'quorum'",
            "4.3": "received 'classic' but current is 'quorum'",
        },
    ),
    (
        {},
        {"x-queue-type": None},
        {
            "3.10": "received the value 'undefined' of type 'void' but current is none",
            "4.0": "received none but current is 'classic'",
            "4.3": "received none but current is 'classic'",
        },
    ),
    (CLASSIC, {"x-queue-type": "bogus"}, dict.fromkeys(ALL, "received 'bogus' but current is 'classic'")),
    (QUORUM, STREAM, dict.fromkeys(ALL, "received 'stream' but current is 'quorum'")),
    ({"x-queue-type": ""}, {}, {"4.3": "received 'classic' but current is ''"}),
    ({"x-queue-type": ""}, {"x-queue-type": ""}, {"4.3": None}),
]


@pytest.mark.parametrize(
    ("current", "received", "version", "text"),
    [(*tables, version, text) for *tables, texts in QUEUE_TYPES for version, text in texts.items()],
)
def test_rabbitmq_4_keeps_a_type_with_every_queue(current, received, version, text):
    assert difference(current, received, version) == (text and f"'x-queue-type': {text}")


ORDER = {
    "classic": "expires message-ttl dead-letter-exchange dead-letter-routing-key max-length max-length-bytes "
    "max-priority overflow queue-mode queue-version single-active-consumer queue-type",
    "quorum": "dead-letter-exchange dead-letter-routing-key dead-letter-strategy expires max-length max-length-bytes "
    "max-in-memory-length max-in-memory-bytes overflow single-active-consumer queue-type quorum-initial-group-size "
    "delivery-limit message-ttl queue-leader-locator",
    "stream": "max-length-bytes queue-type max-age stream-max-segment-size-bytes initial-cluster-size "
    "queue-leader-locator",
}


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("queue_type", ORDER)
def test_the_first_of_several_differences_is_the_one_rabbitmq_reports(queue_type, version):
    names = [f"x-{name}" for name in ORDER[queue_type].split()]
    current = {} if queue_type == "classic" else {"x-queue-type": queue_type}
    received: dict[str, Any] = dict.fromkeys(reversed(names), "other")
    reported = []
    while (text := difference(current, received, version)) is not None:
        name = text.split("'")[1]
        reported.append(name)
        if name == "x-queue-type":
            received[name] = queue_type
        else:
            del received[name]
    assert reported == names


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("1D", dict.fromkeys(ALL)),
        ("24h", {"3.10": "'24h' but current is '1D'", "4.0": "'24h' but current is '1D'", "4.3": None}),
        ("2D", {"3.10": "'2D' but current is '1D'", "4.3": "'172800000' but current is '86400000'"}),
        ("bogus", {"4.0": "'bogus' but current is '1D'", "4.3": "'bogus' but current is '86400000'"}),
        (1, {"4.0": "'1' but current is '1D'", "4.3": "'1' but current is '86400000'"}),
        (b"1D", {"3.10": None, "4.0": None, "4.3": "'1D' but current is '86400000'"}),
    ],
)
def test_4_3_compares_the_age_of_a_stream_in_milliseconds(received, expected):
    for version, text in expected.items():
        found = difference({**STREAM, "x-max-age": "1D"}, {**STREAM, "x-max-age": received}, version)
        assert found == (text and f"'x-max-age': received {text}")


# --- exchanges


def exchange_difference(
    current: dict[str, Any], received: dict[str, Any], kind: str = "direct", version: str = "4.3"
) -> str | None:
    exchange = KINDS["direct"]("x", profile=PROFILES[version], **current)
    try:
        check_exchange_equivalent(exchange, DeclareExchange((1, 1), "x", kind, **received), "/")
    except AMQPError as error:
        return error.reply_text.removeprefix("PRECONDITION_FAILED - ")
    return None


def test_an_exchange_is_compared_by_type_then_properties_then_alternate():
    where = "for exchange 'x' in vhost '/'"
    everything = {
        "durable": True,
        "auto_delete": True,
        "internal": True,
        "arguments": {"alternate-exchange": "y"},
    }
    assert exchange_difference({}, everything, "fanout") == (
        f"inequivalent arg 'type' {where}: received 'fanout' but current is 'direct'"
    )
    for name in ("durable", "auto_delete", "internal"):
        expected = f"inequivalent arg '{name}' {where}: received 'true' but current is 'false'"
        assert exchange_difference({}, everything) == expected
        del everything[name]
    assert exchange_difference({}, everything) == (
        f"inequivalent arg 'alternate-exchange' {where}: received the value 'y' of type 'longstr' but current is none"
    )


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("received", "text"),
    [
        ("x", None),
        (b"x", None),
        ("y", "received 'y' but current is 'x'"),
        (5, "received '5' but current is 'x'"),
        (None, "received none but current is 'x'"),
        (["a"], "received '[{longstr,<<\"a\">>}]' but current is 'x'"),
        (1.5, "received '1.5' but current is 'x'"),
        (Decimal(1), "INTERNAL_ERROR"),
    ],
)
def test_the_alternate_exchange_is_compared_like_an_argument_of_a_queue(version, received, text):
    current = {"arguments": {"alternate-exchange": "x"}}
    found = exchange_difference(current, {"arguments": {"alternate-exchange": received}}, version=version)
    assert (found and found.rpartition(": ")[2]) == text


def test_other_arguments_of_an_exchange_may_differ_freely():
    assert exchange_difference({"arguments": {"hash-header": "a"}}, {"arguments": {"x-anything": 1}}) is None
