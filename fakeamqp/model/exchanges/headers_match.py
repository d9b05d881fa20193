"""What a binding of a headers exchange asks for, and which values count as equal.

Values are turned into a form in which Python's `==` decides as RabbitMQ does: once per binding, once per message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table, freeze, seconds_of

MODES = ("all", "any", "all-with-x", "any-with-x")

PRESENT = object()
"""Asked for by a void (None) in the binding: the header is there, its value does not matter."""

ANYWAY = ("", object())
"""Where to look for the bindings that ask for nothing."""

_NOT_A_NUMBER = object()
"""Asked for where no value will do, not even the same again."""

Asked = tuple[str, object]
"""A header's name and the comparable form of its value, or PRESENT."""


class HeadersMatch:
    """A binding's arguments, ready to be held against the headers of a message.

    `all` and `any` skip arguments whose names begin with a lower-case `x-`; the modes `-with-x` skip `x-match` alone.
    With nothing left to compare `all` is satisfied by every message and `any` by none.

    is_any: True if one of the headers is enough. asked: what is asked for, in the order of the arguments.
    """

    __slots__ = ("asked", "is_any")

    def __init__(self, arguments: Table, profile: Profile) -> None:
        mode = arguments.get("x-match", "all")
        skipped = "x-match" if mode.endswith("-with-x") else "x-"
        self.is_any = mode.startswith("any")
        self.asked: tuple[Asked, ...] = tuple(
            (name, PRESENT if value is None else wanted(value, profile))
            for name, value in arguments.items()
            if name != "x-match" and not (skipped == "x-" and name.startswith("x-"))
        )

    def __call__(self, headers: Mapping[str, object]) -> bool:
        """True if the headers (values as `offered` returns them) satisfy the binding."""
        for name, value in self.asked:
            if (name in headers and (value is PRESENT or headers[name] == value)) is self.is_any:
                return self.is_any
        return not self.is_any


def signs_of(headers: Mapping[str, object]) -> Iterator[Asked]:
    """By what the bindings can be found that a message with these headers may satisfy."""
    yield ANYWAY
    for name, value in headers.items():
        yield name, value
        yield name, PRESENT


def wanted(value: Any, profile: Profile) -> object:
    """The comparable form of a binding's argument; a timestamp asks for its number of seconds."""
    if isinstance(value, datetime):
        return seconds_of(value)
    comparable = _comparable(value, profile)
    return comparable if comparable == comparable else _NOT_A_NUMBER


def offered(value: Any, profile: Profile) -> object:
    """The comparable form of a message's header."""
    if isinstance(value, datetime):
        return seconds_of(value) * profile.headers_timestamp_factor
    return _comparable(value, profile)


def _comparable(value: Any, profile: Profile) -> object:
    """Strings and byte strings are equal if their bytes are, integers of all widths if their values are.

    Inside arrays and tables types and order count as well; but an empty array is equal to an empty table.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return _text_of(value)
    if isinstance(value, float):
        # From RabbitMQ 4.0 on 0.0 and -0.0 differ, which repr tells apart.
        return value if profile.headers_float_equals_int else ("double", repr(value))
    if isinstance(value, list | Mapping) and not value:
        return ()
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return freeze(value)


def _text_of(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
