"""Programs in lock step: each actor has a thread of its own, and exactly one of them runs at any moment.

The one that runs holds the baton. It hands it on only where it waits, on the broker, the clock, a lock or a thread, to
whoever has waited longest of those whose own wait is over. So a run depends on nothing but the programs: the same ones
do the same, whatever the machine's threads would rather do.

When nobody's wait is over, time moves to the next instant at which one is. When there is none, somebody has to end,
as if Ctrl-C were pressed there: first a program that waits for an answer (it has a mistake to tell of), then the
programs in their order. Threads that a program starts are actors too, and end with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os.path
import sys
import threading
import weakref
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

import attrs

from fakeamqp.world.call import Budget, Call
from fakeamqp.world.clock import SECOND
from fakeamqp.world.loop import Belonging, Loop
from fakeamqp.world.pause import Pause, never
from fakeamqp.world.polls import DRY_POLLS, PATIENCE

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

# What a poll without a time limit takes when it finds nothing and no other actor can run: a loop of them passes time.
POLL_US = 10_000
# How often one program is ended before it is ended for good, and before it is left alone for ever.
MOST_INTERRUPTS = 100
MOST_ENDS = 1_000
# Who was interrupted at the end of the time given may take this much more to clean up, in virtual seconds.
CLEANING_UP = 60
# How often, in real seconds, whoever waits for the actors looks for a Ctrl-C of the user.
_GLANCE = 0.5

_NOBODY = 0
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Scene:
    """What is the whole process's and has to go with an actor: it is set up when the actor runs, and taken down."""

    def enter(self) -> None:
        """The actor runs from now on."""

    def leave(self) -> None:
        """Another one runs from now on."""


@attrs.define(eq=False)
class Actor:
    """One thread that takes turns.

    program: the actor whose program this is: itself, or the one that started it as a thread.
    function: what it does, for a program. at_end: what is left to do once a program's threads have ended.
    thread: its own; None until it is known. scene: what goes with its program.
    on_interrupt: takes a Ctrl-C in place of the KeyboardInterrupt; returns False to have that raised after all.
    since: its place in the line of those that wait. done: it has ended; abandoned: it could not be ended, and waits
    for ever; is_killed: nothing of it shall run any more. error: what it raised.
    loop: what it waits in; None while it runs. frame: where it stands still; None while it runs, or has not begun.
    polls: how often in a row it came back from a timed wait while no connection sent or received anything;
    watches_clock: it asked for the time meanwhile. is_parked: it stands still until something new comes of others.
    tries_in_vain: it was refused the same again and again.
    interrupts: how often it was told to end. was_interrupted: at least once as by Ctrl-C.
    """

    name: str
    scene: Scene
    daemon: bool = False
    function: Callable[[], object] | None = None
    at_end: Callable[[], object] | None = None
    on_interrupt: Callable[[], bool] | None = None
    thread: threading.Thread | None = None
    since: int = 0
    done: bool = False
    abandoned: bool = False
    is_killed: bool = False
    error: BaseException | None = None
    loop: Loop | None = None
    frame: FrameType | None = None
    is_parked: bool = False
    polls: int = 0
    watches_clock: bool = False
    tries_in_vain: bool = False
    interrupts: int = 0
    was_interrupted: bool = False
    _told: BaseException | None = None
    _waits_for: Callable[[], bool] | None = None
    _traffic: int = -1
    _baton: Any = attrs.field(factory=allocate_lock, init=False)
    _program: Actor | None = None

    def __attrs_post_init__(self) -> None:
        self._baton.acquire()

    @property
    def program(self) -> Actor:
        return self if self._program is None else self._program

    @property
    def is_program(self) -> bool:
        return self._program is None

    def can_go(self) -> bool:
        """True if it could run now."""
        return self._told is not None or self._waits_for is None or self._waits_for()

    @property
    def waits_without_end(self) -> bool:
        return self.loop is not None and self.loop.wait_ends() is None

    @property
    def is_exhausted(self) -> bool:
        """True if it goes on polling or sleeping and nothing comes of it."""
        return self.tries_in_vain or self.polls >= DRY_POLLS * (PATIENCE if self.watches_clock else 1)


class LockStep:
    """The actors of one broker, and the turns they take (see `fakeamqp.world.turns.Turns`).

    interrupted: the user pressed Ctrl-C. time_is_up: the virtual time given has passed.
    """

    def __init__(self, broker: Broker, limit_us: int | None = None) -> None:
        self.broker = broker
        self.interrupted = False
        self.time_is_up = False
        self._scheduler = broker.scheduler
        self._actors: list[Actor] = []
        self._by_thread: dict[int, Actor] = {}
        self._made_by: weakref.WeakKeyDictionary[Belonging, Actor] = weakref.WeakKeyDictionary()
        self._running: Actor | None = None
        self._line = 0
        self._extensions = 0
        self._over = allocate_lock()
        self._over.acquire()
        self._scheduler.limit_us = limit_us

    # --- from outside

    def add(self, name: str, function: Callable[[], object] | None = None, scene: Scene | None = None) -> Actor:
        """A program to run, after those added before it; what it does may be set later."""
        return self._lined_up(Actor(name, scene or Scene(), function=function))

    def _lined_up(self, actor: Actor) -> Actor:
        self._waits(actor, None)
        self._actors.append(actor)
        return actor

    def run(self) -> None:
        """Let the actors run until each has ended. A Ctrl-C meanwhile interrupts each of them."""
        if not self._actors:
            return
        self._scheduler.turns = self
        try:
            for actor in self._actors:
                assert actor.function is not None
                actor.thread = threading.Thread(
                    target=self.live, args=(actor, actor.function), name=actor.name, daemon=True
                )
                actor.thread.start()
            self._hand_to(self._actors[0])
            self._wait_for_all()
        finally:
            self._scheduler.turns = None
        for actor in self._actors:
            if actor.thread is not None and not actor.abandoned:
                actor.thread.join()

    @property
    def left_alone(self) -> list[str]:
        """Names of actors that could not be ended: they catch whatever ends a program, and go on."""
        return [actor.name for actor in self._actors if actor.abandoned]

    def _wait_for_all(self) -> None:
        while True:
            try:
                while not self._over.acquire(timeout=_GLANCE):
                    if self.interrupted:
                        self._interrupt_computation()
                return
            except KeyboardInterrupt:
                self.interrupted = True
                for actor in self._actors:
                    if actor.is_program and not actor.done:
                        self._tell(actor, KeyboardInterrupt())

    def _interrupt_computation(self) -> None:
        """The user wants an end and the actor that runs has not waited since: interrupt it wherever it is."""
        actor = self._running
        if actor is None or actor._told is None or actor.thread is None or actor.thread.ident is None:
            return
        actor._told = None
        actor.was_interrupted = True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(actor.thread.ident), ctypes.py_object(KeyboardInterrupt)
        )

    # --- the actors

    def here(self) -> Actor | None:
        """The actor whose thread is running; None for a thread that takes no part."""
        return self._by_thread.get(threading.get_ident())

    def admit(self, thread: threading.Thread, starter: Actor) -> Actor:
        """A thread that an actor is about to start takes part."""
        program = starter.program
        return self._lined_up(Actor(thread.name, program.scene, thread.daemon, thread=thread, program=program))

    def actor_of(self, thread: threading.Thread) -> Actor | None:
        """The actor whose thread this is; None if it takes no part."""
        return next((actor for actor in self._actors if actor.thread is thread), None)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """The calling thread waits for real meanwhile, with the baton in its hand."""
        actor = self._by_thread.pop(threading.get_ident())
        try:
            yield
        finally:
            self._by_thread[threading.get_ident()] = actor

    def forget(self, actor: Actor) -> None:
        """It could not be started."""
        self._actors.remove(actor)

    def live(self, actor: Actor, function: Callable[[], object]) -> None:
        """The whole life of an actor, in its own thread. Raises nothing: what it raises is its own to tell."""
        self._by_thread[threading.get_ident()] = actor
        actor._baton.acquire()
        self._begins(actor)
        try:
            if actor._told is None:
                function()
            if actor.is_program:
                self._wait_for_threads(actor)
        except BaseException as error:
            actor.error = error
        finally:
            if actor.is_program:
                self._close_program(actor)
            self._ends(actor)

    def _close_program(self, program: Actor) -> None:
        """Nothing of it stays: whatever is raised on the way, the baton must not be lost."""
        self._end_threads(program)
        if program.at_end is not None:
            with contextlib.suppress(BaseException):
                program.at_end()
        self._drop_connections(program)

    def _begins(self, actor: Actor) -> None:
        self._running = actor
        actor.loop = actor.frame = None
        actor.scene.enter()

    def _ends(self, actor: Actor) -> None:
        ident = threading.get_ident()
        for loop in self._scheduler.loops():
            if loop.thread == ident:
                loop.thread = _NOBODY  # the machine may give the next thread the same number
                self._scheduler.moved()
        actor.done = True
        actor.scene.leave()
        self._by_thread.pop(ident, None)
        next_one = self._after(actor)
        if not actor.is_program:
            self._actors.remove(actor)
        self._hand_to(next_one)

    def _after(self, actor: Actor) -> Actor | None:
        """Who runs now that this one has ended; None if all have."""
        return self._next() or self._who_waits()

    def _hand_to(self, actor: Actor | None) -> None:
        self._running = actor
        if actor is None:
            self._over.release()
        else:
            actor._baton.release()

    def _who_waits(self) -> Actor | None:
        """Somebody whose wait is not over: it will let time pass."""
        return next((actor for actor in self._actors if not actor.done), None)

    def _next(self) -> Actor | None:
        """Who of those that could run has waited longest; None if nobody could."""
        able = [actor for actor in self._actors if not actor.done and actor.can_go()]
        return min(able, key=lambda actor: actor.since, default=None)

    def _change(self, me: Actor, other: Actor) -> None:
        """Hand the baton on, and come back when it comes back."""
        me.scene.leave()
        me.frame = sys._getframe(1)
        self._hand_to(other)
        self._take_baton(me)
        self._begins(me)

    def _take_baton(self, me: Actor) -> None:
        me._baton.acquire()

    # --- waiting (fakeamqp.world.turns.Turns)

    @property
    def interleaves(self) -> bool:
        return False

    def woken(self, thread: int) -> None:
        self._scheduler.stirred()

    def turned(self) -> None:
        """Who runs goes on."""

    def link_lost(self) -> None:
        """Who runs goes on."""

    def others_run(self, until: Callable[[], object] | None = None) -> bool:
        return False

    def blocked_one_ends(self) -> bool:
        return False

    def cause(self) -> BaseException | None:
        return None

    def going_on(self, end_us: int | None) -> contextlib.AbstractContextManager[object]:
        return contextlib.nullcontext()

    def made(self, belonging: Belonging) -> None:
        me = self.here()
        if me is not None:
            self._made_by[belonging] = me.program

    def give_way(self, loop: Loop | None) -> bool:
        me = self.here()
        if me is None or loop is None:
            return False
        if not isinstance(loop, Pause):
            me.tries_in_vain = False
        self._look_at_the_clock()
        self._obey(me)
        self._waits(me, functools.partial(self._scheduler.can_go_on, loop), loop)
        while (next_one := self._next()) is None:
            if not self._scheduler.step(loop):
                return False
            self._look_at_the_clock()
        if next_one is not me:
            self._change(me, next_one)
        self._obey(me)
        return True

    def pause(self) -> bool:
        """Let the others run until each waits, and go on whatever comes of it; False, at once, if no other can run."""
        me = self.here()
        if me is None:
            return False
        self._look_at_the_clock()
        self._obey(me)
        self._waits(me, None)
        next_one = self._next()
        if next_one is None or next_one is me:
            return self._was_preferred(me)
        self._change(me, next_one)
        self._obey(me)
        return True

    def _was_preferred(self, me: Actor) -> bool:
        """True if this one goes on although another could run: never, because it stands last in line."""
        return False

    def _waits(self, me: Actor, for_what: Callable[[], bool] | None, loop: Loop | None = None) -> None:
        """It stands last in line from now on, and can go when `for_what()` is true; None: at any time."""
        self._line += 1
        me.since = self._line
        me.loop = loop
        me._waits_for = for_what

    def got_nothing(self) -> None:
        """A basic.get found its queue empty, which counts as a poll."""
        me = self.here()
        if me is None:
            return
        self._count(me, in_flight=1)  # it learns that now, with its next question on the way
        if not self.pause():
            self._let_time_pass(me)
        self._end_if_exhausted(me, None)

    def polled_in_vain(self, loop: Loop) -> None:
        me = self.here()
        if me is None:
            return
        self._count(me)
        if loop.ready() and not self.pause():
            self._let_time_pass(me)
        self._end_if_exhausted(me, loop)

    def refused(self, loop: Loop, often: bool) -> bool:
        me = self.here()
        if me is None:
            return False
        if not self.pause():
            self._let_time_pass(me)
        me.tries_in_vain = often
        if not often or not self._nothing_comes(me, loop):
            return False
        me.interrupts += 1
        if me.interrupts > MOST_INTERRUPTS:
            me._told = SystemExit(1)
        self._obey(me)
        return True

    def _let_time_pass(self, me: Actor) -> None:
        """Nobody else can run, and this one goes round: let a moment pass, or it would never end."""
        self._scheduler.pass_time(POLL_US)

    def _end_if_exhausted(self, me: Actor, loop: Loop | None) -> None:
        if me.is_exhausted and self._nothing_comes(me):
            me.polls = 0
            me.loop = loop
            self._end_one()
            self._obey(me)

    def another_ends(self, loop: Loop) -> bool:
        me = self.here()
        if me is None:
            return False
        self._end_one()
        self._obey(me)
        return True

    def wait_for(self, over: Callable[[], bool], what: str, until_us: int | None = None) -> bool:
        """Wait outside any client library, until `over()` or an instant of virtual time; False if that came first.

        what: for messages. Raises KeyboardInterrupt when nothing can ever end the wait.
        """
        me = self.here()
        assert me is not None
        pause = Pause(self.broker.clock, over, until_us)
        self._scheduler.waits(pause, Call(what, _where(), returns=True, budget=Budget()))
        try:
            if until_us is not None:
                self.polled_in_vain(pause)
            while not pause.ready():
                if not self.give_way(pause):
                    self.another_ends(pause)
        finally:
            self._scheduler.waits_no_more(pause)
        return over()

    def sleep(self, duration_us: int) -> None:
        """Let virtual time pass for the actor that runs. Its connections, which send no heartbeats, may be lost."""
        if duration_us <= 0:
            self.pause()
        else:
            with self._scheduler.left_alone():
                self.wait_for(never, "time.sleep()", self.broker.clock.now_us + duration_us)

    def clock_read(self) -> None:
        """The actor that runs has asked for the time."""
        me = self.here()
        if me is not None:
            me.watches_clock = True

    def _count(self, me: Actor, in_flight: int = 0) -> None:
        traffic = self._scheduler.traffic - self._scheduler.traffic_in_vain - in_flight
        if me._traffic != traffic:
            me._traffic = traffic
            me.polls = 0
            me.watches_clock = False
        me.polls += 1

    def _nothing_comes(self, me: Actor, loop: Loop | None = None) -> bool:
        """True if all the others wait without an end, or go round in vain too, and the broker has nothing to send.

        loop: one whose own timers are no hope, because what it tries is in vain.
        """
        for actor in self._actors:
            if not (actor.done or actor is me or actor.waits_without_end or actor.is_exhausted):
                return False
        if loop is not None:
            return not self._scheduler.may_happen(loop)
        return not self._scheduler.something_comes()

    # --- ending

    def _tell(self, actor: Actor, end: BaseException) -> None:
        """Let an actor raise this where it waits, once it is its turn."""
        actor._told = end

    def _obey(self, me: Actor) -> None:
        """Raise what this actor was told to end with."""
        told = me._told
        if told is None:
            return
        if isinstance(told, SystemExit):
            me.interrupts += 1
            if me.interrupts > MOST_ENDS:
                self._abandon(me)
            raise told
        me._told = None
        me.was_interrupted = me.was_interrupted or isinstance(told, KeyboardInterrupt)
        if isinstance(told, KeyboardInterrupt) and me.on_interrupt is not None:
            handler, me.on_interrupt = me.on_interrupt, None  # a second Ctrl-C is not to be had from it
            if handler():
                return
        raise told

    def _end_one(self) -> None:
        """Tell somebody to end, because nothing can happen any more."""
        programs = [actor for actor in self._actors if actor.is_program and not actor.done]
        actor = min(programs, key=lambda actor: (actor.interrupts, self._is_content(actor)))
        actor.interrupts += 1
        if actor.interrupts > MOST_INTERRUPTS:
            self._tell(actor, SystemExit(1))
        elif self._is_content(actor):
            self._tell(actor, KeyboardInterrupt())
        else:
            assert actor.loop is not None
            self._tell(actor, self._scheduler.blocked(actor.loop))

    def _is_content(self, actor: Actor) -> bool:
        """True if it waits in a place where programs are meant to stay until Ctrl-C."""
        return actor.loop is None or isinstance(actor.loop, Pause) or self._scheduler.stays(actor.loop)

    def _look_at_the_clock(self) -> None:
        limit_us = self._scheduler.limit_us
        if limit_us is None or self.broker.clock.now_us < limit_us:
            return
        self.time_is_up = True
        self._extensions += 1
        self._scheduler.limit_us = limit_us + CLEANING_UP * SECOND
        for actor in self._actors:
            if actor.is_program and not actor.done:
                self._tell(actor, KeyboardInterrupt() if self._extensions <= MOST_INTERRUPTS else SystemExit(1))

    def _wait_for_threads(self, program: Actor) -> None:
        """As at the end of any Python program: its threads run on, the daemons among them as long as the others."""
        self.wait_for(lambda: all(actor.daemon for actor in self._threads_of(program)), "its threads")

    def _threads_of(self, program: Actor) -> list[Actor]:
        return [actor for actor in self._actors if actor.program is program and actor is not program and not actor.done]

    def _end_threads(self, program: Actor) -> None:
        while threads := self._threads_of(program):
            for actor in threads:
                self._tell(actor, SystemExit(0))
            program._told = None
            with contextlib.suppress(BaseException):
                self.pause()
        program._told = None

    def _drop_connections(self, program: Actor) -> None:
        """The program is gone: the broker sees its sockets close."""
        for belonging in [each for each, maker in self._made_by.items() if maker is program]:
            belonging.abandon()

    def _abandon(self, me: Actor) -> None:
        """It catches whatever ends a program and goes on: leave it waiting for ever."""
        me.done = me.abandoned = True
        me.scene.leave()
        self._hand_to(self._after(me))
        me._baton.acquire()


def _where() -> str:
    """File and line of the program that waits."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
