"""Methods as bytes (AMQP 0-9-1, section 4.2.4 and the methods' own; RabbitMQ's extensions).

A method that is read is an object of its own class, with the number `INDEX` and the specification's field names as
attributes; `global` is `global_qos`, because Python has the word for itself. One that is written is any object with
such attributes: what it does not have is 0, False or empty.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from fakeamqp.model.values import octets, text_of
from fakeamqp.wire.table import decode_table, encode_table, long_string, short_string

_SPECIFICATION: Final = """
connection.start          10 10 version-major:octet version-minor:octet server-properties:table mechanisms:longstr
                                locales:longstr
connection.start-ok       10 11 client-properties:table mechanism:shortstr response:longstr locale:shortstr
connection.secure         10 20 challenge:longstr
connection.secure-ok      10 21 response:longstr
connection.tune           10 30 channel-max:short frame-max:long heartbeat:short
connection.tune-ok        10 31 channel-max:short frame-max:long heartbeat:short
connection.open           10 40 virtual-host:shortstr reserved-1:shortstr reserved-2:bit
connection.open-ok        10 41 known-hosts:shortstr
connection.close          10 50 reply-code:short reply-text:shortstr class-id:short method-id:short
connection.close-ok       10 51
connection.blocked        10 60 reason:shortstr
connection.unblocked      10 61
connection.update-secret  10 70 new-secret:longstr reason:shortstr
connection.update-secret-ok 10 71
channel.open              20 10 out-of-band:shortstr
channel.open-ok           20 11 channel-id:longstr
channel.flow              20 20 active:bit
channel.flow-ok           20 21 active:bit
channel.close             20 40 reply-code:short reply-text:shortstr class-id:short method-id:short
channel.close-ok          20 41
access.request            30 10 realm:shortstr exclusive:bit passive:bit active:bit write:bit read:bit
access.request-ok         30 11 ticket:short
exchange.declare          40 10 ticket:short exchange:shortstr type:shortstr passive:bit durable:bit auto-delete:bit
                                internal:bit nowait:bit arguments:table
exchange.declare-ok       40 11
exchange.delete           40 20 ticket:short exchange:shortstr if-unused:bit nowait:bit
exchange.delete-ok        40 21
exchange.bind             40 30 ticket:short destination:shortstr source:shortstr routing-key:shortstr nowait:bit
                                arguments:table
exchange.bind-ok          40 31
exchange.unbind           40 40 ticket:short destination:shortstr source:shortstr routing-key:shortstr nowait:bit
                                arguments:table
exchange.unbind-ok        40 51
queue.declare             50 10 ticket:short queue:shortstr passive:bit durable:bit exclusive:bit auto-delete:bit
                                nowait:bit arguments:table
queue.declare-ok          50 11 queue:shortstr message-count:long consumer-count:long
queue.bind                50 20 ticket:short queue:shortstr exchange:shortstr routing-key:shortstr nowait:bit
                                arguments:table
queue.bind-ok             50 21
queue.purge               50 30 ticket:short queue:shortstr nowait:bit
queue.purge-ok            50 31 message-count:long
queue.delete              50 40 ticket:short queue:shortstr if-unused:bit if-empty:bit nowait:bit
queue.delete-ok           50 41 message-count:long
queue.unbind              50 50 ticket:short queue:shortstr exchange:shortstr routing-key:shortstr arguments:table
queue.unbind-ok           50 51
basic.qos                 60 10 prefetch-size:long prefetch-count:short global-qos:bit
basic.qos-ok              60 11
basic.consume             60 20 ticket:short queue:shortstr consumer-tag:shortstr no-local:bit no-ack:bit exclusive:bit
                                nowait:bit arguments:table
basic.consume-ok          60 21 consumer-tag:shortstr
basic.cancel              60 30 consumer-tag:shortstr nowait:bit
basic.cancel-ok           60 31 consumer-tag:shortstr
basic.publish             60 40 ticket:short exchange:shortstr routing-key:shortstr mandatory:bit immediate:bit
basic.return              60 50 reply-code:short reply-text:shortstr exchange:shortstr routing-key:shortstr
basic.deliver             60 60 consumer-tag:shortstr delivery-tag:longlong redelivered:bit exchange:shortstr
                                routing-key:shortstr
basic.get                 60 70 ticket:short queue:shortstr no-ack:bit
basic.get-ok              60 71 delivery-tag:longlong redelivered:bit exchange:shortstr routing-key:shortstr
                                message-count:long
basic.get-empty           60 72 cluster-id:shortstr
basic.ack                 60 80 delivery-tag:longlong multiple:bit
basic.reject              60 90 delivery-tag:longlong requeue:bit
basic.recover-async       60 100 requeue:bit
basic.recover             60 110 requeue:bit
basic.recover-ok          60 111
basic.nack                60 120 delivery-tag:longlong multiple:bit requeue:bit
confirm.select            85 10 nowait:bit
confirm.select-ok         85 11
tx.select                 90 10
tx.select-ok              90 11
tx.commit                 90 20
tx.commit-ok              90 21
tx.rollback               90 30
tx.rollback-ok            90 31
"""


class UnknownMethod(ValueError):
    """No class and method have these numbers."""


class CannotDecode(ValueError):
    """The fields of a method are not as its class and method say. index: class id << 16 | method id."""

    def __init__(self, index: int, fields: bytes) -> None:
        super().__init__(f"method {index >> 16}.{index & 0xFFFF} cannot have the fields {fields!r}")
        self.index = index
        self.fields = fields


class MalformedText(ValueError):
    """A short string is not in UTF-8. index: of the method it is in."""

    def __init__(self, index: int) -> None:
        super().__init__("a short string is not in UTF-8")
        self.index = index


class Method:
    """A method that was read. Its class has its name, `queue.declare`, its `INDEX` and its fields as attributes."""

    __slots__: tuple[str, ...] = ()
    NAME: ClassVar[str]
    INDEX: ClassVar[int]
    FIELDS: ClassVar[tuple[tuple[str, str], ...]]
    CONTENT: ClassVar[bool]

    def __repr__(self) -> str:
        return f"<{self.NAME} {', '.join(f'{name}={getattr(self, name)!r}' for name, _ in self.FIELDS)}>"


def _classes() -> dict[int, type[Method]]:
    """A class for each method of the specification, by its number."""
    made: dict[int, type[Method]] = {}
    for row in _SPECIFICATION.replace("\n    ", " ").split("\n"):
        if row:
            name, class_id, method_id, *fields = row.split()
            typed = tuple((field.replace("-", "_"), kind) for field, kind in (one.split(":") for one in fields))
            index = int(class_id) << 16 | int(method_id)
            attributes = {
                "__slots__": tuple(field for field, _ in typed),
                "NAME": name,
                "INDEX": index,
                "FIELDS": typed,
                "CONTENT": name in ("basic.publish", "basic.return", "basic.deliver", "basic.get-ok"),
            }
            made[index] = type(name, (Method,), attributes)
    return made


CLASSES: Final = _classes()
"""The class of each method, by its number."""

PUBLISH: Final = 60 << 16 | 40


# --- reading


def decode_method(payload: bytes) -> Method:
    """Read a method frame's payload. Raises UnknownMethod, CannotDecode, MalformedText or Malformed (of a table)."""
    index = int.from_bytes(payload[:4], "big")
    read = _FAST.get(index)
    if read is not None:
        method = read(payload)
        if method is not None:
            return method
    kind = CLASSES.get(index)
    if kind is None:
        raise UnknownMethod(f"there is no method {index >> 16}.{index & 0xFFFF}")
    method = kind()
    tables = _read_fields(method, payload)
    if index != PUBLISH:
        _check_texts(method)
    for name, raw in tables.items():
        setattr(method, name, decode_table(raw, 0)[0])
    return method


def _read_fields(method: Method, payload: bytes) -> dict[str, bytes]:
    """Set all fields but the tables, whose bytes are returned: RabbitMQ looks into them last."""
    at, bit, tables = 4, 0, {}
    try:
        for name, kind in method.FIELDS:
            if kind == "bit":
                # Bits that follow each other share an octet, the first in its lowest place.
                at += bit == 0
                setattr(method, name, payload[at - 1] >> bit & 1 == 1)
                bit += 1
                continue
            bit = 0
            if kind in _LAYOUTS:
                layout = _LAYOUTS[kind]
                setattr(method, name, layout.unpack_from(payload, at)[0])
                at += layout.size
                continue
            raw, at = _stretch(payload, at, kind)
            if kind == "table":
                tables[name] = len(raw).to_bytes(4, "big") + raw
            else:
                setattr(method, name, raw if kind == "longstr" else text_of(raw))
        if at != len(payload):
            raise IndexError
    except (IndexError, struct.error):
        raise CannotDecode(method.INDEX, payload[4:]) from None
    return tables


def _stretch(payload: bytes, at: int, kind: str) -> tuple[bytes, int]:
    """Bytes after their length."""
    if kind == "shortstr":
        first, size = at + 1, payload[at]
    else:
        first, size = at + 4, _LAYOUTS["long"].unpack_from(payload, at)[0]
    end = first + size
    if end > len(payload):
        raise IndexError
    return payload[first:end], end


def _check_texts(method: Method) -> None:
    for name, kind in method.FIELDS:
        if kind == "shortstr" and not getattr(method, name).isascii():
            try:
                getattr(method, name).encode()
            except UnicodeEncodeError:
                raise MalformedText(method.INDEX) from None


_LAYOUTS: Final = {
    kind: struct.Struct(layout)
    for kind, layout in (("octet", ">B"), ("short", ">H"), ("long", ">I"), ("longlong", ">Q"))
}


# --- writing


def encode_method(index: int, fields: Any) -> bytes:
    """A method frame's payload, its fields read off `fields` by their names."""
    write = _FAST_WRITERS.get(index)
    if write is not None:
        return write(fields)
    pieces, bits, bit = [index.to_bytes(4, "big")], 0, 0
    for name, kind in CLASSES[index].FIELDS:
        value = getattr(fields, name, None)
        if kind == "bit":
            bits |= bool(value) << bit
            bit += 1
            continue
        if bit:
            pieces.append(bytes((bits,)))
            bits = bit = 0
        pieces.append(_encoded(value, kind))
    if bit:
        pieces.append(bytes((bits,)))
    return b"".join(pieces)


def _encoded(value: Any, kind: str) -> bytes:
    if kind == "shortstr":
        return short_string(value or "")
    if kind == "longstr":
        return long_string(octets(value or "") if not isinstance(value, bytes) else value)
    if kind == "table":
        return encode_table(value if isinstance(value, Mapping) else {})
    return _LAYOUTS[kind].pack(value or 0)


# --- the methods of each message, by the shortest way

_TAG_AND_BITS = struct.Struct(">IQB")


def _read_publish(payload: bytes) -> Method | None:
    """basic.publish; None if something is wrong with it."""
    if len(payload) < 9:
        return None
    middle = 7 + payload[6]
    if middle >= len(payload):
        return None
    end = middle + 1 + payload[middle]
    if end + 1 != len(payload):
        return None
    method: Any = _Publish()
    method.ticket = 0
    method.exchange = text_of(payload[7:middle])
    method.routing_key = text_of(payload[middle + 1 : end])
    bits = payload[end]
    method.mandatory = bits & 1 == 1
    method.immediate = bits & 2 == 2
    published: Method = method
    return published


def _read_ack(payload: bytes) -> Method | None:
    """basic.ack; None if something is wrong with it."""
    if len(payload) != _TAG_AND_BITS.size:
        return None
    method: Any = _Ack()
    _, method.delivery_tag, bits = _TAG_AND_BITS.unpack(payload)
    method.multiple = bits & 1 == 1
    acknowledged: Method = method
    return acknowledged


def _write_deliver(fields: Any) -> bytes:
    exchange, key = octets(fields.exchange), octets(fields.routing_key)
    tag = octets(fields.consumer_tag)
    return b"\x00\x3c\x00\x3c%c%b%b%c%b%c%b" % (
        len(tag),
        tag,
        fields.delivery_tag.to_bytes(8, "big") + (b"\x01" if fields.redelivered else b"\x00"),
        len(exchange),
        exchange,
        len(key),
        key,
    )


def _write_ack(fields: Any) -> bytes:
    return _TAG_AND_BITS.pack(_ACK, fields.delivery_tag, fields.multiple)


_ACK, _DELIVER = 60 << 16 | 80, 60 << 16 | 60
_Publish, _Ack = CLASSES[PUBLISH], CLASSES[_ACK]

_FAST: Final[dict[int, Callable[[bytes], Method | None]]] = {PUBLISH: _read_publish, _ACK: _read_ack}
_FAST_WRITERS: Final[dict[int, Callable[[Any], bytes]]] = {_DELIVER: _write_deliver, _ACK: _write_ack}
