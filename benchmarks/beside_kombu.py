"""The model without any client, beside kombu's memory transport without kombu's producers and consumers.

    python -m benchmarks --only bare-model

On both sides a message is made for each publish, as the interface asks for: a `Message` in a `Publish` here, what
`prepare_message` returns there. fakeamqp is measured twice: its model alone, a state machine that is given commands;
and the broker that users hold, which also keeps a trace and what was published.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import fakeamqp
from benchmarks.bare import open_connection
from benchmarks.figures import Figure, Settings
from benchmarks.rounds import CannotBeMeasured, Run, rates
from benchmarks.workloads import BODY, KILOBYTE, MEGABYTE, QUEUES
from fakeamqp.model import broker as model
from fakeamqp.model import commands as ask
from fakeamqp.model.effects import Effect
from fakeamqp.model.message import NO_PROPERTIES, Message
from fakeamqp.model.profile import PROFILES

ALONE, TRACED, KOMBU = "model alone", "model with its trace", "kombu memory://"
CHANNEL = (1, 1)
QUEUE = "q"
EXCHANGE = "x"
HEADERS = {"a": 1, "b": "two", "c": True}

Apply = Callable[[Any], list[Effect]]


class Place(Protocol):
    """Where the workloads run: a new broker with a channel. Each method does its work so many times."""

    def declare(self, queue: str) -> None: ...
    def bind_fanout(self, queues: int) -> None: ...
    def publish(self, count: int, body: bytes, headers: dict[str, Any] | None) -> None: ...
    def fan_out(self, count: int) -> None: ...
    def get_and_ack(self, count: int) -> None: ...
    def consume_and_ack(self, count: int) -> None: ...
    def close(self) -> None: ...


class Fake:
    """fakeamqp. apply: carries out a command."""

    def __init__(self, apply: Apply) -> None:
        self._apply = apply
        open_connection(apply, CHANNEL[0])
        apply(ask.OpenChannel(CHANNEL))

    @classmethod
    def alone(cls) -> Fake:
        broker = model.Broker(PROFILES["3.10"])
        return cls(lambda command: broker.apply(command, 0))

    @classmethod
    def traced(cls) -> Fake:
        return cls(fakeamqp.Broker("3.10").apply)

    def declare(self, queue: str) -> None:
        self._apply(ask.DeclareQueue(CHANNEL, queue))

    def bind_fanout(self, queues: int) -> None:
        self._apply(ask.DeclareExchange(CHANNEL, EXCHANGE, "fanout"))
        for number in range(queues):
            self.declare(f"q{number}")
            self._apply(ask.BindQueue(CHANNEL, f"q{number}", EXCHANGE, ""))

    def publish(self, count: int, body: bytes, headers: dict[str, Any] | None) -> None:
        apply = self._apply
        properties = NO_PROPERTIES if headers is None else {"headers": headers, "delivery_mode": 2}
        for _ in range(count):
            apply(ask.Publish(CHANNEL, "", QUEUE, Message("", QUEUE, properties, body)))

    def fan_out(self, count: int) -> None:
        for _ in range(count):
            self._apply(ask.Publish(CHANNEL, EXCHANGE, "", Message(EXCHANGE, "", NO_PROPERTIES, BODY)))

    def get_and_ack(self, count: int) -> None:
        apply = self._apply
        for tag in range(1, count + 1):
            apply(ask.Get(CHANNEL, QUEUE))
            apply(ask.Ack(CHANNEL, tag))

    def consume_and_ack(self, count: int) -> None:
        apply = self._apply
        delivered = apply(ask.Consume(CHANNEL, QUEUE, "c"))
        for effect in delivered[1:]:
            apply(ask.Ack(CHANNEL, effect.delivery_tag))  # type: ignore[attr-defined]

    def close(self) -> None:
        pass


class Kombu:
    """kombu's memory transport, called as its producers and consumers call it."""

    def __init__(self) -> None:
        try:
            import kombu
        except ImportError:
            raise CannotBeMeasured("kombu is not installed") from None
        self._connection = kombu.Connection("memory://")
        self._channel = self._connection.channel()
        self._queues: list[str] = []

    def declare(self, queue: str) -> None:
        self._channel.queue_declare(queue)
        self._queues.append(queue)

    def bind_fanout(self, queues: int) -> None:
        self._channel.exchange_declare(EXCHANGE, "fanout")
        for number in range(queues):
            self.declare(f"q{number}")
            self._channel.queue_bind(f"q{number}", EXCHANGE, "")

    def publish(self, count: int, body: bytes, headers: dict[str, Any] | None) -> None:
        channel = self._channel
        for _ in range(count):
            properties = {} if headers is None else {"delivery_mode": 2}
            channel.basic_publish(channel.prepare_message(body, headers=headers, properties=properties), "", QUEUE)

    def fan_out(self, count: int) -> None:
        channel = self._channel
        for _ in range(count):
            channel.basic_publish(channel.prepare_message(BODY), EXCHANGE, "")

    def get_and_ack(self, count: int) -> None:
        channel = self._channel
        for _ in range(count):
            channel.basic_ack(channel.basic_get(QUEUE).delivery_tag)

    def consume_and_ack(self, count: int) -> None:
        channel, left = self._channel, count

        def take(message: Any) -> None:
            nonlocal left
            channel.basic_ack(message.delivery_tag)
            left -= 1

        channel.basic_consume(QUEUE, False, take, "c")
        while left:
            self._connection.drain_events(timeout=1)

    def close(self) -> None:
        for queue in self._queues:  # they are the process's, not the connection's
            self._channel.queue_delete(queue)
        self._connection.close()


PLACES: dict[str, Callable[[], Place]] = {ALONE: Fake.alone, TRACED: Fake.traced, KOMBU: Kombu}


def _publishing(body: bytes = BODY, headers: dict[str, Any] | None = None) -> Callable[[Place, int], float]:
    def run(place: Place, count: int) -> float:
        place.declare(QUEUE)
        return _timed(lambda: place.publish(count, body, headers))

    return run


def _fanning_out(place: Place, count: int) -> float:
    place.bind_fanout(QUEUES)
    return _timed(lambda: place.fan_out(count))


def _getting(place: Place, count: int) -> float:
    _fill(place, count)
    return _timed(lambda: place.get_and_ack(count))


def _consuming(place: Place, count: int) -> float:
    _fill(place, count)
    return _timed(lambda: place.consume_and_ack(count))


def _fill(place: Place, count: int) -> None:
    place.declare(QUEUE)
    place.publish(count, BODY, None)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


WORKLOADS: dict[str, tuple[Callable[[Place, int], float], int]] = {
    "publish": (_publishing(), 20_000),
    "publish, headers": (_publishing(headers=HEADERS), 20_000),
    "publish, 1 kB": (_publishing(KILOBYTE), 20_000),
    "publish, 1 MB": (_publishing(MEGABYTE), 100),
    "consume + ack": (_consuming, 20_000),
    "get + ack": (_getting, 20_000),
    "fanout to 1,000 queues": (_fanning_out, 50),
}


def measure(settings: Settings) -> Iterator[Figure]:
    """Every workload on each of the three."""
    for name, (workload, count) in WORKLOADS.items():
        if settings.wants(name):
            yield from rates(settings, name, count, {place: _run(workload, make) for place, make in PLACES.items()})


def _run(workload: Callable[[Place, int], float], make: Callable[[], Place]) -> Run:
    def run(count: int) -> float:
        place = make()
        try:
            return workload(place, count)
        finally:
            place.close()

    return run
