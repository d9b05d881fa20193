"""One client's conversation with the broker."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from fakeamqp.model import commands, effects, errors
from fakeamqp.model.effects import Effect
from fakeamqp.model.message import Message
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import NO_TABLE, ChannelKey, Table, octets, text_of
from fakeamqp.session import handshake, methods
from fakeamqp.session.door import Door, Method, Properties


class Host(Protocol):
    """Who carries out the commands of a session."""

    @property
    def profile(self) -> Profile:
        """The RabbitMQ version."""

    def carry_out(self, command: commands.Command) -> object:
        """Carry out a command and hand its effects to the sessions they are for. The door holds the host's lock."""

    def detach(self, session: Session) -> None:
        """The link of this session is gone."""

    def login_refused(self, user: str) -> None:
        """A client was not let in as this user."""


class Phase(enum.Enum):
    """How far a connection has come."""

    STARTING = "starting"  # connection.start sent, start-ok due; all else ends the link
    TUNING = "tuning"  # connection.tune sent, tune-ok due; all else ends the link
    TUNED = "tuned"  # connection.open due
    OPEN = "open"
    CLOSING = "closing"  # connection.close sent, close-ok due; all else is ignored
    CLOSED = "closed"


EXTERNAL = "EXTERNAL"  # the mechanism of who has proved already who they are

# Looked up for every method; a member of an enumeration is found by its class in many steps.
_STARTING, _TUNING, _TUNED, _OPEN, _CLOSING, _CLOSED = Phase
_COMMANDS = methods.COMMANDS
_METHODS = methods.METHODS
_SILENCED_BY_NOWAIT = methods.SILENCED_BY_NOWAIT


class Throttle:
    """What holds a connection up that publishes while the broker has an alarm.

    reason: in RabbitMQ's words, "low on memory" or "low on disk".
    held: what the client has sent since its first publish, as calls; None before that.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.held: deque[Callable[[], None]] | None = None


class AtFault:
    """A method of which nothing but its number is known."""

    def __init__(self, index: int) -> None:
        self.INDEX = index


class Session:
    """The grammar of a conversation: what may come when, and what it asks of the broker.

    number: of the connection in its broker. client_properties, mechanism: as the client gave them in start-ok.
    late_us: how long the broker takes to greet the client. last_words: what it sends in
    place of that, before it ends the link; None if it greets.
    channel_max, frame_max (bytes), heartbeat_s: as agreed in tune-ok.
    Methods of a client that are out of place close the connection with the code RabbitMQ gives; those on a channel the
    broker is closing are ignored until the client's close-ok.
    """

    def __init__(self, host: Host, door: Door, number: int) -> None:
        self.number = number
        self._host = host
        self._door = door
        self.send = door.send
        self._phase = _STARTING
        # None while the broker's channel.close waits for its close-ok.
        self._channels: dict[int, ChannelKey | None] = {}
        self.channel_max = handshake.CHANNEL_MAX
        self.frame_max = handshake.FRAME_MAX
        self.client_properties: Table = NO_TABLE
        self.mechanism = ""
        self._current: Method | None = None
        self._is_told_of_refusal = False
        self._is_told_of_alarms = False
        self._throttle: Throttle | None = None
        self.heartbeat_s = handshake.HEARTBEAT_S
        self.late_us = 0
        self.last_words: bytes | None = None

    @property
    def is_open(self) -> bool:
        """True between connection.open-ok and the first close."""
        return self._phase is _OPEN

    @property
    def is_tuned(self) -> bool:
        """True from connection.tune-ok to the first close."""
        return self._phase is _TUNED or self._phase is _OPEN

    @property
    def is_closing(self) -> bool:
        """True from the first close on."""
        return self._phase is _CLOSING or self._phase is _CLOSED

    @property
    def profile(self) -> Profile:
        """The RabbitMQ version it speaks for."""
        return self._host.profile

    # --- what a door brings

    def header(self) -> None:
        """The client has sent the protocol header; the broker begins."""
        if self.last_words is not None:
            if self.last_words:
                self._door.garble(self.last_words)
            self.hang_up()
            return
        self._host.carry_out(commands.Connect(self.number, self.late_us))
        if not self.late_us:
            self._greet()

    def _greet(self) -> None:
        self._door.send(
            0,
            methods.CONNECTION_START,
            handshake.start(self._host.profile, external=self._door.external_user is not None),
        )

    def method(self, channel: int, method: Method) -> None:
        """A method without content."""
        if self._throttle is not None and self._throttle.held is not None:
            self._throttle.held.append(partial(Session.method, self, channel, method))
            return
        key = self._channels.get(channel)  # there are channels only while the connection is open
        if key is not None:
            make = _COMMANDS.get(method.INDEX)
            if make is not None:
                self._current = method
                self._host.carry_out(make(key, method))
                self._current = None
                return
        self._current = method
        try:
            self._rare_method(channel, method)
        except errors.ConnectionError as error:
            self._fail(error)
        self._current = None

    def publish(self, channel: int, method: Any, properties: Properties, body: bytes) -> None:
        """basic.publish with its whole content. properties: those that were set, the door's own copy."""
        if self._throttle is not None:
            self._hold(self._throttle).append(partial(Session.publish, self, channel, method, properties, body))
            return
        key = self._channels.get(channel)
        if key is None:
            Session.method(self, channel, method)
            return
        self._current = method
        exchange, routing_key = method.exchange, method.routing_key
        self._host.carry_out(
            commands.Publish(
                key,
                exchange,
                routing_key,
                Message(exchange, routing_key, properties, body),
                method.mandatory,
                method.immediate,
            )
        )
        self._current = None

    def refuse(self, error: errors.ConnectionError, index: int = 0) -> None:
        """What the client has sent says nothing: the connection is closed.

        index: the number of the method at fault; 0 if it is not known. During the handshake the link ends without a
        word.
        """
        if self._phase is _STARTING or self._phase is _TUNING:
            self.hang_up()
        elif not self.is_closing:
            self._current = AtFault(index) if index else None
            self._fail(error)
            self._current = None

    def refuse_for_good(self, error: errors.ConnectionError) -> None:
        """The same where nobody can tell what comes next: nothing more is read."""
        self.refuse(error)
        self.hang_up()

    def congest(self, congested: bool) -> None:
        """The way to the client is full, or free again."""
        if self._phase is _OPEN:
            self._host.carry_out(commands.Congest(self.number, congested))

    def heartbeat(self) -> None:
        """The client is alive; it proves nothing else."""

    def lost(self) -> None:
        """The client's side of the link is gone."""
        if self._phase is not _CLOSED:
            self._host.carry_out(commands.CloseConnection(self.number))
            self._end()

    # --- alarms

    def throttle(self, reason: str) -> None:
        """The broker has an alarm: from its next publish on, the connection is not read any more.

        RabbitMQ tells a client so with connection.blocked, if it announced that it understands it; one that does not
        publish never learns of it (seen on 3.10.8 and 4.3.6).
        """
        if self._throttle is None:
            self._throttle = Throttle(reason)

    def release(self) -> None:
        """The alarm is over: the client is told, and what it has sent meanwhile is carried out."""
        throttle, self._throttle = self._throttle, None
        if throttle is None or throttle.held is None or self._phase is not _OPEN:
            return
        self._door.resume_reading()
        if self._is_told_of_alarms:
            self._door.send(0, methods.CONNECTION_UNBLOCKED, handshake.NO_FIELDS)
        for call in throttle.held:
            call()

    def _hold(self, throttle: Throttle) -> deque[Callable[[], None]]:
        if throttle.held is None:
            throttle.held = deque()
            self._door.pause_reading()
            if self._is_told_of_alarms:
                self._door.send(0, methods.CONNECTION_BLOCKED, handshake.Blocked(throttle.reason))
        return throttle.held

    @property
    def is_blocked(self) -> bool:
        """True while what the client sends is held up by an alarm."""
        return self._throttle is not None and self._throttle.held is not None

    # --- methods of the connection, and those that open and close channels

    def _rare_method(self, channel: int, method: Any) -> None:
        phase, index = self._phase, method.INDEX
        if phase is _OPEN:
            if channel == 0:
                self._connection_method(index, method)
            else:
                self._channel_method(channel, index)
        elif phase is _STARTING and index == methods.CONNECTION_START_OK:
            self._log_in(method)
        elif phase is _TUNING and index == methods.CONNECTION_TUNE_OK:
            self._tune(method)
        elif phase is _STARTING or phase is _TUNING:
            self.hang_up()
        elif phase is _TUNED:
            self._open(channel, method)
        elif phase is _CLOSING:
            self._method_while_closing(index)

    def _log_in(self, method: Any) -> None:
        external = self._door.external_user if method.mechanism == EXTERNAL else None
        if external is None:
            credentials = handshake.credentials(method.mechanism, method.response, self._host.profile)
        else:
            credentials = (external, "")
        if credentials is None:
            self.hang_up()
            return
        self.client_properties = method.client_properties or {}
        self.mechanism = method.mechanism
        capabilities = self.client_properties.get("capabilities") or {}
        self._is_told_of_refusal = capabilities.get("authentication_failure_close") is True
        self._is_told_of_alarms = capabilities.get("connection.blocked") is True
        self._host.carry_out(commands.Login(self.number, *credentials, method.mechanism, capabilities))
        if self._phase is not _TUNING:
            self._host.login_refused(credentials[0])

    def _tune(self, method: Any) -> None:
        if not handshake.accepts(method.channel_max, method.frame_max, self._host.profile):
            self.hang_up()
            return
        self.channel_max = method.channel_max
        self.frame_max = method.frame_max
        self.heartbeat_s = method.heartbeat
        self._phase = _TUNED

    def _open(self, channel: int, method: Any) -> None:
        if channel != 0:
            self._current = None  # the frame is at fault, before anybody looks at the method in it
            octets = ",".join(str(octet) for octet in method.INDEX.to_bytes(4, "big"))
            raise errors.UnexpectedFrame(f"type 1, all octets = <<{octets}>>")
        if method.INDEX != methods.CONNECTION_OPEN:
            raise errors.ChannelStateError("unexpected method in connection state opening")
        self._host.carry_out(commands.OpenConnection(self.number, method.virtual_host))

    def _connection_method(self, index: int, method: Any) -> None:
        if index == methods.CONNECTION_CLOSE:
            self._host.carry_out(commands.CloseConnection(self.number))
            self._door.send(0, methods.CONNECTION_CLOSE_OK, handshake.NO_FIELDS)
            self._end()
            self._door.drop()
        elif index == methods.CONNECTION_UPDATE_SECRET:
            self._host.carry_out(commands.UpdateSecret(self.number, _secret(method)))
            if self.is_open:
                self._door.send(0, methods.CONNECTION_UPDATE_SECRET_OK, handshake.NO_FIELDS)
        else:
            raise errors.ChannelStateError("unexpected method in connection state running")

    def _channel_method(self, channel: int, index: int) -> None:
        if channel not in self._channels:
            if index != methods.CHANNEL_OPEN:
                raise errors.ChannelStateError("expected 'channel.open'")
            self._open_channel(channel)
        elif index == methods.CHANNEL_OPEN:
            raise errors.ChannelStateError("second 'channel.open' seen")
        elif self._channels[channel] is None:
            self._method_on_closing_channel(channel, index)
        elif index == methods.ACCESS_REQUEST:
            self._door.send(channel, methods.ACCESS_REQUEST_OK, handshake.RequestOk())
        else:
            raise errors.CommandInvalid("unimplemented method")

    def _method_on_closing_channel(self, channel: int, index: int) -> None:
        if index == methods.CHANNEL_CLOSE_OK:
            del self._channels[channel]
        elif index == methods.CHANNEL_CLOSE:
            # Both sides closed at once: the client's close is answered, its close-ok is still due.
            self._door.send(channel, methods.CHANNEL_CLOSE_OK, handshake.NO_FIELDS)

    def _method_while_closing(self, index: int) -> None:
        if index == methods.CONNECTION_CLOSE_OK:
            self._end()
            self._door.drop()
        elif index == methods.CONNECTION_CLOSE:
            self._door.send(0, methods.CONNECTION_CLOSE_OK, handshake.NO_FIELDS)

    def _open_channel(self, channel: int) -> None:
        self._current = None  # seen: class and method are 0 when one channel too many closes the connection
        if len(self._channels) >= self.channel_max:
            limit = self.channel_max
            raise errors.NotAllowed(
                f"number of channels opened ({limit}) has reached the negotiated channel_max ({limit})"
            )
        key = self._channels[channel] = (self.number, channel)
        self._host.carry_out(commands.OpenChannel(key))

    # --- what the broker answers

    def emit(self, effect: Effect) -> None:
        """Tell the client of an effect that is meant for it. What is always sent, a host may `send` by itself."""
        kind = type(effect)
        index = _METHODS.get(kind)
        if index is None:
            _RARE[kind](self, effect)
        elif not (kind in _SILENCED_BY_NOWAIT and getattr(self._current, "nowait", False)):
            self.send(effect.channel[1], index, effect)

    def _greeted(self, effect: effects.Greeted) -> None:
        self._greet()

    def _logged_in(self, effect: effects.LoggedIn) -> None:
        self._phase = _TUNING
        self._door.send(0, methods.CONNECTION_TUNE, handshake.TUNE)

    def _opened(self, effect: effects.ConnectionOpened) -> None:
        self._phase = _OPEN
        self._door.send(0, methods.CONNECTION_OPEN_OK, handshake.OPEN_OK)

    def _close_ok(self, effect: effects.ConnectionCloseOk) -> None:
        """Nothing to tell: this comes however a connection ends, and who ends it has the last word."""

    def _closed(self, effect: effects.ConnectionClosed) -> None:
        self._throttle = None
        login = self._phase is _STARTING
        if login and not self._is_told_of_refusal:
            # A client without the capability sees the link end and nothing else.
            self._end()
            self._door.drop()
            return
        self._send_close(effect.reply_code, effect.reply_text, effect.by_command and not login)

    def _connection_lost(self, effect: effects.ConnectionLost) -> None:
        """The broker has given it up: the socket is closed without a word."""
        self._throttle = None
        self._end()
        self._door.drop()

    def _channel_opened(self, effect: effects.ChannelOpened) -> None:
        self._door.send(effect.channel[1], methods.CHANNEL_OPEN_OK, handshake.CHANNEL_OPEN_OK)

    def _channel_close_ok(self, effect: effects.ChannelCloseOk) -> None:
        channel = effect.channel[1]
        del self._channels[channel]
        self._door.send(channel, methods.CHANNEL_CLOSE_OK, handshake.NO_FIELDS)

    def _channel_closed(self, effect: effects.ChannelClosed) -> None:
        channel = effect.channel[1]
        self._channels[channel] = None
        close = handshake.Close(effect.reply_code, self._told(effect.reply_text), *self._at_fault(effect.by_command))
        self._door.send(channel, methods.CHANNEL_CLOSE, close)

    def _told(self, text: str) -> str:
        """A reply text as the client gets it: RabbitMQ since 4.0 takes what is no UTF-8 for Latin-1."""
        if text.isascii() or not self._host.profile.texts_are_unicode:
            return text
        return octets(text).decode("latin-1") if any("\udc80" <= one <= "\udcff" for one in text) else text

    # --- ends

    @property
    def door(self) -> Door:
        """The client's side of the link."""
        return self._door

    def _fail(self, error: errors.ConnectionError) -> None:
        """The client broke the grammar."""
        self._throttle = None
        self._send_close(error.reply_code, error.reply_text, self._current is not None)
        self._host.carry_out(commands.CloseConnection(self.number))

    def force_close(self, reason: str) -> None:
        """The broker ends the connection, by an operator's wish or at its own end."""
        if self._phase is _OPEN:
            self._fail(errors.ConnectionForced(f"broker forced connection closure with reason '{reason}'"))
        else:
            self.hang_up()

    def forget(self) -> None:
        """The broker begins anew: whatever this client still sends is lost."""
        self._end()

    def hang_up(self) -> None:
        """End the link without a word. RabbitMQ waits three seconds before it does."""
        self.lost()
        self._door.drop()

    def _send_close(self, code: int, text: str, by_command: bool) -> None:
        self._phase = _CLOSING
        self._channels.clear()
        self._door.send(
            0, methods.CONNECTION_CLOSE, handshake.Close(code, self._told(text), *self._at_fault(by_command))
        )

    def _at_fault(self, by_command: bool) -> tuple[int, int]:
        if self._current is None or not by_command:
            return (0, 0)
        return (self._current.INDEX >> 16, self._current.INDEX & 0xFFFF)

    def _end(self) -> None:
        self._phase = _CLOSED
        self._channels.clear()
        self._host.detach(self)


def _secret(method: Any) -> str:
    """The new secret of an update-secret: octets, whatever its door makes of them."""
    secret = method.new_secret
    return secret if isinstance(secret, str) else text_of(secret)


_RARE: dict[type, Any] = {
    effects.Greeted: Session._greeted,
    effects.LoggedIn: Session._logged_in,
    effects.ConnectionOpened: Session._opened,
    effects.ConnectionCloseOk: Session._close_ok,
    effects.ConnectionClosed: Session._closed,
    effects.ConnectionLost: Session._connection_lost,
    effects.ChannelOpened: Session._channel_opened,
    effects.ChannelCloseOk: Session._channel_close_ok,
    effects.ChannelClosed: Session._channel_closed,
}
