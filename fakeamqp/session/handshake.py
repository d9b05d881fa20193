"""The methods with which a connection begins and ends, as RabbitMQ fills them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakeamqp.model.profile import Profile
from fakeamqp.model.record import record
from fakeamqp.model.values import octets, text_of

CHANNEL_MAX = 2047
FRAME_MAX = 131_072
HEARTBEAT_S = 60


@record
class Start:
    """connection.start."""

    version_major: int
    version_minor: int
    server_properties: dict[str, Any]
    mechanisms: str
    locales: str


@record
class Tune:
    """connection.tune: what the broker proposes. heartbeat: in seconds."""

    channel_max: int = CHANNEL_MAX
    frame_max: int = FRAME_MAX
    heartbeat: int = HEARTBEAT_S


@record
class OpenOk:
    """connection.open-ok."""

    known_hosts: str = ""


@record
class ChannelOpenOk:
    """channel.open-ok."""

    channel_id: str = ""


@record
class Close:
    """connection.close and channel.close. class_id, method_id: the method at fault, 0 if none was."""

    reply_code: int
    reply_text: str
    class_id: int = 0
    method_id: int = 0


@record
class Blocked:
    """connection.blocked."""

    reason: str


@record
class RequestOk:
    """access.request-ok, of a class that the protocol has given up: every client has every right."""

    ticket: int = 1


@record
class NoFields:
    """A method without fields: close-ok, update-secret-ok."""


TUNE = Tune()
OPEN_OK = OpenOk()
CHANNEL_OPEN_OK = ChannelOpenOk()
NO_FIELDS = NoFields()


def start(profile: Profile, *, external: bool = False) -> Start:
    """connection.start as this version sends it (recorded: key order, capabilities, mechanisms).

    external: True if EXTERNAL is offered, as with RabbitMQ's plugin rabbitmq_auth_mechanism_ssl over TLS.
    """
    return Start(
        version_major=0,
        version_minor=9,
        server_properties={
            "capabilities": {
                "publisher_confirms": True,
                "exchange_exchange_bindings": True,
                "basic.nack": True,
                "consumer_cancel_notify": True,
                "connection.blocked": True,
                "consumer_priorities": True,
                "authentication_failure_close": True,
                "per_consumer_qos": True,
                "direct_reply_to": True,
            },
            "cluster_name": "rabbit@localhost",
            "copyright": profile.copyright,
            "information": "Licensed under the MPL 2.0. Website: https://rabbitmq.com",
            "platform": f"Erlang/OTP {profile.erlang}",
            "product": "RabbitMQ",
            "version": profile.release,
        },
        mechanisms=profile.mechanisms + (" EXTERNAL" if external else ""),
        locales="en_US",
    )


def accepts(channel_max: int, frame_max: int, profile: Profile) -> bool:
    """True if what the client makes of connection.tune is within what was offered; 0, no limit, is not."""
    return 0 < channel_max <= CHANNEL_MAX and profile.min_frame_size <= frame_max <= FRAME_MAX


def credentials(mechanism: str, response: str | bytes, profile: Profile) -> tuple[str, str] | None:
    """User and password out of what the client answered to connection.start.

    None if the mechanism is not among those offered, or the response is malformed: the link ends without a word then.
    """
    read = _MECHANISMS.get(mechanism) if mechanism in profile.mechanisms.split() else None
    return None if read is None else read(octets(response) if isinstance(response, str) else response)


def _plain(response: bytes) -> tuple[str, str] | None:
    """RFC 4616; RabbitMQ takes no authorization identity."""
    parts = response.split(b"\0")
    return (text_of(parts[1]), text_of(parts[2])) if len(parts) == 3 and not parts[0] else None


def _amqplain(response: bytes) -> tuple[str, str] | None:
    """A field table without its length, with the long strings LOGIN and PASSWORD."""
    fields: dict[bytes, bytes] = {}
    while response:
        name, rest = _split(response[1:], response[0])
        kind, rest = _split(rest, 1)
        size, rest = _split(rest, 4)
        value, response = _split(rest, int.from_bytes(size, "big"))
        if kind != b"S":
            return None
        fields[name] = value
    if not fields.keys() >= {b"LOGIN", b"PASSWORD"}:
        return None
    return text_of(fields[b"LOGIN"]), text_of(fields[b"PASSWORD"])


def _anonymous(response: bytes) -> tuple[str, str]:
    """RFC 4505: whoever it is, RabbitMQ takes them for its own `guest`."""
    return "guest", ""


_MECHANISMS: dict[str, Callable[[bytes], tuple[str, str] | None]] = {
    "PLAIN": _plain,
    "AMQPLAIN": _amqplain,
    "ANONYMOUS": _anonymous,
}


def _split(raw: bytes, size: int) -> tuple[bytes, bytes]:
    return raw[:size], raw[size:]
