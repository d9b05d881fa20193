"""What RabbitMQ 3.10.8, 4.0.5 and 4.3.6 were seen to answer to arguments; texts are theirs, to the letter."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.arguments import (
    LONGEST_TTL_MS,
    QUEUE_KINDS,
    QueueArguments,
    check_consume_arguments,
    check_exchange_arguments,
    check_queue_arguments,
    parse_copies,
    parse_expiration,
    parse_max_age,
    supported_arguments,
    with_queue_type,
)
from fakeamqp.model.commands import DeclareQueue
from fakeamqp.model.errors import AMQPError, InternalError
from fakeamqp.model.profile import PROFILES

ALL = tuple(PROFILES)
WHERE = "for queue 'q' in vhost '/'"
INTERNAL_ERROR = "INTERNAL_ERROR"

QUORUM = {"x-queue-type": "quorum"}
STREAM = {"x-queue-type": "stream"}

A_VALUE_OF_EVERY_TYPE = {
    "signedint": 5,
    "long": 2**40,
    "longstr": "text",
    "binary": b"bytes",
    "bool": True,
    "void": None,
    "double": 1.5,
    "decimal": Decimal("1.5"),
    "timestamp": datetime(2024, 1, 1, tzinfo=timezone.utc),
    "array": [],
    "table": {},
}


def declared(arguments: dict[str, Any], version: str, queue: str = "q", **properties: bool) -> QueueArguments:
    command = DeclareQueue((1, 1), queue, arguments=arguments, **{"durable": True, **properties})
    return check_queue_arguments(queue or "amq.gen-1", "/", command, PROFILES[version], server_named=not queue)


def refusal(arguments: dict[str, Any], version: str, queue: str = "q", **properties: bool) -> str | None:
    """The reply-text without its name, `INTERNAL_ERROR` for a crash without a text, None if it is accepted."""
    try:
        declared(arguments, version, queue, **properties)
    except AMQPError as error:
        return str(error) or error.reply_text
    return None


def invalid(name: str, tail: str) -> str:
    return f"invalid arg '{name}' {WHERE}: {tail}"


def unsupported(name: str, queue_type: str) -> str:
    return f"invalid arg '{name}' {WHERE} of queue type {QUEUE_KINDS[queue_type].erlang_name}"


# --- values


def with_type(queue_type: str, **arguments: Any) -> dict[str, Any]:
    table = {f"x-{name.replace('_', '-')}": value for name, value in arguments.items()}
    return table if queue_type == "classic" else {"x-queue-type": queue_type, **table}


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("queue_type", "names"),
    [
        (
            "classic",
            ["x-expires", "x-message-ttl", "x-max-length", "x-max-length-bytes", "x-max-priority", "x-queue-version"],
        ),
        (
            "quorum",
            [
                "x-expires",
                "x-message-ttl",
                "x-max-length",
                "x-max-length-bytes",
                "x-max-in-memory-length",
                "x-max-in-memory-bytes",
                "x-quorum-initial-group-size",
            ],
        ),
        ("stream", ["x-max-length-bytes", "x-stream-max-segment-size-bytes", "x-initial-cluster-size"]),
    ],
)
def test_numbers_must_be_integers_and_not_negative(version, queue_type, names):
    for name in names:
        for word, value in A_VALUE_OF_EVERY_TYPE.items():
            if word not in ("signedint", "long"):
                expected = invalid(name, f'"expected integer, got {word}"')
                assert refusal({**with_type(queue_type), name: value}, version) == expected
        assert refusal({**with_type(queue_type), name: -1}, version) == invalid(name, "{value_negative,-1}")


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("queue_type", "names"),
    [
        ("classic", ["x-overflow", "x-dead-letter-routing-key"]),
        ("quorum", ["x-overflow", "x-dead-letter-routing-key", "x-dead-letter-strategy", "x-queue-leader-locator"]),
        ("stream", ["x-max-age", "x-queue-leader-locator"]),
    ],
)
def test_words_must_be_strings_and_bytes_are_none(version, queue_type, names):
    for name in names:
        for word, value in A_VALUE_OF_EVERY_TYPE.items():
            if word != "longstr":
                expected = invalid(name, f"{{unacceptable_type,{word}}}")
                assert refusal({**with_type(queue_type), name: value}, version) == expected


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("word", [word for word in A_VALUE_OF_EVERY_TYPE if word != "longstr"])
def test_the_dead_letter_exchange_must_be_a_string(version, word):
    for queue_type in QUEUE_KINDS:
        table = with_type(queue_type, dead_letter_exchange=A_VALUE_OF_EVERY_TYPE[word])
        expected = f"invalid type '{word}' for arg 'x-dead-letter-exchange' in queue 'q' in vhost '/'"
        assert refusal(table, version) == expected


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("word", [word for word in A_VALUE_OF_EVERY_TYPE if word != "bool"])
def test_single_active_consumer_must_be_a_bool(version, word):
    table = {"x-single-active-consumer": A_VALUE_OF_EVERY_TYPE[word]}
    expected = invalid("x-single-active-consumer", f"{{unacceptable_type,{word}}}")
    assert refusal(table, version) == refusal({**QUORUM, **table}, version) == expected


REFUSED: list[tuple[dict[str, Any], tuple[str, ...], str]] = [
    ({"x-expires": 0}, ALL, invalid("x-expires", "{value_zero,0}")),
    ({"x-expires": LONGEST_TTL_MS + 1}, ALL, invalid("x-expires", "{value_too_large,315360000001}")),
    ({"x-message-ttl": LONGEST_TTL_MS + 1}, ALL, invalid("x-message-ttl", "{value_too_large,315360000001}")),
    ({"x-max-priority": 256}, ALL, invalid("x-max-priority", "{max_value_exceeded,256}")),
    ({"x-overflow": "bogus"}, ALL, invalid("x-overflow", "invalid_overflow")),
    (
        {"x-dead-letter-routing-key": ""},
        ALL,
        invalid("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined"),
    ),
    ({"x-queue-type": "bogus"}, ALL, invalid("x-queue-type", "\"unsupported queue type 'bogus'\"")),
    ({"x-queue-type": "Quorum"}, ALL, invalid("x-queue-type", "\"unsupported queue type 'Quorum'\"")),
    ({"x-queue-type": 1}, ALL, invalid("x-queue-type", "{unacceptable_type,signedint}")),
    ({"x-queue-type": ""}, ("3.10", "4.0"), invalid("x-queue-type", "\"unsupported queue type ''\"")),
    ({"x-queue-mode": "bogus"}, ("3.10", "4.0"), invalid("x-queue-mode", "\"unsupported queue mode 'bogus'\"")),
    ({"x-queue-mode": 1}, ("3.10", "4.0"), invalid("x-queue-mode", "{unacceptable_type,signedint}")),
    ({"x-queue-version": 1}, ("4.3",), invalid("x-queue-version", "\"unsupported queue version '1'\"")),
    ({"x-queue-version": 3}, ALL, invalid("x-queue-version", "\"unsupported queue version '3'\"")),
    ({"x-queue-master-locator": "bogus"}, ("3.10",), INTERNAL_ERROR),
    (
        {"x-queue-leader-locator": "bogus"},
        ("4.0", "4.3"),
        invalid("x-queue-leader-locator", "invalid_queue_locator_arg"),
    ),
    (
        {**QUORUM, "x-queue-leader-locator": "bogus"},
        ALL,
        invalid("x-queue-leader-locator", "invalid_queue_locator_arg"),
    ),
    (
        {**QUORUM, "x-queue-leader-locator": "min-masters"},
        ("3.10",),
        invalid("x-queue-leader-locator", "invalid_queue_locator_arg"),
    ),
    ({**QUORUM, "x-dead-letter-strategy": "x"}, ALL, invalid("x-dead-letter-strategy", "invalid_dlx_strategy")),
    ({**QUORUM, "x-quorum-initial-group-size": 0}, ALL, invalid("x-quorum-initial-group-size", "{value_zero,0}")),
    ({**QUORUM, "x-consumer-timeout": -1}, ("4.3",), invalid("x-consumer-timeout", "{value_negative,-1}")),
    (
        {**QUORUM, "x-consumer-disconnected-timeout": "1"},
        ("4.3",),
        invalid("x-consumer-disconnected-timeout", '"expected integer, got longstr"'),
    ),
    ({**STREAM, "x-initial-cluster-size": 0}, ALL, invalid("x-initial-cluster-size", "{value_zero,0}")),
    ({**STREAM, "x-max-age": "0D"}, ALL, invalid("x-max-age", "invalid_max_age")),
    ({**STREAM, "x-max-age": "5 days"}, ALL, invalid("x-max-age", "invalid_max_age")),
    ({**STREAM, "x-max-age": "1d"}, ALL, invalid("x-max-age", "invalid_max_age")),
    ({**STREAM, "x-max-age": "D1"}, ("3.10", "4.0"), INTERNAL_ERROR),
    ({**STREAM, "x-max-age": ""}, ("3.10", "4.0"), INTERNAL_ERROR),
    ({**STREAM, "x-max-age": "-1D"}, ("4.3",), invalid("x-max-age", "invalid_max_age")),
    (
        {**STREAM, "x-stream-max-segment-size-bytes": 3_000_000_001},
        ALL,
        "Exceeded max value for x-stream-max-segment-size-bytes",
    ),
    ({**STREAM, "x-stream-filter-size-bytes": 15}, ("4.0",), "Invalid value for  x-stream-filter-size-bytes"),
    ({**STREAM, "x-stream-filter-size-bytes": "x"}, ("4.0",), "Invalid value for  x-stream-filter-size-bytes"),
    ({**STREAM, "x-stream-filter-size-bytes": 256}, ("4.3",), "Invalid value for x-stream-filter-size-bytes"),
    (
        {**STREAM, "x-stream-filter-size-bytes": -1},
        ("4.3",),
        invalid("x-stream-filter-size-bytes", "{value_negative,-1}"),
    ),
]


@pytest.mark.parametrize(
    ("arguments", "version", "text"),
    [(arguments, version, text) for arguments, versions, text in REFUSED for version in versions],
)
def test_a_bad_value_is_refused_in_the_words_of_the_version(arguments, version, text):
    assert refusal(arguments, version) == text


ACCEPTED: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ALL),
    ({"x-message-ttl": 0, "x-max-length": 0, "x-max-length-bytes": 0, "x-max-priority": 0}, ALL),
    ({"x-message-ttl": LONGEST_TTL_MS, "x-expires": LONGEST_TTL_MS}, ALL),
    ({"x-max-length": 2**60, "x-max-length-bytes": 2**60, "x-max-priority": 255}, ALL),
    ({"x-dead-letter-exchange": "", "x-dead-letter-routing-key": ""}, ALL),
    ({"x-single-active-consumer": False, "x-overflow": "reject-publish-dlx"}, ALL),
    ({"x-unknown": object, "x-cancel-on-ha-failover": True, "x-quorum-target-group-size": "x"}, ALL),
    ({"x-queue-mode": "lazy", "x-queue-version": 2, "x-queue-type": "classic"}, ALL),
    ({"x-queue-version": 1}, ("3.10", "4.0")),
    ({"x-queue-mode": 1}, ("4.3",)),
    ({"x-queue-type": ""}, ("4.3",)),
    ({"x-queue-master-locator": "min-masters"}, ("3.10", "4.0")),
    ({"x-queue-master-locator": 1}, ("4.0",)),
    ({"x-queue-leader-locator": "balanced"}, ("4.0", "4.3")),
    ({"x-consumer-timeout": -1, "x-delayed-retry-type": 1, "x-stream-filter-size-bytes": 1}, ("3.10", "4.0")),
    ({**QUORUM, "x-delivery-limit": -1, "x-overflow": "reject-publish-dlx"}, ALL),
    ({**QUORUM, "x-delivery-limit": "1"}, ALL),
    ({**QUORUM, "x-delayed-retry-type": "bogus", "x-delayed-retry-min": -1, "x-delayed-retry-max": "x"}, ALL),
    ({**QUORUM, "x-consumer-timeout": -1}, ("3.10", "4.0")),
    ({**STREAM, "x-max-age": "01D", "x-stream-max-segment-size-bytes": 3_000_000_000}, ALL),
    ({**STREAM, "x-stream-filter-size-bytes": 1}, ("3.10",)),
    ({**STREAM, "x-stream-filter-size-bytes": 16}, ALL),
]


@pytest.mark.parametrize(
    ("arguments", "version"), [(arguments, version) for arguments, versions in ACCEPTED for version in versions]
)
def test_what_a_version_accepts_is_accepted(arguments, version):
    assert refusal(arguments, version) is None


# --- what a kind of queue does not have


@pytest.mark.parametrize(
    ("queue_type", "names", "versions"),
    [
        (
            "classic",
            ["delivery-limit", "dead-letter-strategy", "quorum-initial-group-size", "max-in-memory-length", "max-age"],
            ALL,
        ),
        ("classic", ["max-in-memory-bytes", "stream-max-segment-size-bytes", "initial-cluster-size"], ALL),
        ("classic", ["queue-leader-locator"], ("3.10",)),
        ("classic", ["stream-filter-size-bytes", "consumer-timeout", "delayed-retry-type"], ("4.3",)),
        ("quorum", ["max-priority", "queue-mode", "queue-version", "queue-master-locator", "max-age"], ALL),
        ("quorum", ["stream-filter-size-bytes"], ("4.3",)),
        ("stream", ["message-ttl", "expires", "max-length", "overflow", "single-active-consumer"], ALL),
        ("stream", ["dead-letter-routing-key", "max-priority", "delivery-limit", "queue-master-locator"], ALL),
        ("stream", ["consumer-timeout", "consumer-disconnected-timeout", "delayed-retry-min"], ("4.3",)),
    ],
)
def test_an_argument_of_another_kind_of_queue_is_refused_whatever_its_value(queue_type, names, versions):
    for version in versions:
        for name in names:
            for value in (1, "text", None):
                table = {**with_type(queue_type), f"x-{name}": value}
                assert refusal(table, version) == unsupported(f"x-{name}", queue_type)


@pytest.mark.parametrize("version", ALL)
def test_a_stream_has_no_dead_letter_exchange(version):
    table = {**STREAM, "x-dead-letter-exchange": "dlx"}
    assert refusal(table, version) == unsupported("x-dead-letter-exchange", "stream")


def test_a_queue_supports_no_argument_twice_and_its_type_always():
    for queue_type in QUEUE_KINDS:
        for profile in PROFILES.values():
            names = supported_arguments(queue_type, profile)
            assert len(names) == len(set(names))
            assert "x-queue-type" in names


# --- properties


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("queue_type", ["quorum", "stream"])
def test_a_replicated_queue_is_durable_shared_and_lasting_checked_in_reverse(version, queue_type):
    table = with_type(queue_type)
    assert refusal(table, version, durable=False, exclusive=True, auto_delete=True) == (
        f"invalid property 'auto-delete' {WHERE}"
    )
    assert refusal(table, version, durable=False, exclusive=True) == f"invalid property 'exclusive-owner' {WHERE}"
    assert refusal(table, version, durable=False) == f"invalid property 'non-durable' {WHERE}"


@pytest.mark.parametrize("version", ALL)
def test_a_classic_queue_may_have_any_properties(version):
    for durable in (False, True):
        for exclusive in (False, True):
            for auto_delete in (False, True):
                properties = {"durable": durable, "exclusive": exclusive, "auto_delete": auto_delete}
                assert refusal({"x-max-length": 1}, version, **properties) is None


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("queue_type", ["quorum", "stream"])
def test_a_replicated_queue_needs_a_name_before_anything_else(version, queue_type):
    table = with_type(queue_type, dead_letter_exchange=1)
    assert refusal(table, version, queue="", durable=False) == (
        f"Cannot declare a server-named queue for type rabbit_{queue_type}_queue"
    )


@pytest.mark.parametrize(
    ("queue_type", "expected"),
    [
        ("bogus", {"3.10": INTERNAL_ERROR, "4.0": INTERNAL_ERROR, "4.3": "unknown queue type 'bogus'"}),
        ("", {"3.10": INTERNAL_ERROR, "4.0": INTERNAL_ERROR, "4.3": None}),
        (1, {"3.10": INTERNAL_ERROR, "4.0": INTERNAL_ERROR, "4.3": INTERNAL_ERROR}),
        ("classic", {"3.10": None, "4.0": None, "4.3": None}),
    ],
)
def test_a_server_named_queue_of_an_unknown_type_crashes_older_versions(queue_type, expected):
    assert {version: refusal({"x-queue-type": queue_type}, version, queue="") for version in ALL} == expected


def test_a_queue_master_locator_is_a_deprecated_feature_of_4_3_and_refused_last():
    with pytest.raises(InternalError) as error:
        declared({"x-queue-master-locator": "min-masters"}, "4.3")
    assert error.value.reply_text == (
        "INTERNAL_ERROR - Feature `queue_master_locator` is deprecated.\n"
        "By default, this feature is not permitted anymore.\n"
        "The feature will be removed from a future major RabbitMQ version, regardless of the configuration; actual "
        "version to be determined.\nTo con..."
    )
    both = {"x-queue-master-locator": "min-masters", "x-max-age": "1D"}
    assert refusal(both, "4.3") == unsupported("x-max-age", "classic")


# --- order

EVERYTHING_WRONG = {
    "x-expires": -1,
    "x-message-ttl": -1,
    "x-dead-letter-exchange": "dlx",
    "x-dead-letter-routing-key": 1,
    "x-max-length": -1,
    "x-max-length-bytes": -1,
    "x-max-priority": -1,
    "x-overflow": 1,
    "x-queue-mode": 1,
    "x-queue-version": -1,
    "x-single-active-consumer": 1,
    "x-queue-leader-locator": 1,
    "x-delivery-limit": "a",
    "x-dead-letter-strategy": 1,
    "x-quorum-initial-group-size": 0,
    "x-max-in-memory-length": -1,
    "x-max-in-memory-bytes": -1,
    "x-consumer-timeout": -1,
    "x-max-age": 1,
    "x-stream-max-segment-size-bytes": -1,
    "x-initial-cluster-size": -1,
    "x-stream-filter-size-bytes": -1,
    "x-consumer-disconnected-timeout": -1,
    "x-delayed-retry-type": 1,
}

ORDER = {
    ("3.10", "classic"): "queue-type expires message-ttl dead-letter-routing-key max-length max-length-bytes "
    "max-priority overflow queue-mode queue-version single-active-consumer | queue-leader-locator delivery-limit "
    "dead-letter-strategy quorum-initial-group-size max-in-memory-length max-in-memory-bytes max-age "
    "stream-max-segment-size-bytes initial-cluster-size",
    ("4.0", "classic"): "queue-type expires message-ttl dead-letter-routing-key max-length max-length-bytes "
    "max-priority overflow queue-mode queue-version single-active-consumer queue-leader-locator | delivery-limit "
    "dead-letter-strategy quorum-initial-group-size max-in-memory-length max-in-memory-bytes max-age "
    "stream-max-segment-size-bytes initial-cluster-size",
    ("4.3", "classic"): "queue-type expires message-ttl dead-letter-routing-key max-length max-length-bytes "
    "max-priority overflow queue-version single-active-consumer queue-leader-locator | delivery-limit "
    "dead-letter-strategy quorum-initial-group-size max-in-memory-length max-in-memory-bytes consumer-timeout max-age "
    "stream-max-segment-size-bytes initial-cluster-size stream-filter-size-bytes consumer-disconnected-timeout "
    "delayed-retry-type",
    ("3.10", "quorum"): "queue-type expires message-ttl dead-letter-routing-key dead-letter-strategy max-length "
    "max-length-bytes max-in-memory-length max-in-memory-bytes overflow single-active-consumer "
    "quorum-initial-group-size queue-leader-locator | max-priority queue-mode queue-version max-age "
    "stream-max-segment-size-bytes initial-cluster-size",
    ("4.0", "quorum"): "queue-type expires message-ttl dead-letter-routing-key dead-letter-strategy max-length "
    "max-length-bytes max-in-memory-length max-in-memory-bytes overflow single-active-consumer "
    "quorum-initial-group-size queue-leader-locator | max-priority queue-mode queue-version max-age "
    "stream-max-segment-size-bytes initial-cluster-size",
    ("4.3", "quorum"): "queue-type expires message-ttl dead-letter-routing-key dead-letter-strategy max-length "
    "max-length-bytes max-in-memory-length max-in-memory-bytes overflow single-active-consumer consumer-timeout "
    "consumer-disconnected-timeout quorum-initial-group-size queue-leader-locator | max-priority queue-mode "
    "queue-version max-age stream-max-segment-size-bytes initial-cluster-size stream-filter-size-bytes",
    ("3.10", "stream"): "queue-type max-length-bytes max-age stream-max-segment-size-bytes initial-cluster-size "
    "queue-leader-locator | expires message-ttl dead-letter-exchange dead-letter-routing-key max-length max-priority "
    "overflow queue-mode queue-version single-active-consumer delivery-limit dead-letter-strategy "
    "quorum-initial-group-size max-in-memory-length max-in-memory-bytes",
    ("4.0", "stream"): "queue-type max-length-bytes max-age stream-max-segment-size-bytes initial-cluster-size "
    "queue-leader-locator | expires message-ttl dead-letter-exchange dead-letter-routing-key max-length max-priority "
    "overflow queue-mode queue-version single-active-consumer delivery-limit dead-letter-strategy "
    "quorum-initial-group-size max-in-memory-length max-in-memory-bytes stream-filter-size-bytes",
    ("4.3", "stream"): "queue-type max-length-bytes max-age stream-max-segment-size-bytes stream-filter-size-bytes "
    "initial-cluster-size queue-leader-locator | expires message-ttl dead-letter-exchange dead-letter-routing-key "
    "max-length max-priority overflow queue-mode queue-version single-active-consumer delivery-limit "
    "dead-letter-strategy quorum-initial-group-size max-in-memory-length max-in-memory-bytes consumer-timeout "
    "consumer-disconnected-timeout delayed-retry-type",
}


@pytest.mark.parametrize(("version", "queue_type"), ORDER)
def test_the_first_of_several_faults_is_the_one_rabbitmq_reports(version, queue_type):
    """One fault after the other is mended as it is reported. What follows the bar is not supported at all."""
    table: dict[str, Any] = {**EVERYTHING_WRONG, "x-queue-type": 5}
    reported = []
    while (text := refusal(table, version)) is not None:
        name = next(name for name in sorted(table, key=len, reverse=True) if name in text)
        reported.append(name.removeprefix("x-"))
        if name == "x-queue-type":
            table[name] = queue_type
        else:
            del table[name]
    assert reported == ORDER[version, queue_type].replace("| ", "").split()


@pytest.mark.parametrize(
    ("version", "first"), [("3.10", "x-max-age"), ("4.0", "x-delivery-limit"), ("4.3", "x-delivery-limit")]
)
def test_without_a_type_rabbitmq_4_reports_unsupported_arguments_by_name(version, first):
    table = {"x-max-age": "1D", "x-delivery-limit": 5}
    assert refusal(table, version) == unsupported(first, "classic")
    assert refusal({**table, "x-queue-type": "classic"}, version) == unsupported("x-max-age", "classic")


@pytest.mark.parametrize("version", ALL)
def test_the_dead_letter_exchange_is_looked_at_before_the_type_and_arguments_before_properties(version):
    table = {"x-queue-type": "bogus", "x-dead-letter-exchange": 1}
    assert "x-dead-letter-exchange" in str(refusal(table, version))
    table = {**QUORUM, "x-max-priority": 1}
    assert refusal(table, version, durable=False) == unsupported("x-max-priority", "quorum")


# --- meaning


def test_times_are_microseconds_and_limits_as_given():
    arguments = {
        "x-message-ttl": 1_500,
        "x-expires": 60_000,
        "x-max-length": 10,
        "x-max-length-bytes": 1_000,
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "dead",
        "x-max-priority": 5,
        "x-single-active-consumer": True,
    }
    assert declared(arguments, "4.3") == QueueArguments(
        message_ttl_us=1_500_000,
        expires_us=60_000_000,
        max_length=10,
        max_bytes=1_000,
        overflow="reject-publish",
        dead_letter_exchange="",
        dead_letter_routing_key="dead",
        max_priority=5,
        single_active_consumer=True,
    )


@pytest.mark.parametrize("version", ALL)
def test_no_arguments_are_a_classic_queue_without_limits(version):
    assert declared({}, version) == declared({}, version, queue="") == QueueArguments()


def test_an_empty_queue_type_is_the_default_one():
    assert declared({"x-queue-type": ""}, "4.3").queue_type == "classic"


def test_a_delivery_limit_that_is_no_integer_means_the_default():
    assert declared({**QUORUM, "x-delivery-limit": "1"}, "4.3").delivery_limit is None
    assert declared({**QUORUM, "x-delivery-limit": -1}, "4.3").delivery_limit == -1
    assert declared({**QUORUM, "x-dead-letter-strategy": "at-least-once"}, "4.3") == QueueArguments(
        queue_type="quorum", dead_letter_strategy="at-least-once"
    )


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        ("1Y", 31_536_000_000),
        ("1M", 2_592_000_000),
        ("2D", 172_800_000),
        ("7h", 25_200_000),
        ("10m", 600_000),
        ("10s", 10_000),
        ("0D", 0),
        *((value, None) for value in ("D", "1.5D", "1DD", "1", "")),
    ],
)
def test_a_maximum_age_is_a_number_and_a_unit(value, milliseconds):
    assert parse_max_age(value) == milliseconds


# --- exchanges


@pytest.mark.parametrize("word", A_VALUE_OF_EVERY_TYPE)
def test_the_alternate_exchange_must_be_a_string(word):
    table = {"alternate-exchange": A_VALUE_OF_EVERY_TYPE[word]}
    if word == "longstr":
        check_exchange_arguments("x", "/", table)
    else:
        with pytest.raises(AMQPError) as error:
            check_exchange_arguments("x", "/", table)
        assert str(error.value) == f"invalid type '{word}' for arg 'alternate-exchange' in exchange 'x' in vhost '/'"


def test_other_exchange_arguments_are_not_looked_at():
    check_exchange_arguments("x", "/", {"x-anything": object()})


# --- consumers


def consumed(table: dict[str, Any], queue_type: str, version: str) -> int | str:
    """The priority, or the text of the refusal."""
    try:
        return check_consume_arguments(queue_type, "q", "/", table, PROFILES[version])
    except AMQPError as error:
        return str(error)


CONSUMER_ARGUMENTS: list[tuple[str, dict[str, Any], tuple[str, ...], int | str]] = [
    ("classic", {}, ALL, 0),
    ("classic", {"x-unknown": 1}, ALL, 0),
    ("classic", {"x-priority": -(2**40)}, ALL, -(2**40)),
    ("quorum", {"x-priority": 10, "x-unknown": 1}, ALL, 10),
    ("classic", {"x-priority": "1"}, ALL, invalid("x-priority", '"expected integer, got longstr"')),
    ("quorum", {"x-priority": True}, ALL, invalid("x-priority", '"expected integer, got bool"')),
    ("stream", {"x-priority": 1}, ALL, unsupported("x-priority", "stream")),
    ("classic", {"x-stream-offset": 1}, ALL, unsupported("x-stream-offset", "classic")),
    ("quorum", {"x-stream-offset": "first"}, ALL, unsupported("x-stream-offset", "quorum")),
    ("stream", {"x-stream-offset": "first"}, ALL, 0),
    ("classic", {"x-stream-filter": "a"}, ("3.10",), 0),
    ("classic", {"x-stream-filter": "a"}, ("4.0", "4.3"), unsupported("x-stream-filter", "classic")),
    ("quorum", {"x-stream-match-unfiltered": 1}, ("4.0",), unsupported("x-stream-match-unfiltered", "quorum")),
    ("classic", {"x-cancel-on-ha-failover": False}, ALL, 0),
    (
        "classic",
        {"x-cancel-on-ha-failover": 1},
        ("3.10",),
        invalid("x-cancel-on-ha-failover", "{unacceptable_type,signedint}"),
    ),
    ("classic", {"x-cancel-on-ha-failover": 1}, ("4.0", "4.3"), 0),
    ("quorum", {"x-cancel-on-ha-failover": True}, ("3.10",), unsupported("x-cancel-on-ha-failover", "quorum")),
    ("quorum", {"x-cancel-on-ha-failover": True}, ("4.0", "4.3"), 0),
    ("classic", {"x-consumer-timeout": 1}, ("3.10", "4.0"), 0),
    ("classic", {"x-consumer-timeout": 1}, ("4.3",), unsupported("x-consumer-timeout", "classic")),
    ("quorum", {"x-consumer-timeout": 0}, ALL, 0),
    ("quorum", {"x-consumer-timeout": -1}, ("4.3",), invalid("x-consumer-timeout", "{value_negative,-1}")),
    ("quorum", {"x-consumer-timeout": -1}, ("3.10", "4.0"), 0),
    # Values come before arguments of other kinds, and those in the order of the table.
    (
        "classic",
        {"x-stream-offset": 1, "x-priority": "1"},
        ALL,
        invalid("x-priority", '"expected integer, got longstr"'),
    ),
    (
        "quorum",
        {"x-cancel-on-ha-failover": True, "x-stream-offset": 1},
        ("3.10",),
        unsupported("x-cancel-on-ha-failover", "quorum"),
    ),
    (
        "quorum",
        {"x-stream-offset": 1, "x-cancel-on-ha-failover": True},
        ("3.10",),
        unsupported("x-stream-offset", "quorum"),
    ),
]


@pytest.mark.parametrize(
    ("queue_type", "table", "version", "expected"),
    [
        (queue_type, table, version, expected)
        for queue_type, table, versions, expected in CONSUMER_ARGUMENTS
        for version in versions
    ],
)
def test_a_consumer_has_the_priority_it_asks_for_or_is_refused(queue_type, table, version, expected):
    assert consumed(table, queue_type, version) == expected


# --- messages


def expiration(value: str, version: str = "4.3") -> int | str:
    try:
        return parse_expiration(value, PROFILES[version])
    except AMQPError as error:
        return str(error)


@given(st.integers(0, LONGEST_TTL_MS), st.integers(0, 3))
def test_an_expiration_is_milliseconds_in_decimal_digits(milliseconds, zeros):
    assert expiration("0" * zeros + str(milliseconds)) == milliseconds * 1_000


@pytest.mark.parametrize(("value", "microseconds"), [("+5", 5_000), ("-0", 0), ("007", 7_000)])
def test_a_sign_that_changes_nothing_is_fine(value, microseconds):
    assert expiration(value) == microseconds


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "no_integer"),
        ("abc", "no_integer"),
        (" 5", "no_integer"),
        ("+", "no_integer"),
        ("--5", "no_integer"),
        ("٣", "no_integer"),
        ("5 ", '{leftover_string," "}'),
        ("1.5", '{leftover_string,".5"}'),
        ("1e3", '{leftover_string,"e3"}'),
        ("0x10", '{leftover_string,"x10"}'),
        ("-5x", '{leftover_string,"x"}'),
        ("5\n", '{leftover_string,"\\n"}'),
        ('5"x', '{leftover_string,"\\"x"}'),
        ("5\x01", "{leftover_string,[1]}"),
        ("5日", "{leftover_string,[230,151,165]}"),
        ("5" + "a" * 15, '{leftover_string,"aaaaaaaaaaaaaaa"}'),
        ("5" + "a" * 18, "{leftover_string,\n" + 43 * " " + '"aaaaaaaaaaaaaaaaaa"}'),
        ("-1", "{value_negative,-1}"),
        ("315360000001", "{value_too_large,315360000001}"),
        ("9" * 18, "{value_too_large,999999999999999999}"),
        ("9" * 19, "{value_too_large,\n" + 43 * " " + "9999999999999999999}"),
        ("9" * 20, "{value_too_large,\n" + 44 * " " + "99999999999999999999}"),
        ("-" + "9" * 18, "{value_negative,-999999999999999999}"),
        ("-" + "9" * 19, "{value_negative,\n" + 44 * " " + "-9999999999999999999}"),
    ],
)
def test_another_expiration_is_refused(version, value, problem):
    """A term that would not fit on a line of 80 is broken as Erlang breaks it."""
    assert expiration(value, version) == f"invalid expiration '{value}': {problem}"


@pytest.mark.parametrize(("version", "leftover"), [("3.10", "é"), ("4.0", "Ã©"), ("4.3", "Ã©")])
def test_what_is_left_over_is_read_as_latin_1(version, leftover):
    assert expiration("5é", version) == f"invalid expiration '5é': {{leftover_string,\"{leftover}\"}}"


def test_cc_and_bcc_add_the_strings_in_their_lists():
    assert parse_copies({"CC": ["a", 1, None, b"b", "c"], "BCC": ["d"], "cc": ["e"]}) == ("a", "c", "d")
    assert parse_copies({"BCC": ["d"], "CC": ["a"]}) == ("a", "d")
    assert parse_copies({"CC": []}) == parse_copies({}) == ()


@pytest.mark.parametrize("name", ["CC", "BCC"])
@pytest.mark.parametrize("word", [word for word in A_VALUE_OF_EVERY_TYPE if word != "array"])
def test_cc_and_bcc_must_be_lists(name, word):
    with pytest.raises(AMQPError) as error:
        parse_copies({name: A_VALUE_OF_EVERY_TYPE[word]})
    assert str(error.value) == f'invalid message: {{unacceptable_type_in_header,"{name}",{word}}}'


def test_of_two_bad_headers_cc_is_reported():
    with pytest.raises(AMQPError, match='"CC"'):
        parse_copies({"BCC": 1, "CC": 2})


# --- the default queue type


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("flags", "gets_it"),
    [
        ({"durable": True}, True),
        ({}, False),
        ({"durable": True, "exclusive": True}, False),
        ({"durable": True, "auto_delete": True}, False),
        ({"durable": True, "arguments": {"x-queue-type": "classic"}}, False),
    ],
)
def test_a_default_type_is_added_to_durable_shared_and_lasting_queues(version, flags, gets_it):
    declaration = DeclareQueue((1, 1), "q", **flags)
    typed = with_queue_type(declaration, "quorum", PROFILES[version])
    assert (typed.arguments.get("x-queue-type") == "quorum") == (gets_it and version != "3.10")
    assert with_queue_type(declaration, "classic", PROFILES[version]) is declaration


def test_4_3_takes_an_empty_type_for_the_default():
    declaration = DeclareQueue((1, 1), "q", arguments={"x-queue-type": "", "x-expires": 5})
    assert with_queue_type(declaration, "quorum", PROFILES["4.3"]).arguments == {**QUORUM, "x-expires": 5}
    assert with_queue_type(declaration, "quorum", PROFILES["4.0"]) is declaration


def test_a_default_that_is_no_type_crashes_4_0():
    with pytest.raises(InternalError):
        with_queue_type(DeclareQueue((1, 1), "q"), "weird", PROFILES["4.0"])
