"""Field tables as bytes (AMQP 0-9-1, section 4.2.5.5, with the types as RabbitMQ has them).

A value comes back as it went in, with the width it had: what Python has no type for is one of `model/values.py`. A
double is a float, a signed integer of 32 bits an int, a text a str; a timestamp is an aware datetime as far as the
calendar goes. Of a key that is there twice the first counts, as in RabbitMQ 4.0 and 4.3.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from fakeamqp.model.values import (
    Byte,
    Float,
    Long,
    Short,
    Timestamp,
    UnsignedByte,
    UnsignedInt,
    UnsignedShort,
    decimal_parts,
    octets,
    seconds_of,
    text_of,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LAST_SECOND: Final = 253_402_300_799  # of the year 9999, the last one of Python's calendar
_INT32: Final = 2**31
_DEEPEST: Final = 200  # tables and arrays within each other; nobody sends so many


class Malformed(ValueError):
    """These bytes are not what they should be."""


# --- reading


def decode_table(data: bytes, at: int) -> tuple[dict[str, Any], int]:
    """Read a table that begins there with its length; the table, and where it ends. Raises Malformed."""
    try:
        return _table(data, at, 0)
    except (struct.error, IndexError):
        raise Malformed("a field table ends too early") from None


def _table(data: bytes, at: int, depth: int) -> tuple[dict[str, Any], int]:
    end, at = _stretch(data, at, depth)
    table: dict[str, Any] = {}
    while at < end:
        first = at + 1
        at = first + data[at]
        name = text_of(data[first:at])
        value, at = _value(data, at, depth)
        table.setdefault(name, value)
    return table, _ended(at, end)


def _array(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    end, at = _stretch(data, at, depth)
    array = []
    while at < end:
        value, at = _value(data, at, depth)
        array.append(value)
    return array, _ended(at, end)


def _stretch(data: bytes, at: int, depth: int) -> tuple[int, int]:
    """Where something that begins with its length ends, and where what it holds begins."""
    if depth > _DEEPEST:
        raise Malformed("field tables within field tables without an end")
    (size,) = _UINT32.unpack_from(data, at)
    end = at + 4 + size
    if end > len(data):
        raise Malformed("a field table ends too early")
    return end, at + 4


def _ended(at: int, end: int) -> int:
    if at != end:
        raise Malformed("a value does not end where its table does")
    return at


def _value(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    kind = data[at]
    at += 1
    if kind == _LONGSTR:
        raw, at = _long_string(data, at)
        return text_of(raw), at
    if kind in _FIXED:
        layout, make = _FIXED[kind]
        return make(layout.unpack_from(data, at)), at + layout.size
    if kind == _TABLE:
        return _table(data, at, depth + 1)
    if kind == _ARRAY:
        return _array(data, at, depth + 1)
    if kind == _BINARY:
        return _long_string(data, at)
    if kind == _VOID:
        return None, at
    raise Malformed(f"no value of a field table has the type {bytes([kind])!r}")


def _long_string(data: bytes, at: int) -> tuple[bytes, int]:
    (size,) = _UINT32.unpack_from(data, at)
    end = at + 4 + size
    if end > len(data):
        raise Malformed("a text ends too early")
    return data[at + 4 : end], end


def _finite(kind: type[float]) -> Callable[[tuple[Any, ...]], float]:
    """RabbitMQ reads no infinity and no NaN: Erlang has none."""

    def make(read: tuple[Any, ...]) -> float:
        if not math.isfinite(read[0]):
            raise Malformed(f"{read[0]} is no number that RabbitMQ reads")
        return kind(read[0])

    return make


def _timestamp(read: tuple[Any, ...]) -> datetime | Timestamp:
    seconds = read[0]
    return _EPOCH + timedelta(seconds=seconds) if seconds <= _LAST_SECOND else Timestamp(seconds)


def _decimal(read: tuple[Any, ...]) -> Decimal:
    scale, unscaled = read
    return Decimal((0, tuple(map(int, str(unscaled))), -scale))


_UINT32 = struct.Struct(">I")
_LONGSTR, _BINARY, _TABLE, _ARRAY, _VOID = map(ord, "SxFAV")

_FIXED: dict[int, tuple[struct.Struct, Callable[[tuple[Any, ...]], Any]]] = {
    ord(letter): (struct.Struct(layout), make)
    for letter, layout, make in (
        ("I", ">i", lambda read: read[0]),
        ("t", ">B", lambda read: read[0] != 0),
        ("l", ">q", lambda read: Long(read[0])),
        ("L", ">q", lambda read: Long(read[0])),
        ("d", ">d", _finite(float)),
        ("T", ">Q", _timestamp),
        ("D", ">BI", _decimal),
        ("b", ">b", lambda read: Byte(read[0])),
        ("B", ">B", lambda read: UnsignedByte(read[0])),
        ("s", ">h", lambda read: Short(read[0])),
        ("u", ">H", lambda read: UnsignedShort(read[0])),
        ("i", ">I", lambda read: UnsignedInt(read[0])),
        ("f", ">f", _finite(Float)),
    )
}
"""The types that always have the same size, by their letters."""


# --- writing


def encode_table(table: Mapping[str, Any]) -> bytes:
    """A table with its length. Raises ValueError for a name beyond 255 bytes, TypeError for what no table can hold."""
    fields = b"".join([short_string(name) + _encoded(value) for name, value in table.items()])
    return _UINT32.pack(len(fields)) + fields


def short_string(text: str) -> bytes:
    """A text with its length, at most 255 bytes. Raises ValueError for a longer one."""
    raw = octets(text)
    if len(raw) > 255:
        raise ValueError(f"{text[:20]!r}… has {len(raw)} bytes; a short string has at most 255")
    return bytes((len(raw),)) + raw


def long_string(raw: bytes) -> bytes:
    """Bytes with their length."""
    return _UINT32.pack(len(raw)) + raw


def _encoded(value: Any) -> bytes:
    kind = type(value)
    if kind is str:
        return b"S" + long_string(octets(value))
    if kind is int:
        return _INT.pack(b"I", value) if -_INT32 <= value < _INT32 else _LONG.pack(b"l", value)
    if kind is bool:
        return b"t\x01" if value else b"t\x00"
    if value is None:
        return b"V"
    if kind in _NUMBERS:
        letter, layout = _NUMBERS[kind]
        return layout.pack(letter, value)
    if isinstance(value, Mapping):
        return b"F" + encode_table(value)
    if isinstance(value, list | tuple):
        items = b"".join(map(_encoded, value))
        return b"A" + long_string(items)
    return _encoded_rarely(value)


def _encoded_rarely(value: Any) -> bytes:
    if isinstance(value, bytes):
        return b"x" + long_string(value)
    if isinstance(value, datetime):
        return _TIMESTAMP.pack(b"T", seconds_of(value))
    if isinstance(value, Decimal):
        scale, unscaled = decimal_parts(value)
        return _DECIMAL.pack(b"D", scale, unscaled % 2**32)
    raise TypeError(f"{type(value).__name__} is no AMQP table value")


_INT, _LONG, _TIMESTAMP, _DECIMAL = (struct.Struct(layout) for layout in (">ci", ">cq", ">cQ", ">cBI"))

_NUMBERS: dict[type, tuple[bytes, struct.Struct]] = {
    float: (b"d", struct.Struct(">cd")),
    Long: (b"l", _LONG),
    Byte: (b"b", struct.Struct(">cb")),
    UnsignedByte: (b"B", struct.Struct(">cB")),
    Short: (b"s", struct.Struct(">ch")),
    UnsignedShort: (b"u", struct.Struct(">cH")),
    UnsignedInt: (b"i", struct.Struct(">cI")),
    Float: (b"f", struct.Struct(">cf")),
    Timestamp: (b"T", _TIMESTAMP),
}
"""Letter and layout of each of Python's types that is one type of a table's."""
