"""How pika's blocking connections wait while they are on a real RabbitMQ.

On the network nobody knows whether something will still come. Waits that are endless by themselves are therefore given
up when nothing has come for a while; and while one connection waits, the others of the same thread are looked after, so
that a server and its client can be in one test.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from pika.adapters.blocking_connection import _IoloopTimerContext
from pika.exceptions import AMQPError

from fakeamqp.adapters.pika import calls
from fakeamqp.adapters.pika.redirect import stock
from fakeamqp.world.call import Call
from fakeamqp.world.errors import RanDry, WouldBlockForever

# Real seconds: how often a waiting connection gives way to the others of its thread.
_SLICE = 0.01
# Real seconds without traffic after which the broker is asked whether anything may still come.
_QUIET = 0.5
# Real seconds in which a message gets from a queue to its consumer.
_ON_ITS_WAY = 0.25


class Waiter(Protocol):
    """A real broker, as far as its waits need it.

    idle: what `start_consuming()` does when nothing comes any more. raised: the errors that said so.
    thread_grace: seconds that any other wait without an end lasts at least.
    """

    raised: list[BaseException]
    links: list[Any]
    thread_grace: float

    @property
    def idle(self) -> str:
        """`return`, `raise` or `interrupt`."""

    def patience(self) -> float:
        """Seconds without traffic after which nothing will come, judged by what is in its queues."""

    def missing(self) -> str:
        """What its queues hold, in words."""


class Patience:
    """The waits on one real broker. Only the thread that made it gives up; others are ended by the broker's end."""

    def __init__(self, broker: Waiter) -> None:
        self._broker = broker
        self._thread = threading.get_ident()
        self._waiting: list[Any] = []
        # One that the program has forgotten is kept, too, so that it can be closed in the end.
        self._used_by: dict[Any, int] = {}

    @property
    def traffic(self) -> int:
        """Frames that came, on all connections; heartbeats count."""
        return sum(link.frames_received for link in self._broker.links)

    def flush(self, connection: Any, *waiters: Callable[[], bool]) -> None:
        """In place of `BlockingConnection._flush_output`.

        Raises WouldBlockForever, or what `start_consuming` ends by, if the wait is endless and nothing comes.
        """
        pikas = stock("flush")
        self._used_by[connection] = threading.get_ident()
        if not waiters:
            pikas(connection)
            return
        endless = threading.get_ident() == self._thread and not any(map(_is_limit, waiters))
        quiet = Quiet(self)
        while True:
            with _IoloopTimerContext(_SLICE, connection._impl) as turn:
                pikas(connection, turn.is_ready, *waiters)
            if connection.is_closed or any(ready() for ready in waiters):
                return
            self._waiting.append(connection)
            try:
                self.dispatch()
            finally:
                self._waiting.pop()
            if endless and quiet.lasts() >= _QUIET:
                call = calls.current(None, _NO_LOOP)
                # A consumer's loop ends when its queues are empty; an answer may take its time.
                least = 0.0 if call.returns else self._broker.thread_grace
                if quiet.lasts() >= max(least, quiet.limit(self._broker)) and quiet.was_seen():
                    self._give_up(call, quiet.lasts())

    def dispatch(self) -> None:
        """Run the callbacks of those of this thread's blocking connections that are in no call of their own."""
        me = threading.get_ident()
        for connection in [each for each, thread in list(self._used_by.items()) if thread == me]:
            if connection.is_open and connection not in self._waiting and not connection._event_dispatch_suspend_depth:
                try:
                    connection.process_data_events(time_limit=0)
                except AMQPError:
                    if connection.is_open:  # else it is lost, and who uses it is told when they next do
                        raise

    def threads(self) -> set[int]:
        """The threads, by their idents, that used blocking connections which are not closed."""
        return {thread for connection, thread in list(self._used_by.items()) if not connection.is_closed}

    def adopt(self) -> None:
        """Take over what threads that have ended left open, and forget what is closed."""
        alive = {thread.ident for thread in threading.enumerate()}
        me = threading.get_ident()
        self._used_by = {
            connection: thread if thread in alive else me
            for connection, thread in list(self._used_by.items())
            if not connection.is_closed
        }

    def _give_up(self, call: Call, seconds: float) -> None:
        if call.returns and self._broker.idle != "raise":
            raise RanDry
        error = WouldBlockForever(f"{call}: nothing came for {seconds:.1f} s; {self._broker.missing()}")
        self._broker.raised.append(error)
        raise error

    def start_consuming(self, channel: Any) -> None:
        """In place of `BlockingChannel.start_consuming`: when nothing comes any more it ends as the broker is told."""
        try:
            stock("start_consuming")(channel)
        except RanDry:
            if self._broker.idle == "interrupt":
                raise KeyboardInterrupt from None


class Quiet:
    """For how long there has been no traffic."""

    def __init__(self, waits: Patience) -> None:
        self._waits = waits
        self._traffic = waits.traffic
        self._since = time.monotonic()
        self._limit: float | None = None
        self._asked = self._since

    def lasts(self) -> float:
        """Seconds since the last traffic, or since this began."""
        traffic = self._waits.traffic
        if traffic != self._traffic:
            self._traffic = traffic
            self._since = time.monotonic()
            self._limit = None
        return time.monotonic() - self._since

    def limit(self, broker: Waiter) -> float:
        """Seconds after which to give up; asked once for each time of quiet."""
        if self._limit is None:
            self._limit = broker.patience()
            self._asked = time.monotonic()
        return self._limit

    def was_seen(self) -> bool:
        """True if what was on its way when the queues were looked at would be here by now."""
        return time.monotonic() - self._asked >= _ON_ITS_WAY


def _is_limit(ready: Any) -> bool:
    return isinstance(getattr(ready, "__self__", None), _IoloopTimerContext)


_NO_LOOP = _is_limit.__code__  # a code that is on nobody's stack: loops of select connections are not waited in here
