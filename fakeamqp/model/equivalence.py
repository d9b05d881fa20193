"""Redeclaring: when a queue or an exchange that is declared again is the same one.

Texts and order were read off RabbitMQ 3.10.8, 4.0.5 and 4.3.6; where they differ, the difference is in `Profile`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Protocol

from fakeamqp.model.arguments import parse_max_age, supported_arguments
from fakeamqp.model.commands import DeclareExchange, DeclareQueue
from fakeamqp.model.erlang import erlang_atom, erlang_term
from fakeamqp.model.errors import InternalError, PreconditionFailed
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table, freeze, octets, seconds_of, type_word

if TYPE_CHECKING:
    from fakeamqp.model.exchanges import Exchange


class DeclaredQueue(Protocol):
    """What of an existing queue a redeclare is compared with."""

    KIND: ClassVar[str]

    @property
    def name(self) -> str: ...
    @property
    def durable(self) -> bool: ...
    @property
    def auto_delete(self) -> bool: ...
    @property
    def arguments(self) -> Table: ...


def check_queue_equivalent(existing: DeclaredQueue, declaration: DeclareQueue, vhost: str, profile: Profile) -> None:
    """A queue is declared again: its properties and the arguments its kind supports must be the same.

    Whether it is exclusive has been compared before; an exclusive queue is never durable, whatever was asked for.

    Raises PreconditionFailed with the first difference, InternalError where RabbitMQ cannot compare.
    """
    where = f"queue '{existing.name}' in vhost '{vhost}'"
    durable = declaration.durable and not declaration.exclusive
    _check_property("durable", where, durable, existing.durable)
    _check_property("auto_delete", where, declaration.auto_delete, existing.auto_delete)
    received, current = declaration.arguments, existing.arguments
    if received or current:
        for name in supported_arguments(existing.KIND, profile):
            if name == "x-queue-type":
                _check_same_type(where, received, current, profile)
            elif name == "x-max-age" and profile.max_age_in_milliseconds:
                _check_argument(name, where, _with_age_in_ms(received), _with_age_in_ms(current), profile)
            elif name in received or name in current:
                _check_argument(name, where, received, current, profile)


def _check_same_type(where: str, received: Table, current: Table, profile: Profile) -> None:
    name = "x-queue-type"
    if profile.stores_queue_type:
        received = {name: received.get(name, "classic")}
        current = {name: current.get(name, "classic")}
    elif received.get(name, "classic") == current.get(name, "classic"):
        return
    _check_argument(name, where, received, current, profile)


def _with_age_in_ms(table: Table) -> Table:
    """RabbitMQ 4.3 keeps `x-max-age` as a string of milliseconds, so `1D` is the same as `24h`."""
    value = table.get("x-max-age")
    age = parse_max_age(value) if isinstance(value, str) else None
    return table if age is None else {"x-max-age": str(age)}


def check_exchange_equivalent(existing: Exchange, declaration: DeclareExchange, vhost: str) -> None:
    """An exchange is declared again: type, properties and alternate exchange must be the same, other arguments not.

    Raises PreconditionFailed with the first difference, InternalError where RabbitMQ cannot compare.
    """
    where = f"exchange '{existing.name}' in vhost '{vhost}'"
    _check_property("type", where, erlang_atom(declaration.type), erlang_atom(existing.type))
    _check_property("durable", where, declaration.durable, existing.durable)
    _check_property("auto_delete", where, declaration.auto_delete, existing.auto_delete)
    _check_property("internal", where, declaration.internal, existing.internal)
    _check_argument("alternate-exchange", where, declaration.arguments, existing.arguments, existing.profile)


def _check_property(name: str, where: str, received: str | bool, current: str | bool) -> None:
    if received != current:
        raise _inequivalent(name, where, f"received '{_word(received)}' but current is '{_word(current)}'")


def _word(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _check_argument(name: str, where: str, received: Table, current: Table, profile: Profile) -> None:
    if name in received and name in current:
        mine, theirs = received[name], current[name]
        if isinstance(mine, Decimal):
            raise InternalError
        if _comparable(mine) != _comparable(theirs):
            shown = "none" if mine is None else f"'{_shown(mine, profile)}'"
            raise _inequivalent(name, where, f"received {shown} but current is '{_shown(theirs, profile)}'")
    elif name in received:
        raise _inequivalent(name, where, f"received {_described(received[name], profile)} but current is none")
    elif name in current:
        raise _inequivalent(name, where, f"received none but current is {_described(current[name], profile)}")


def _inequivalent(name: str, where: str, difference: str) -> PreconditionFailed:
    return PreconditionFailed(f"inequivalent arg '{name}' for {where}: {difference}")


def _comparable(value: object) -> object:
    """Strings and byte strings are equal if their bytes are, integers and timestamps if their values are."""
    if isinstance(value, str):
        return ("text", octets(value))
    if isinstance(value, bytes):
        return ("text", value)
    if isinstance(value, datetime):
        return ("int", seconds_of(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return ("int", value)
    return freeze(value)


def _described(value: object, profile: Profile) -> str:
    return f"the value '{_shown(value, profile)}' of type '{type_word(value)}'"


def _shown(value: object, profile: Profile) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")
    return erlang_term(value, profile)
