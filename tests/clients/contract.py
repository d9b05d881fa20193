"""What every client library is tried with: one program, written in each library's own manner, and one set of tests.

The program is a worker. It declares three durable queues: `orders` and `parked`, whose dead letters go to `rejected`
by the default exchange, and which keep a message for a minute (`parked` alone). It consumes `orders` with a prefetch of
two and `rejected` without an acknowledgement, and looks at the body of an order:

- `hold…`: it does nothing, the message stays unacknowledged;
- `again`: it gives it back to the queue the first time;
- `bad`: it rejects it;
- anything else: it acknowledges.

Whatever breaks its connection, it connects and declares again.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterator
from typing import Any, NamedTuple, TypeVar

import pytest

import fakeamqp

T = TypeVar("T")

PATIENCE = 30.0
"""Real seconds after which a client that does not answer is given up."""

PREFETCH = 2

TO_REJECTED = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "rejected"}
QUEUES: dict[str, dict[str, Any]] = {
    "rejected": {},
    "orders": TO_REJECTED,
    "parked": {**TO_REJECTED, "x-message-ttl": 60_000},
}
"""The queues of the program, each with its arguments, in the order of their declaration."""


class Death(NamedTuple):
    """One entry of x-death."""

    reason: str
    queue: str
    count: int


class Seen(NamedTuple):
    """One delivery. deaths: what its header x-death says, as the library has decoded it."""

    queue: str
    body: bytes
    redelivered: bool
    deaths: tuple[Death, ...] = ()


def text(value: Any) -> str:
    """A string, for libraries that leave long strings as bytes."""
    return value.decode() if isinstance(value, (bytes, bytearray)) else str(value)


def deaths(headers: Any) -> tuple[Death, ...]:
    """The header x-death; empty if there is none."""
    entries = {text(name): value for name, value in (headers or {}).items()}.get("x-death", ())
    told = [{text(name): value for name, value in entry.items()} for entry in entries]
    return tuple(Death(text(one["reason"]), text(one["queue"]), int(one["count"])) for one in told)


class Worker(ABC):
    """The program of one library, running in the background. seen: its deliveries, in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[Seen] = []
        self._is_over = False

    def end(self) -> None:
        """Stop, unless it has been stopped."""
        if not self._is_over:
            self._is_over = True
            self.stop()

    @abstractmethod
    def start(self) -> None:
        """Begin to consume; may return before it does."""

    @abstractmethod
    def stop(self) -> None:
        """End the program and its connections."""

    @abstractmethod
    def publish(self, queue: str, body: bytes) -> bool:
        """Publish and wait for the confirm: True is an ack, False a nack."""

    @abstractmethod
    def why_missing(self, queue: str) -> str:
        """What the library raises if a queue is declared passively that is not there."""

    def saw(self, queue: str, body: bytes, redelivered: bool, headers: Any) -> str:
        """Remember a delivery; what to do with it: "ack", "requeue", "reject" or "hold"."""
        self.seen.append(Seen(queue, bytes(body), bool(redelivered), deaths(headers)))
        if queue != "orders":
            return "ack"
        if body.startswith(b"hold"):
            return "hold"
        if body == b"bad":
            return "reject"
        return "requeue" if body == b"again" and not redelivered else "ack"


class ThreadWorker(Worker):
    """A program that runs in a thread of its own."""

    def start(self) -> None:
        self.is_stopping = False
        self._thread = threading.Thread(target=self.run, name=type(self).__name__)
        self._thread.start()

    def stop(self) -> None:
        self.is_stopping = True
        self.interrupt()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the worker does not end"

    @abstractmethod
    def run(self) -> None:
        """Connect and consume, again and again, until `is_stopping`."""

    @abstractmethod
    def interrupt(self) -> None:
        """Let `run` see that it is to stop; called in another thread."""


class AsyncWorker(Worker):
    """A program of coroutines, on a loop of its own in a thread of its own."""

    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name=type(self).__name__)
        self._thread.start()
        self.stopped: asyncio.Event = self.do(self._event())
        self._main = asyncio.run_coroutine_threadsafe(self.consume(), self.loop)

    async def _event(self) -> asyncio.Event:
        return asyncio.Event()

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop; its outcome."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def stop(self) -> None:
        try:
            self.loop.call_soon_threadsafe(self.stopped.set)
            self._main.result(PATIENCE)
        finally:
            self.do(self._end())
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(PATIENCE)
            self.loop.close()

    async def _end(self) -> None:
        """Let every task that a library has left come to its end."""
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self.loop.shutdown_asyncgens()

    def publish(self, queue: str, body: bytes) -> bool:
        return self.do(self.publishing(queue, body))

    def why_missing(self, queue: str) -> str:
        return self.do(self.missing(queue))

    @abstractmethod
    async def consume(self) -> None:
        """Connect and consume until `stopped` is set."""

    @abstractmethod
    async def publishing(self, queue: str, body: bytes) -> bool:
        """Publish and wait for the confirm."""

    @abstractmethod
    async def missing(self, queue: str) -> str:
        """What is raised."""


@contextlib.contextmanager
def running(worker: Worker) -> Iterator[Worker]:
    """A program that ends with the block."""
    worker.start()
    try:
        yield worker
    finally:
        worker.end()


class Contract:
    """The tests. A subclass says which program they are for."""

    Program: type[Worker]

    @pytest.fixture
    def worker(self, broker: fakeamqp.Broker, fakeamqp_server: fakeamqp.Server) -> Iterator[Worker]:
        with running(self.Program(fakeamqp_server.url)) as worker:
            broker.until(lambda: consumes(broker, "orders", "rejected"), timeout=PATIENCE)
            yield worker

    def test_what_is_acknowledged_is_done(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        assert worker.publish("orders", b"tea")
        orders = broker.queue("orders")
        broker.until(lambda: worker.seen and not orders.unacked, timeout=PATIENCE)
        assert worker.seen == [Seen("orders", b"tea", False)]
        assert orders.ready == 0

    def test_a_publish_that_the_broker_refuses_is_known_to_be(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        broker.faults.nack_publishes()
        assert not worker.publish("parked", b"tea")
        assert worker.publish("parked", b"cups")
        assert [message.body for message in broker.queue("parked").messages] == [b"cups"]

    def test_a_large_body_comes_whole(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        body = bytes(range(256)) * 2_000
        assert worker.publish("orders", body)
        broker.until(lambda: worker.seen, timeout=PATIENCE)
        assert worker.seen == [Seen("orders", body, False)]

    def test_no_more_than_the_prefetch_are_unacknowledged(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        for number in range(5):
            assert worker.publish("orders", b"hold %d" % number)
        orders = broker.queue("orders")
        broker.until(lambda: len(worker.seen) == PREFETCH, timeout=PATIENCE)
        assert (orders.unacked, orders.ready) == (PREFETCH, 5 - PREFETCH)

    def test_what_is_given_back_comes_again(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        broker.publish("", "orders", b"again")
        orders = broker.queue("orders")
        broker.until(lambda: len(worker.seen) == 2 and not orders.unacked, timeout=PATIENCE)
        assert worker.seen == [Seen("orders", b"again", False), Seen("orders", b"again", True)]

    def test_what_is_rejected_is_a_dead_letter(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        broker.publish("", "orders", b"bad")
        broker.until(lambda: len(worker.seen) == 2, timeout=PATIENCE)
        died = Death("rejected", "orders", 1)
        assert worker.seen == [Seen("orders", b"bad", False), Seen("rejected", b"bad", False, (died,))]

    def test_what_expires_does_so_on_the_brokers_clock(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        assert worker.publish("parked", b"tea")
        broker.clock.advance(59.9)
        assert broker.queue("parked").ready == 1
        broker.clock.advance(0.1)
        broker.until(lambda: worker.seen, timeout=PATIENCE)
        assert worker.seen == [Seen("rejected", b"tea", False, (Death("expired", "parked", 1),))]
        assert broker.clock.now() == 60

    def test_a_broken_link_is_mended_and_what_it_held_comes_again(
        self, broker: fakeamqp.Broker, worker: Worker
    ) -> None:
        broker.publish("", "orders", b"hold")
        broker.until(lambda: worker.seen, timeout=PATIENCE)
        broker.faults.drop_connections()
        broker.until(lambda: len(worker.seen) == 2, timeout=PATIENCE)
        assert worker.seen == [Seen("orders", b"hold", False), Seen("orders", b"hold", True)]

    def test_a_queue_that_is_not_there_is_told_of_in_the_brokers_words(self, worker: Worker) -> None:
        told = worker.why_missing("nowhere")
        assert "404" in told
        assert "NOT_FOUND - no queue 'nowhere' in vhost" in told

    def test_a_program_that_ends_leaves_nothing_behind(self, broker: fakeamqp.Broker, worker: Worker) -> None:
        """It closes its connections in good order, and what it held is ready again."""
        broker.publish("", "orders", b"hold")
        broker.until(lambda: worker.seen, timeout=PATIENCE)
        worker.end()
        broker.until(lambda: not broker.connections, timeout=PATIENCE)
        assert broker.queue("orders").ready == 1


def consumes(broker: fakeamqp.Broker, *queues: str) -> bool:
    """True if these queues are there and have consumers."""
    try:
        return all(broker.queue(queue).consumers for queue in queues)
    except KeyError:
        return False
