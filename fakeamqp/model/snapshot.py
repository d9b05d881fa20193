"""A copy of the broker that lives on its own, so that somebody can look ahead without changing anything."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import BuiltinMethodType, MethodType, ModuleType
from typing import Any, TypeVar

from sortedcontainers import SortedDict

from fakeamqp.model import commands
from fakeamqp.model.access import Expression, Permissions, User
from fakeamqp.model.arguments import QueueArguments
from fakeamqp.model.binding import Binding
from fakeamqp.model.exchanges.headers_match import HeadersMatch
from fakeamqp.model.message import Message
from fakeamqp.model.policy import InForce, Policy
from fakeamqp.model.profile import Profile
from fakeamqp.model.queues.store import FifoStore, LentFifoStore, LentPositionStore, PositionStore
from fakeamqp.model.queues.stream_log import Segment
from fakeamqp.model.values import NUMBERS

T = TypeVar("T")

_COMMANDS = {kind for kind in vars(commands).values() if isinstance(kind, type)}
_SHARED: set[type] = {
    Message,
    Binding,
    HeadersMatch,
    Profile,
    QueueArguments,
    Expression,
    Permissions,
    User,
    Policy,
    InForce,
    *_COMMANDS,
}
"""What never changes once it is made, and is therefore shared between a broker and its copies."""


def fork(root: T, *, briefly: bool = False) -> T:
    """A deep copy in which messages, bindings and other unchanging values are shared.

    Objects are copied in the order in which they are found, without recursion: a broker may hold long chains.

    briefly: True for one that is done with before the original goes on. What waits is copied when it is taken out then,
        and so what is not looked at costs next to nothing.
    """
    return _Fork(briefly).copy(root)


class _Fork:
    def __init__(self, briefly: bool) -> None:
        self._briefly = briefly
        self._copies: dict[int, Any] = {}
        self._unfilled: deque[tuple[Any, Any]] = deque()

    def copy(self, root: T) -> T:
        twin: T = self._twin(root)
        while self._unfilled:
            original, shell = self._unfilled.popleft()
            self._fill(original, shell)
        return twin

    def _twin(self, value: Any) -> Any:
        kind = type(value)
        if kind in _BOUND:
            return self._bound(value)
        if kind in _ATOMS or kind in _SHARED or callable(value) or isinstance(value, Enum):
            return value
        twin = self._copies.get(id(value))
        if twin is not None:
            return twin
        if isinstance(value, tuple):
            items = [self._twin(item) for item in value]
            if all(item is twin for item, twin in zip(value, items, strict=True)):
                return value
            return tuple(items) if kind is tuple else kind(*items)
        if self._briefly and kind in _LENT and (lent := self._lend(value)) is not None:
            self._copies[id(value)] = lent
            return lent
        twin = kind() if kind in _CONTAINERS else object.__new__(kind)
        self._copies[id(value)] = twin
        self._unfilled.append((value, twin))
        return twin

    def _lend(self, store: Any) -> Any:
        """A view of a store that copies what is taken out; None if it is empty."""
        if type(store) is Segment:
            return store.lend()
        head = store.head()
        return None if head is None else _LENT[type(store)](store, self._twin(head.queue))

    def _bound(self, method: Any) -> Any:
        """A method of something that is copied is a method of its copy. Functions in C are methods of their module."""
        owner = method.__self__
        return method if owner is None or isinstance(owner, ModuleType) else getattr(self._twin(owner), method.__name__)

    def _fill(self, original: Any, shell: Any) -> None:
        kind = type(original)
        twin = self._twin
        if kind in _MAPPINGS:
            for key, value in original.items():
                shell[twin(key)] = twin(value)
        elif kind is list or kind is deque:
            shell.extend([twin(value) for value in original])
        elif kind is set:
            shell.update(twin(value) for value in original)
        else:
            for name, value in _fields(original):
                object.__setattr__(shell, name, twin(value))


# A bare object is a mark that is known by its identity.
_ATOMS: set[type] = {int, str, bytes, bool, float, type(None), datetime, Decimal, *NUMBERS, object}
_LENT: dict[type, type] = {PositionStore: LentPositionStore, FifoStore: LentFifoStore, Segment: Segment}
_MAPPINGS: set[type] = {dict, OrderedDict, SortedDict}
_CONTAINERS: set[type] = {*_MAPPINGS, list, deque, set}
_BOUND: set[type] = {BuiltinMethodType, MethodType}
_SLOTS: dict[type, tuple[str, ...]] = {}


def _fields(value: Any) -> list[tuple[str, Any]]:
    kind = type(value)
    names = _SLOTS.get(kind)
    if names is None:
        slots = (getattr(base, "__slots__", ()) for base in kind.__mro__)
        names = _SLOTS[kind] = tuple(name for group in slots for name in group if name != "__weakref__")
    fields = [(name, getattr(value, name)) for name in names if hasattr(value, name)]
    fields.extend(getattr(value, "__dict__", {}).items())
    return fields
