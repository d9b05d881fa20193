"""How many bytes the properties of a message take on the wire (AMQP 0-9-1, sections 4.2.5 and 4.2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from fakeamqp.model.values import octets, type_word

_FLAGS = 2
_FIXED = {"delivery_mode": 1, "priority": 1, "timestamp": 8}
_WIDTHS = {
    "void": 0,
    **dict.fromkeys(("bool", "byte", "unsignedbyte"), 1),
    **dict.fromkeys(("short", "unsignedshort"), 2),
    **dict.fromkeys(("signedint", "unsignedint", "float"), 4),
    "decimal": 5,
    **dict.fromkeys(("long", "double", "timestamp"), 8),
}


def properties_size(properties: Mapping[str, Any]) -> int:
    """Bytes of the property flags and of each property that is set."""
    size = _FLAGS
    for name, value in properties.items():
        if name == "headers":
            size += _table_size(value)
        else:
            size += _FIXED.get(name) or 1 + _length(value)
    return size


def _table_size(table: Mapping[str, Any]) -> int:
    return 4 + sum(1 + _length(name) + _value_size(value) for name, value in table.items())


def _value_size(value: Any) -> int:
    if isinstance(value, str | bytes):
        return 5 + _length(value)
    if isinstance(value, Mapping):
        return 1 + _table_size(value)
    if isinstance(value, list):
        return 5 + sum(_value_size(item) for item in value)
    if isinstance(value, int | float | Decimal | datetime) or value is None:
        return 1 + _WIDTHS[type_word(value)]
    raise TypeError(f"{type(value).__name__} is no AMQP table value")


def _length(text: str | bytes) -> int:
    return len(octets(text)) if isinstance(text, str) else len(text)
