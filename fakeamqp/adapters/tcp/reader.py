"""What a client's bytes say: protocol header, frames, methods, content; and what RabbitMQ makes of all others.

(recordings: tests/adapters/tcp/recordings.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeamqp.adapters.tcp.content import Content, PropertiesReader
from fakeamqp.model.erlang import erlang_term, erlang_tuple
from fakeamqp.model.errors import ConnectionError as AMQPConnectionError
from fakeamqp.model.errors import FrameError, UnexpectedFrame
from fakeamqp.wire import frames
from fakeamqp.wire.content import HEADER_SIZE, decode_header
from fakeamqp.wire.frames import BrokenFrame, Frame, Frames
from fakeamqp.wire.methods import PUBLISH, CannotDecode, MalformedText, Method, UnknownMethod, decode_method
from fakeamqp.wire.table import Malformed

if TYPE_CHECKING:
    from fakeamqp.session.session import Session

# The first version of AMQP 0-9 had a header of its own, which RabbitMQ still takes; up to 3.10 also that of 0-8.
_OLDER_HEADER = b"AMQP\x01\x01\x00\x09"
_OLDEST_HEADER = b"AMQP\x01\x01\x08\x00"
_HEADER_OF_1_0 = b"AMQP\x03\x01\x00\x00"
_SHOWN_OCTETS = 16


class WrongProtocol(Exception):
    """The client speaks something else. answer: the protocol header that RabbitMQ answers with before it hangs up."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("no AMQP 0-9-1 protocol header")
        self.answer = answer


class Reader:
    """Feeds one session with what comes over its link."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._profile = session.profile
        self._header: bytes | None = b""  # what has come of the protocol header; None once it has come
        self._frames = Frames(self._profile.min_frame_size)
        self._contents: dict[int, Content] = {}
        self._properties = PropertiesReader()

    def feed(self, data: bytes) -> None:
        """Take bytes in. Raises WrongProtocol."""
        if self._header is not None:
            data = self._begin(self._header + data)
        if not data:
            return
        try:
            for frame in self._frames.feed(data):
                self._read(frame)
        except BrokenFrame as broken:
            self._session.refuse_for_good(FrameError(self._told_of(broken)))

    def tuned(self, frame_max: int) -> None:
        """From now on frames may be this long."""
        self._frames.frame_max = frame_max

    def _begin(self, data: bytes) -> bytes:
        """The protocol header; what comes after it."""
        header = data[:8]
        if header == frames.PROTOCOL_HEADER or self._is_older(header):
            self._header = None
            self._session.header()
            return data[8:]
        if len(data) < 8:
            self._header = data
            return b""
        speaks_1_0 = self._profile.speaks_amqp_1_0 and not header.startswith(b"AMQP\x00\x00")
        raise WrongProtocol(_HEADER_OF_1_0 if speaks_1_0 else frames.PROTOCOL_HEADER)

    def _is_older(self, header: bytes) -> bool:
        return header == _OLDER_HEADER or (header == _OLDEST_HEADER and not self._profile.speaks_amqp_1_0)

    # --- frames

    def _read(self, frame: Frame) -> None:
        session = self._session
        if session.is_open:
            try:
                self._take(frame)
            except AMQPConnectionError as error:
                session.refuse(error)
        elif not session.is_closing:
            self._take_early(frame)
        elif frame.channel == 0 and frame.kind == frames.METHOD:
            self._take_method(frame)

    def _take(self, frame: Frame) -> None:
        """A frame of an open connection."""
        kind, channel, payload = frame
        if kind == frames.METHOD and len(payload) >= 4:
            self._take_method(frame)
        elif channel and _is_content(frame):
            self._take_content(channel, kind, payload)
        elif channel == 0 and _is_heartbeat(frame):
            self._session.heartbeat()
        else:
            raise self._out_of_place(frame)

    def _take_early(self, frame: Frame) -> None:
        """A frame before connection.open-ok: all but the methods of the handshake are out of place."""
        kind, channel, payload = frame
        if channel == 0 and kind == frames.METHOD and len(payload) >= 4:
            self._take_method(frame)
        elif channel == 0 and _is_heartbeat(frame):
            self._session.heartbeat()
        else:
            self._session.refuse(UnexpectedFrame(self._shown(frame)) if channel else self._out_of_place(frame))

    def _out_of_place(self, frame: Frame) -> UnexpectedFrame | FrameError:
        """What the connection is closed with for a frame that is one, or is none."""
        if _is_content(frame) or _is_heartbeat(frame):
            return UnexpectedFrame(self._shown(frame))
        return FrameError(f"{self._shown(frame)}: unknown_frame")

    def _take_method(self, frame: Frame) -> None:
        _, channel, payload = frame
        session = self._session
        content = self._contents.get(channel)
        if content is not None:
            session.refuse(content.interrupted(), content.method.INDEX)
            return
        try:
            method = decode_method(payload)
        except CannotDecode as error:
            octets = ",".join(map(str, error.fields))
            session.refuse(FrameError(f"cannot decode <<{octets}>>"), error.index)
        except MalformedText as error:
            session.refuse(FrameError("Malformed UTF-8 in shortstr"), 0 if channel else error.index)
        except (UnknownMethod, Malformed):
            session.hang_up()  # RabbitMQ's connection crashes
        else:
            self._hand_on(channel, method)

    def _hand_on(self, channel: int, method: Method) -> None:
        if method.CONTENT and channel and self._session.is_open:
            self._contents[channel] = Content(method)
        else:
            self._session.method(channel, method)

    def _take_content(self, channel: int, kind: int, payload: bytes) -> None:
        content = self._contents.get(channel)
        if content is None:
            raise UnexpectedFrame("expected method frame, got non method frame instead")
        try:
            if kind == frames.BODY:
                is_whole = content.body(payload, self._profile)
            else:
                is_whole = content.header(*decode_header(payload), self._profile)
        except AMQPConnectionError as error:
            self._session.refuse(error, content.method.INDEX)
            return
        if is_whole:
            del self._contents[channel]
            self._complete(channel, content)

    def _complete(self, channel: int, content: Content) -> None:
        method: Any = content.method
        if method.INDEX != PUBLISH:
            self._session.method(channel, method)
            return
        properties = self._properties.read(content.properties or b"")
        self._session.publish(channel, method, properties, content.whole_body())

    # --- words

    def _shown(self, frame: Frame) -> str:
        return self._octets(frame.kind, frame.payload)

    def _octets(self, kind: int, payload: bytes) -> str:
        """A frame as RabbitMQ's texts show it."""
        which = "all" if len(payload) <= _SHOWN_OCTETS else f"first {_SHOWN_OCTETS}"
        return f"type {kind}, {which} octets = {erlang_term(payload[:_SHOWN_OCTETS], self._profile)}"

    def _told_of(self, broken: BrokenFrame) -> str:
        beginning = f"{self._octets(broken.kind, broken.payload)}: "
        if len(broken.reason) == 2:
            return beginning + erlang_tuple((broken.reason[0], broken.reason[1]), len(beginning))
        return beginning + f"{{{','.join(broken.reason)}}}"


def _is_content(frame: Frame) -> bool:
    """True for a body, and for a header that is long enough to be one."""
    return frame.kind == frames.BODY or (frame.kind == frames.HEADER and len(frame.payload) >= HEADER_SIZE)


def _is_heartbeat(frame: Frame) -> bool:
    return frame.kind == frames.HEARTBEAT and not frame.payload
