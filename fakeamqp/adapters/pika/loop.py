"""The event loop of BlockingConnection and SelectConnection in virtual time: no sockets, no waiting, no poller."""

from __future__ import annotations

import functools
import heapq
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from threading import get_ident
from types import CodeType, FrameType, MethodType
from typing import TYPE_CHECKING, Any

from pika.adapters.blocking_connection import BlockingConnection, _CallbackResult
from pika.adapters.select_connection import IOLoop, PollEvents
from pika.heartbeat import HeartbeatChecker

from fakeamqp.adapters.pika import calls
from fakeamqp.world.call import Budget, Call
from fakeamqp.world.clock import SECOND, microseconds
from fakeamqp.world.errors import RanDry

if TYPE_CHECKING:
    from fakeamqp.adapters.pika.link import Link
    from fakeamqp.world.broker import Broker
    from fakeamqp.world.turns import Turns

_CREATE_CONNECTION: CodeType = BlockingConnection._create_connection.__code__

# A callback by what it does, not by which object it is: a lambda or partial made anew is the same callback again.
CallbackKey = tuple[Any, int]


class Timer:
    """One callback at one instant.

    due_us: when, in virtual microseconds; made earlier for a wait that ends by real time.
    ends_wait: True if pika armed it to end a timed wait.
    heartbeat: True if pika armed it for its heartbeats.
    background: True if nobody waits for it: a heartbeat, or a callback that has only armed itself again.
    """

    __slots__ = ("armed_at", "background", "callback", "due_us", "ends_wait", "heartbeat", "key")

    def __init__(self, due_us: int, callback: Callable[[], object]) -> None:
        owner = callback.__self__ if type(callback) is MethodType else None
        self.due_us = due_us
        self.callback: Callable[[], object] | None = callback
        self.ends_wait = isinstance(owner, _CallbackResult)
        self.heartbeat = self.background = isinstance(owner, HeartbeatChecker)
        self.key: CallbackKey | None = None
        self.armed_at = 0


class VirtualLoop(IOLoop):
    """In place of `pika.adapters.select_connection.IOLoop`.

    Made by `IOLoop()` while pika is patched; `broker` is set before anything else, because pika passes no arguments.
    """

    broker: Broker

    READ = PollEvents.READ
    WRITE = PollEvents.WRITE
    ERROR = PollEvents.ERROR

    def __init__(self) -> None:
        broker = self.broker
        self.thread = get_ident()
        self._scheduler = broker.scheduler
        self._clock = broker.clock
        self._links: list[Link] = []
        self._callbacks: deque[Callable[[], None]] = deque()
        self._timers: list[tuple[int, int, Timer]] = []
        self._armed = 0
        self._fired: dict[CallbackKey, int] = {}
        self._blocking = _maker()
        self._budget: Budget | None = None
        self._running = False
        self._stopping = False
        self._turning = 0
        self.served: bool | None = None  # with a message; False: a basic.get found none
        self._slipped_us = 0
        self._files: Any = None
        self._losing = 0
        self._served_us = broker.clock.now_us
        self._closed = False
        self._scheduler.register(self)

    # --- what pika calls

    def close(self) -> None:
        self._closed = True
        self._callbacks.clear()
        self._timers.clear()
        if self._files is not None:
            self._files.close()
            self._files = None
        self._scheduler.unregister(self)

    def start(self) -> None:
        """Run until stopped, or until nothing can happen any more."""
        if self._running:
            raise RuntimeError("IOLoop is not reentrant and is already running")
        self._running = True
        self.comes_here()
        self._budget = Budget()
        self._scheduler.rounds.begin()
        try:
            while not self._stopping:
                self.poll()
                self.process_timeouts()
        except RanDry:
            pass
        finally:
            self._budget = None
            self._stopping = False
            self._running = False

    def comes_here(self) -> None:
        """The calling thread runs it from now on."""
        self.thread = get_ident()
        self._scheduler.moved()

    def stop(self) -> None:
        self._stopping = True
        self.wake()

    def activate_poller(self) -> None:
        """There is none."""

    def deactivate_poller(self) -> None:
        """There is none."""

    def poll(self) -> None:
        """Hand over what is there; if there is nothing, wait for it."""
        self._served_us = self._clock.now_us
        links = self._links
        if self.thread != get_ident():
            self.check_thread(links[0].number if links else 0)
        turns = self._scheduler.turns
        if turns is None:
            self.served = None
        else:
            self._take_turns(turns)
        handed_over = links[0].hand_over() if len(links) == 1 else self._hand_over()
        if self._files is not None:
            self._poll_files()
            self._hand_over()
            return
        if handed_over:
            return
        if self._callbacks or self._stopping:
            return
        if self._due():
            if self._timers[0][2].ends_wait:
                self._scheduler.polled_in_vain(self)
            return
        self._scheduler.wait(self, calls.current(self._budget, _START))
        self._hand_over()

    def _take_turns(self, turns: Turns) -> None:
        served, self.served = self.served, None
        if served is not None:
            turns.pause() if served else turns.got_nothing()
        elif turns.interleaves:
            turns.turned()

    def process_timeouts(self) -> None:
        """Call the callbacks and timers that are due now; what they add waits for the next turn."""
        callbacks = self._callbacks
        if callbacks:
            for _ in range(len(callbacks)):
                self._scheduler.rounds.dispatched(self, callbacks[0])
                callbacks.popleft()()
        timers = self._timers
        if not timers:
            return
        now_us = self._clock.now_us + self._slipped_us
        if timers[0][0] > now_us:
            return
        due = []
        while timers and timers[0][0] <= now_us:
            due.append(heapq.heappop(timers)[2])
        for timer in due:
            callback = timer.callback
            if callback is None:
                continue
            timer.callback = None
            if timer.key is not None:
                self._fired[timer.key] = timer.armed_at
                self._scheduler.rounds.dispatched(self, callback, timer.background)
            callback()

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:  # type: ignore[override]
        """Arm a timer. Raises ValueError for a negative delay, TypeError for a callback that is none."""
        if delay < 0:
            raise ValueError(f"call_later: delay must be non-negative, but got {delay!r}")
        if not callable(callback):
            raise TypeError(f"callback must be a callable, but got {callback!r}")
        timer = Timer(self._clock.now_us + self._slipped_us + microseconds(delay), callback)
        if not (timer.ends_wait or timer.heartbeat):
            # One that fired and comes back, and nothing was sent or received meanwhile, only arms itself again.
            timer.key = key = _key(callback)
            timer.armed_at = self._scheduler.traffic
            timer.background = key is not None and self._fired.get(key) == timer.armed_at
        self._armed += 1
        heapq.heappush(self._timers, (timer.due_us, self._armed, timer))
        return timer

    def remove_timeout(self, timeout_handle: Timer) -> None:  # type: ignore[override]
        timeout_handle.callback = None

    def add_callback_threadsafe(self, callback: Callable[[], None]) -> None:
        """Call `callback` at the next turn; from any thread."""
        if not callable(callback):
            raise TypeError(f"callback must be a callable, but got {callback!r}")
        if not self._closed:
            self._callbacks.append(callback)
            self._stir()
            self._wake_files()

    add_callback = add_callback_threadsafe

    # --- a program's own sockets on pika's loop: they are real, and so is the time of a loop that has them

    def add_handler(self, fd: int, handler: Callable[[int, int], None], events: int) -> None:
        if self._files is None:
            self._files = self._get_poller(self._real_seconds, self.process_timeouts)
            self._files.activate_poller()
        self._files.add_handler(fd, handler, events)

    def update_handler(self, fd: int, events: int) -> None:
        if self._files is not None:
            self._files.update_handler(fd, events)

    def remove_handler(self, fd: int) -> None:
        if self._files is not None:
            self._files.remove_handler(fd)

    def _poll_files(self) -> None:
        """Wait for files or timers in real time, which the loop's own time follows."""
        begun = time.monotonic()
        self._files.poll()
        self.slip(int((time.monotonic() - begun) * SECOND))

    def _real_seconds(self) -> float | None:
        if self.ready():
            return 0
        first_us = self._first(lambda timer: True)
        return None if first_us is None else (first_us - self._clock.now_us) / SECOND

    def now_us(self) -> int:
        """The time of this loop in microseconds: the broker's, and what passed in real time while that stood."""
        return self._clock.now_us + self._slipped_us

    # --- what links call

    def add_link(self, link: Link) -> None:
        self._links.append(link)

    def remove_link(self, link: Link) -> None:
        if link in self._links:
            self._links.remove(link)

    def lose(self, protocol: Any, error: BaseException | None) -> None:
        """Tell a connection at the next turn that its link is gone."""
        self._losing += 1
        self.add_callback_threadsafe(functools.partial(self._lost, protocol, error))

    def _lost(self, protocol: Any, error: BaseException | None) -> None:
        self._losing -= 1
        protocol.connection_lost(error)

    def wake(self) -> None:
        """Something arrived; a thread that waits in this loop looks again."""
        if self._scheduler.waiting:
            self._stir()
        if self._files is not None:
            self._wake_files()

    def _stir(self) -> None:
        turns = self._scheduler.turns
        if turns is None:
            self._scheduler.stirred()
        else:
            turns.woken(self.thread)

    def _wake_files(self) -> None:
        files = self._files
        if files is not None:
            files.wake_threadsafe()

    def check_thread(self, connection: int) -> None:
        """Raise RuntimeError if another thread is in the middle of using this loop.

        On a network the two would read from one socket, and now and then take what was meant for the other.
        """
        if self.thread != get_ident():
            call = self._scheduler.waiting.get(self)
            if call is not None or self.is_busy():
                raise RuntimeError(_two_threads(connection, self.thread, call))

    def watch_channel(self, connection: Any, number: int) -> None:
        """A channel consumes: its `start_consuming()` can run dry."""
        channel = connection._channels[number]._get_cookie()
        if channel is not None and "start_consuming" not in vars(channel):
            channel.start_consuming = functools.partial(_start_consuming, self, weakref.ref(channel))

    def refused(self, what: str) -> None:
        """The broker has refused something, in these words. Raises WouldBlockForever if it will for ever."""
        self._scheduler.tries.refused(self, what)

    # --- what the scheduler asks (fakeamqp.world.loop.Loop)

    def ready(self) -> bool:
        # Other threads ask too: look, and touch nothing. Heartbeats are seen to when time moves, or a wait ends.
        first_us = self._first(lambda timer: not timer.heartbeat) if self._timers else None
        if self._callbacks or (self._stopping and self._running):
            return True
        if first_us is not None and first_us <= self._clock.now_us:
            return True
        return any(link.ready() for link in self._links)

    def has_work(self) -> bool:
        blocking = self._blocking()
        if blocking is None:
            return self.ready()
        if self._losing or any(link.bad_news for link in self._links):
            return False  # the owner of a blocking connection learns it in its own next call
        # What was handed over in the middle of another call, pika keeps for its next dispatch.
        kept = blocking.is_open and (blocking._channels_pending_dispatch or blocking._ready_events)
        return bool(kept) or self.ready()

    def next_timer(self) -> int | None:
        if any(link.misses_heartbeats for link in self._links):
            return self._first(lambda timer: not timer.ends_wait and (timer.heartbeat or not timer.background))
        return self._first(lambda timer: not (timer.background or timer.ends_wait))

    def last_timer(self) -> int | None:
        wanted = (timer for _, _, timer in self._timers if not (timer.background or timer.ends_wait))
        last_us = max((timer.due_us for timer in wanted if timer.callback is not None), default=None)
        return None if last_us is None else last_us - self._slipped_us

    def next_background(self) -> int | None:
        return self._first(lambda timer: timer.background and not timer.heartbeat)

    def wait_ends(self) -> int | None:
        return self._first(lambda timer: timer.ends_wait)

    def _first(self, wanted: Callable[[Timer], bool]) -> int | None:
        due = (timer.due_us for _, _, timer in self._timers if timer.callback is not None and wanted(timer))
        first_us = min(due, default=None)
        return None if first_us is None else first_us - self._slipped_us

    def slip(self, elapsed_us: int) -> None:
        self._slipped_us += elapsed_us
        for link in self._links:
            link.keep_alive()

    def serves(self, connection: int) -> bool:
        return any(link.number == connection for link in self._links)

    def is_busy(self) -> bool:
        """True while one of its callbacks runs: it takes nothing else before that returns."""
        if self._running or self._turning:
            return True
        blocking = self._blocking()
        return blocking is not None and blocking._event_dispatch_suspend_depth > 0

    def consumes(self) -> bool:
        blocking = self._blocking()
        if self._budget is not None or blocking is None:
            return self._budget is not None
        channels = [channel._get_cookie() for channel in blocking._impl._channels.values()] if blocking.is_open else []
        return any(channel is not None and channel._queue_consumer_generator is not None for channel in channels)

    def dispatch(self) -> None:
        """Run the callbacks that are ready, as the connection's own `process_data_events()` would."""
        self._turning += 1
        try:
            blocking = self._blocking()
            if blocking is not None and getattr(blocking, "_impl", None) is not None and blocking.is_open:
                blocking.process_data_events()
            else:
                self._hand_over()
                self.process_timeouts()
        finally:
            self._turning -= 1

    def tend(self) -> None:
        """Time has passed: keep the heartbeats, or lose the connection if one of its callbacks kept it from that."""
        now_us = self._clock.now_us
        waited_on = self in self._scheduler.waiting
        if (self.is_busy() or self._scheduler.is_asleep(self.thread)) and not waited_on:
            for link in list(self._links):
                beat_us = link.heartbeat_us
                if beat_us is not None and now_us - self._served_us > 2 * beat_us:
                    link.reset()
            return
        self._served_us = now_us
        for link in self._links:
            link.keep_alive()
        if not waited_on and self.thread != get_ident():
            return  # its own thread runs, and fires them when it polls
        if not self._due():
            return
        now_us = self.now_us()
        for entry in [entry for entry in self._timers if entry[0] <= now_us and entry[2].heartbeat]:
            callback = entry[2].callback
            if callback is not None:
                entry[2].callback = None
                callback()

    def abandon(self) -> None:
        for link in list(self._links):
            link.abandon()
        self.close()

    # --- inside

    def _due(self) -> bool:
        """True if a timer is due; those that were fired or removed before are let go of."""
        timers = self._timers
        while timers and timers[0][2].callback is None:
            heapq.heappop(timers)
        return bool(timers) and timers[0][0] <= self.now_us()

    def _hand_over(self) -> bool:
        """Give every link its turn; False if none had anything to do."""
        links = self._links
        if len(links) == 1:
            return links[0].hand_over()
        handed = [link.hand_over() for link in list(links) if link.is_open]
        return any(handed)


_START: CodeType = VirtualLoop.start.__code__


def _start_consuming(loop: VirtualLoop, channel_ref: Callable[[], Any]) -> None:
    """In place of one channel's `start_consuming`: the same, but it returns when nothing can happen any more."""
    channel = channel_ref()
    outer = loop._budget
    loop._budget = Budget()
    loop.comes_here()
    loop.broker.scheduler.rounds.begin()
    try:
        type(channel).start_consuming(channel)
    except RanDry:
        pass
    finally:
        loop._budget = outer


def _two_threads(connection: int, thread: int, call: Call | None) -> str:
    here = threading.current_thread().name
    there = next((each.name for each in threading.enumerate() if each.ident == thread), "a thread that has ended")
    does = "runs one of its callbacks" if call is None else f"waits in {call}"
    return (
        f"connection {connection} is used by two threads at once: by {here!r} while {there!r} {does}. A connection of "
        "pika's belongs to one thread; others reach it by connection.add_callback_threadsafe()."
    )


def _maker() -> Callable[[], Any]:
    """The BlockingConnection that is making its loop; a reference to nothing if someone else is."""
    frame: FrameType | None = sys._getframe(2)
    for _ in range(4):
        if frame is None:
            break
        if frame.f_code is _CREATE_CONNECTION:
            return weakref.ref(frame.f_locals["self"])
        frame = frame.f_back
    return lambda: None


def _key(callback: Any) -> CallbackKey | None:
    """The function behind a program's callback, and the object it is bound to; None for a callback of pika's own."""
    while isinstance(callback, functools.partial):
        event = callback.args[0] if callback.args else None
        callback = getattr(event, "_callback", None) or callback.func
    if str(getattr(callback, "__module__", "")).startswith(("pika.", "fakeamqp.")):
        return None
    if isinstance(callback, MethodType):
        return callback.__func__, id(callback.__self__)
    return getattr(callback, "__code__", callback), 0
