"""What a broker has sent, as a recording keeps it: read by pika, not by what is tested."""

from __future__ import annotations

import struct
from typing import Any

from pika import spec


def told(data: bytes) -> list[Any]:
    """Every frame of what a broker sent: `[channel, method, fields]`, or channel, kind and bytes of the others."""
    found: list[Any] = []
    at = 0
    if data.startswith(b"AMQP"):
        found.append(["protocol header", list(data[4:8])])
        at = 8
    while at < len(data):
        kind, channel, size = struct.unpack_from(">BHI", data, at)
        payload = data[at + 7 : at + 7 + size]
        at += 8 + size
        found.append(_method(channel, payload) if kind == 1 else [channel, kind, payload.hex(" ")])
    return found


def _method(channel: int, payload: bytes) -> list[Any]:
    decoded = spec.methods[struct.unpack_from(">I", payload)[0]]()
    if decoded.NAME == "Connection.Start":
        return [channel, decoded.NAME]
    return [channel, decoded.NAME, {name: _plain(value) for name, value in vars(decoded.decode(payload, 4)).items()}]


def _plain(value: Any) -> Any:
    return {"bytes": value.hex(" ")} if isinstance(value, bytes) and value else value or 0
