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


def erlang_term(value: object) -> str:
    """A table value as RabbitMQ's error texts print it: `<<"any">>`, `undefined` for a void, items with their types."""
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | bytes):
        return _erlang_binary(value.encode() if isinstance(value, str) else value)
    if isinstance(value, datetime):
        return str(int(value.timestamp()))
    if isinstance(value, Decimal):
        sign, digits, exponent = value.as_tuple()
        unscaled = int("".join(map(str, digits)))
        return f"{{{-int(exponent)},{-unscaled if sign else unscaled}}}"
    if isinstance(value, Mapping):
        fields = (f"{{{erlang_term(key)},{type_word(item)},{erlang_term(item)}}}" for key, item in value.items())
        return f"[{','.join(fields)}]"
    if isinstance(value, list | tuple):
        return f"[{','.join(f'{{{type_word(item)},{erlang_term(item)}}}' for item in value)}]"
    return str(int(value)) if isinstance(value, int) else repr(value)


def _erlang_binary(raw: bytes) -> str:
    if all(32 <= byte < 127 for byte in raw):
        text = raw.decode().replace("\\", "\\\\").replace('"', '\\"')
        return f'<<"{text}">>' if text else "<<>>"
    return f"<<{','.join(map(str, raw))}>>"
