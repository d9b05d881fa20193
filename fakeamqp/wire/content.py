"""Content headers as bytes: the body's size and the basic properties (AMQP 0-9-1, sections 4.2.6.1 and 1.8.2)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from fakeamqp.model.values import text_of
from fakeamqp.wire.table import Malformed, decode_table, encode_table, short_string

BASIC: Final = 60
_HEADER = struct.Struct(">HHQ")
HEADER_SIZE: Final = _HEADER.size
"""Bytes of a content header without its properties."""
_FLAGS = struct.Struct(">H")
_TIMESTAMP = struct.Struct(">Q")

_PROPERTIES: Final = (
    ("content_type", "shortstr", 1 << 15),
    ("content_encoding", "shortstr", 1 << 14),
    ("headers", "table", 1 << 13),
    ("delivery_mode", "octet", 1 << 12),
    ("priority", "octet", 1 << 11),
    ("correlation_id", "shortstr", 1 << 10),
    ("reply_to", "shortstr", 1 << 9),
    ("expiration", "shortstr", 1 << 8),
    ("message_id", "shortstr", 1 << 7),
    ("timestamp", "timestamp", 1 << 6),
    ("type", "shortstr", 1 << 5),
    ("user_id", "shortstr", 1 << 4),
    ("app_id", "shortstr", 1 << 3),
    ("cluster_id", "shortstr", 1 << 2),
)
_MORE_FLAGS = 1


class Properties(dict[str, Any]):
    """Basic properties as they came, with the bytes they came in: who sends them on unchanged need not write them anew.

    octets: flags and properties.
    """

    __slots__ = ("octets",)
    octets: bytes


def decode_header(payload: bytes) -> tuple[int, int, int, bytes]:
    """Class id, weight and body size of a content header frame, and its properties, which are yet to be read.

    Raises Malformed if it is too short to be one.
    """
    try:
        class_id, weight, size = _HEADER.unpack_from(payload)
    except struct.error:
        raise Malformed("a content header ends too early") from None
    return class_id, weight, size, payload[HEADER_SIZE:]


def decode_properties(octets: bytes) -> Properties:
    """Read basic properties. Raises Malformed."""
    properties = Properties()
    properties.octets = octets
    try:
        (flags,) = _FLAGS.unpack_from(octets)
        at = 2
        for name, kind, flag in _PROPERTIES:
            if flags & flag:
                properties[name], at = _READERS[kind](octets, at)
    except (struct.error, IndexError):
        raise Malformed("basic properties end too early") from None
    if at != len(octets) or flags & _MORE_FLAGS:
        raise Malformed("basic properties do not end where their frame does")
    return properties


def encode_properties(properties: Mapping[str, Any]) -> bytes:
    """Flags and properties; names that are no basic properties are left out."""
    flags, pieces = 0, [b""]
    for name, kind, flag in _PROPERTIES:
        value = properties.get(name)
        if value is not None:
            flags |= flag
            pieces.append(_WRITERS[kind](value))
    pieces[0] = _FLAGS.pack(flags)
    return b"".join(pieces)


def encode_header(size: int, properties: bytes) -> bytes:
    """A content header frame's payload. size: of the body, in bytes."""
    return _HEADER.pack(BASIC, 0, size) + properties


def _read_short_string(octets: bytes, at: int) -> tuple[str, int]:
    end = at + 1 + octets[at]
    if end > len(octets):
        raise IndexError
    return text_of(octets[at + 1 : end]), end


_READERS: Final[dict[str, Callable[[bytes, int], tuple[Any, int]]]] = {
    "shortstr": _read_short_string,
    "table": decode_table,
    "octet": lambda octets, at: (octets[at], at + 1),
    "timestamp": lambda octets, at: (_TIMESTAMP.unpack_from(octets, at)[0], at + 8),
}

_WRITERS: Final[dict[str, Callable[[Any], bytes]]] = {
    "shortstr": short_string,
    "table": encode_table,
    "octet": lambda value: bytes((value,)),
    "timestamp": _TIMESTAMP.pack,
}
