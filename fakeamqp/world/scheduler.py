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
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from fakeamqp.world import forks
from fakeamqp.world.call import SLEEP, Call
from fakeamqp.world.clock import microseconds
from fakeamqp.world.errors import Livelock, RanDry, WouldBlockForever
from fakeamqp.world.look_ahead import LookAhead
from fakeamqp.world.loop import Belonging, Loop, next_alarm
from fakeamqp.world.missing import what_is_missing
from fakeamqp.world.others import Others
from fakeamqp.world.pause import Sleep
from fakeamqp.world.polls import DRY_POLLS, Polls
from fakeamqp.world.rounds import Rounds
from fakeamqp.world.tries import Tries
from fakeamqp.world.turns import Turns

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

DRY_RETURNS = 100
FOR_EVER = 2**63


class Scheduler:
    """The waits of one broker.

    traffic: counts what was sent and received, heartbeats apart; when it stands still, nothing happens.
    traffic_in_vain: how much of that went into tries that were refused as the ones before.
    published: counts messages that clients published.
    dry_returns: how often in a row a consumer's wait returned because nothing could happen; a delivery ends the row.
    watching: True while deliveries are looked at because a livelock is near.
    on_message: called with the number of a connection and the effect when a client takes a message; None for nobody.
    rounds: what is dispatched. polls: polls that brought nothing.
    tries: what is refused. others: the other threads.
    waiting: the calls that threads wait in, innermost last for each thread.
    raised: every WouldBlockForever and Livelock so far: one that nobody saw was swallowed by the code under test.
    tends_all: True once heartbeats may fail to come, so that loops have to look for them while they wait.
    turns: set for programs in lock step: asked before time moves or a wait is given up.
    limit_us: the instant beyond which no wait moves time; None if there is none.
    is_closed: True once the broker has ended.
    """

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.traffic = 0
        self.traffic_in_vain = 0
        self.published = 0
        self.dry_returns = 0
        self.watching = False
        self.on_message: Callable[[int, Any], object] | None = None
        self.raised: list[BaseException] = []
        self.waiting: dict[Loop, Call] = {}
        self._alarms: dict[Loop, tuple[int | None, int | None]] = {}  # of those that wait: its own, and in passing
        self.tends_all = False
        self.turns: Turns | None = None
        self.limit_us: int | None = None
        self.is_closed = False
        self.rounds = Rounds(self)
        self.polls = Polls(self)
        self.tries = Tries(self)
        self.others = Others(self)
        self._look_ahead = LookAhead(self)
        self._loops: list[Loop] = []
        self._by_thread: dict[int, list[Loop]] | None = None  # None if it has to be made anew
        self._asleep: dict[int, None] = {}
        broker.clock.passes_through(self.advance_to)
        forks.guard(self)

    def lock_out(self, lock: Any) -> None:
        """This process is not the broker's: every use raises what this lock raises."""
        self.others.changed = lock

    @property
    def _changed(self) -> Any:
        """Held while who waits is decided on."""
        return self.others.changed

    # --- loops

    def register(self, loop: Loop) -> None:
        self._loops.append(loop)
        self.moved()
        self.others.join(loop.thread)
        self.belongs_to_who_runs(loop)

    def belongs_to_who_runs(self, belonging: Belonging) -> None:
        """The program that runs has made this."""
        if self.turns is not None:
            self.turns.made(belonging)

    def unregister(self, loop: Loop) -> None:
        if loop in self._loops:
            self._loops.remove(loop)
            self.moved()

    def loops(self) -> tuple[Loop, ...]:
        return tuple(self._loops)

    def _mine(self) -> list[Loop]:
        return self._near_thread(threading.get_ident())

    def _near_thread(self, thread: int) -> list[Loop]:
        if self._by_thread is None:
            self._by_thread = {}
            for loop in self._loops:
                self._by_thread.setdefault(loop.thread, []).append(loop)
        return self._by_thread.get(thread, [])

    def moved(self) -> None:
        """A loop runs in another thread from now on."""
        self._by_thread = None

    def _near(self, waiter: Loop) -> list[Loop]:
        """The loops of the waiter's thread."""
        return self._near_thread(waiter.thread)

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

    # --- what loops report

    def stirred(self) -> None:
        """Something happened that a waiting thread may have waited for; from any thread."""
        self.others.stirred()

    def polled_in_vain(self, loop: Loop, dispatch: bool = True) -> None:
        """A loop was asked to wait no longer than a moment or a time limit, and had nothing to do but that.

        dispatch: False to call no callbacks of other connections.
        """
        if dispatch and self._dispatch_mine():
            return
        if self.turns is not None:
            self.turns.polled_in_vain(loop)
        else:
            self.polls.polled(loop)

    # --- waiting

    def wait(self, loop: Loop, call: Call) -> None:
        """Return once `loop` has something to do; it has nothing now. Virtual time may move meanwhile.

        Raises WouldBlockForever or Livelock, RanDry for a call that returns when nothing can happen any more, and
        KeyboardInterrupt in its place if the broker was made with idle="interrupt".
        """
        if loop.thread != threading.get_ident():
            loop.thread = threading.get_ident()
            self.moved()
        if loop.wait_ends() is not None:
            self.polled_in_vain(loop)
        begun_us = self.broker.clock.now_us
        with self._changed:
            outer = self.waiting.get(loop)
            self.waits(loop, call)
            self._changed.notify_all()
        try:
            while not loop.ready():
                if not self._dispatch_mine() and not loop.ready():
                    self._wait_once(loop, call)
        finally:
            with self._changed:
                if self.turns is not None and self.broker.clock.now_us > begun_us:
                    loop.tend()
                if outer is None:
                    self.waits_no_more(loop)
                else:
                    self.waits(loop, outer)

    def waits(self, loop: Loop, call: Call) -> None:
        """A wait in this loop begins; its timers stay as they are until it ends."""
        self.waiting[loop] = call
        if self.turns is not None:
            timers = [due_us for due_us in (loop.wait_ends(), loop.next_timer()) if due_us is not None]
            self._alarms[loop] = (min(timers, default=None), loop.next_background())

    def waits_no_more(self, loop: Loop) -> None:
        """It has ended."""
        self.waiting.pop(loop, None)  # gone already if its actor was killed
        self._alarms.pop(loop, None)

    def alarm_of(self, thread: int) -> int:
        """The instant before which no timer of this thread's loops is due."""
        alarms = [next_alarm(loop) for loop in self._near_thread(thread)]
        return min((alarm_us for alarm_us in alarms if alarm_us is not None), default=FOR_EVER)

    def _wait_once(self, loop: Loop, call: Call) -> None:
        """Let one thing happen for who waits, or find out that nothing can."""
        if self.turns is not None and self.turns.give_way(loop):
            return
        with self._changed:
            if loop.ready():
                return
            if self.others.awake() and not self.others.waited_in_vain(loop, call):
                return
            if self.broker.autojump and self._step(loop):
                self._changed.notify_all()
                return
            if not self.others.at_home() and self.turns is None and not self.is_closed:
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
        raise self.remember(
            WouldBlockForever(f"{call} waits{often} for what cannot happen: {self.missing(loop)}{still}")
        )

    # --- Python's own clock, where it is in virtual time

    def include_this_thread(self) -> None:
        """The calling thread uses the broker from now on."""
        self.others.join(threading.get_ident())

    def clock_read(self) -> None:
        """Somebody has asked for the time."""
        self.polls.watches_clock = True

    def sleep(self, duration_us: int) -> None:
        """Wait as `time.sleep()` does: deadlines fire on the way, and no callback of the sleeper's is called.

        Nor do its connections send heartbeats: one that is left alone for too long is lost.
        """
        here = threading.get_ident()
        sleep = Sleep(self.broker.clock, here, self.broker.clock.now_us + duration_us)
        self.polls.watches_clock = True
        self.polled_in_vain(sleep, dispatch=False)
        with self._changed:
            self.others.join(here)
            self._asleep[here] = None
            self.waiting[sleep] = SLEEP
            self._changed.notify_all()
        try:
            while not sleep.ready():
                self._wait_once(sleep, SLEEP)
        finally:
            with self._changed:
                del self._asleep[here], self.waiting[sleep]

    @contextmanager
    def left_alone(self) -> Iterator[None]:
        """The calling thread sleeps meanwhile, whoever lets time pass."""
        here = threading.get_ident()
        self._asleep[here] = None
        try:
            yield
        finally:
            self._asleep.pop(here, None)

    def is_asleep(self, thread: int) -> bool:
        """True while this thread sleeps, so that its connections are left alone."""
        return thread in self._asleep

    # --- beginning and end

    def close(self) -> None:
        """The broker ends: whoever waits looks again."""
        self.is_closed = True
        self.stirred()

    def reopen(self) -> None:
        """The broker begins anew."""
        self.is_closed = False
        self.dry_returns = 0
        self.raised.clear()
        self._look_ahead.forget()
        self.polls.forget()
        self.tries.forget()
        self.rounds.begin()

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
        arrival_us = self._look_ahead.first_arrival(near, horizon_us)
        return timer_us if arrival_us is None else arrival_us

    def _next_instant(self, target_us: int, attended: list[Loop]) -> None:
        """Move to the first instant up to `target_us` at which a deadline or a timer fires, and fire the deadline."""
        broker = self.broker
        alarms = [alarm_us for loop in attended if (alarm_us := next_alarm(loop)) is not None]
        instant_us = max(min(alarms, default=target_us), broker.clock.now_us)
        self._next_deadline(min(instant_us, target_us))
        self._tend()

    def _next_deadline(self, target_us: int) -> None:
        """Move to the first instant at which a deadline fires, and fire it; or to `target_us` if that comes before."""
        broker = self.broker
        deadline_us = broker.next_due()
        if deadline_us is not None and deadline_us <= target_us:
            broker.fire_next()
            self._fire_at(broker.clock.now_us)
        else:
            broker.clock.move_to(target_us)

    def _is_deserted(self) -> bool:
        """True while nobody is there to whom anything could happen, or who waits."""
        return self.turns is None and not (self._loops or self.waiting or self._alarms)

    def _fire_at(self, instant_us: int) -> None:
        """Fire the deadlines that are due up to an instant."""
        fired = 0
        while (deadline_us := self.broker.next_due()) is not None and deadline_us <= instant_us:
            self.broker.fire_next()
            fired += 1
            if fired > self.rounds.most_callbacks:
                raise self.remember(
                    Livelock(f"deadlines fire at one instant without an end: {what_is_missing(self.broker)}")
                )

    def _tend(self) -> None:
        # Where actors take turns, a wait ends with a look at its heartbeats: until then nothing depends on them.
        waiting = () if self.turns is None or self.tends_all else self.waiting
        for loop in self.loops():
            if loop not in waiting:
                loop.tend()

    def _attends(self, loop: Loop) -> bool:
        """True if a loop's timers fire while time moves: its thread is here, or waits."""
        here = threading.get_ident()
        return loop in self.waiting or (loop.thread == here and here not in self._asleep and not loop.is_busy())

    def _spend(self, call: Call, moved_us: int) -> None:
        call.budget.spent_us += moved_us
        if call.budget.spent_us >= self._max_wait_us():
            raise self.remember(
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
        mine = self._near(loop)
        return any(each not in self.waiting and each.has_work() and not each.is_busy() for each in mine)

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
        """True if a timer of a program is set, or the broker will do something that anybody could see."""
        return self._something_comes(self._loops)

    def may_happen(self, apart: Loop) -> bool:
        """True if a deadline of the broker is due, or a timer of a program is set in another loop than this one."""
        if self.broker.next_deadline() is not None:
            return True
        return any(loop.next_timer() is not None for loop in self._loops if loop is not apart)

    def something_comes_to(self, loop: Loop) -> bool:
        """True if something will happen for this loop's thread, or in a queue that it may look at."""
        return self._something_comes(self._near(loop))

    def _something_comes(self, loops: list[Loop]) -> bool:
        if any(loop.next_timer() is not None for loop in loops):
            return True
        until_us = self.broker.clock.now_us + self._max_wait_us()
        if self._look_ahead.first_arrival(loops, until_us) is not None:
            return True
        return self.broker.next_deadline() is not None and self._look_ahead.first_change(until_us) is not None

    def stays(self, loop: Loop) -> bool:
        """True if a program that waits or polls in this loop is meant to until Ctrl-C: it consumes from a queue that
        others can reach by name. One with nothing but an exclusive queue waits for an answer, and so does one that
        asks for one message.
        """
        call = self.waiting.get(loop)
        if call is not None and call.takes_one:
            return False
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
        return self.remember(WouldBlockForever(f"{what} for what cannot happen: {self.missing(loop)}"))

    # --- the façade's own movements

    def settle(self) -> None:
        """Deliver and dispatch, for the calling thread's loops, until nothing can happen at this instant."""
        self._settle(None)

    def _settle(self, until: Callable[[], object] | None) -> None:
        self.include_this_thread()
        while self._dispatch_mine() or (self.turns is not None and self.turns.others_run(until)):
            if until is not None and until():
                break
        self.stirred()

    def advance_to(self, instant_us: int) -> None:
        """Let time pass: at each instant first the deadlines, then the callbacks. The past changes nothing."""
        clock = self.broker.clock
        with self.rounds.with_an_end(), self._going_on(instant_us):
            while clock.now_us < instant_us:
                if self._is_deserted():
                    with self._changed:
                        self._next_deadline(instant_us)
                    continue
                with self._changed:
                    self._next_instant(instant_us, self._attended())
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
        self.rounds.begin()
        with (
            self.rounds.with_an_end() if seconds is not None else self.rounds.without_an_end(),
            self._going_on(end_us),
        ):
            self._run(end_us, limit_us, until)

    def _going_on(self, end_us: int | None) -> AbstractContextManager[object]:
        return nullcontext() if self.turns is None else self.turns.going_on(end_us)

    def _run(self, end_us: int | None, limit_us: int, until: Callable[[], object] | None) -> None:
        while True:
            self._settle(until)
            if until is not None and until():
                return
            event_us = self._next_event()
            if event_us is None and end_us is None and self.turns is not None and self.turns.blocked_one_ends():
                continue
            if event_us is None or (end_us is not None and event_us > end_us):
                if end_us is not None:
                    self.advance_to(end_us)
                return
            if event_us > limit_us:
                raise self.remember(Livelock(f"run() sees no end: {self._going_round()} (max_wait sets the limit)"))
            self._pass_to(event_us)

    def pass_to_next(self, limit_us: int) -> bool:
        """Let time pass to the next instant, up to a limit, at which something happens; False if there is none."""
        event_us = self._next_event()
        if event_us is None or event_us > limit_us:
            return False
        self._pass_to(event_us)
        return True

    def _pass_to(self, instant_us: int) -> None:
        with self._changed:
            self._next_instant(instant_us, self._attended())
            self._changed.notify_all()

    def _attended(self) -> list[Loop]:
        """The loops whose timers fire while the calling thread lets time pass: its own, and those of its actors."""
        idle = self._idle_here()
        return [*idle, *(loop for loop, alarms in self._alarms.items() if alarms[1] is not None)]

    def _next_event(self) -> int | None:
        """The next instant at which a deadline is due, a timer of the calling thread, or what an actor waits for."""
        instants = [self.broker.next_deadline(), *(loop.next_timer() for loop in self._idle_here())]
        instants += [alarm_us for alarm_us, _ in self._alarms.values()]
        return min((instant for instant in instants if instant is not None), default=None)

    # --- words

    def remember(self, error: BaseException) -> BaseException:
        """An error that says that something would run for ever is about to be raised."""
        self.raised.append(error)
        if self.turns is not None:
            error.__cause__ = self.turns.cause()
        return error

    def missing(self, loop: Loop) -> str:
        """What would have to be there for something to happen to the waiter."""
        return what_is_missing(self.broker, loop.serves)

    def _going_round(self) -> str:
        return self.rounds.most_stale() or what_is_missing(self.broker)
