"""A broker, or any part of it, as plain text: two that are alike in everything read alike."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from types import BuiltinMethodType
from typing import Any

from fakeamqp.model.arguments import QueueArguments
from fakeamqp.model.binding import Binding
from fakeamqp.model.exchanges.headers_match import HeadersMatch
from fakeamqp.model.message import Message
from fakeamqp.model.profile import Profile


def describe(root: Any, *, leaving_out: frozenset[str] = frozenset()) -> list[str]:
    """One line for each object that is reached, in the order in which they are found.

    Which object is which counts; containers and values that never change are told by what they are.

    leaving_out: names of attributes that do not count.
    """
    numbers: dict[int, int] = {}
    waiting: deque[Any] = deque()
    alive: list[Any] = []  # so that no number is given twice

    def name(value: Any) -> str:
        if isinstance(value, BuiltinMethodType):
            return f"{value.__name__} of {name(value.__self__)}"
        if value is None or isinstance(value, str | bytes | int | float) or callable(value):
            return repr(value)
        if isinstance(value, tuple):
            return f"({', '.join(name(item) for item in value)})"
        if isinstance(value, Mapping):
            return f"{{{', '.join(f'{name(key)}: {name(item)}' for key, item in value.items())}}}"
        if isinstance(value, list | deque | set):
            return f"[{', '.join(name(item) for item in value)}]"
        if isinstance(value, Message):
            return f"{value!r} {dict(value.properties)!r}"
        if isinstance(value, Binding | Profile | QueueArguments) or type(value) is object:
            return repr(value)
        if isinstance(value, HeadersMatch):
            return f"HeadersMatch({value.is_any}, {value.asked})"
        if id(value) not in numbers:
            numbers[id(value)] = len(numbers)
            alive.append(value)
            waiting.append(value)
        return f"#{numbers[id(value)]}"

    lines = [name(root)]
    while waiting:
        value = waiting.popleft()
        fields = [slot for base in type(value).__mro__ for slot in getattr(base, "__slots__", ()) if slot[0] != "_"]
        fields = [field for field in (*fields, *getattr(value, "__dict__", {})) if field not in leaving_out]
        parts = [f"{field}={name(getattr(value, field, None))}" for field in fields] or [repr(value)]
        lines.append(f"{numbers[id(value)]} {type(value).__name__} {' '.join(parts)}")
    return lines
