"""Frames as bytes (AMQP 0-9-1, section 4.2.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

METHOD: Final = 1
HEADER: Final = 2
BODY: Final = 3
HEARTBEAT: Final = 8
END: Final = 0xCE

PROTOCOL_HEADER: Final = b"AMQP\x00\x00\x09\x01"
_START = struct.Struct(">BHI")
OVERHEAD: Final = _START.size + 1
"""Bytes of a frame beside its payload."""


class Frame(NamedTuple):
    """One frame. kind: its type. channel: 0 for the connection."""

    kind: int
    channel: int
    payload: bytes


class BrokenFrame(ValueError):
    """What comes is no frame, and nobody can tell where the next one begins.

    kind, payload: of what was taken for one. reason: in Erlang's words, as RabbitMQ tells it.
    """

    def __init__(self, kind: int, payload: bytes, reason: tuple[str, ...]) -> None:
        super().__init__(f"{{{','.join(reason)}}}")
        self.kind = kind
        self.payload = payload
        self.reason = reason


class Frames:
    """Takes a stream of bytes apart into frames.

    frame_max: how many bytes a frame may have. RabbitMQ gives way by as much as a frame has beside its payload; what is
        longer is refused before it has come.
    """

    def __init__(self, frame_max: int) -> None:
        self.frame_max = frame_max
        self._rest = b""

    @property
    def held(self) -> int:
        """Bytes of a frame that has not come to its end."""
        return len(self._rest)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that end in these bytes. Raises BrokenFrame."""
        rest = self._rest + data if self._rest else data
        at, end = 0, len(rest)
        try:
            while end - at >= _START.size:
                kind, channel, size = _START.unpack_from(rest, at)
                if size > self.frame_max:
                    raise BrokenFrame(kind, b"", ("frame_too_large", str(size), str(self.frame_max - OVERHEAD)))
                last = at + _START.size + size
                if last >= end:
                    break
                payload = rest[at + _START.size : last]
                if rest[last] != END:
                    raise BrokenFrame(kind, payload, ("invalid_frame_end_marker", str(rest[last])))
                at = last + 1
                yield Frame(kind, channel, payload)
        finally:
            self._rest = rest[at:] if at else rest


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    """One frame."""
    return b"%b%b\xce" % (_START.pack(kind, channel, len(payload)), payload)


def body_frames(channel: int, body: bytes, frame_max: int) -> bytes:
    """A body in as many frames as it takes. frame_max: how long a frame may be, overhead included; 0 is any length."""
    longest = frame_max - OVERHEAD if frame_max else len(body)
    if len(body) <= longest:
        return frame(BODY, channel, body) if body else b""
    return b"".join(frame(BODY, channel, body[at : at + longest]) for at in range(0, len(body), longest))


HEARTBEAT_FRAME: Final = frame(HEARTBEAT, 0, b"")
