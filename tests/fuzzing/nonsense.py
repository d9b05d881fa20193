"""A client that says anything at all: bytes, frames, methods with whatever fields, content in whatever order.

What it says follows from choices, so that Hypothesis and a fuzzer that looks at coverage can make them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Protocol

from fakeamqp.model.invariants import check
from fakeamqp.model.profile import PROFILES
from fakeamqp.session.methods import COMMANDS
from fakeamqp.wire import frames
from fakeamqp.wire.methods import CLASSES, encode_method
from fakeamqp.world.broker import Broker
from tests.adapters.tcp.scripts import NO_VALUES, VALUES, short, table
from tests.adapters.tcp.wired import Wire

MOST_STEPS = 30
NAMES = ("", "q", "s", "x", "amq.direct", "amq.topic", "amq.headers", "amq.rabbitmq.reply-to", "é", "\udcff", "a" * 255)
KINDS = ("direct", "fanout", "topic", "headers", "x-consistent-hash", "nonsense")
ARGUMENTS = (
    "x-message-ttl",
    "x-expires",
    "x-max-length",
    "x-max-length-bytes",
    "x-overflow",
    "x-queue-type",
    "x-max-priority",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-single-active-consumer",
    "x-delivery-limit",
    "x-stream-offset",
    "x-priority",
    "x-match",
    "alternate-exchange",
    "CC",
    "BCC",
    "x-death",
    "k",
)
TEXTS = (
    "quorum",
    "stream",
    "classic",
    "q",
    "x",
    "amq.direct",
    "reject-publish",
    "drop-head",
    "all",
    "first",
    "any",
    "1D",
)
NUMBERS = (0, 1, 2, 3, 10, 255, 2**16 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)


class Choices(Protocol):
    """Whoever decides what is said."""

    def number(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""

    def octets(self, most: int) -> bytes:
        """At most so many bytes."""


def play(choices: Choices) -> None:
    """Let a client talk nonsense to a broker, and look at what must hold all the same.

    Raises AssertionError if it does not, and whatever the listener lets out.
    """
    versions = list(PROFILES)
    broker = Broker(versions[choices.number(0, len(versions) - 1)], trace=None)
    bystander, client = _logged_in(broker), Wire(broker)
    for step in _beginnings()[: choices.number(0, 4) or None]:
        client.send(step)
    for _ in range(choices.number(1, MOST_STEPS)):
        client.send(_said(choices))
        assert client.link._reader._frames.held <= client.link._reader._frames.frame_max + frames.OVERHEAD
        client = _goes_on(client)
    check(broker.model)
    assert bystander.send(_method(1, "basic.qos")) == frames.frame(1, 1, struct.pack(">HH", 60, 11))
    client.link.connection_lost(None)
    check(broker.model)
    assert broker.connections == 1
    broker.clock.advance(3600)
    check(broker.model)


def _goes_on(client: Wire) -> Wire:
    """The same client, with a channel again if the broker has closed it; or the next one, if it is no more."""
    session = client.link.session
    if client.is_closed or session.is_closing:
        client.send(_method(0, "connection.close-ok"))
        client.link.connection_lost(None)
        return _logged_in(client.broker)
    for number in [number for number, key in session._channels.items() if key is None]:
        client.send(_method(number, "channel.close-ok") + _method(number, "channel.open"))
    return client


def _beginnings() -> list[bytes]:
    return [
        frames.PROTOCOL_HEADER,
        _method(0, "connection.start-ok", mechanism="PLAIN", response=b"\0guest\0guest", locale="en_US"),
        _method(0, "connection.tune-ok", channel_max=2047, frame_max=131_072),
        _method(0, "connection.open", virtual_host="/"),
        _method(1, "channel.open"),
        _method(1, "queue.declare", queue="q"),
        _method(1, "queue.declare", queue="s", durable=True, arguments={"x-queue-type": "quorum"}),
    ]


def _logged_in(broker: Broker) -> Wire:
    client = Wire(broker)
    for step in _beginnings():
        client.send(step)
    return client


_BY_NAME = {kind.NAME: kind for kind in CLASSES.values()}


def _method(channel: int, name: str, **fields: Any) -> bytes:
    return frames.frame(frames.METHOD, channel, encode_method(_BY_NAME[name].INDEX, SimpleNamespace(**fields)))


# --- what is said


def _said(choices: Choices) -> bytes:
    ways: tuple[Callable[[Choices], bytes], ...] = (_any_method, _any_method, _publish, _any_frame, _spoilt, _bytes)
    return ways[choices.number(0, len(ways) - 1)](choices)


def _bytes(choices: Choices) -> bytes:
    return choices.octets(64)


def _any_frame(choices: Choices) -> bytes:
    return frames.frame(choices.number(0, 9), choices.number(0, 3), choices.octets(40))


def _spoilt(choices: Choices) -> bytes:
    """Something with an octet changed, or cut off."""
    said = _any_method(choices)
    at = choices.number(0, len(said) - 1)
    if choices.number(0, 1):
        return said[:at]
    return said[:at] + bytes((choices.number(0, 255),)) + said[at + 1 :]


_ALL = list(CLASSES.values())
_CLIENTS = [kind for kind in _ALL if kind.INDEX in COMMANDS]


def _any_method(choices: Choices) -> bytes:
    kind = _pick(choices, _ALL if choices.number(0, 9) == 9 else _CLIENTS)
    payload = struct.pack(">I", kind.INDEX)
    bits, bit = 0, 0
    for name, typed in kind.FIELDS:
        if typed == "bit":
            bits |= choices.number(0, 1) << bit
            bit += 1
            continue
        if bit:
            payload += bytes((bits,))
            bits = bit = 0
        payload += _field(choices, name, typed)
    if bit:
        payload += bytes((bits,))
    return frames.frame(frames.METHOD, choices.number(0, 3), payload)


def _field(choices: Choices, name: str, typed: str) -> bytes:
    if typed == "table":
        return _table(choices)
    if typed == "shortstr":
        known = KINDS if name == "type" else NAMES
        return short(_pick(choices, known).encode("utf-8", "surrogateescape"))
    if typed == "longstr":
        text = choices.octets(20)
        return struct.pack(">I", len(text)) + text
    size = {"octet": 1, "short": 2, "long": 4, "longlong": 8}[typed]
    return (_pick(choices, NUMBERS) % 256**size).to_bytes(size, "big")


def _table(choices: Choices) -> bytes:
    fields = b""
    for _ in range(choices.number(0, 3)):
        fields += short(_pick(choices, ARGUMENTS).encode()) + _value(choices)
    return table(fields)


def _value(choices: Choices) -> bytes:
    how = choices.number(0, 3)
    if how == 0:
        text = _pick(choices, TEXTS).encode()
        return b"S" + struct.pack(">I", len(text)) + text
    if how == 1:
        return b"I" + struct.pack(">i", _pick(choices, (-1, 0, 1, 2, 10, 256, 2**31 - 1)))
    if how == 2:
        return _pick(choices, list(VALUES.values()))
    return _pick(choices, list({**VALUES, **NO_VALUES}.values()))


def _publish(choices: Choices) -> bytes:
    channel = choices.number(1, 2)
    sent = _method(
        channel,
        "basic.publish",
        exchange=_pick(choices, NAMES),
        routing_key=_pick(choices, NAMES),
        mandatory=choices.number(0, 1),
    )
    flags = _pick(choices, (0, 1 << 13, 1 << 12, 1 << 15 | 1 << 13, 1 << 8, 1, 0xFFFF))
    properties = struct.pack(">H", flags) + (_table(choices) if flags & 1 << 13 else choices.octets(12))
    size = choices.number(0, 5)
    sent += frames.frame(frames.HEADER, channel, struct.pack(">HHQ", 60, choices.number(0, 7) // 7, size) + properties)
    return sent + frames.frame(frames.BODY, channel, bytes(choices.number(0, 5)))


def _pick(choices: Choices, options: Any) -> Any:
    return options[choices.number(0, len(options) - 1)]
