"""Values of AMQP field tables: their type words, their equality, and a hashable form.

A table is a plain dict. Types as RabbitMQ sees what pika sends: int (32 bits: signedint, more: long), str (longstr),
bytes (binary), bool, float (double), Decimal (decimal), datetime (timestamp), None (void), list (array), dict (table).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

Table: TypeAlias = Mapping[str, Any]
ChannelKey: TypeAlias = tuple[int, int]
"""(number of the connection in this broker, channel number)."""

NO_TABLE: Table = {}


def type_word(value: object) -> str:
    """The word RabbitMQ's error texts use for the type of a table value."""
    if isinstance(value, bool):
        return "bool"
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

    The order of a table's keys does not count.
    """
    if isinstance(value, Mapping):
        return ("table", frozenset((key, freeze(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return ("array", tuple(freeze(item) for item in value))
    if isinstance(value, int) and not isinstance(value, bool):
        return ("int", int(value))
    if isinstance(value, Decimal):
        return ("decimal", value.as_tuple())
    return (type_word(value), value)
