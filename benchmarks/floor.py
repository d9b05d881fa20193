"""An empty broker behind the same seams: what pika itself costs, and so the speed that no drop-in can beat.

It answers every call with a constant, keeps nothing and checks nothing. A queue that is consumed or fetched from hands
out one prepared message as often as messages were published; under a prefetch limit, one for each acknowledgement.
"""

from __future__ import annotations

from typing import Any

import fakeamqp
from fakeamqp.model import effects
from fakeamqp.model.message import Message
from fakeamqp.session import handshake, methods
from fakeamqp.session.methods import index

KEY = (1, 1)
MESSAGE = Message("", "q", {}, b"x" * 100)
_OK = handshake.NO_FIELDS

_ANSWERS: dict[int, tuple[int, Any]] = {
    methods.CONNECTION_START_OK: (methods.CONNECTION_TUNE, handshake.TUNE),
    methods.CONNECTION_OPEN: (methods.CONNECTION_OPEN_OK, handshake.OPEN_OK),
    methods.CONNECTION_CLOSE: (methods.CONNECTION_CLOSE_OK, _OK),
    methods.CHANNEL_OPEN: (index(20, 11), handshake.CHANNEL_OPEN_OK),
    methods.CHANNEL_CLOSE: (methods.CHANNEL_CLOSE_OK, _OK),
    index(50, 40): (index(50, 41), effects.DeleteQueueOk(KEY, 0)),
    index(60, 10): (index(60, 11), effects.QosOk(KEY)),
    index(85, 10): (index(85, 11), effects.SelectConfirmsOk(KEY)),
}


class EmptySession:
    """Stands where `fakeamqp.session.session.Session` stands."""

    heartbeat_s = 60
    is_open = True

    def __init__(self, broker: EmptyBroker, door: Any, number: int) -> None:
        self.number = number
        self._broker = broker
        self._door = door
        self._confirmed: int | None = None
        self._published = 0
        self._tag = 0
        self._limit = 0
        self._waiting = 0
        self._consumer_tag = ""

    def header(self) -> None:
        self._door.send(0, methods.CONNECTION_START, handshake.start(self._broker.profile))

    def method(self, channel: int, method: Any) -> None:
        asked = method.INDEX
        if asked == index(60, 80):  # basic.ack
            if self._waiting:
                self._waiting -= 1
                self._deliver(channel, 1)
            return
        if asked == index(50, 10):
            self._door.send(channel, index(50, 11), effects.DeclareQueueOk(KEY, method.queue, 0, 0))
        elif asked == index(60, 70):
            self._tag += 1
            self._door.send(
                channel, index(60, 71), effects.GetOk(KEY, self._tag, False, "", "q", 0, self._broker.message)
            )
        elif asked == index(60, 20):
            self._door.send(channel, index(60, 21), effects.ConsumeOk(KEY, method.consumer_tag))
            at_once = min(self._limit or self._published, self._published)
            self._waiting = self._published - at_once
            self._consumer_tag = method.consumer_tag
            self._deliver(channel, at_once)
        elif asked == index(60, 30):
            self._door.send(channel, index(60, 31), effects.CancelOk(KEY, method.consumer_tag))
        elif asked in _ANSWERS:
            answer, fields = _ANSWERS[asked]
            if asked == index(85, 10):
                self._confirmed = 0
            elif asked == index(60, 10):
                self._limit = method.prefetch_count
            self._door.send(channel, answer, fields)
            if asked == methods.CONNECTION_CLOSE:
                self._door.drop()

    def _deliver(self, channel: int, count: int) -> None:
        tag, message = self._consumer_tag, self._broker.message
        for _ in range(count):
            self._tag += 1
            self._door.send(channel, index(60, 60), effects.Delivered(KEY, tag, self._tag, False, "", "q", message))

    def publish(self, channel: int, method: Any, properties: Any, body: bytes) -> None:
        self._published += 1
        if self._confirmed is not None:
            self._confirmed += 1
            self._door.send(channel, index(60, 80), effects.Confirmed(KEY, self._confirmed))

    def heartbeat(self) -> None:
        pass

    def lost(self) -> None:
        pass


class EmptyBroker(fakeamqp.Broker):
    """A broker whose sessions answer without a model. message: what it hands out."""

    message: Message

    def attach(self, door: Any) -> Any:
        with self.lock:
            self._connections_made += 1
            return EmptySession(self, door, self._connections_made)


def floor(body: bytes = MESSAGE.body) -> EmptyBroker:
    """A new empty broker. body: of the message that it hands out."""
    broker = EmptyBroker("3.10")
    broker.message = Message("", "q", {}, body)
    return broker
