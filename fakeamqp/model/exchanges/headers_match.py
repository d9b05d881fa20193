"""What a binding of a headers exchange asks for, and which values count as equal.

Values are turned into a form in which Python's `==` decides as RabbitMQ does: once per binding, once per message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table

MODES = ("all", "any", "all-with-x", "any-with-x")

_PRESENT = object()
"""Asked for by a void (None) in the binding: the header is there, its value does not matter."""

_NOTHING = object()
"""Equal to no value that a binding can ask for."""


class HeadersMatch:
    """A binding's arguments, ready to be held against the headers of a message.

    `all` and `any` skip arguments whose names begin with a lower-case `x-`; the modes `-with-x` skip `x-match` alone.
    With nothing left to compare `all` is satisfied by every message and `any` by none.
    """

    __slots__ = ("_any", "_wanted")

    def __init__(self, arguments: Table, profile: Profile) -> None:
        mode = arguments.get("x-match", "all")
        self._any = mode.startswith("any")
        skipped = "x-match" if mode.endswith("-with-x") else "x-"
        self._wanted: tuple[tuple[str, object], ...] = tuple(
            (name, _PRESENT if value is None else wanted(value, profile))
            for name, value in arguments.items()
            if not (name == "x-match" or (skipped == "x-" and name.startswith("x-")))
        )

    def __call__(self, headers: Mapping[str, object]) -> bool:
        """True if the headers (values as `offered` returns them) satisfy the binding."""
        for name, value in self._wanted:
            if (name in headers and (value is _PRESENT or headers[name] == value)) is self._any:
                return self._any
        return not self._any


def wanted(value: Any, profile: Profile) -> object:
    """The comparable form of a binding's argument; a timestamp asks for its number of seconds."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    return _comparable(value, profile)


def offered(value: Any, profile: Profile) -> object:
    """The comparable form of a message's header."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return int(value.timestamp()) if profile.headers_compare_timestamps else _NOTHING
    return _comparable(value, profile)


def _comparable(value: Any, profile: Profile) -> object:
    """Strings and byte strings are equal if their bytes are; a bool or a decimal equals no other type."""
    if isinstance(value, bool | Decimal):
        return (type(value).__name__, value.as_tuple() if isinstance(value, Decimal) else value)
    if isinstance(value, bytes):
        return _text_of(value)
    if isinstance(value, float) and not profile.headers_float_equals_int:
        return ("double", value)
    if isinstance(value, list):
        return [_comparable(item, profile) for item in value]
    if isinstance(value, Mapping):
        return {name: _comparable(item, profile) for name, item in value.items()}
    return value


def _text_of(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
