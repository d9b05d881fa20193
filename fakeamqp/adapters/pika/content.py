"""Message content on its way through the door: checked and copied as the wire would, without being a wire.

Real pika marshals what it sends, and that refuses and changes some values: text beyond 255 bytes, a priority that is
no small integer, bytes where text belongs, a float in a table. What is plain passes by a test of its type; whatever
is not is encoded and decoded by the installed pika itself, so that its version decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pika.data
import pika.spec

from fakeamqp.model.message import NO_PROPERTIES, TEXT_PROPERTIES
from fakeamqp.model.values import Long

BasicProperties: Any = pika.spec.BasicProperties

_codec: Any = pika.data
# pika's class for an integer that travelled in 64 bits; after 1.4 it has none any more.
PikaLong: type[int] = getattr(_codec, "long", int)

# UTF-8 takes at most four bytes for a character: a string this short fits the 255 bytes of a short string.
SHORT = 63
_INT32 = 2**31


def _decodes_aware() -> bool:
    pieces: list[bytes] = []
    _codec.encode_table(pieces, {"t": datetime(2024, 1, 1)})
    table, _ = _codec.decode_table(b"".join(pieces), 0)
    return table["t"].tzinfo is not None


# Timestamps in tables come back in UTC from pika 1.4 on, without a time zone before.
AWARE = _decodes_aware()


def _plain_text(value: Any) -> bool:
    return type(value) is str and len(value) <= SHORT


def _plain_octet(value: Any) -> bool:
    return type(value) is int and 0 <= value < 256


def _plain_timestamp(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**63


def plain_table(value: Any) -> bool:
    """True if a table comes back from the wire exactly as it went in, and holds nothing that could be changed later."""
    if type(value) is not dict:
        return False
    for name, item in value.items():
        kind = type(item)
        if type(name) is not str or len(name) > SHORT:
            return False
        if kind is str or kind is bool or item is None:
            continue
        if kind is not int or not -_INT32 <= item < _INT32:
            return False
    return True


def plain_copy(value: Any) -> dict[str, Any] | None:
    """A copy of a table that holds what is plain and tables of it; None if the wire would change anything."""
    if plain_table(value):
        return dict(value)
    if type(value) is not dict:
        return None
    copy: dict[str, Any] = {}
    for name, item in value.items():
        inner = plain_copy(item) if type(item) is dict else item
        if inner is None or not plain_table({name: None if type(item) is dict else item}):
            return None
        copy[name] = inner
    return copy


# The basic properties that are short strings come first; a property without an entry is none.
_PLAIN: dict[str, Callable[[Any], bool]] = dict.fromkeys(TEXT_PROPERTIES, _plain_text) | {
    "headers": plain_table,
    "delivery_mode": _plain_octet,
    "priority": _plain_octet,
    "timestamp": _plain_timestamp,
}


_NOTHING_SET: dict[str, Any] = dict(BasicProperties().__dict__)


def take(properties: Any) -> Mapping[str, Any]:
    """The basic properties that are set, by name, as they would come off the wire; nothing is shared with the sender.

    Raises whatever the installed pika's marshalling raises: ShortStringTooLong, AssertionError, struct.error,
    UnsupportedAMQPFieldException, …
    """
    attributes = properties.__dict__
    try:
        if attributes == _NOTHING_SET:
            return NO_PROPERTIES
    except Exception:  # a value that cannot be compared is set
        pass
    taken: dict[str, Any] = {}
    for name, value in attributes.items():
        if value is None:
            continue
        plain = _PLAIN.get(name)
        if plain is None:  # an attribute of the user's own: no property, and nothing that travels
            continue
        if not plain(value):
            return _by_wire(properties)
        taken[name] = dict(value) if name == "headers" else value
    return taken


def _by_wire(properties: Any) -> dict[str, Any]:
    decoded = BasicProperties()
    decoded.decode(b"".join(properties.encode()))
    taken = {name: value for name, value in decoded.__dict__.items() if value is not None and name in _PLAIN}
    if "headers" in taken:
        taken["headers"] = from_pika(taken["headers"])
    return taken


def from_pika(value: Any) -> Any:
    """A table value that pika decoded, as the model keeps it: its `long` is the model's, all else stays."""
    kind = type(value)
    if kind is int:
        return value if -_INT32 <= value < _INT32 else Long(value)
    if kind is PikaLong:
        return Long(value)
    if kind is dict:
        return {name: from_pika(item) for name, item in value.items()}
    if kind is list:
        return [from_pika(item) for item in value]
    return value


def to_pika(value: Any) -> Any:
    """A fresh copy of a table value of the model, as pika would have decoded it."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int:
        return value if -_INT32 <= value < _INT32 else PikaLong(value)
    if kind is Long:
        return PikaLong(value)
    if isinstance(value, Mapping):
        return {name: to_pika(item) for name, item in value.items()}
    if kind is list or kind is tuple:
        return [to_pika(item) for item in value]
    if isinstance(value, datetime):
        return _to_pika_time(value)
    return value if isinstance(value, bytes | Decimal | float) else PikaLong(value)


def _to_pika_time(value: datetime) -> datetime:
    if AWARE:
        return value if value.tzinfo is not None else value.replace(tzinfo=timezone.utc)
    return value if value.tzinfo is None else value.astimezone(timezone.utc).replace(tzinfo=None)


def give(properties: Mapping[str, Any], shown: Mapping[str, Any] | None = None) -> Any:
    """Fresh `pika.BasicProperties` for one delivery; nothing in it is shared with another.

    shown: the headers this delivery has instead of the message's own; None shows those.
    """
    given = BasicProperties.__new__(BasicProperties)
    attributes = given.__dict__
    attributes.update(_NOTHING_SET)
    if properties:
        attributes.update(properties)
    headers = attributes["headers"] if shown is None else shown
    if headers is not None:
        attributes["headers"] = {name: to_pika(item) for name, item in headers.items()}
    return given
