"""One client link: the transport pika sees, and the door the session sees, over frame objects instead of bytes."""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import logging
from collections import deque
from threading import get_ident
from typing import TYPE_CHECKING, Any

import attrs
import pika.channel
import pika.exceptions
import pika.frame
import pika.spec

from fakeamqp.adapters.pika.callbacks import take_over
from fakeamqp.adapters.pika.content import SHORT, give, take
from fakeamqp.adapters.pika.methods import DELIVER, built, built_deliver, checked, is_answered

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

LOGGER = logging.getLogger("fakeamqp")  # one for all: pytest goes through the loggers six times for each test

_CONSUME = pika.spec.Basic.Consume.INDEX
_GET_EMPTY = pika.spec.Basic.GetEmpty.INDEX
_RETURN = pika.spec.Basic.Return.INDEX
# What pika's channel does with a message, once it has put it together from its frames: done here without taking it
# apart first, which costs more than all the rest.
_RECEIVERS = {DELIVER: "_on_deliver", pika.spec.Basic.GetOk.INDEX: "_on_getok", _RETURN: "_on_return"}
_FIRST_PORT = 40_000
_PORTS = 20_000

_BAD_NEWS = frozenset((pika.spec.Channel.Close.INDEX, pika.spec.Connection.Close.INDEX))
_CONFIRMS = frozenset((pika.spec.Basic.Ack.INDEX, pika.spec.Basic.Nack.INDEX))
_MOST_PUT_OFF = 2
_DROP = -1  # in the inbox: the broker ended the link
_OCTETS = -2  # bytes that are for pika to read
_SMALL = 8  # bytes that a method without content is counted for

Header = pika.frame.Header
Method = pika.frame.Method


class Link:
    """Joins one pika connection to one session.

    What the session sends waits in the inbox until the connection's loop turns: pika registers for an answer only
    after it has sent the question.

    What a publish or an acknowledgement brings about is held back for the turn that flushes it, so that its error
    surfaces at the next call, as it does at the earliest with a real broker; answers to questions are not.
    """

    def __init__(self, broker: Broker, connection: Any, protocol: Any, loop: Any) -> None:
        self.broker = broker
        self.connection = connection
        self.is_open = True
        self.bad_news = 0
        self._protocol = protocol
        self._loop = loop
        self._scheduler = broker.scheduler
        self._rounds = broker.scheduler.rounds
        self._inbox: deque[tuple[int, int, Any, Any]] = deque()
        self._unflushed = False
        self._held_from = 0
        self._put_off = 0  # turns in a row
        self._tags = 0
        self.is_silent = False
        self._beats: tuple[int, int] | None = None
        self._beats_seen = 0
        self._sock = _Socket(self)
        take_over(connection)
        connection._send_frame = self._send_frame
        connection._send_method = self._send_method
        connection._create_channel = self._create_channel
        with self.broker.lock:
            self.session = broker.attach(self)
        self.number: int = self.session.number
        loop.add_link(self)
        broker.scheduler.belongs_to_who_runs(self)

    # --- the transport

    def write(self, data: bytes) -> None:
        """Bytes that reach the transport past the frames are nobody's."""

    def get_write_buffer_size(self) -> int:
        """Bytes not sent yet: not zero until the loop has turned, so that a publish sees what came in meanwhile."""
        return 1 if self._unflushed else 0

    def abort(self) -> None:
        """The client ends the link; the protocol is told once, later."""
        if not self.is_open:
            return
        self._end()
        self._lost()
        self._loop.lose(self._protocol, None)

    def reset(self, error: BaseException | None = None) -> None:
        """The network breaks the link, for both sides at once."""
        if not self.is_open:
            return
        self._end()
        self._lost()
        reason = error or ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
        self._loop.lose(self._protocol, reason)

    def abandon(self) -> None:
        """The client's process is gone."""
        if self.is_open:
            self._end()
            self._lost()

    def _lost(self) -> None:
        """The broker sees the link end, unless nothing comes through."""
        if not self.is_silent:
            with self.broker.lock:
                self.session.lost()

    def silence(self) -> None:
        """Nothing comes through any more in either direction, and neither side is told."""
        self.is_silent = True
        self._inbox.clear()

    def garble(self, data: bytes) -> None:
        """These bytes arrive at the client, behind all that was sent before; no session has said them."""
        self.send(0, _OCTETS, data)

    def slow_heartbeats(self, every_us: int) -> None:
        """The broker sends a heartbeat no more often than this, in microseconds."""
        self._beats = (self.broker.clock.now_us, every_us)
        self._beats_seen = 0

    def _end(self) -> None:
        self.is_open = False
        self._inbox.clear()
        self._unflushed = False
        self._loop.remove_link(self)

    # --- the door

    def send(self, channel: int, index: int, fields: Any) -> None:
        """Keep a method for the client until its loop turns."""
        if self.is_open and not self.is_silent:
            self._inbox.append((channel, index, fields, getattr(fields, "message", None)))
            if index in _BAD_NEWS:
                self.bad_news += 1
            self._loop.wake()

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that the client has connected to."""
        return self.connection.params.host, self.connection.params.port

    @property
    def external_user(self) -> str | None:
        """None: what does not travel needs no TLS."""
        return None

    @property
    def peer(self) -> tuple[str, int]:
        """A host and port as a socket of the client's would have them: made up, the same in every run."""
        return "127.0.0.1", _FIRST_PORT + self.number % _PORTS

    @property
    def has_mail(self) -> bool:
        """True while something waits for its loop to turn."""
        return self.ready()

    def carries(self, client: object) -> bool:
        """True for its connection, of whatever of pika's classes, and for the channels of that."""
        connection = getattr(client, "connection", client)
        return getattr(connection, "_impl", connection) is self.connection

    def unread(self) -> set[tuple[int, int]]:
        """Deliveries that pika has taken and keeps for the program's next call, as channels and delivery tags."""
        kept = set()
        for number, channel in self.connection._channels.items():
            blocking = channel._get_cookie()
            if blocking is not None:
                consumer = blocking._queue_consumer_generator
                events = [*blocking._pending_events, *(consumer.pending_events if consumer is not None else ())]
                kept |= {(number, event.method.delivery_tag) for event in events if hasattr(event, "body")}
        return kept

    def pause_reading(self) -> None:
        """What the client sends is no more than objects in memory: the session holds it."""

    def resume_reading(self) -> None:
        """See `pause_reading`."""

    def drop(self) -> None:
        """The broker ends the link after what it has sent."""
        if self.is_open:
            self._inbox.append((0, _DROP, None, None))
            self.bad_news += 1
            self._loop.wake()

    # --- from the client

    def _check_open(self) -> Any:
        """The connection, unless it knows that it is closed. It may not know yet: what it sends then is lost."""
        connection = self.connection
        if connection.connection_state == connection.CONNECTION_CLOSED:
            pika.connection.LOGGER.error("Attempted to send frame when closed")
            raise pika.exceptions.ConnectionWrongStateError("Attempted to send a frame on closed connection.")
        return connection

    def _send_frame(self, frame: Any) -> None:
        """In place of `Connection._send_frame`, which pika uses for the protocol header and heartbeats."""
        if isinstance(frame, Method):
            self._send_method(frame.channel_number, frame.method)
            return
        connection = self._check_open()
        connection.bytes_sent += _SMALL
        connection.frames_sent += 1
        if not self.is_open or self.is_silent:
            return
        with self.broker.lock:
            if isinstance(frame, pika.frame.ProtocolHeader):
                self.session.header()
            else:
                self.session.heartbeat()
                if self._beats is None:
                    connection.bytes_received += _SMALL  # and the broker's own heartbeat comes in

    def _send_method(self, channel: int, method: Any, content: Any = None) -> None:
        """In place of `Connection._send_method`: hand a method, or a whole publish, to the session."""
        connection = self._check_open()
        loop = self._loop
        if loop.thread != get_ident():
            loop.check_thread(self.number)
        if content:
            self._publish(connection, channel, method, content)
            return
        method = checked(method)
        if not self.is_open:
            self._unflushed = True
            return
        if method.INDEX == _CONSUME:
            loop.watch_channel(connection, channel)
        if not (self._unflushed or is_answered(method)):
            self._unflushed = True
            self._held_from = len(self._inbox)
        connection.bytes_sent += _SMALL
        connection.frames_sent += 1
        self._scheduler.traffic += 1
        if self.is_silent:
            return
        with self.broker.lock:
            self.session.method(channel, method)
        self._sent()

    def _publish(self, connection: Any, channel: int, method: Any, content: Any) -> None:
        exchange, key = method.exchange, method.routing_key
        if type(exchange) is not str or len(exchange) > SHORT or type(key) is not str or len(key) > SHORT:
            method = checked(method)
        properties = take(content[0])
        if not self.is_open:
            self._unflushed = True
            return
        if not self._unflushed:
            self._unflushed = True
            self._held_from = len(self._inbox)
        body = content[1]
        connection.bytes_sent += len(body) + _SMALL
        connection.frames_sent += 3 if body else 2
        scheduler = self._scheduler
        scheduler.traffic += 1
        scheduler.published += 1
        if self.is_silent:
            return
        with self.broker.lock:
            self.session.publish(channel, method, properties, body)
        self._sent()
        if scheduler.watching:
            self._rounds.published(self._loop)

    def _sent(self) -> None:
        """Something has been sent; the link may have broken with it."""
        if not self.is_open and self._scheduler.turns is not None:
            self._scheduler.turns.link_lost()

    # --- to the client

    def ready(self) -> bool:
        """True if a turn of the loop has something to do here."""
        return self._unflushed or bool(self._inbox)

    def hand_over(self) -> bool:
        """Give the client what waits for it; False if there was nothing to do."""
        inbox = self._inbox
        if self._unflushed:
            count = self._held_from
            self._unflushed = False
            if not count:
                return True
        else:
            count = len(inbox)
            if not count:
                return False
        if self.bad_news and self._is_put_off():
            return True
        self.connection.bytes_received += count * _SMALL
        self._scheduler.traffic += 1
        try:
            self._process(count)
        except Exception as error:
            # pika's transport takes it for a failure of the link, whoever's callback raised it.
            LOGGER.exception("connection %s is lost by an error of a callback", self.number)
            self.reset(error)
        return True

    def _is_put_off(self) -> bool:
        """True if bad news take one turn longer to arrive, as on a slow network."""
        if self._put_off >= _MOST_PUT_OFF or not any(index in _BAD_NEWS for _, index, _, _ in self._inbox):
            return False
        if not self.broker.decide(("now", "later"), f"connection {self.number} hears of its end"):
            return False
        self._put_off += 1
        return True

    def _confirms(self, count: int) -> int:
        """How many of the first methods in the inbox are confirms of one channel, one after the other."""
        inbox = self._inbox
        channel, index, first, _ = inbox[0]
        if index not in _CONFIRMS or len(inbox) < 2:
            return 1
        number = 1
        while number < count:
            next_channel, next_index, fields, _ = inbox[number]
            if (next_channel, next_index) != (channel, index) or fields.delivery_tag != first.delivery_tag + number:
                break
            number += 1
        return number

    def _batch_confirms(self, count: int) -> int:
        """Let one confirm stand for several that follow each other, if that is decided; how many methods are left.

        RabbitMQ sends one with `multiple` for those that have come together by the time that it writes.
        """
        number = self._confirms(count)
        if number > 1:
            batches = [str(size) for size in range(1, number + 1)]
            size = self.broker.decide(batches, f"connection {self.number} is told of how many confirms at once") + 1
            if size > 1:
                channel, index, fields, _ = self._inbox[size - 1]
                for _ in range(size - 1):
                    self._inbox.popleft()
                self._inbox[0] = channel, index, attrs.evolve(fields, multiple=True), None
                return count - size + 1
        return count

    def _process(self, count: int) -> None:
        """Give pika the first methods that wait for it."""
        inbox, connection, scheduler = self._inbox, self.connection, self._scheduler
        process = connection._process_frame
        self._put_off = 0
        opens = scheduler.turns is not None and scheduler.turns.interleaves
        while count and inbox:
            if opens:
                count = self._batch_confirms(count)
            count -= 1
            channel, index, fields, message = inbox.popleft()
            if message is None:
                if index == _DROP:
                    self._dropped()
                    break
                if index == _OCTETS:
                    connection._on_data_available(fields)
                    continue
                if index in _BAD_NEWS:
                    self.bad_news -= 1
                    process(Method(channel, built(index, fields)))
                    self._loop.refused(f"the broker says {fields.reply_code} {fields.reply_text}")
                    continue
                if index == _GET_EMPTY:
                    scheduler.traffic -= 2  # a question and an answer that change nothing
                    self._loop.served = False
                process(Method(channel, built(index, fields)))
            else:
                # Answers to a program's own calls go nowhere round: what counts towards a livelock is messages.
                self._rounds.handed_over()
                scheduler.dry_returns = 0
                self._loop.served = True
                if scheduler.on_message is not None:
                    scheduler.on_message(self.number, fields)
                if scheduler.watching:
                    self._rounds.saw(self._loop, fields, message)
                method = built_deliver(fields) if index == DELIVER else built(index, fields)
                if index == _RETURN:
                    fields.noticed = bool(connection.callbacks.pending(channel, "_on_return"))
                body = message.body
                header = Header(channel, len(body), give(message.properties, getattr(fields, "headers", None)))
                receiver = connection._channels.get(channel)
                connection.frames_received += 3 if body else 2
                connection.bytes_received += len(body)
                if receiver is not None:
                    getattr(receiver, _RECEIVERS[index])(Method(channel, method), header, body)

    def _dropped(self) -> None:
        self._end()
        self._lost()
        if not self._protocol.eof_received():
            self._protocol.connection_lost(None)

    # --- heartbeats

    def keep_alive(self) -> None:
        """The broker's heartbeats came in while time passed."""
        checker = self.connection._heartbeat_checker
        if checker is not None and self._beat_came():
            self.connection.bytes_received += _SMALL
            checker.received()

    def _beat_came(self) -> bool:
        """True if the broker has sent a heartbeat since this was asked last, and it has come through."""
        if self.is_silent or self._beats is None:
            return not self.is_silent
        since_us, every_us = self._beats
        seen, self._beats_seen = self._beats_seen, (self.broker.clock.now_us - since_us) // every_us
        return self._beats_seen > seen

    @property
    def misses_heartbeats(self) -> bool:
        """True if the client will give the connection up, because heartbeats of the broker do not come in time."""
        beat_us = self.heartbeat_us
        if beat_us is None:
            return False
        # pika looks once in each heartbeat and five seconds more.
        return self.is_silent or (self._beats is not None and self._beats[1] > beat_us + 5_000_000)

    @property
    def heartbeat_us(self) -> int | None:
        """The heartbeat both sides agreed on, in microseconds; None if there is none."""
        seconds = self.connection.params.heartbeat
        return int(seconds) * 1_000_000 if isinstance(seconds, int) and seconds > 0 else None

    # --- names

    def _create_channel(self, number: int, on_open_callback: Any) -> Any:
        """In place of `Connection._create_channel`: a channel whose consumer tags come from the broker's seed."""
        channel = type(self.connection)._create_channel(self.connection, number, on_open_callback)
        channel._generate_consumer_tag = functools.partial(self._consumer_tag, number)
        return channel

    def _consumer_tag(self, channel: int) -> str:
        self._tags += 1
        seed = f"{getattr(self.broker, 'seed', 0)}/{self.number}/{channel}/{self._tags}"
        return f"ctag{channel}.{hashlib.blake2b(seed.encode(), digest_size=16).hexdigest()}"

    def __repr__(self) -> str:
        return f"<fakeamqp link {self.number}{'' if self.is_open else ' (closed)'}>"


class _Socket:
    """What a test reaches for that breaks a connection at its socket."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def shutdown(self, how: int) -> None:
        with contextlib.suppress(OSError):
            self._link.reset()

    def close(self) -> None:
        self._link.reset()
