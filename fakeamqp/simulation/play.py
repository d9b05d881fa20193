"""One run of a scenario: its broker, the turns of its actors, and how it ended."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any, TypeAlias

from fakeamqp.adapters.pika import patch_pika
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.simulation.footprint import EVERYTHING, Footprints, Touched, connection
from fakeamqp.simulation.orders import Plan, Turn
from fakeamqp.world.broker import Broker
from fakeamqp.world.place import program_s
from fakeamqp.world.schedule import WHO_RUNS, Schedule

Scenario: TypeAlias = Callable[[Broker], object]
"""Spawns actors, runs them, and checks what came of it: a function of a fresh broker. What it raises is a failure."""

PROGRAM = "the program"
"""The resource that the memory of a program is."""

# What goes round is told of sooner than in a single run: a scenario is small, and is played many times.
MOST_CALLBACKS = 5_000
# The calls in which pika calls functions of the program back.
_CALL_BACK = frozenset(("start_consuming", "process_data_events", "consume", "sleep", "start"))


class Play:
    """One run.

    error: what the scenario, or an actor that nobody asked, has raised; None if it passed.
    returned: what the scenario returned. turns: of its actors, in order; noted where the order is open.
    """

    def __init__(self, schedule: Schedule, broker: Broker, shares_memory: bool = True) -> None:
        self.schedule = schedule
        self.broker = broker
        self.error: BaseException | None = None
        self.returned: Any = None
        self.turns: list[Turn] = []
        self._shares_memory = shares_memory
        self._footprints = Footprints()
        self._touched: Touched = {}
        self._used: set[str] = set()
        self._connections: dict[str, set[str]] = {}
        self._decided = 0
        self._counts: dict[str, int] = {}
        self._calls: dict[str, FrameType | None] = {}
        broker.schedule = schedule
        broker.scheduler.rounds.most_callbacks = MOST_CALLBACKS
        broker.scheduler.rounds.most_over_time = MOST_CALLBACKS
        if schedule.interleaves:
            broker.watchers.append(self._watch)
            broker.on_turn = self._turn_ends
            broker.clock.watch(self._time_moved)

    def run(self, scenario: Scenario, *, is_quiet: bool = True) -> Play:
        """Play it once; a Ctrl-C of the user is all that is raised. is_quiet: True to log nothing meanwhile."""
        try:
            with _silence() if is_quiet else contextlib.nullcontext(), patch_pika(self.broker):
                self.returned = scenario(self.broker)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.error = error
        finally:
            self._calls.clear()
            self.broker.close()
        return self

    def turns_of(self, actor: str) -> int:
        """How many turns an actor has had."""
        return self._counts.get(actor, 0)

    # --- watching

    def _watch(self, command: Command | None, done: list[Effect]) -> None:
        model = self.broker.model
        is_limited = any(each.limits for each in (*model.vhosts.values(), *model.access))
        for name, changed in self._footprints.of(command, done, is_limited=is_limited).items():
            self._touched[name] = self._touched.get(name, False) or changed
        number = getattr(command, "connection", None) or getattr(command, "channel", (None,))[0]
        if number is not None:
            self._used.add(connection(number))

    def _time_moved(self, now_us: int) -> None:
        """Time moves when nobody can go on: whatever comes after it comes after all before."""
        self._touched[EVERYTHING] = True

    def _turn_ends(self, actor: str, frame: FrameType) -> None:
        touched, self._touched = self._touched, {}
        own = self._connections.setdefault(actor, set())
        own |= self._used
        self._used.clear()
        if self._may_have_run(actor, frame):
            touched[PROGRAM] = True
        decided, self._decided = self._decided, len(self.schedule.decisions)
        has_polled = self._has_polled()
        if not touched and not has_polled:
            return
        touched.update(dict.fromkeys(own, True))
        nth = self.turns_of(actor)
        self._counts[actor] = nth + 1
        decisions = self.schedule.decisions
        is_decided = len(decisions) > decided and decisions[decided].what == WHO_RUNS
        self.turns.append(Turn(actor, nth, touched, decided if is_decided else None))

    def _has_polled(self) -> bool:
        """True if the turn that ends has told an actor that nothing had come: it matters what came before it."""
        stage = self.broker.stage
        if stage is None or not stage.has_polled:
            return False
        stage.has_polled = False
        return True

    def _may_have_run(self, actor: str, frame: FrameType | None) -> bool:
        """True unless the actor has been inside one and the same call of pika's since its last turn."""
        if not self._shares_memory:
            return False
        program = program_s(frame)
        call = frame
        while call is not None and call.f_back is not program:
            call = call.f_back
        before, self._calls[actor] = self._calls.get(actor), call
        return call is None or call is not before or call.f_code.co_name in _CALL_BACK


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Of many runs, nobody wants the logs."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


class Holding:
    """The usual choices, but some turns come first, in their order."""

    def __init__(self, plan: Plan) -> None:
        self._held = plan.held
        self._first = deque(plan.first)
        self.play: Play | None = None

    def __call__(self, options: Sequence[str], what: str) -> int:
        play = self.play
        if what != WHO_RUNS or play is None:
            return 0
        while self._first and play.turns_of(self._first[0][0]) > self._first[0][1]:
            self._first.popleft()
        if not self._first:
            return 0
        actor = self._first[0][0]
        if actor in options:
            return options.index(actor)
        return next((place for place, option in enumerate(options) if option != self._held), 0)
