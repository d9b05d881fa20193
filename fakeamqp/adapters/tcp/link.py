"""One client's socket: the door of its session, and what keeps it alive or ends it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from threading import get_ident
from typing import TYPE_CHECKING, Any

from fakeamqp.adapters.tcp.certificate import name_in
from fakeamqp.adapters.tcp.reader import Reader, WrongProtocol
from fakeamqp.session import methods
from fakeamqp.wire import frames
from fakeamqp.wire.content import Properties, encode_header, encode_properties
from fakeamqp.wire.methods import encode_method

if TYPE_CHECKING:
    from fakeamqp.adapters.tcp.listener import Listener
    from fakeamqp.session.session import Session

_log = logging.getLogger("fakeamqp")

HANDSHAKE_SECONDS = 10.0
"""Real seconds from the first byte to connection.open-ok (RabbitMQ's `handshake_timeout`)."""

LINGER_SECONDS = 1.0
"""Real seconds in which a client may read the broker's last word before its socket is closed."""

MOST_UNSENT = 1 << 20
"""Bytes that may wait for a slow client before its consumers are served no more."""


class Link(asyncio.Protocol):
    """A client's connection over TCP: bytes in, bytes out.

    Only the loop's thread touches the socket. What a session sends, from whatever thread, waits in `_out` for it.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._broker = listener.broker
        self._loop = listener.loop
        self._transport: Any = None
        self._out: list[bytes] = []
        self._is_flushing = False  # the loop's thread will see to what waits
        self._is_closing = False
        self._frame_max = 0
        self._received = self._sent = True  # since the last look of the heartbeat
        self._silent = 0
        self._is_cut_off = False  # nothing comes through
        self._is_beating = False  # the handshake is over
        self._beats_every = self._since_beat = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._reader: Reader
        self.session: Session

    # --- what asyncio calls, in the loop's thread

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.set_write_buffer_limits(high=MOST_UNSENT)
        self.peer: tuple[str, int] = (transport.get_extra_info("peername") or ("", 0))[:2]
        if not self._listener.lets_in():
            self._is_closing = True
            transport.abort()
            return
        self._listener.links.add(self)
        with self._broker.lock:
            self.session = self._broker.attach(self)
            self.session.late_us += self._broker.listening.delay()
        self._reader = Reader(self.session)
        self._timer = self._loop.call_later(HANDSHAKE_SECONDS, self._is_late)
        _log.info("connection %s from %s:%s", self.session.number, *self.peer)

    def data_received(self, data: bytes) -> None:
        if self._is_closing or self._is_cut_off:
            return
        self._received = True
        self._is_flushing = True
        try:
            with self._broker.lock:
                self._listener.pace()
                self._reader.feed(data)
                self._after()
        except WrongProtocol as error:
            self._transport.write(error.answer)
            self._close()
        finally:
            self._is_flushing = False
            self._flush()

    def _after(self) -> None:
        """The client has said something: others may have waited for it, and the handshake may have gone on."""
        session = self.session
        if not self._frame_max and session.is_tuned:
            self._frame_max = session.frame_max
            self._reader.tuned(session.frame_max)
        if not self._is_beating and session.is_open:
            self._is_beating = True
            if self._timer is not None:
                self._timer.cancel()
            self._beat()
        self._listener.stirred()

    def connection_lost(self, error: BaseException | None) -> None:
        self._end()
        if self in self._listener.links:
            self._listener.links.remove(self)
            _log.info("connection %s from %s:%s is gone", self.session.number, *self.peer)

    def pause_writing(self) -> None:
        with self._broker.lock:
            self.session.congest(True)

    def resume_writing(self) -> None:
        with self._broker.lock:
            self.session.congest(False)

    # --- the door (fakeamqp.session.door.Door)

    def send(self, channel: int, index: int, fields: Any) -> None:
        """Keep a method, and its content if it has any, for the loop's thread to send."""
        if self._is_cut_off:
            return
        message = getattr(fields, "message", None)
        out = self._out
        out.append(frames.frame(frames.METHOD, channel, encode_method(index, fields)))
        if message is not None:
            body, properties = message.body, message.properties
            headers = getattr(fields, "headers", None)
            if headers is not None:
                written = encode_properties({**properties, "headers": headers})
            elif type(properties) is Properties:
                written = properties.octets
            else:
                written = encode_properties(properties)
            out.append(frames.frame(frames.HEADER, channel, encode_header(len(body), written)))
            out.append(frames.body_frames(channel, body, self._frame_max))
            if index == methods.BASIC_RETURN:
                fields.noticed = True  # nobody knows what a client on a socket does with it
        if not self._is_flushing:
            self._is_flushing = True
            self._loop.call_soon_threadsafe(self._flush)

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that the client has connected to."""
        return self._listener.host, self._listener.port

    @property
    def external_user(self) -> str | None:
        """See the door."""
        if self._listener.tls is None:
            return None
        return name_in(self._transport.get_extra_info("peercert"), self._listener.certificate_login)

    @property
    def has_mail(self) -> bool:
        """True while something has not been given to the socket."""
        return bool(self._out)

    def carries(self, client: object) -> bool:
        """False: a client on a socket is not in this process, as far as anybody knows."""
        return False

    def pause_reading(self) -> None:
        """The broker takes nothing more from this client for now."""
        self._call(self._transport.pause_reading)

    def resume_reading(self) -> None:
        """The broker takes what the client sends again."""
        self._call(self._transport.resume_reading)

    def reset(self) -> None:
        """The network breaks the link, for both sides at once."""
        self._end()
        self._call(self._transport.abort)

    def silence(self) -> None:
        """Nothing comes through any more in either direction, and neither side is told."""
        self._is_cut_off = True

    def garble(self, data: bytes) -> None:
        """These bytes arrive at the client, behind all that was sent before; no session has said them."""
        self._out.append(data)
        self._loop.call_soon_threadsafe(self._flush)

    def slow_heartbeats(self, every_us: int) -> None:
        """The broker sends a heartbeat no more often than this, in microseconds."""
        self._beats_every = every_us / 1_000_000
        self._since_beat = 0.0

    def drop(self) -> None:
        """The broker ends the link after what it has sent."""
        self._loop.call_soon_threadsafe(self._close)  # not at once: the session has not come to its end

    # --- ends

    def _call(self, function: Any) -> None:
        """Do something to the socket, in the loop's thread."""
        if get_ident() == self._listener.thread_ident:
            function()
        else:
            self._loop.call_soon_threadsafe(function)

    def _flush(self) -> None:
        with self._broker.lock:
            self._is_flushing = False
            out, self._out = self._out, []
        if out and not self._transport.is_closing():
            self._sent = True
            self._transport.write(b"".join(out))

    def _close(self) -> None:
        """Send what waits, and close the socket; the client is given a moment to read it first."""
        if self._is_closing:
            return
        self._flush()
        self._end()
        if self._transport.can_write_eof() and not self._transport.is_closing():
            with contextlib.suppress(OSError):  # the client has broken the connection first
                self._transport.write_eof()
        self._loop.call_later(LINGER_SECONDS, self._transport.close)

    def _end(self) -> None:
        """The link is no more."""
        if self._is_closing:
            return
        self._is_closing = True
        if self._timer is not None:
            self._call(self._timer.cancel)
        with self._broker.lock:
            self.session.lost()
            self._listener.stirred()

    def _is_late(self) -> None:
        """The handshake has taken too long."""
        if not self.session.is_open:
            _log.warning("connection %s from %s:%s: handshake timeout", self.session.number, *self.peer)
            self.reset()

    # --- heartbeats

    def _beat(self) -> None:
        """Twice in each interval: send a heartbeat if nothing else was sent, and see whether the client is alive."""
        seconds = self.session.heartbeat_s
        if not seconds or self._is_closing:
            return
        self._timer = self._loop.call_later(seconds / 2, self._beat)
        if not self._sent and not self._is_cut_off and self._is_time_to_beat(seconds / 2):
            self._transport.write(frames.HEARTBEAT_FRAME)
        is_heard = self._received or self.session.is_blocked
        self._silent = 0 if is_heard else self._silent + 1
        self._sent = self._received = False
        if self._silent > 3:  # for two intervals at least, and less than three
            _log.warning("connection %s from %s:%s: missed heartbeats", self.session.number, *self.peer)
            self.reset()

    def _is_time_to_beat(self, passed: float) -> bool:
        """passed: seconds since this was asked last."""
        self._since_beat += passed
        if self._since_beat < self._beats_every:
            return False
        self._since_beat = 0.0
        return True
