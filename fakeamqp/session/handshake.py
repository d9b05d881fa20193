"""The methods with which a connection begins and ends, as RabbitMQ fills them in."""

from __future__ import annotations

from typing import Any

import attrs

from fakeamqp.model.profile import Profile

CHANNEL_MAX = 2047
FRAME_MAX = 131_072
HEARTBEAT_S = 60


@attrs.frozen
class Start:
    """connection.start."""

    version_major: int
    version_minor: int
    server_properties: dict[str, Any]
    mechanisms: str
    locales: str


@attrs.frozen
class Tune:
    """connection.tune: what the broker proposes. heartbeat: in seconds."""

    channel_max: int = CHANNEL_MAX
    frame_max: int = FRAME_MAX
    heartbeat: int = HEARTBEAT_S


@attrs.frozen
class OpenOk:
    """connection.open-ok."""

    known_hosts: str = ""


@attrs.frozen
class ChannelOpenOk:
    """channel.open-ok."""

    channel_id: str = ""


@attrs.frozen
class Close:
    """connection.close and channel.close. class_id, method_id: the method at fault, 0 if none was."""

    reply_code: int
    reply_text: str
    class_id: int = 0
    method_id: int = 0


@attrs.frozen
class NoFields:
    """A method without fields: close-ok, update-secret-ok."""


def start(profile: Profile) -> Start:
    """connection.start as this version sends it (recorded: key order, capabilities, mechanisms)."""
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
        mechanisms=profile.mechanisms,
        locales="en_US",
    )


def plain_credentials(response: str | bytes) -> tuple[str, str] | None:
    """User and password out of a PLAIN response (RFC 4616); None if it is malformed."""
    text = response.decode("utf-8", "surrogateescape") if isinstance(response, bytes) else response
    parts = text.split("\0")
    return (parts[1], parts[2]) if len(parts) == 3 else None
