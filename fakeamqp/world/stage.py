"""Actors beside a test: ordinary blocking code that takes turns with it, in virtual time.

The thread that spawns the first actor, the test's, takes part from then on. While it runs, the actors stand still; they
run while it waits: in `broker.run()`, `settle()`, `clock.advance()`, or in a wait of its own. Only there does time
move, so that it never moves behind the test's back. What an actor raises, the test's next `run()` raises.

An actor is what a process is in production: when it ends, or is killed, the connections that it has made are gone.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import heapq
import re
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from fakeamqp.world.actors import CLEANING_UP, MOST_INTERRUPTS, POLL_US, Actor, LockStep, Scene
from fakeamqp.world.call import Budget, Call
from fakeamqp.world.clock import SECOND
from fakeamqp.world.errors import WouldBlockForever
from fakeamqp.world.loop import Loop
from fakeamqp.world.pause import Pause, never
from fakeamqp.world.place import line_of, short
from fakeamqp.world.schedule import WHO_RUNS, Schedule
from fakeamqp.world.telling import tell
from fakeamqp.world.threads import Threads
from fakeamqp.world.virtual_time import VirtualTime

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

# An actor that is restarted begins anew so much later, and so often at most.
RESTART_US = SECOND
MOST_RESTARTS = 100
# How often, in real seconds, the test looks whether whoever its Ctrl-C has to end still computes.
_GLANCE = 0.05
# What Python calls threads that have no name of their own; it goes on counting from one run to the next.
_THREAD = re.compile(r"Thread-\d+(?: \((.+)\))?")
_POOL = re.compile(r"ThreadPoolExecutor-\d+(_\d+)")


class ActorHandle:
    """An actor, as the test that has spawned it sees it.

    name: of the actor, and of its thread. restarts: the errors that it was begun anew after, in order.
    """

    _actor: Actor

    def __init__(self, stage: Stage, name: str, function: Callable[[], Any], *, is_restarted: bool) -> None:
        self.name = name
        self.restarts: list[BaseException] = []
        self._stage = stage
        self._function = function
        self._is_restarted = is_restarted
        self._returned: Any = None
        self._is_told = False

    @property
    def is_alive(self) -> bool:
        """True until its function has returned or raised, or it was killed."""
        return not (self._actor.done or self._actor.is_killed)

    @property
    def error(self) -> BaseException | None:
        """What its function has raised; None if nothing, or if it was only told to stop."""
        error = self._actor.error
        return error if error is None or _is_wrong(error, self._actor) else None

    def result(self) -> Any:
        """Let all run until this one has ended; what its function returned.

        Raises what the function raised, and WouldBlockForever if it never ends. None for one that was stopped.
        """
        self._stage.wait_until_ended(self)
        if self.error is not None:
            self._is_told = True
            raise self.error
        return self._returned

    def stop(self) -> None:
        """End it as Ctrl-C does: KeyboardInterrupt is raised where it waits, and it may clean up."""
        self._stage.interrupt(self._actor)

    def kill(self) -> None:
        """End it as a machine that loses its power: its connections break, and not a line of it runs any more.

        If it was spawned with `restarts=True`, it begins anew a second later. Its thread is let go when the test ends;
        only then do its `finally` blocks run, and reach nobody.
        """
        self._stage.kill(self)

    def _take_error(self) -> BaseException | None:
        """Its error, once."""
        error = self.error
        if error is None or self._is_told or not self._actor.done:
            return None
        self._is_told = True
        return error

    def __repr__(self) -> str:
        state = "killed" if self._actor.is_killed else "running" if self.is_alive else "ended"
        return f"<fakeamqp actor {self.name!r}, {state}>"


class Stage(LockStep):
    """The actors of one broker, and the test beside them.

    schedule: who runs next of those that could.
    """

    _opened: ClassVar[Stage | None] = None  # locks, threads and clocks of this process follow one

    def __init__(self, broker: Broker, schedule: Schedule) -> None:
        super().__init__(broker)
        self.schedule = schedule
        self.handles: list[ActorHandle] = []
        self._home = Actor("the test", Scene(), thread=threading.current_thread())
        self._awake: dict[Actor, None] = {}  # who may be able to go
        self._asleep: list[tuple[int, int, Actor]] = []  # who is not before an instant: that, since when, and who
        self._failed: deque[ActorHandle] = deque()
        self._doomed: ActorHandle | None = None
        self._looks_between = False
        self._is_closing = False
        self.has_polled = False  # who runs has looked, in this turn, and found that nothing had come
        self._threads: Counter[str] = Counter()  # how many had a name
        self._wait: Pause | None = None  # of the test, while it lets time pass
        self._patches = contextlib.ExitStack()
        self._open()

    def _open(self) -> None:
        if self._scheduler.others.is_served():
            raise RuntimeError("actors take turns, and clients at a port do not: spawn none while the broker is served")
        if Stage._opened is not None:
            raise RuntimeError(
                "another broker has actors, and only one can have them at a time: end those first, by its stop_actors()"
            )
        Stage._opened = self
        self._by_thread[threading.get_ident()] = self._home
        self._lined_up(self._home)
        self._running = self._home
        self._scheduler.turns = self
        clock = VirtualTime(self.broker.clock, self._takes_part, self.sleep, self.clock_read, waits_too=True)
        self._patches.enter_context(clock)
        self._patches.enter_context(Threads(self, tell))

    def _takes_part(self) -> bool:
        return threading.get_ident() in self._by_thread

    def owner_of(self, belonging: object) -> Actor | None:
        """The actor that has made a link or a loop; None if that is the test's, or nobody's."""
        maker = self._made_by.get(belonging)  # type: ignore[call-overload]
        return None if maker is self._home else maker

    def is_restarted(self, actor: Actor) -> bool:
        """True if an actor begins anew when it ends with an error."""
        return any(handle._actor is actor and handle._is_restarted for handle in self.handles)

    def is_here(self) -> bool:
        """True in the test's own thread."""
        return self.here() is self._home

    @property
    def interleaves(self) -> bool:
        return self.schedule.interleaves

    # --- from the test

    def spawn(self, function: Callable[[], Any], name: str, *, restarts: bool = False) -> ActorHandle:
        """An actor that begins when the test waits next. Names that are taken are numbered.

        restarts: True to begin it anew when it ends with an error.
        """
        if self.here() is None:
            raise RuntimeError("spawn() is called in a thread that takes no part: call it in the test's, or an actor's")
        handle = ActorHandle(self, self._free(name), function, is_restarted=restarts)
        self.handles.append(handle)
        self._begin(handle)
        return handle

    def _begin(self, handle: ActorHandle, delay_us: int = 0) -> None:
        actor = handle._actor = self.add(handle.name)
        actor.function = functools.partial(contextvars.copy_context().run, self._perform, handle, delay_us)
        actor.thread = threading.Thread(target=self.live, args=(actor, actor.function), name=actor.name, daemon=True)
        with self.aside():
            actor.thread.start()

    def _free(self, name: str) -> str:
        taken = {handle.name for handle in self.handles}
        if name not in taken:
            return name
        return next(each for number in range(2, len(taken) + 2) if (each := f"{name}-{number}") not in taken)

    def admit(self, thread: threading.Thread, starter: Actor) -> Actor:
        """A thread that an actor is about to start takes part, by a name that it has in every run."""
        actor = super().admit(thread, starter)
        name = f"{starter.program.name}/{_own_name(thread.name)}"
        self._threads[name] += 1
        actor.name = name if self._threads[name] == 1 else f"{name}-{self._threads[name]}"
        return actor

    def _perform(self, handle: ActorHandle, delay_us: int) -> None:
        if delay_us:
            self.sleep(delay_us)
        while True:
            try:
                handle._returned = handle._function()
                return
            except (Exception, SystemExit) as error:
                if (
                    not _is_wrong(error, handle._actor)
                    or not handle._is_restarted
                    or len(handle.restarts) == MOST_RESTARTS
                ):
                    raise
                handle.restarts.append(error.with_traceback(None))
            self._drop_connections(handle._actor)
            self.sleep(RESTART_US)

    def interrupt(self, actor: Actor) -> None:
        """Tell an actor to end as by Ctrl-C, the next time that it waits."""
        if not actor.done and actor._told is None:
            self._tell(actor, KeyboardInterrupt())

    def kill(self, handle: ActorHandle) -> None:
        """End an actor without another word."""
        actor = handle._actor
        if actor.done or actor.is_killed:
            return
        actor.is_killed = True
        self._drop_connections(actor)
        for each in self._actors:
            if each.program is actor:
                self._forget_waits(each)
                each._waits_for, each._told, each.loop = never, None, None
        if handle._is_restarted and len(handle.restarts) < MOST_RESTARTS:
            handle.restarts.append(SystemExit("killed"))
            self._begin(handle, RESTART_US)
        if self.here() is actor:
            self._change(actor, self._after(actor))
            self._obey(actor)

    def doom(self, actor: Actor) -> None:
        """Kill an actor, or at once after what it sends just now, if it is the one that runs."""
        handle = next(handle for handle in self.handles if handle._actor is actor)
        if self.here() is actor:
            self._doomed = handle
        else:
            self.kill(handle)

    def link_lost(self) -> None:
        doomed, self._doomed = self._doomed, None
        if doomed is not None:
            self.kill(doomed)

    def _forget_waits(self, actor: Actor) -> None:
        """Time moves no more for what this one waits for."""
        waiting = self._scheduler.waiting
        here = None if actor.thread is None else actor.thread.ident
        for loop in [each for each in waiting if here == (each.waiter if isinstance(each, Pause) else each.thread)]:
            self._scheduler.waits_no_more(loop)

    def wait_until_ended(self, handle: ActorHandle) -> None:
        """Let all run until one has ended. Raises WouldBlockForever if that never is."""
        if self.here() is self._home:
            self.broker.run(until=lambda: not handle.is_alive)
            if handle.is_alive:
                self._never_ends(handle)
        else:
            self.wait_for(lambda: not handle.is_alive, f"{handle.name}.result()")

    def _never_ends(self, handle: ActorHandle) -> NoReturn:
        loop = handle._actor.loop
        missing = "" if loop is None else f": {self._scheduler.missing(loop)}"
        raise self._scheduler.remember(WouldBlockForever(f"{handle.name!r} never ends{missing}"))

    # --- while the test waits

    def others_run(self, until: Callable[[], object] | None = None) -> bool:
        """Let all that can run do so until each waits, or `until()` is true; False if none could.

        Raises what one of them has raised.
        """
        me = self.here()
        if me is not self._home:
            return False
        self._raise_failure()
        ran = False
        self._looks_between = until is not None
        try:
            while not (until is not None and until()):
                self._waits(me, never, self._wait)
                next_one = self._next()
                if next_one is None:
                    break
                ran = True
                self._change(me, next_one)
                self._obey(me)
                self._raise_failure()
        finally:
            self._looks_between = False
            self._waits(me, None)
        return ran

    @contextlib.contextmanager
    def going_on(self, end_us: int | None) -> Iterator[None]:
        """The test lets time pass meanwhile, up to an instant; None: for as long as anything can happen."""
        outer, self._wait = self._wait, Pause(self.broker.clock, never, end_us)
        try:
            yield
        finally:
            self._wait = outer

    def another_ends(self, loop: Loop | None) -> bool:
        """Nothing can happen any more: let one that waits for an answer know. False if there is none such."""
        me = self.here()
        if me is None:
            return False
        if me is not self._home:
            self._change(me, self._home)
            self._obey(me)
            return True
        if self.blocked_one_ends():
            return True
        if isinstance(loop, Pause) and loop in self._scheduler.waiting:
            raise self._scheduler.blocked(loop)
        return False

    def blocked_one_ends(self) -> bool:
        for actor in self._programs():
            if actor.loop is not None and actor._told is None and not self._is_content(actor):
                self._tell(actor, self._scheduler.blocked(actor.loop))
                return self.pause()
        return False

    def cause(self) -> BaseException | None:
        return next((handle.error for handle in self.handles if handle.error is not None), None)

    def _programs(self) -> list[Actor]:
        return [
            actor
            for actor in self._actors
            if actor.is_program and not (actor.done or actor.is_killed or actor is self._home)
        ]

    def _raise_failure(self) -> None:
        while self._failed:
            error = self._failed.popleft()._take_error()
            if error is not None:
                raise error

    # --- turns

    def _next(self) -> Actor | None:
        if self._looks_between and self._running is not self._home:
            return self._home
        able = self._able()
        return self._chosen(able) if able else None

    def _able(self) -> list[Actor]:
        """Who could run, in the order of who has waited longest."""
        self._wake_who_is_due()
        able = []
        for actor in list(self._awake):
            if actor.done:
                del self._awake[actor]
            elif actor.can_go():
                able.append(actor)
            else:
                self._fall_asleep(actor)
        able.sort(key=_since)
        return able

    def _fall_asleep(self, actor: Actor) -> None:
        """Nobody need ask again whether it can go before something arrives for it, or its time has come."""
        loop = actor.loop
        if actor is self._home or actor.is_parked or loop is None:
            return
        if not isinstance(loop, Pause):
            due_us = self._scheduler.alarm_of(loop.thread)
        elif loop.is_sleep:
            due_us = loop.wait_ends() or 0
        else:
            return
        del self._awake[actor]
        heapq.heappush(self._asleep, (due_us, actor.since, actor))

    def _wake_who_is_due(self) -> None:
        asleep, now_us = self._asleep, self.broker.clock.now_us
        while asleep and asleep[0][0] <= now_us:
            _, since, actor = heapq.heappop(asleep)
            if actor.since == since:
                self._awake[actor] = None

    def _tell(self, actor: Actor, end: BaseException) -> None:
        super()._tell(actor, end)
        self._awake[actor] = None

    def woken(self, thread: int) -> None:
        actor = self._by_thread.get(thread)
        if actor is not None:
            self._awake[actor] = None
        self._scheduler.stirred()

    def _chosen(self, able: list[Actor]) -> Actor:
        if not self.schedule.interleaves or len(able) == 1:
            return able[0]
        names = [actor.name for actor in able]
        return able[self.schedule.choose(names, WHO_RUNS, self.broker.clock.now_us, lambda place: _line(able[place]))]

    def turned(self) -> None:
        me = self.here()
        if me is None:
            return
        self._obey(me)
        me.frame = sys._getframe(1)
        self._waits(me, None)
        others = [each for each in self._able() if each is not me]
        next_one = self._chosen([me, *others])
        if next_one is not me:
            self._change(me, next_one)
        me.frame = None
        self._obey(me)

    def _after(self, actor: Actor) -> Actor:
        if actor.error is not None:
            return self._home
        return self._next() or self._home

    def give_way(self, loop: Loop | None) -> bool:
        me = self.here()
        if me is None or loop is None:
            return False
        if not isinstance(loop, Pause):
            me.tries_in_vain = False
        self._obey(me)
        self._waits(me, functools.partial(self._scheduler.can_go_on, loop), loop)
        next_one = self._next()
        if me is self._home:
            while next_one is None:
                if not (self.broker.autojump and self._scheduler.step(loop)):
                    return False
                next_one = self._next()
        if next_one is not me:
            self._change(me, next_one or self._home)
        self._obey(me)
        return True

    def _let_time_pass(self, me: Actor) -> None:
        if me is self._home:
            super()._let_time_pass(me)
            return
        pause = Pause(self.broker.clock, never, self.broker.clock.now_us + POLL_US)
        self._scheduler.waits(pause, Call("a poll", "", returns=True, budget=Budget()))
        try:
            while not pause.ready():
                self.give_way(pause)
        finally:
            self._scheduler.waits_no_more(pause)

    def _was_preferred(self, me: Actor) -> bool:
        """Where the order is open, one may go on at once although others could run."""
        return self.interleaves and any(each is not me for each in self._able())

    def polled_in_vain(self, loop: Loop) -> None:
        self.has_polled = self.here() is not None
        super().polled_in_vain(loop)

    def _end_if_exhausted(self, me: Actor, loop: Loop | None) -> None:
        """Who goes on polling while nothing can come stands still until something does, or time is given."""
        if not me.is_exhausted or not self._nothing_comes(me):
            return
        if me is self._home:
            me.polls = 0
            if loop is not None:
                raise self._scheduler.blocked(loop)
            return
        call = None if loop is None else self._scheduler.waiting.get(loop)
        if loop is not None:
            self._scheduler.waits_no_more(loop)  # time does not move for it
        me.is_parked = True
        self._waits(me, self._something_new(loop), loop)
        self._change(me, self._next() or self._home)
        me.is_parked = False
        if loop is not None and call is not None:
            self._scheduler.waits(loop, call)
        me.polls = 0
        self._obey(me)

    def _something_new(self, loop: Loop | None) -> Callable[[], bool]:
        scheduler, model = self._scheduler, self.broker.model
        before = scheduler.traffic, model.last_message

        def is_there() -> bool:
            if (scheduler.traffic, model.last_message) != before or self._time_is_given():
                return True
            return loop is not None and any(
                session.door.has_mail for session in self.broker.sessions() if loop.serves(session.number)
            )

        return is_there

    def _time_is_given(self) -> bool:
        loop = self._home.loop
        return loop is not None and loop.wait_ends() is not None

    def _turn_ends(self, me: Actor) -> None:
        if self.broker.on_turn is not None:
            self.broker.on_turn(me.name, sys._getframe(1))

    def _waits(self, me: Actor, for_what: Callable[[], bool] | None, loop: Loop | None = None) -> None:
        if self._running is me:
            self._turn_ends(me)
        self._awake[me] = None
        super()._waits(me, for_what, loop)

    def _ends(self, actor: Actor) -> None:
        self._turn_ends(actor)
        if actor.error is not None:
            self._failed.extend(handle for handle in self.handles if handle._actor is actor)
        super()._ends(actor)

    def _take_baton(self, me: Actor) -> None:
        if me is not self._home:
            super()._take_baton(me)
            return
        ended: BaseException | None = None
        while True:
            try:
                while not me._baton.acquire(timeout=-1 if ended is None else _GLANCE):
                    self._interrupt_computation()
                break
            except BaseException as error:  # a Ctrl-C, or a test runner's timeout: whoever runs has to stop first
                ended = ended or error
                for actor in self._programs():
                    self._tell(actor, KeyboardInterrupt())
        if ended is not None:
            self._begins(me)
            raise ended

    def _abandon(self, me: Actor) -> None:
        self._forget_waits(me)
        super()._abandon(me)

    # --- the end

    def close(self) -> list[BaseException]:
        """Stop all that are left, and let go of their threads. What they raised that nobody was told of, in order.

        Only the thread that spawned the first may call it.
        """
        if self.here() is not self._home or self._is_closing:
            return []
        self._is_closing = True
        try:
            while living := [actor for actor in self._actors if not (actor.done or actor is self._home)]:
                for actor in living:
                    self._tell_to_end(actor)
                self._let_clean_up()
        finally:
            Stage._opened = None
            self._patches.close()
            self._scheduler.turns = None
            self._by_thread.pop(threading.get_ident(), None)
        for actor in self._actors:
            if actor.thread is not None and actor is not self._home and not actor.abandoned:
                actor.thread.join()
        untold = [error for handle in self.handles if (error := handle._take_error()) is not None]
        return untold + [
            RuntimeError(f"actor {name!r} could not be stopped: it catches whatever ends a program, and goes on")
            for name in self.left_alone
        ]

    def _tell_to_end(self, actor: Actor) -> None:
        actor.interrupts += 1
        gently = actor.interrupts <= MOST_INTERRUPTS and not actor.program.is_killed
        if actor._told is None:
            self._tell(actor, KeyboardInterrupt() if gently else SystemExit(0))

    def _let_clean_up(self) -> None:
        """Let those that were told to end do so, in no more virtual time than cleaning up takes."""
        end_us = self.broker.clock.now_us + CLEANING_UP * SECOND
        with self.going_on(end_us):
            while True:
                self._waits(self._home, never, self._wait)
                next_one = self._next()
                if next_one is not None:
                    self._change(self._home, next_one)
                elif not self._scheduler.pass_to_next(end_us):
                    return


def _since(actor: Actor) -> int:
    return actor.since


def _is_wrong(error: BaseException, actor: Actor) -> bool:
    """False for an end that was asked for, or whose status says that all is well."""
    if isinstance(error, KeyboardInterrupt):
        return not actor.was_interrupted
    is_asked = actor.interrupts or actor.was_interrupted
    return not isinstance(error, SystemExit) or (bool(error.code) and not is_asked)


def _own_name(name: str) -> str:
    """What a thread is called, without Python's count of all threads."""
    if match := _THREAD.fullmatch(name):
        return match[1] or "thread"
    return _POOL.sub(r"ThreadPoolExecutor\1", name)


def _line(actor: Actor) -> str | None:
    return short(line_of(actor.frame)) or None
