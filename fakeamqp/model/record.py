"""What commands and effects are: attrs classes that share how they are told, compared and hashed.

attrs writes and compiles code of its own for that in each class. There are a hundred of them, and it took a quarter of
the time in which the package is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["record", "record_of_a_call", "record_of_a_message"]

if TYPE_CHECKING:
    from attrs import define as record_of_a_call
    from attrs import define as record_of_a_message
    from attrs import frozen as record
else:

    def record(kind: type) -> type:
        """A frozen record."""
        kind.__repr__, kind.__eq__, kind.__hash__ = _told, _equals, _hash
        return attrs.frozen(kind)

    def record_of_a_call(kind: type) -> type:
        """A record that is made for every call: a plain mutable class, which takes a third of the time to make."""
        kind.__repr__, kind.__eq__, kind.__hash__ = _told, _equals, None
        return attrs.define(kind, weakref_slot=False)

    def record_of_a_message(kind: type) -> type:
        """A record that is made for every message: as of a call, and equal to nothing but itself."""
        return attrs.define(kind, eq=False, weakref_slot=False)


def _values(made: Any) -> tuple[Any, ...]:
    return tuple(getattr(made, field.name) for field in attrs.fields(type(made)) if field.eq)


def _told(made: Any) -> str:
    kind = type(made)
    fields = (f"{field.name}={getattr(made, field.name)!r}" for field in attrs.fields(kind) if field.repr)
    return f"{kind.__qualname__}({', '.join(fields)})"


def _equals(made: Any, other: object) -> bool:
    return _values(made) == _values(other) if type(other) is type(made) else NotImplemented


def _hash(made: Any) -> int:
    return hash((type(made), _values(made)))
