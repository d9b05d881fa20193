"""Arguments of declarations, consumers and messages: what they must be and what they mean.

Everything here was read off RabbitMQ 3.10.8, 4.0.5 and 4.3.6; where they differ, the difference is in `Profile`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, cast

import attrs

from fakeamqp.model.commands import DeclareQueue
from fakeamqp.model.deprecated import check_permitted
from fakeamqp.model.erlang import erlang_charlist, erlang_string, erlang_term, erlang_tuple
from fakeamqp.model.errors import InternalError, PreconditionFailed
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table, Timestamp, type_word

LONGEST_TTL_MS = 315_360_000_000
"""Ten years of 365 days: the largest `x-message-ttl`, `x-expires` and `expiration`."""

DEFAULT_SEGMENT = 500_000_000
"""Size at which a stream begins a new segment unless `x-stream-max-segment-size-bytes` says otherwise, in bytes."""

LARGEST_SEGMENT = 3_000_000_000
"""The largest `x-stream-max-segment-size-bytes`, in bytes."""

FILTER_SIZES = range(16, 256)
"""What `x-stream-filter-size-bytes` may be, in bytes."""

_US_PER_MS = 1_000

# --- what each kind of queue supports


@attrs.frozen
class QueueKind:
    """One value of `x-queue-type`.

    erlang_name: what error texts call it.
    supports: the arguments it has, in the order in which a redeclare compares them.
    replicated: must be durable, not exclusive and not auto-delete, and have a name.
    """

    erlang_name: str
    supports: tuple[str, ...]
    replicated: bool


QUEUE_KINDS: dict[str, QueueKind] = {
    "classic": QueueKind(
        "rabbit_classic_queue",
        (
            "x-expires",
            "x-message-ttl",
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-max-length",
            "x-max-length-bytes",
            "x-max-priority",
            "x-overflow",
            "x-queue-mode",
            "x-queue-version",
            "x-single-active-consumer",
            "x-queue-type",
            "x-queue-master-locator",
            "x-queue-leader-locator",
        ),
        replicated=False,
    ),
    "quorum": QueueKind(
        "rabbit_quorum_queue",
        (
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-dead-letter-strategy",
            "x-expires",
            "x-max-length",
            "x-max-length-bytes",
            "x-max-in-memory-length",
            "x-max-in-memory-bytes",
            "x-overflow",
            "x-single-active-consumer",
            "x-queue-type",
            "x-quorum-initial-group-size",
            "x-delivery-limit",
            "x-message-ttl",
            "x-queue-leader-locator",
            "x-consumer-disconnected-timeout",
            "x-consumer-timeout",
            "x-delayed-retry-type",
            "x-delayed-retry-min",
            "x-delayed-retry-max",
        ),
        replicated=True,
    ),
    "stream": QueueKind(
        "rabbit_stream_queue",
        (
            "x-max-length-bytes",
            "x-queue-type",
            "x-max-age",
            "x-stream-max-segment-size-bytes",
            "x-stream-filter-size-bytes",
            "x-initial-cluster-size",
            "x-queue-leader-locator",
        ),
        replicated=True,
    ),
}

_NAMED_ARGUMENTS = frozenset(name for kind in QUEUE_KINDS.values() for name in kind.supports)


def supported_arguments(queue_type: str, profile: Profile) -> tuple[str, ...]:
    """The arguments a kind of queue has in a version, in the order in which a redeclare compares them."""
    names = QUEUE_KINDS[queue_type].supports
    if queue_type == "classic" and not profile.classic_takes_leader_locator:
        names = tuple(name for name in names if name != "x-queue-leader-locator")
    return tuple(name for name in names if name not in profile.unknown_queue_arguments)


# --- the values of queue arguments


@attrs.frozen
class QueueArguments:
    """What the arguments of a queue mean, in the model's own units. The defaults are those of an empty table.

    queue_type: `classic`, `quorum` or `stream`.
    message_ttl_us: age at which a message expires, in microseconds; 0 unless delivered at once; None never.
    expires_us: how long the queue lives unused, in microseconds; None for ever.
    max_length, max_bytes: ready messages and the sum of their sizes in bytes; None is unlimited.
    overflow: `drop-head`, `reject-publish` or `reject-publish-dlx`; None is not given, which means `drop-head`.
    dead_letter_exchange: its name, `""` for the default exchange; None does not dead-letter.
    dead_letter_routing_key: replaces the keys of a dead letter; None keeps them.
    dead_letter_strategy: `at-most-once` or `at-least-once`; None is not given, which means the former.
    max_priority: the highest priority that counts; None ignores priorities.
    single_active_consumer: all but one consumer wait.
    delivery_limit: how many counted returns a message of a quorum queue survives, negative ones as given; None is the
        version's default.
    consumer_timeout_us: how long a delivery may be held unacked, in microseconds; None is the broker's default.
    delayed_retry_type: what of that which comes back is delayed: `all`, `failed` or `returned`; anything else nothing.
    delayed_retry_min_us, delayed_retry_max_us: for how long, in microseconds; None, or 0 and less, is not given.
    max_age_us: age at which a stream may let go of messages, in microseconds; None keeps them.
    segment_bytes: size at which a stream begins a new segment, in bytes.
    """

    queue_type: str = "classic"
    message_ttl_us: int | None = None
    expires_us: int | None = None
    max_length: int | None = None
    max_bytes: int | None = None
    overflow: str | None = None
    dead_letter_exchange: str | None = None
    dead_letter_routing_key: str | None = None
    dead_letter_strategy: str | None = None
    max_priority: int | None = None
    single_active_consumer: bool = False
    delivery_limit: int | None = None
    consumer_timeout_us: int | None = None
    delayed_retry_type: str | None = None
    delayed_retry_min_us: int | None = None
    delayed_retry_max_us: int | None = None
    max_age_us: int | None = None
    segment_bytes: int = DEFAULT_SEGMENT

    @classmethod
    def of(cls, table: Table) -> QueueArguments:
        """The meaning of a table that has been checked."""
        if not table:
            return NO_ARGUMENTS
        # These are not checked, or not in all versions: RabbitMQ ignores what is no integer.
        limit, timeout = table.get("x-delivery-limit"), table.get("x-consumer-timeout")
        kind, least, most = (table.get(f"x-delayed-retry-{what}") for what in ("type", "min", "max"))
        return cls(
            queue_type=table.get("x-queue-type") or "classic",
            message_ttl_us=microseconds(table.get("x-message-ttl")),
            expires_us=microseconds(table.get("x-expires")),
            max_length=table.get("x-max-length"),
            max_bytes=table.get("x-max-length-bytes"),
            overflow=table.get("x-overflow"),
            dead_letter_exchange=table.get("x-dead-letter-exchange"),
            dead_letter_routing_key=table.get("x-dead-letter-routing-key"),
            dead_letter_strategy=table.get("x-dead-letter-strategy"),
            max_priority=table.get("x-max-priority"),
            single_active_consumer=table.get("x-single-active-consumer", False),
            delivery_limit=limit if is_integer(limit) else None,
            consumer_timeout_us=microseconds(timeout) if is_integer(timeout) else None,
            delayed_retry_type=kind if isinstance(kind, str) else None,
            delayed_retry_min_us=microseconds(least) if is_integer(least) else None,
            delayed_retry_max_us=microseconds(most) if is_integer(most) else None,
            max_age_us=microseconds(parse_max_age(table.get("x-max-age", ""))),
            segment_bytes=table.get("x-stream-max-segment-size-bytes", DEFAULT_SEGMENT),
        )


NO_ARGUMENTS = QueueArguments()


def check_queue_arguments(
    queue: str, vhost: str, declaration: DeclareQueue, profile: Profile, *, server_named: bool = False
) -> QueueArguments:
    """What the arguments of a new queue mean, in RabbitMQ's order of checks; properties its type refuses come last.

    queue: its name; server_named: the broker chose it.

    Raises PreconditionFailed for a value, an argument or a property the queue's type does not take, and InternalError
    where RabbitMQ crashes on it.
    """
    table = declaration.arguments
    if not table:
        _check_deprecated(declaration, profile)
        return NO_ARGUMENTS
    if server_named:
        _check_server_named(table, profile)
    check_dead_letter_exchange(queue, vhost, table)
    where = f"for queue '{queue}' in vhost '{vhost}'"
    kind = _check_type(where, table, profile)
    _check_values(where, kind, table, profile)
    _check_supported(where, kind, table, profile)
    _check_deprecated(declaration, profile)
    _check_properties(where, kind, declaration)
    _check_stream_filter(kind, table, profile)
    _check_master_locator(kind, table, profile)
    return QueueArguments.of(table)


def with_queue_type(declaration: DeclareQueue, default: str, profile: Profile) -> DeclareQueue:
    """The declaration of a queue with the type that RabbitMQ 4 adds where none is given.

    default: that of the virtual host. Only durable queues that are neither exclusive nor auto-delete get it; on 4.3
    also whatever is declared with an empty type. Raises InternalError for a default that is no type.
    """
    table = declaration.arguments
    if default == "classic" or not profile.has_default_queue_type or table.get("x-queue-type"):
        return declaration
    if "x-queue-type" not in table:
        if default not in QUEUE_KINDS:
            raise InternalError
        if not declaration.durable or declaration.exclusive or declaration.auto_delete:
            return declaration
    elif table["x-queue-type"] != "" or not profile.accepts_empty_queue_type:
        return declaration
    return attrs.evolve(declaration, arguments=dict(sorted({**table, "x-queue-type": default}.items())))


def check_dead_letter_exchange(queue: str, vhost: str, table: Table) -> None:
    """The first check of a new queue's arguments; those of permissions come between it and all others.

    Raises PreconditionFailed if the name of the exchange is no string.
    """
    _check_name("x-dead-letter-exchange", f"queue '{queue}' in vhost '{vhost}'", table)


def _check_server_named(table: Table, profile: Profile) -> None:
    queue_type = table.get("x-queue-type", "classic")
    if queue_type == "" and profile.accepts_empty_queue_type:
        return
    kind = QUEUE_KINDS.get(queue_type) if isinstance(queue_type, str) else None
    if kind is None:
        if isinstance(queue_type, str) and profile.names_unknown_queue_type:
            raise PreconditionFailed(f"unknown queue type '{queue_type}'")
        raise InternalError
    if kind.replicated:
        raise PreconditionFailed(f"Cannot declare a server-named queue for type {kind.erlang_name}")


def _check_type(where: str, table: Table, profile: Profile) -> str:
    queue_type = table.get("x-queue-type", "classic")
    if not isinstance(queue_type, str):
        raise _invalid("x-queue-type", where, _unacceptable(queue_type))
    if queue_type == "" and profile.accepts_empty_queue_type:
        return "classic"
    if queue_type not in QUEUE_KINDS:
        raise _invalid("x-queue-type", where, erlang_string(f"unsupported queue type '{queue_type}'"))
    return queue_type


def _check_values(where: str, queue_type: str, table: Table, profile: Profile) -> None:
    supported = supported_arguments(queue_type, profile)
    for name, check in _CHECKS.items():
        if name in table and name in supported:
            complaint = check(table[name], table, profile)
            if complaint is not None:
                raise _invalid(name, where, complaint)


def _check_supported(where: str, queue_type: str, table: Table, profile: Profile) -> None:
    supported = supported_arguments(queue_type, profile)
    # RabbitMQ 4 adds the type to a table that is without, and sorts it by name as it does so.
    sorts = profile.stores_queue_type and "x-queue-type" not in table
    for name in sorted(table) if sorts else table:
        if name in _NAMED_ARGUMENTS and name not in supported and name not in profile.unknown_queue_arguments:
            raise PreconditionFailed(
                f"invalid arg '{name}' {where} of queue type {QUEUE_KINDS[queue_type].erlang_name}"
            )


def _check_properties(where: str, queue_type: str, declaration: DeclareQueue) -> None:
    if not QUEUE_KINDS[queue_type].replicated:
        return
    for refused, name in (
        (declaration.auto_delete, "auto-delete"),
        (declaration.exclusive, "exclusive-owner"),
        (not declaration.durable, "non-durable"),
    ):
        if refused:
            raise PreconditionFailed(f"invalid property '{name}' {where}")


def _check_stream_filter(queue_type: str, table: Table, profile: Profile) -> None:
    """RabbitMQ 4.0 looks at the size of the filter last, 4.3 as one argument among others, 3.10 not at all."""
    name = "x-stream-filter-size-bytes"
    if queue_type == "stream" and name in table and profile.checks_stream_filter_last:
        _check_filter_size(table[name], " ")


def _check_deprecated(declaration: DeclareQueue, profile: Profile) -> None:
    if not declaration.durable and not declaration.exclusive:
        check_permitted("transient_nonexcl_queues", profile)


def _check_master_locator(queue_type: str, table: Table, profile: Profile) -> None:
    if queue_type == "classic" and "x-queue-master-locator" in table:
        check_permitted("queue_master_locator", profile)


# Each check answers what is wrong with a value, in RabbitMQ's words, or None.
_Check = Callable[[Any, Table, Profile], "str | None"]


def is_integer(value: object) -> bool:
    """True for a whole number; a bool is none, nor is a timestamp."""
    return isinstance(value, int) and not isinstance(value, bool | Timestamp)


def _unacceptable(value: object) -> str:
    return f"{{unacceptable_type,{type_word(value)}}}"


def _integer(value: Any, table: Table, profile: Profile) -> str | None:
    if not is_integer(value):
        return f'"expected integer, got {type_word(value)}"'
    return f"{{value_negative,{value}}}" if value < 0 else None


def _positive(value: Any, table: Table, profile: Profile) -> str | None:
    return _integer(value, table, profile) or ("{value_zero,0}" if value == 0 else None)


def _ttl(value: Any, table: Table, profile: Profile) -> str | None:
    return _integer(value, table, profile) or (f"{{value_too_large,{value}}}" if value > LONGEST_TTL_MS else None)


def _expires(value: Any, table: Table, profile: Profile) -> str | None:
    return _positive(value, table, profile) or _ttl(value, table, profile)


def _priority(value: Any, table: Table, profile: Profile) -> str | None:
    return _integer(value, table, profile) or (f"{{max_value_exceeded,{value}}}" if value > 255 else None)


def _boolean(value: Any, table: Table, profile: Profile) -> str | None:
    return None if isinstance(value, bool) else _unacceptable(value)


def _one_of(complaint: str, *words: str) -> _Check:
    def check(value: Any, table: Table, profile: Profile) -> str | None:
        if not isinstance(value, str):
            return _unacceptable(value)
        return None if value in words else complaint

    return check


def _dead_letter_routing_key(value: Any, table: Table, profile: Profile) -> str | None:
    if not isinstance(value, str):
        return _unacceptable(value)
    return None if "x-dead-letter-exchange" in table else "routing_key_but_no_dlx_defined"


def _queue_mode(value: Any, table: Table, profile: Profile) -> str | None:
    if not profile.checks_queue_mode:
        return None
    return _one_of(erlang_string(f"unsupported queue mode '{value}'"), "default", "lazy")(value, table, profile)


def _queue_version(value: Any, table: Table, profile: Profile) -> str | None:
    complaint = _integer(value, table, profile)
    if complaint is None and value not in profile.queue_versions:
        return erlang_string(f"unsupported queue version '{value}'")
    return complaint


def _leader_locator(value: Any, table: Table, profile: Profile) -> str | None:
    return _one_of("invalid_queue_locator_arg", *profile.leader_locators)(value, table, profile)


def _master_locator(value: Any, table: Table, profile: Profile) -> str | None:
    if profile.crashes_on_master_locator and value not in ("client-local", "random", "min-masters"):
        raise InternalError
    return None


_MAX_AGE = re.compile("([0-9]+)([YMDhms])")
_MS_PER_UNIT = {"Y": 31_536_000_000, "M": 2_592_000_000, "D": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}


def parse_max_age(value: str) -> int | None:
    """`x-max-age` in milliseconds; None if it is not a number and a unit of Y (365 days), M (30 days), D, h, m, s."""
    age = _MAX_AGE.fullmatch(value)
    return None if age is None else int(age[1]) * _MS_PER_UNIT[age[2]]


def _max_age(value: Any, table: Table, profile: Profile) -> str | None:
    if not isinstance(value, str):
        return _unacceptable(value)
    if parse_max_age(value):
        return None
    if profile.crashes_on_max_age and not re.match("[0-9]", value):
        raise InternalError
    return "invalid_max_age"


def _segment_size(value: Any, table: Table, profile: Profile) -> str | None:
    complaint = _integer(value, table, profile)
    if complaint is None and value > LARGEST_SEGMENT:
        raise PreconditionFailed("Exceeded max value for x-stream-max-segment-size-bytes")
    return complaint


def _filter_size(value: Any, table: Table, profile: Profile) -> str | None:
    complaint = _integer(value, table, profile)
    if complaint is None:
        _check_filter_size(value, "")
    return complaint


def _check_filter_size(value: object, blank: str) -> None:
    if not is_integer(value) or value not in FILTER_SIZES:
        raise PreconditionFailed(f"Invalid value for {blank}x-stream-filter-size-bytes")


_CHECKS: dict[str, _Check] = {  # in RabbitMQ's order, which fits every kind of queue
    "x-expires": _expires,
    "x-message-ttl": _ttl,
    "x-dead-letter-routing-key": _dead_letter_routing_key,
    "x-dead-letter-strategy": _one_of("invalid_dlx_strategy", "at-most-once", "at-least-once"),
    "x-max-length": _integer,
    "x-max-length-bytes": _integer,
    "x-max-age": _max_age,
    "x-stream-max-segment-size-bytes": _segment_size,
    "x-stream-filter-size-bytes": _filter_size,
    "x-max-in-memory-length": _integer,
    "x-max-in-memory-bytes": _integer,
    "x-max-priority": _priority,
    "x-overflow": _one_of("invalid_overflow", "drop-head", "reject-publish", "reject-publish-dlx"),
    "x-queue-mode": _queue_mode,
    "x-queue-version": _queue_version,
    "x-single-active-consumer": _boolean,
    "x-consumer-timeout": _integer,
    "x-consumer-disconnected-timeout": _integer,
    "x-quorum-initial-group-size": _positive,
    "x-initial-cluster-size": _positive,
    "x-queue-leader-locator": _leader_locator,
    "x-queue-master-locator": _master_locator,
}


def _invalid(name: str, where: str, complaint: str) -> PreconditionFailed:
    return PreconditionFailed(f"invalid arg '{name}' {where}: {complaint}")


def microseconds(milliseconds: int | None) -> int | None:
    """Milliseconds in microseconds; None stays None."""
    return None if milliseconds is None else milliseconds * _US_PER_MS


# --- exchange arguments


def check_exchange_arguments(exchange: str, vhost: str, table: Table) -> None:
    """What a new exchange refuses of its arguments. Raises PreconditionFailed if `alternate-exchange` is no string."""
    _check_name("alternate-exchange", f"exchange '{exchange}' in vhost '{vhost}'", table)


def _check_name(name: str, where: str, table: Table) -> None:
    if name in table and not isinstance(table[name], str):
        raise PreconditionFailed(f"invalid type '{type_word(table[name])}' for arg '{name}' in {where}")


# --- consumer arguments

_CONSUMER_ARGUMENTS: dict[str, frozenset[str]] = {
    "classic": frozenset({"x-priority", "x-cancel-on-ha-failover"}),
    "quorum": frozenset({"x-priority", "x-consumer-timeout"}),
    "stream": frozenset({"x-stream-offset", "x-stream-filter", "x-stream-match-unfiltered"}),
}
_NAMED_CONSUMER_ARGUMENTS = frozenset().union(*_CONSUMER_ARGUMENTS.values())


def check_consume_arguments(queue_type: str, queue: str, vhost: str, table: Table, profile: Profile) -> int:
    """The priority of a new consumer, 0 without `x-priority`; other arguments the queue's kind knows are checked only.

    Raises PreconditionFailed for a value, or for an argument of another kind of queue.
    """
    if not table:
        return 0
    where = f"for queue '{queue}' in vhost '{vhost}'"
    known = _NAMED_CONSUMER_ARGUMENTS - profile.unknown_consumer_arguments
    supported = _CONSUMER_ARGUMENTS[queue_type] & known
    for name, check in _CONSUMER_CHECKS.items():
        if name in table and name in supported:
            complaint = check(table[name], table, profile)
            if complaint is not None:
                raise _invalid(name, where, complaint)
    for name in table:
        if name in known and name not in supported:
            raise PreconditionFailed(
                f"invalid arg '{name}' {where} of queue type {QUEUE_KINDS[queue_type].erlang_name}"
            )
    priority: int = table.get("x-priority", 0)
    return priority


def _any_integer(value: Any, table: Table, profile: Profile) -> str | None:
    return None if is_integer(value) else f'"expected integer, got {type_word(value)}"'


StreamOffset: TypeAlias = "Literal['first', 'last', 'next'] | int | datetime | timedelta"
"""Where a consumer of a stream begins: a word, the number of a message, an instant, or how long ago."""


def parse_stream_offset(value: object, profile: Profile) -> StreamOffset | None:
    """The consumer argument `x-stream-offset`; None for a text that is no offset.

    Raises InternalError where RabbitMQ crashes on it.
    """
    if isinstance(value, bytes) and value in (b"first", b"last", b"next"):
        value = value.decode()
    if value == "first" or value == "last" or value == "next":
        return cast(StreamOffset, value)
    if isinstance(value, str):
        age = parse_max_age(value)
        if age:
            return timedelta(milliseconds=age)
        if not profile.crashes_on_max_age or re.match("[0-9]", value):
            return None
    elif is_integer(value) or isinstance(value, datetime):
        return cast(StreamOffset, value)
    raise InternalError


def _stream_offset(value: Any, table: Table, profile: Profile) -> str | None:
    if parse_stream_offset(value, profile) is None:
        # Every version prints this one byte by byte (recording: streams/offset_of_other_words).
        shown = erlang_term(value, attrs.evolve(profile, texts_are_unicode=False))
        return f"{{invalid_stream_offset_arg,{{longstr,{shown}}}}}"
    return None


_CONSUMER_CHECKS: dict[str, _Check] = {
    "x-stream-offset": _stream_offset,
    "x-priority": _any_integer,
    "x-cancel-on-ha-failover": _boolean,
    "x-consumer-timeout": _integer,
}

# --- message properties

_LEADING_INTEGER = re.compile("[+-]?[0-9]+")


def parse_expiration(value: str, profile: Profile) -> int:
    """The property `expiration`, milliseconds in decimal digits, as microseconds.

    Raises PreconditionFailed for anything else, and above ten years.
    """
    digits = _LEADING_INTEGER.match(value)
    if digits is None:
        raise PreconditionFailed(f"invalid expiration '{value}': no_integer")
    milliseconds = int(digits[0])
    if digits.end() < len(value):
        problem = ("leftover_string", erlang_charlist(value[digits.end() :], profile))
    elif milliseconds < 0:
        problem = ("value_negative", str(milliseconds))
    elif milliseconds > LONGEST_TTL_MS:
        problem = ("value_too_large", str(milliseconds))
    else:
        return milliseconds * _US_PER_MS
    beginning = f"invalid expiration '{value}': "
    raise PreconditionFailed(beginning + erlang_tuple(problem, column=len(beginning)))


def parse_copies(headers: Mapping[str, Any]) -> tuple[str, ...]:
    """The further routing keys of a message: the strings in the lists `CC` and `BCC`; what is no string is ignored.

    Raises PreconditionFailed if one of the two headers is no list.
    """
    keys: tuple[str, ...] = ()
    for name in ("CC", "BCC"):
        if name in headers:
            value = headers[name]
            if not isinstance(value, list):
                raise PreconditionFailed(
                    f'invalid message: {{unacceptable_type_in_header,"{name}",{type_word(value)}}}'
                )
            keys += tuple(key for key in value if isinstance(key, str))
    return keys
