"""Methods on their way through the door, both ways, by tables from their index."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pika.spec
from pika.spec import Basic, Channel, Confirm, Connection, Exchange, Queue, Tx

from fakeamqp.adapters.pika.content import SHORT, from_pika, plain_copy, plain_table, to_pika
from fakeamqp.session.methods import CONNECTION_UPDATE_SECRET

# --- from the client

# The short strings of each method that a client sends often, but for those that are looked at in a way of their own.
# A method without an entry in `_CHECKS` is always encoded.
_TEXTS: dict[int, tuple[str, ...]] = {
    Exchange.Declare.INDEX: ("exchange", "type"),
    Exchange.Delete.INDEX: ("exchange",),
    Exchange.Bind.INDEX: ("destination", "source", "routing_key"),
    Exchange.Unbind.INDEX: ("destination", "source", "routing_key"),
    Queue.Declare.INDEX: ("queue",),
    Queue.Bind.INDEX: ("queue", "exchange", "routing_key"),
    Queue.Unbind.INDEX: ("queue", "exchange", "routing_key"),
    Queue.Purge.INDEX: ("queue",),
    Queue.Delete.INDEX: ("queue",),
    Basic.Consume.INDEX: ("queue", "consumer_tag"),
    Basic.Cancel.INDEX: ("consumer_tag",),
    Basic.Get.INDEX: ("queue",),
    Confirm.Select.INDEX: (),
    Tx.Select.INDEX: (),
    Tx.Commit.INDEX: (),
    Tx.Rollback.INDEX: (),
    Channel.Open.INDEX: ("out_of_band",),
    Channel.Close.INDEX: ("reply_text",),
    Channel.CloseOk.INDEX: (),
    Connection.TuneOk.INDEX: (),
    Connection.Open.INDEX: ("virtual_host", "capabilities"),
    Connection.Close.INDEX: ("reply_text",),
    Connection.CloseOk.INDEX: (),
}
# The integers in these methods that a client may choose: 16 bits each (pika's parameters look after frame_max).
_CLOSE = ("reply_code", "class_id", "method_id")
_NUMBERS: dict[int, tuple[str, ...]] = {
    Channel.Close.INDEX: _CLOSE,
    Connection.Close.INDEX: _CLOSE,
    Connection.TuneOk.INDEX: ("channel_max", "heartbeat"),
}
_WITH_TABLE = frozenset(
    kind.INDEX
    for group in (Exchange, Queue, Basic)
    for kind in (getattr(group, name, None) for name in ("Declare", "Bind", "Unbind", "Consume"))
    if kind is not None
)
_WITH_TAG = (Basic.Ack.INDEX, Basic.Nack.INDEX, Basic.Reject.INDEX)

_Check = Callable[[Any], Any]


def checked(method: Any) -> Any:
    """The method as it would come off the wire, sharing nothing with the sender.

    Raises whatever the installed pika's marshalling raises for it.
    """
    check = _CHECKS.get(method.INDEX)
    return _by_wire(method) if check is None else check(method)


def _check_of(texts: tuple[str, ...], numbers: tuple[str, ...], *, has_table: bool) -> _Check:
    """What looks at one kind of method: these short strings, these integers, and its table."""

    def check(method: Any) -> Any:
        for name in texts:
            text = getattr(method, name)
            if type(text) is not str or len(text) > SHORT:
                return _by_wire(method)
        for name in numbers:
            number = getattr(method, name)
            if type(number) is not int or not 0 <= number < 2**16:
                return _by_wire(method)
        if has_table and method.arguments is not None:
            if not plain_table(method.arguments):
                return _by_wire(method)
            method.arguments = dict(method.arguments)
        return method

    return check


def _checked_tag(method: Any) -> Any:
    tag = method.delivery_tag
    return method if type(tag) is int and 0 <= tag < 2**63 else _by_wire(method)


def _checked_start(method: Any) -> Any:
    for text in (method.mechanism, method.locale):
        if type(text) is not str or len(text) > SHORT:
            return _by_wire(method)
    properties, response = plain_copy(method.client_properties), method.response
    if properties is None or type(response) is not bytes:
        return _by_wire(method)
    method.client_properties = properties
    return method


def _by_wire(method: Any) -> Any:
    kind: Any = type(method)
    decoded = kind.__new__(kind).decode(b"".join(method.encode()))
    for name, value in decoded.__dict__.items():
        if type(value) is dict:
            setattr(decoded, name, from_pika(value))
    if kind.INDEX == CONNECTION_UPDATE_SECRET:
        decoded.new_secret = method.new_secret  # which pika, never on this end of a wire, reads under another name
    return decoded


_CHECKS: dict[int, _Check] = {
    index: _check_of(texts, _NUMBERS.get(index, ()), has_table=index in _WITH_TABLE) for index, texts in _TEXTS.items()
}
_CHECKS |= dict.fromkeys(_WITH_TAG, _checked_tag)
_CHECKS[Connection.StartOk.INDEX] = _checked_start


def is_answered(method: Any) -> bool:
    """True if the client waits for an answer to this method."""
    return bool(method.synchronous) and not getattr(method, "nowait", False)


# --- to the client

_Build = Callable[[Any], Any]
_BUILDERS: dict[tuple[int, type], _Build] = {}


def built(index: int, fields: Any) -> Any:
    """pika's own method for `index`, its fields read off `fields` under their names in the specification.

    A field that `fields` does not have keeps pika's default.
    """
    key = (index, type(fields))
    build = _BUILDERS.get(key)
    if build is None:
        build = _BUILDERS[key] = _builder(index, fields)
    return build(fields)


def _builder(index: int, fields: Any) -> _Build:
    kind: Any = pika.spec.methods[index]
    names = [name for name in vars(kind()) if hasattr(fields, name)]
    if any(not isinstance(getattr(fields, name), _ATOMS) for name in names):
        return lambda fields: kind(**{name: to_pika(getattr(fields, name)) for name in names})
    if len(names) > 1 and names == list(vars(kind())):
        read = operator.attrgetter(*names)
        return lambda fields: kind(*read(fields))
    return lambda fields: kind(**{name: getattr(fields, name) for name in names})


_ATOMS = (str, int, bytes, type(None))

DELIVER = Basic.Deliver.INDEX
_Deliver: Any = Basic.Deliver


def built_deliver(fields: Any) -> Any:
    """pika's `Basic.Deliver`: `built` for the method that is sent most."""
    return _Deliver(fields.consumer_tag, fields.delivery_tag, fields.redelivered, fields.exchange, fields.routing_key)
