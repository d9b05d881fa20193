"""What a client could send: checked where a test publishes without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from fakeamqp.model.message import TEXT_PROPERTIES

_SHORT = 255


def address(name: str, value: Any) -> str:
    """An exchange's name or a routing key. Raises TypeError or ValueError for what fits no short string of AMQP."""
    return _short_text(name, value, f"{name} is text of at most {_SHORT} bytes")


def content(value: Any) -> bytes:
    """A body. Text is sent as UTF-8. Raises TypeError for what is neither text nor bytes."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    raise TypeError(f"a body is bytes or text, not {value!r}: encode it first, with json.dumps() for one")


def properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """The basic properties that are set; nothing is shared with the caller.

    Raises TypeError for names and types that no client could send, ValueError for values out of range.
    """
    unknown = [name for name in given if name not in _PROPERTIES]
    if unknown:
        raise TypeError(
            f"{', '.join(map(repr, unknown))} is no basic property of AMQP; there are {', '.join(_PROPERTIES)}. What "
            "is a program's own belongs into headers={…}"
        )
    return {name: _PROPERTIES[name](name, value) for name, value in given.items() if value is not None}


def _short_text(name: str, value: Any, rule: str) -> str:
    if isinstance(value, bytes):
        value = value.decode()
    if not isinstance(value, str):
        raise TypeError(f"{rule}, not {value!r}")
    if len(value.encode()) > _SHORT:
        raise ValueError(f"{rule}, and this has {len(value.encode())}: {value[:40]!r}…")
    return value


def _text(name: str, value: Any) -> str:
    hint = ": milliseconds, such as '60000'" if name == "expiration" else ""
    return _short_text(name, value, f"the property {name} is text of at most {_SHORT} bytes{hint}")


def _number(largest: int, hint: str = "") -> Callable[[str, Any], int]:
    def check(name: str, value: Any) -> int:
        rule = f"the property {name} is a whole number from 0 to {largest}{hint}"
        value = value.value if isinstance(value, Enum) else value
        if not isinstance(value, int):
            raise TypeError(f"{rule}, not {value!r}")
        if not 0 <= value <= largest:
            raise ValueError(f"{rule}, not {value!r}")
        return int(value)

    return check


def _table(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is a dict with texts as its keys, not {value!r}")
    table: dict[str, Any] = {}
    for key, item in value.items():
        _short_text(name, key, f"a key in {name} is text of at most {_SHORT} bytes")
        table[key] = _field(f"{name}[{key!r}]", item)
    return table


def _field(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _table(name, value)
    if isinstance(value, list):
        return [_field(f"{name}[{number}]", item) for number, item in enumerate(value)]
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError(f"{name} is {value}, and a table of AMQP carries 64 bits: send it as text")
    if value is None or isinstance(value, str | bytes | bool | int | float | Decimal | datetime):
        return value
    raise TypeError(
        f"{name} is {value!r}, which no table of AMQP carries: it may be text, bytes, bool, int, float, Decimal, "
        "datetime, None, a list or a dict of these"
    )


_PROPERTIES: dict[str, Callable[[str, Any], Any]] = {
    "headers": _table,
    "delivery_mode": _number(255),
    "priority": _number(255),
    "timestamp": _number(2**64 - 1, ", seconds since 1970"),
    **dict.fromkeys(TEXT_PROPERTIES, _text),
}
