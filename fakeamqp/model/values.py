"""Values of AMQP field tables: their type words, their equality, and a hashable form.

A table is a plain dict. Types as RabbitMQ sees what pika sends: int (32 bits: signedint, more: long), str (longstr),
bytes (binary), bool, float (double), Decimal (decimal), datetime (timestamp), None (void), list (array), dict (table).
Other clients send more of them; those are subclasses of int and float here. A text that is no UTF-8 has surrogates for
its bytes, as `surrogateescape` makes them.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

Table: TypeAlias = Mapping[str, Any]
ChannelKey: TypeAlias = tuple[int, int]
"""(number of the connection in this broker, channel number)."""

MANAGEMENT = 0
"""The number of the connection on which the management API does what clients do; clients are counted from 1."""

NO_TABLE: Table = {}


class Byte(int):
    """An integer that travels in 8 bits, with a sign."""


class UnsignedByte(int):
    """An integer that travels in 8 bits, without a sign."""


class Short(int):
    """An integer that travels in 16 bits, with a sign."""


class UnsignedShort(int):
    """An integer that travels in 16 bits, without a sign."""


class UnsignedInt(int):
    """An integer that travels in 32 bits, without a sign."""


class Long(int):
    """An integer that travels in 64 bits whatever its value, as the broker sends its own counts."""


class Float(float):
    """A number that travels in 32 bits."""


class Timestamp(int):
    """Whole seconds since 1970 that no calendar shows."""


NUMBERS: dict[type, str] = {
    Byte: "byte",
    UnsignedByte: "unsignedbyte",
    Short: "short",
    UnsignedShort: "unsignedshort",
    UnsignedInt: "unsignedint",
    Long: "long",
    Float: "float",
    Timestamp: "timestamp",
}
"""The types that pika does not send, with the words that RabbitMQ has for them."""


def type_word(value: object) -> str:
    """The word RabbitMQ's error texts use for the type of a table value."""
    if isinstance(value, bool):
        return "bool"
    if type(value) in NUMBERS:
        return NUMBERS[type(value)]
    if isinstance(value, int):
        return "signedint" if -(2**31) <= value < 2**31 else "long"
    for kind, word in _TYPE_WORDS:
        if isinstance(value, kind):
            return word
    raise TypeError(f"{type(value).__name__} is no AMQP table value")


_TYPE_WORDS: tuple[tuple[type, str], ...] = (
    (str, "longstr"),
    (bytes, "binary"),
    (type(None), "void"),
    (dict, "table"),
    (list, "array"),
    (float, "double"),
    (Decimal, "decimal"),
    (datetime, "timestamp"),
)


def freeze(value: object) -> object:
    """A hashable form in which two table values are equal exactly if they have the same type and content.

    The order of a nested table's keys counts, as it does in RabbitMQ, and in how many bits an integer came.
    """
    if isinstance(value, Mapping):
        return ("table", tuple((name, freeze(item)) for name, item in value.items()))
    if isinstance(value, list | tuple):
        return ("array", tuple(freeze(item) for item in value))
    if isinstance(value, int) and not isinstance(value, bool):
        return (type_word(value), int(value))
    if isinstance(value, Decimal):
        return ("decimal", decimal_parts(value))
    if isinstance(value, datetime):
        return ("timestamp", seconds_of(value))
    return (type_word(value), value)


def freeze_arguments(table: Table) -> object:
    """A hashable form of a whole table; the order of its own keys does not count."""
    return frozenset((name, freeze(value)) for name, value in table.items())


def octets(text: str) -> bytes:
    """A text as it travels: in UTF-8, or whatever bytes it came in."""
    return text.encode("utf-8", "surrogateescape")


def text_of(octets: bytes) -> str:
    """A text that has travelled: what `octets` turns into these bytes again."""
    return octets.decode("utf-8", "surrogateescape")


def seconds_of(timestamp: datetime | Timestamp) -> int:
    """What travels of a timestamp: whole seconds since 1970; without a time zone it is UTC, as pika has it."""
    if isinstance(timestamp, int):
        return int(timestamp)
    return calendar.timegm(timestamp.utctimetuple())


def decimal_parts(value: Decimal) -> tuple[int, int]:
    """What travels of a decimal: how many of its digits stand behind the point, and the digits as one integer."""
    _, _, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    return scale, int(value.scaleb(scale))
