"""Who waits for what, and when virtual time moves for them.

A client library's event loop that has nothing to do calls `Scheduler.wait`. The scheduler knows every loop of its
broker, so it can tell whether anything can still happen: another loop of the same thread has work, a deadline of the
broker will send something, a timer will fire, another thread may stir. Time moves only for who waits, and only to the
first instant at which something happens for them. When nothing ever can, the wait ends instead of hanging.

The rules are those of the page on waiting in docs/architecture.md. Nothing here knows a client library: a loop is
anything with the methods of `Loop`.
"""

from __future__ import annotations

import threading
import warnings
import weakref
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from fakeamqp.model import effects
from fakeamqp.world import forks
from fakeamqp.world.clock import microseconds
from fakeamqp.world.errors import Livelock, RanDry, ThreadGraceWarning, WouldBlockForever
from fakeamqp.world.machine_time import Machine
from fakeamqp.world.missing import what_is_missing
from fakeamqp.world.pause import Sleep
from fakeamqp.world.pools import rests_in_its_pool, waits_for_another

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

DRY_RETURNS = 100
DRY_POLLS = 1_000
# How many times more polls or sleeps without any traffic are allowed to who sleeps, or looks at the clock between them:
# that has an end.
PATIENCE = 100
MOST_CALLBACKS = 100_000
_STANDS = "Virtual time does not move for a poll without a time limit: give it one, or call broker.clock.advance()"
# A thread that ends tells nobody: who waits for others looks again after this many real seconds.
_GLANCE = 0.005


class Loop(Protocol):
    """An event loop of a client library, as the scheduler sees it. Instants are virtual microseconds.

    thread: identity of the thread whose callbacks it runs.
    """

    thread: int

    def ready(self) -> bool:
        """Something can be handed over, or a callback run, without waiting."""

    def has_work(self) -> bool:
        """Something is ready that its callbacks can take, and none that only its owner's next call may find out."""

    def next_timer(self) -> int | None:
        """When the program's next timer is due; None if there is none."""

    def next_background(self) -> int | None:
        """When the next timer is due that only fires on the way; None if there is none."""

    def wait_ends(self) -> int | None:
        """When the wait that is going on in it ends by itself; None if it has no end."""

    def slip(self, elapsed_us: int) -> None:
        """Real time has passed for it while virtual time stood: its timers come nearer by that much."""

    def serves(self, connection: int) -> bool:
        """True if it carries this connection of the broker."""

    def is_busy(self) -> bool:
        """True while one of its callbacks runs, so that it can take nothing else."""

    def dispatch(self) -> None:
        """Run the callbacks that are ready."""

    def tend(self) -> None:
        """Time has moved: see to the heartbeats."""

    def abandon(self) -> None:
        """See `Belonging`."""


class Belonging(Protocol):
    """What a program leaves behind when it ends without a word: a loop, a link."""

    def abandon(self) -> None:
        """Its program has ended: the broker finds its connections gone."""


class Turns(Protocol):
    """Who runs when exactly one of several programs may run at a time (see `Scheduler.turns`)."""

    def made(self, belonging: Belonging) -> None:
        """The program that runs has made this, and it goes when the program does."""

    def give_way(self, loop: Loop | None) -> bool:
        """Let the others run until each waits; None: the caller waits in no loop.

        False, at once, if no other can run; else True, when it is this one's turn again.
        """

    def pause(self) -> bool:
        """The same for a caller who has been served and goes on whatever happens."""

    def got_nothing(self) -> None:
        """The caller asked for a message and there was none: it may go on asking for ever."""

    def polled_in_vain(self, loop: Loop) -> None:
        """In place of `Scheduler.polled_in_vain`."""

    def another_ends(self, loop: Loop) -> bool:
        """Nothing can ever happen, so one has to end. True if that is not for this one, or not any more."""


@attrs.define
class Budget:
    """How far the waits of one call may still move time.

    spent_us: virtual microseconds its endless waits have moved time so far.
    """

    spent_us: int = 0


@attrs.frozen
class Call:
    """The call of the client library that a thread waits in.

    name, where: for messages: `start_consuming()`, and the caller's file and line.
    returns: True if it returns when nothing can happen any more, as `start_consuming()` does.
    stays: True if programs are meant to stay in it until Ctrl-C.
    sleeps: True for `time.sleep()`: it ends by virtual time alone.
    budget: shared by all the waits of one call.
    """

    name: str
    where: str
    returns: bool
    budget: Budget
    stays: bool = False
    sleeps: bool = False

    def __str__(self) -> str:
        return f"{self.name} at {self.where}" if self.where else self.name


class Scheduler:
    """The waits of one broker.

    traffic: counts what was sent and received, heartbeats apart; when it stands still, nothing happens.
    published: counts messages that clients published.
    dry_returns: how often in a row a consumer's wait returned because nothing could happen; a delivery ends the row.
    watching: True while deliveries are looked at because a livelock is near.
    waiting: the calls that threads wait in, innermost last for each thread.
    raised: every WouldBlockForever and Livelock so far: one that nobody saw was swallowed by the code under test.
    turns: set for programs in lock step: asked before time moves or a wait is given up.
    limit_us: the instant beyond which no wait moves time; None if there is none.
    most_callbacks: how many callbacks may be dispatched at one instant. The last tenth of them is looked at, to tell
        what goes round.
    """

    most_callbacks = MOST_CALLBACKS

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.traffic = 0
        self.published = 0
        self.dry_returns = 0
        self.watching = False
        self.raised: list[BaseException] = []
        self.waiting: dict[Loop, Call] = {}
        self.turns: Turns | None = None
        self.limit_us: int | None = None
        self._changed = threading.Condition(broker.lock)
        self._stirs = 0
        self._loops: list[Loop] = []
        self._home = threading.get_ident()
        self._before = {weakref.ref(thread) for thread in threading.enumerate()}
        self._users: set[int] = set()
        self._idle: set[weakref.ref[threading.Thread]] = set()
        self._dry_polls = 0
        self._dry_traffic = -1
        self._dry_since_us = 0
        self._dry_until = 0.0
        self._watches_clock = False
        self._asleep: dict[int, None] = {}
        self._round = _Round()
        self._ahead: _Ahead | None = None
        self._is_closed = False
        broker.clock.passes_through(self.advance_to)
        forks.guard(self)

    def lock_out(self, lock: Any) -> None:
        """This process is not the broker's: every use raises what this lock raises."""
        self._changed = lock

    # --- loops

    def register(self, loop: Loop) -> None:
        self._loops.append(loop)
        self._users.add(loop.thread)
        self.belongs_to_who_runs(loop)

    def belongs_to_who_runs(self, belonging: Belonging) -> None:
        """The program that runs has made this."""
        if self.turns is not None:
            self.turns.made(belonging)

    def unregister(self, loop: Loop) -> None:
        if loop in self._loops:
            self._loops.remove(loop)

    def loops(self) -> tuple[Loop, ...]:
        return tuple(self._loops)

    def users(self) -> list[threading.Thread]:
        """The threads that have used the broker and are alive, the one that asks and the main thread apart."""
        spared = (threading.current_thread(), threading.main_thread())
        return [each for each in threading.enumerate() if each.ident in self._users and each not in spared]

    def _mine(self) -> list[Loop]:
        here = threading.get_ident()
        return [loop for loop in self._loops if loop.thread == here]

    # --- what loops report

    def stirred(self) -> None:
        """Something happened that a waiting thread may have waited for; from any thread."""
        with self._changed:
            self._stirs += 1
            self._users.add(threading.get_ident())
            self._idle.discard(weakref.ref(threading.current_thread()))
            self._changed.notify_all()

    def begin(self) -> None:
        """A call begins that dispatches callbacks until it is stopped: what went before does not count against it."""
        self._round.begin(self.broker.clock.now_us, self.published)
        self.watching = False

    def handed_over(self) -> None:
        """A loop hands a message over."""
        current = self._round
        if current.at_us != self.broker.clock.now_us:
            self.begin()
        current.callbacks += 1
        if current.callbacks >= self.most_callbacks * 0.9:
            self._watch()

    def dispatched(self, callback: Callable[[], object]) -> None:
        """A loop calls a timer or callback of the program."""
        current = self._round
        if current.at_us != self.broker.clock.now_us:
            self.begin()
        current.callbacks += 1
        if current.callbacks >= self.most_callbacks * 0.9:
            current.count(f"the callback {_name(callback)}")
            self._watch()

    def watch_delivery(self, delivery: Any, message: Any) -> None:
        """A loop hands over this message while `watching`."""
        again = delivery.redelivered if hasattr(delivery, "redelivered") else False
        if again or message.origin is not None:
            self._round.again += 1
        else:
            self._round.first += 1
        queue = getattr(delivery, "queue", "") or message.routing_key
        self._round.count(f"message {message.id} from queue {queue!r}" if again else f"queue {queue!r}")

    def _watch(self) -> None:
        current = self._round
        if not self.watching:
            self.watching = True
            current.published = self.published
            current.decided_at = max(self.most_callbacks, current.callbacks + self.most_callbacks // 10)
        if current.callbacks < current.decided_at:
            return
        if current.first > self.published - current.published:
            self.begin()  # a long backlog is being worked off
            return
        names = current.most_common()
        raise self._remember(
            Livelock(
                f"{current.callbacks:,} callbacks at one instant ({self.broker.clock.now():g} s) and no end: "
                f"round and round go {names or 'nothing but callbacks'}"
            )
        )

    def polled_in_vain(self, loop: Loop, dispatch: bool = True) -> None:
        """A loop was asked to wait no longer than a moment or a time limit, and had nothing to do but that.

        dispatch: False to call no callbacks of other connections.
        """
        if dispatch and self._dispatch_mine():
            return
        if self.turns is not None:
            self.turns.polled_in_vain(loop)
            return
        now_us = self.broker.clock.now_us
        if self._dry_traffic != self.traffic:
            self._dry_traffic = self.traffic
            self._dry_polls = 0
            self._watches_clock = False
        self._dry_polls += 1
        if self._dry_polls == 1:
            self._dry_since_us = now_us
            self._dry_until = 0.0
        most = DRY_POLLS * (PATIENCE if self._watches_clock else 1)
        if self._dry_polls < most or self._others_stir(loop):
            return
        if now_us > self._dry_since_us and self._comes(loop):
            self._dry_polls = 0  # the polls have a time limit, so they will get there
            return
        self._dry_polls = 0
        advice = "" if now_us > self._dry_since_us else f". {_STANDS}"
        raise self._remember(
            WouldBlockForever(
                f"{most:,} polls in a row during which no connection sent or received anything: "
                f"{self._missing(loop)}{advice}"
            )
        )

    def _others_stir(self, loop: Loop) -> bool:
        """Give threads that may end the polling a moment of real time; False if there are none, or none any more."""
        with self._changed:
            others = self._others_awake()
            if not others:
                return False
            now = Machine.monotonic()
            if not self._dry_until:
                self._dry_until = now + self.broker.thread_grace
            if now > self._dry_until:
                self._give_up(others, "polling")
                return False
            self._changed.wait(0.001)
            return True

    def _comes(self, loop: Loop) -> bool:
        """True if something will happen for this loop's thread."""
        near = self._near(loop)
        if any(each.next_timer() is not None for each in near):
            return True
        return self._first_arrival(near, self.broker.clock.now_us + self._max_wait_us()) is not None

    # --- waiting

    def wait(self, loop: Loop, call: Call) -> None:
        """Return once `loop` has something to do; it has nothing now. Virtual time may move meanwhile.

        Raises WouldBlockForever or Livelock, RanDry for a call that returns when nothing can happen any more, and
        KeyboardInterrupt in its place if the broker was made with idle="interrupt".
        """
        loop.thread = threading.get_ident()
        if loop.wait_ends() is not None:
            self.polled_in_vain(loop)
        with self._changed:
            outer = self.waiting.get(loop)
            self.waiting[loop] = call
            self._changed.notify_all()
        try:
            while not loop.ready():
                if not self._dispatch_mine() and not loop.ready():
                    self._wait_once(loop, call)
        finally:
            with self._changed:
                if outer is None:
                    del self.waiting[loop]
                else:
                    self.waiting[loop] = outer

    def _wait_once(self, loop: Loop, call: Call) -> None:
        """Let one thing happen for who waits, or find out that nothing can."""
        if self.turns is not None and self.turns.give_way(loop):
            return
        with self._changed:
            if loop.ready():
                return
            others = self._others_awake()
            if others and not self._waited_in_vain(loop, call):
                return
            if self.broker.autojump and self._step(loop):
                self._changed.notify_all()
                return
            if not self._at_home() and self.turns is None and not self._is_closed:
                self._changed.wait()
                return
        if self.turns is None or not self.turns.another_ends(loop):
            self._ran_dry(loop, call)

    def _ran_dry(self, loop: Loop, call: Call) -> None:
        if call.returns:
            if self.broker.idle == "interrupt":
                raise KeyboardInterrupt
            if self.broker.idle == "return" and self.dry_returns < DRY_RETURNS:
                self.dry_returns += 1
                raise RanDry
        often = f" {DRY_RETURNS} times over" if self.dry_returns >= DRY_RETURNS else ""
        still = "" if self.broker.autojump else "; virtual time stands still because of autojump=False"
        raise self._remember(
            WouldBlockForever(f"{call} waits{often} for what cannot happen: {self._missing(loop)}{still}")
        )

    # --- Python's own clock, where it is in virtual time

    def takes_part(self) -> bool:
        """True for a thread that uses the broker, or is younger than it."""
        ident = threading.get_ident()
        return (
            ident == self._home or ident in self._users or weakref.ref(threading.current_thread()) not in self._before
        )

    def include_this_thread(self) -> None:
        """The calling thread uses the broker from now on."""
        self._users.add(threading.get_ident())

    def clock_read(self) -> None:
        """Somebody has asked for the time: a loop of polls is meant to end by it."""
        self._watches_clock = True

    def sleep(self, duration_us: int) -> None:
        """Wait as `time.sleep()` does: deadlines fire on the way, and no callback of the sleeper's is called.

        Nor do its connections send heartbeats: one that is left alone for too long is lost.
        """
        here = threading.get_ident()
        sleep = Sleep(self.broker.clock, here, self.broker.clock.now_us + duration_us)
        self._watches_clock = True
        self.polled_in_vain(sleep, dispatch=False)
        with self._changed:
            self._users.add(here)
            self._asleep[here] = None
            self.waiting[sleep] = _SLEEP
            self._changed.notify_all()
        try:
            while not sleep.ready():
                self._wait_once(sleep, _SLEEP)
        finally:
            with self._changed:
                del self._asleep[here], self.waiting[sleep]

    def is_asleep(self, thread: int) -> bool:
        """True while this thread sleeps, so that its connections are left alone."""
        return thread in self._asleep

    def close(self) -> None:
        """The broker ends: whoever waits looks again."""
        self._is_closed = True
        self.stirred()

    def reopen(self) -> None:
        """The broker begins anew."""
        self._is_closed = False
        self._ahead = None
        self.dry_returns = self._dry_polls = 0
        self.raised.clear()
        self.begin()

    # --- time

    def _step(self, loop: Loop) -> bool:
        """Move time to the next instant at which something happens on the way to what a waiter waits for.

        False if nothing will ever happen for any of them.
        """
        now_us = self.broker.clock.now_us
        target_us: int | None = None
        over = [] if self.turns is None else [each for each in self.loops() if each.ready()]
        for waiter, call in self.waiting.items():
            if waiter in over:
                continue  # a wait around the one that goes on
            instant_us = self._awaited(waiter, call)
            if instant_us is not None and (target_us is None or instant_us < target_us):
                target_us = instant_us
        if target_us is None:
            return False
        if self.limit_us is not None:
            target_us = min(target_us, self.limit_us)
        call = self.waiting[loop]
        attended = [waiter for waiter in self._loops if self._attends(waiter) and waiter not in over]
        self._next_instant(target_us, attended)
        if loop.wait_ends() is None:
            self._spend(call, self.broker.clock.now_us - now_us)
        return True

    def _awaited(self, waiter: Loop, call: Call) -> int | None:
        """The instant a waiter's wait moves time to; None if nothing will ever happen for it."""
        ends_us = waiter.wait_ends()
        if ends_us is not None:
            return ends_us
        near = self._near(waiter)
        timers = [instant for loop in near if (instant := loop.next_timer()) is not None]
        timer_us = min(timers, default=None)
        left_us = self._max_wait_us() - call.budget.spent_us
        horizon_us = self.broker.clock.now_us + left_us if timer_us is None else timer_us
        arrival_us = self._first_arrival(near, horizon_us)
        return timer_us if arrival_us is None else arrival_us

    def _first_arrival(self, loops: list[Loop], until_us: int) -> int | None:
        """When the broker, left alone, first sends something to a connection of these loops; None if not by then.

        Found by trying: a copy of the model runs ahead without clients.
        """
        deadline_us = self.broker.next_deadline()
        if deadline_us is None or deadline_us > until_us:
            return None
        known = self._ahead
        if known is not None and known.at_us > self.broker.clock.now_us and known.holds(self.traffic, loops):
            return known.at_us
        copy = self.broker.fork()
        fired = 0
        while (deadline_us := copy.next_deadline()) is not None and deadline_us <= until_us:
            for effect in copy.fire(deadline_us):
                number = effects.recipient(effect)
                if number is not None and any(loop.serves(number) for loop in loops):
                    self._ahead = _Ahead(self.traffic, tuple(loops), deadline_us)
                    return deadline_us
            fired += 1
            if fired > self.most_callbacks:
                raise self._remember(
                    Livelock(f"the broker's deadlines follow each other without an end: {what_is_missing(self.broker)}")
                )
        return None

    def _near(self, waiter: Loop) -> list[Loop]:
        """The loops of the waiter's thread."""
        return [loop for loop in self._loops if loop.thread == waiter.thread]

    def _next_instant(self, target_us: int, attended: list[Loop]) -> None:
        """Move to the first instant up to `target_us` at which a deadline or a timer fires, and fire the deadline."""
        broker = self.broker
        alarms = [alarm_us for loop in attended if (alarm_us := _next_of(loop)) is not None]
        instant_us = max(min(alarms, default=target_us), broker.clock.now_us)
        instant_us = min(instant_us, target_us)
        deadline_us = broker.next_due()
        if deadline_us is not None and deadline_us <= instant_us:
            broker.fire_next()
            self._fire_at(broker.clock.now_us)
        else:
            broker.clock.move_to(instant_us)
        self._tend()

    def _fire_at(self, instant_us: int) -> None:
        """Fire the deadlines that are due up to an instant."""
        fired = 0
        while (deadline_us := self.broker.next_due()) is not None and deadline_us <= instant_us:
            self.broker.fire_next()
            fired += 1
            if fired > self.most_callbacks:
                raise self._remember(
                    Livelock(f"deadlines fire at one instant without an end: {what_is_missing(self.broker)}")
                )

    def _tend(self) -> None:
        for loop in self.loops():
            loop.tend()

    def _attends(self, loop: Loop) -> bool:
        """True if a loop's timers fire while time moves: its thread is here, or waits."""
        here = threading.get_ident()
        return loop in self.waiting or (loop.thread == here and here not in self._asleep and not loop.is_busy())

    def _spend(self, call: Call, moved_us: int) -> None:
        call.budget.spent_us += moved_us
        if call.budget.spent_us >= self._max_wait_us():
            raise self._remember(
                Livelock(
                    f"{call} has moved virtual time by {call.budget.spent_us / 86_400_000_000:g} days and sees no end: "
                    f"{self._going_round()} (max_wait sets the limit)"
                )
            )

    def _max_wait_us(self) -> int:
        return microseconds(self.broker.max_wait)

    # --- for programs in lock step

    def can_go_on(self, loop: Loop) -> bool:
        """True if a wait in this loop has something to do."""
        if loop.ready():
            return True
        mine = [each for each in self._loops if each.thread == loop.thread and each not in self.waiting]
        return any(each.has_work() and not each.is_busy() for each in mine)

    def step(self, loop: Loop) -> bool:
        """Let one thing happen for who waits, this loop among them; False if nothing ever will."""
        with self._changed:
            return self._step(loop)

    def pass_time(self, duration_us: int) -> None:
        """Let time pass up to this much, or to the first instant before that at which something happens."""
        instant_us = self.broker.clock.now_us + duration_us
        if self.limit_us is not None:
            instant_us = min(instant_us, self.limit_us)
        with self._changed:
            self._next_instant(instant_us, [waiter for waiter in self.waiting if not waiter.ready()])

    def something_comes(self) -> bool:
        """True if a timer of a program is set, or the broker will send something to anybody."""
        if any(loop.next_timer() is not None for loop in self._loops):
            return True
        return self._first_arrival(self._loops, self.broker.clock.now_us + self._max_wait_us()) is not None

    def stays(self, loop: Loop) -> bool:
        """True if a program that waits or polls in this loop is meant to until Ctrl-C: it consumes from a queue that
        others can reach by name. One with nothing but an exclusive queue waits for an answer.
        """
        call = self.waiting.get(loop)
        if call is not None and (call.returns or call.stays):
            return True
        return any(
            queue.owner is None and any(loop.serves(consumer.channel.key[0]) for consumer in queue.consumers)
            for vhost in self.broker.model.vhosts.values()
            for queue in vhost.queues.values()
        )

    def blocked(self, loop: Loop) -> BaseException:
        """What a wait or poll in this loop ends with when nothing can ever happen."""
        call = self.waiting.get(loop)
        what = f"{DRY_POLLS:,} polls in a row" if call is None else f"{call} waits"
        return self._remember(WouldBlockForever(f"{what} for what cannot happen: {self._missing(loop)}"))

    # --- the façade's own movements

    def settle(self) -> None:
        """Deliver and dispatch, for the calling thread's loops, until nothing can happen at this instant."""
        self._users.add(threading.get_ident())
        while self._dispatch_mine():
            pass
        self.stirred()

    def advance_to(self, instant_us: int) -> None:
        """Let time pass: at each instant first the deadlines, then the callbacks. The past changes nothing."""
        clock = self.broker.clock
        while clock.now_us < instant_us:
            with self._changed:
                self._next_instant(instant_us, self._idle_here())
                self._changed.notify_all()
            self.settle()
        with self._changed:
            self._fire_at(clock.now_us)
        self.settle()

    def run(self, seconds: float | None = None, until: Callable[[], object] | None = None) -> None:
        """Let things happen over virtual time.

        seconds: how much time passes; None goes on until nothing can happen any more.
        until: stop, wherever time is, as soon as this is true.
        """
        clock = self.broker.clock
        end_us = None if seconds is None else clock.now_us + microseconds(seconds)
        limit_us = clock.now_us + self._max_wait_us()
        self.begin()
        while True:
            self.settle()
            if self.turns is not None and self.turns.give_way(None):
                continue
            if until is not None and until():
                return
            event_us = self._next_event()
            if event_us is None or (end_us is not None and event_us > end_us):
                if end_us is not None:
                    self.advance_to(end_us)
                return
            if event_us > limit_us:
                raise self._remember(Livelock(f"run() sees no end: {self._going_round()} (max_wait sets the limit)"))
            with self._changed:
                self._next_instant(event_us, self._idle_here())
                self._changed.notify_all()

    def _next_event(self) -> int | None:
        """The next instant at which a deadline or a timer of the calling thread is due."""
        instants = [self.broker.next_deadline(), *(loop.next_timer() for loop in self._idle_here())]
        return min((instant for instant in instants if instant is not None), default=None)

    def _idle_here(self) -> list[Loop]:
        return [loop for loop in self._mine() if not loop.is_busy() and loop not in self.waiting]

    def _dispatch_mine(self) -> bool:
        """Run what is ready in the calling thread's loops, those in the middle of something apart."""
        done = False
        for loop in self._idle_here():
            if loop.has_work() and not loop.is_busy():
                loop.dispatch()
                done = True
        return done

    # --- threads

    def _others_awake(self) -> list[threading.Thread]:
        """Threads that might wake who waits: alive, not waiting here, and users of the broker or younger than it."""
        if threading.active_count() == 1 or self.turns is not None:
            return []
        waiting = {loop.thread for loop in tuple(self.waiting) if not loop.ready()}
        waiting.add(threading.get_ident())
        return [
            thread
            for thread in threading.enumerate()
            if thread.ident not in waiting
            and weakref.ref(thread) not in self._idle
            and (thread.ident in self._users or weakref.ref(thread) not in self._before)
        ]

    def _at_home(self) -> bool:
        """True in the thread that made the broker, and in every thread once that one has ended."""
        return threading.get_ident() == self._home or all(
            thread.ident != self._home for thread in threading.enumerate()
        )

    def _waited_in_vain(self, loop: Loop, call: Call) -> bool:
        """Wait in real time while other threads may stir. True if they did not for as long as they are given.

        A timed wait ends by real time meanwhile, and outside the thread of the broker's maker so does a timer; only
        in that thread, and for who sleeps, is there an end to patience. Who sleeps does not wait for a thread that
        waits for another: it may be the sleeper.
        """
        at_home = call.sleeps or self._at_home()
        stirs, traffic = self._stirs, self.traffic
        ends = Machine.monotonic() + self.broker.thread_grace
        rests = 0
        while others := self._others_awake():
            idle = all(rests_in_its_pool(each) or (call.sleeps and waits_for_another(each)) for each in others)
            rests = rests + 1 if idle else 0
            if rests > 2 or (self._is_closed and not at_home):
                return True
            if at_home and Machine.monotonic() > ends:
                self._give_up(others, str(call))
                return True
            self._glance(loop, not call.sleeps and (loop.wait_ends() is not None or not at_home))
            if self._stirs != stirs or self.traffic != traffic or loop.ready():
                return False
        return False

    def _glance(self, loop: Loop, slips: bool) -> None:
        """Wait a moment of real time. slips: it counts against the loop's timers, because virtual time stands."""
        alarm_us = _next_of(loop) if slips else None
        if alarm_us is None:
            self._changed.wait(_GLANCE)
            return
        left_us = alarm_us - self.broker.clock.now_us
        begun = Machine.monotonic()
        self._changed.wait(min(left_us / 1_000_000, _GLANCE))
        loop.slip(min(int((Machine.monotonic() - begun) * 1_000_000) + 1, left_us))

    def _give_up(self, others: list[threading.Thread], waiter: str) -> None:
        """Count on these threads no more, until one of them does something with the broker."""
        for thread in others:
            self._idle.add(weakref.ref(thread))
        names = ", ".join(repr(thread.name) for thread in others)
        warnings.warn(
            f"waited {self.broker.thread_grace:g} s for threads that might have ended {waiter}, in vain: {names}. "
            "Broker(thread_grace=…) sets how long.",
            ThreadGraceWarning,
            stacklevel=2,
        )

    # --- words

    def _remember(self, error: BaseException) -> BaseException:
        self.raised.append(error)
        return error

    def _missing(self, loop: Loop) -> str:
        """What would have to be there for something to happen to the waiter."""
        return what_is_missing(self.broker, loop.serves)

    def _going_round(self) -> str:
        return self._round.most_common() or what_is_missing(self.broker)


_SLEEP = Call("time.sleep()", "", returns=False, budget=Budget(), sleeps=True)


class _Round:
    """What was dispatched at one instant.

    first, again: messages seen while watching: for the first time as published, and redelivered or dead-lettered.
    """

    def __init__(self) -> None:
        self.begin(0, 0)

    def begin(self, at_us: int, published: int) -> None:
        self.at_us = at_us
        self.callbacks = 0
        self.decided_at = 0
        self.first = 0
        self.again = 0
        self.published = published
        self._names: dict[str, int] = {}

    def count(self, name: str) -> None:
        """What goes by this name was dispatched."""
        self._names[name] = self._names.get(name, 0) + 1

    def most_common(self) -> str:
        """The names counted most often, for messages; empty if none was counted."""
        return ", ".join(name for name, _ in Counter(self._names).most_common(5))


@attrs.frozen
class _Ahead:
    """What a look ahead found: when something is first sent to one of these loops, if nothing is sent before."""

    traffic: int
    loops: tuple[Loop, ...]
    at_us: int

    def holds(self, traffic: int, loops: list[Loop]) -> bool:
        return self.traffic == traffic and self.loops == tuple(loops)


def _next_of(loop: Loop) -> int | None:
    """When the next of a loop's timers is due, whatever it is for."""
    alarms = (loop.wait_ends(), loop.next_timer(), loop.next_background())
    return min((alarm_us for alarm_us in alarms if alarm_us is not None), default=None)


def _name(callback: Any) -> str:
    while hasattr(callback, "func"):
        event = callback.args[0] if callback.args else None
        callback = getattr(event, "_callback", None) or callback.func
    return getattr(callback, "__qualname__", repr(callback))
