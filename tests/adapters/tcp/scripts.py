"""What clients send that no client should: a script each, in the bytes of the wire."""

from __future__ import annotations

import struct
from typing import Literal

import attrs
from pika import spec

from fakeamqp.wire import frames
from fakeamqp.wire.frames import frame

Beginning = Literal["nothing", "header", "start-ok", "tune-ok", "open", "channel"]
"""How far the client has come before it sends what the script has."""


@attrs.frozen
class Script:
    """name: what goes wrong. after: how far the client has come. data: what it sends then, at once."""

    name: str
    after: Beginning
    data: bytes


def method(channel: int, sent: spec.amqp_object.Method) -> bytes:
    """A frame with a method, written by pika."""
    return frame(frames.METHOD, channel, struct.pack(">I", sent.INDEX) + b"".join(sent.encode()))


def raw(channel: int, index: int, *fields: bytes) -> bytes:
    """A frame with a method whose fields are these bytes."""
    return frame(frames.METHOD, channel, struct.pack(">I", index) + b"".join(fields))


def header(size: int = 3, properties: bytes = b"\0\0", *, class_id: int = 60, weight: int = 0) -> bytes:
    """A content header on channel 1."""
    return frame(frames.HEADER, 1, struct.pack(">HHQ", class_id, weight, size) + properties)


def body(data: bytes = b"abc", channel: int = 1) -> bytes:
    """A body frame."""
    return frame(frames.BODY, channel, data)


def broken(kind: int, channel: int, payload: bytes, end: int) -> bytes:
    """A frame with another end than frames have."""
    return frame(kind, channel, payload)[:-1] + bytes((end,))


def announced(kind: int, channel: int, size: int) -> bytes:
    """The beginning of a frame of which nothing follows."""
    return struct.pack(">BHI", kind, channel, size)


def short(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def table(fields: bytes) -> bytes:
    return struct.pack(">I", len(fields)) + fields


LOGIN = method(0, spec.Connection.StartOk({"capabilities": {}}, "PLAIN", "\0guest\0guest", "en_US"))
"""As written by pika, with a client's usual capabilities left out."""

PUBLISH = method(1, spec.Basic.Publish(exchange="", routing_key="nowhere"))
MANDATORY = method(1, spec.Basic.Publish(exchange="", routing_key="nowhere", mandatory=True))
QOS = method(1, spec.Basic.Qos())
NO_TABLE = b"\0\0\0\0"
NO_UTF8 = b"\xff\xfe"


def scripts() -> list[Script]:
    """All of them."""
    return [
        *(Script(f"protocol headers: {name}", "nothing", data) for name, data in _protocol_headers().items()),
        *(Script(f"handshake: {name}", after, data) for name, (after, data) in _handshakes().items()),
        *(Script(f"frames: {name}", "channel", data) for name, data in _frames().items()),
        *(Script(f"methods: {name}", "channel", data) for name, data in _methods().items()),
        *(Script(f"content: {name}", "channel", data) for name, data in _contents().items()),
        *(Script(f"tables: {name}", "channel", data) for name, data in _tables().items()),
    ]


def _protocol_headers() -> dict[str, bytes]:
    return {
        "HTTP": b"GET / HTTP/1.0\r\n\r\n",
        "AMQP 1.0": b"AMQP\0\1\0\0",
        "AMQP 0-8": b"AMQP\x01\x01\x08\x00",
        "AMQP 0-9": b"AMQP\x01\x01\x00\x09",
        "AMQP 0-9-2": b"AMQP\0\0\x09\x02",
        "half of one": b"AMQ",
    }


def _handshakes() -> dict[str, tuple[Beginning, bytes]]:
    tune_ok, opening = spec.Connection.TuneOk, method(0, spec.Connection.Open("/"))

    def start_ok(mechanism: str, response: str) -> bytes:
        return method(0, spec.Connection.StartOk({}, mechanism, response, "en_US"))

    return {
        "a heartbeat before start-ok": ("header", frames.HEARTBEAT_FRAME),
        "no frames before start-ok": ("header", b"garbage garbage garbage"),
        "a method that is not start-ok": ("header", method(1, spec.Channel.Open())),
        "start-ok on a channel": ("header", b"\x01\x00\x01" + LOGIN[3:]),
        "start-ok cut off": ("header", raw(0, spec.Connection.StartOk.INDEX, b"\0\0")),
        "an unknown method before start-ok": ("header", raw(0, 99 << 16 | 11)),
        "an unknown frame before start-ok": ("header", frame(5, 0, b"abc")),
        "a wrong frame end before start-ok": ("header", broken(8, 0, b"", 0)),
        "4096 bytes before start-ok": ("header", announced(1, 0, 4096)),
        "4097 bytes before start-ok": ("header", announced(1, 0, 4097)),
        "8192 bytes before start-ok": ("header", announced(1, 0, 8192)),
        "8193 bytes before start-ok": ("header", announced(1, 0, 8193)),
        "an unknown mechanism": ("header", start_ok("KERBEROS", "\0guest\0guest")),
        "a response that is none": ("header", start_ok("PLAIN", "guest")),
        "tune-ok on a channel": ("start-ok", method(1, tune_ok(2047, 131072, 0)) + opening),
        "tune-ok without a frame-max": ("start-ok", method(0, tune_ok(2047, 0, 0)) + opening),
        "tune-ok with a small frame-max": ("start-ok", method(0, tune_ok(2047, 100, 0)) + opening),
        "tune-ok with a large frame-max": ("start-ok", method(0, tune_ok(2047, 200_000, 0)) + opening),
        "a heartbeat on a channel before open": ("tune-ok", frame(8, 1, b"")),
        "a body before open": ("tune-ok", body()),
        "an unknown frame before open": ("tune-ok", frame(5, 0, b"abc")),
        "an unknown frame on a channel before open": ("tune-ok", frame(5, 1, b"abc")),
        "a wrong frame end before open": ("tune-ok", broken(8, 0, b"", 0)),
        "a frame too large before open": ("tune-ok", announced(1, 0, 200_000)),
        "a virtual host that is no UTF-8": ("tune-ok", raw(0, spec.Connection.Open.INDEX, short(NO_UTF8), b"\0\0")),
        "a body on a channel that is not open": ("open", body(channel=5)),
        "a heartbeat on a channel that is not open": ("open", frame(8, 5, b"")),
        "a channel with a number beyond channel-max": ("open", method(3000, spec.Channel.Open())),
    }


def _frames() -> dict[str, bytes]:
    return {
        "wrong end of a method": broken(1, 1, struct.pack(">I", spec.Basic.Qos.INDEX) + bytes(7), 65),
        "wrong end, 0": broken(1, 1, b"\0\x14\0\x0a\0", 0),
        "wrong end of a long one": broken(1, 1, b"abcdefghij" * 4, 200),
        "unknown type": frame(5, 1, b"abc"),
        "unknown type, escaped text": frame(5, 1, b'a\nb"c\\d\te'),
        "unknown type, text in UTF-8": frame(5, 1, "é".encode()),
        "unknown type, text in Latin-1": frame(5, 1, b"\xe9\xe8"),
        "unknown type, 16 bytes": frame(5, 1, b"\xff\x01" * 7 + b"\xfe\xfe"),
        "unknown type, 40 bytes": frame(5, 1, bytes(range(40))),
        "unknown type, long text": frame(5, 1, b"a" * 90),
        "type 4": frame(4, 1, b"abc"),
        "heartbeat on a channel": frame(8, 1, b""),
        "heartbeat with a payload": frame(8, 0, b"abc"),
        "too large": announced(1, 1, 131_073),
        "as large as may be": announced(1, 1, 131_072),
        "too large body": announced(3, 1, 200_000),
        "a header on channel 0": frame(2, 0, b"abc"),
        "a body on channel 0": frame(3, 0, b"abc"),
        "a second protocol header": frames.PROTOCOL_HEADER,
        "a broken one behind a close": method(0, spec.Connection.CloseOk()) + frame(5, 1, b"abc"),
    }


def _methods() -> dict[str, bytes]:
    recover = spec.Basic.Recover.INDEX
    return {
        "two bytes": frame(1, 1, b"\0\x3c"),
        "empty": frame(1, 1, b""),
        "unknown class": raw(1, 99 << 16 | 10),
        "unknown method": raw(1, 60 << 16 | 99),
        "unknown method on channel 0": raw(0, 60 << 16 | 99),
        "fields cut off": raw(1, spec.Basic.Publish.INDEX, b"\0\0\x05a"),
        "fields left over": raw(1, spec.Basic.Qos.INDEX, bytes(7), b"extra"),
        "fields left over, many": raw(1, spec.Basic.Cancel.INDEX, b"zz jklmnop " * 20),
        "a table cut off": raw(1, spec.Queue.Declare.INDEX, b"\0\0\0\x08", struct.pack(">I", 50), short(b"a")),
        "a queue that is no UTF-8": raw(1, spec.Queue.Declare.INDEX, b"\0\0", short(NO_UTF8), b"\0", NO_TABLE),
        "a type that is no UTF-8": raw(
            1, spec.Exchange.Declare.INDEX, b"\0\0", short(b"e"), short(NO_UTF8), b"\0", NO_TABLE
        ),
        "a key of a binding that is no UTF-8": raw(
            1, spec.Queue.Bind.INDEX, b"\0\0", short(b"q"), short(b"amq.direct"), short(NO_UTF8), b"\0", NO_TABLE
        ),
        "a consumer tag that is no UTF-8": raw(
            1, spec.Basic.Consume.INDEX, b"\0\0", short(b"q"), short(NO_UTF8), b"\0", NO_TABLE
        ),
        "a reply text that is no UTF-8": raw(1, spec.Channel.Close.INDEX, b"\0\0", short(NO_UTF8), NO_TABLE),
        "an exchange to publish to that is no UTF-8": raw(
            1, spec.Basic.Publish.INDEX, b"\0\0", short(NO_UTF8), short(b"k"), b"\0"
        )
        + header()
        + body(),
        "a bit that is not the first": raw(1, recover, b"\x02"),
        "one that only servers send": method(1, spec.Basic.Return(312, "x", "", "k")) + header() + body(),
        "an uninvited channel.close-ok": method(1, spec.Channel.CloseOk()) + QOS,
        "an uninvited connection.close-ok": method(0, spec.Connection.CloseOk()) + QOS,
        "one of a channel on channel 0": method(0, spec.Basic.Qos()),
        "connection.close": method(0, spec.Connection.Close(200, "x", 0, 0)),
        "connection.close, then more": method(0, spec.Connection.Close(200, "x", 0, 0)) + QOS,
        "close while closing": method(0, spec.Connection.CloseOk()) + method(0, spec.Connection.Close(200, "x", 0, 0)),
    }


def _contents() -> dict[str, bytes]:
    closing = method(1, spec.Queue.Declare(queue="none", passive=True))
    return {
        "a header without a method": header(),
        "a body without a method": body(),
        "a body without a header": PUBLISH + body(),
        "a method in place of the header": PUBLISH + QOS,
        "a method in place of the body": PUBLISH + header() + QOS,
        "a header of another class": PUBLISH + header(class_id=50) + body(),
        "a second header": PUBLISH + header() + header(),
        "a header with a weight": PUBLISH + header(weight=1) + body() + QOS,
        "a short header": PUBLISH + frame(2, 1, b"\0\x3c\0"),
        "a body that is too long, then a method": PUBLISH + header() + body(b"abcdef") + QOS,
        "a body that is too long": PUBLISH + header() + body(b"abcdef"),
        "an empty body frame": PUBLISH + header() + body(b"") + body() + QOS,
        "no body": PUBLISH + header(0) + QOS,
        "a body where there is to be none": PUBLISH + header(0) + body(b""),
        "a size without an end": PUBLISH + header(2**63) + body(b"x"),
        "channel.close in between": PUBLISH + header() + method(1, spec.Channel.Close(200, "x", 0, 0)),
        "connection.close in between": PUBLISH + header() + method(0, spec.Connection.Close(200, "x", 0, 0)),
        "a heartbeat in between": PUBLISH + header() + frames.HEARTBEAT_FRAME + body() + QOS,
        "properties cut off": PUBLISH + header(properties=b"\x80\0\x05ab") + body() + QOS,
        "properties left over": PUBLISH + header(properties=b"\x80\0\x02abEXTRA") + body() + QOS,
        "more flags": PUBLISH + header(properties=b"\x80\x01\x80\0\x02ab") + body() + QOS,
        "flags without a meaning": PUBLISH + header(properties=b"\0\x02") + body() + QOS,
        "no properties at all": PUBLISH + header(properties=b"") + body() + QOS,
        "a key that is no UTF-8": raw(1, spec.Basic.Publish.INDEX, b"\0\0\0", short(NO_UTF8), b"\1")
        + header()
        + body(),
        "a property that is no UTF-8": MANDATORY + header(properties=b"\x80\0" + short(NO_UTF8)) + body(),
        "on a channel that is closing": closing + PUBLISH + header() + body() + body(),
        "a body on a channel that is closing": closing + body(),
    }


VALUES = {
    "short-short-int": b"b\xff",
    "unsigned octet": b"B\xff",
    "short-int": b"s\xff\xfe",
    "short-uint": b"u\xff\xfe",
    "long-int": b"I\xff\xff\xff\xff",
    "long-uint": b"i\xff\xff\xff\xff",
    "long-long-int": b"l\xff\xff\xff\xff\xff\xff\xff\xff",
    "float": b"f" + struct.pack(">f", 1.5),
    "double": b"d" + struct.pack(">d", 0.1),
    "decimal": b"D\x02\xff\xff\xff\xff",
    "decimal, all behind the point": b"D\xff\0\0\0\1",
    "timestamp": b"T\0\0\0\0\x60\0\0\0",
    "timestamp of no calendar": b"T\xff\xff\xff\xff\xff\xff\xff\xff",
    "text": b"S\0\0\0\2ab",
    "text that is no UTF-8": b"S\0\0\0\2\xff\xfe",
    "bytes": b"x\0\0\0\2\xff\xfe",
    "array": b"A\0\0\0\x07I\0\0\0\1t\1",
    "array of arrays": b"A\0\0\0\x05A\0\0\0\0",
    "empty array": b"A\0\0\0\0",
    "table": b"F\0\0\0\x07\1aI\0\0\0\1",
    "empty table": b"F\0\0\0\0",
    "void": b"V",
    "true": b"t\1",
    "false": b"t\0",
}
"""A value of each type, and of each kind where RabbitMQ might make a difference."""

NO_VALUES = {
    "NaN": b"d" + struct.pack(">d", float("nan")),
    "infinity": b"d" + struct.pack(">d", float("inf")),
    "short NaN": b"f" + struct.pack(">f", float("nan")),
    "unknown type": b"U\0\1",
    "a value that is cut off": b"I\0\0",
    "a table longer than what it is in": b"F\0\0\0\x08\1aI\0\0\0\1",
}


def _tables() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, value in {**VALUES, **NO_VALUES}.items():
        fields = table(short(b"k") + value)
        found[f"{name} in a header"] = MANDATORY + header(properties=b"\x20\0" + fields) + body()
        found[f"{name} in an argument"] = (
            raw(1, spec.Queue.Declare.INDEX, b"\0\0", short(f"q {name}".encode()), b"\x04", fields) + QOS
        )
    for letter, value in (("b", b"\5"), ("B", b"\5"), ("s", b"\0\5"), ("u", b"\0\5"), ("i", b"\0\0\0\5")):
        text = short(b"x-dead-letter-exchange") + letter.encode() + value
        number = short(b"x-max-length") + letter.encode() + value
        same, other = (short(b"x-max-length") + b"l" + bytes((0, 0, 0, 0, 0, 0, 0, last)) for last in (5, 6))
        declare = spec.Queue.Declare.INDEX
        found[f"{letter} where a text belongs"] = raw(1, declare, b"\0\0", short(b"q"), b"\x04", table(text))
        found[f"{letter} as a length"] = b"".join(
            raw(1, declare, b"\0\0", short(b"q " + letter.encode()), b"\x04", table(one))
            for one in (number, same, other)
        )
    number = short(b"x-max-length") + b"f" + struct.pack(">f", 5)
    found["f as a length"] = raw(1, spec.Queue.Declare.INDEX, b"\0\0", short(b"q"), b"\x04", table(number))
    return found
