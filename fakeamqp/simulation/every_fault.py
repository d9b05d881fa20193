"""`every_fault`: one scenario, once for each point at which a connection could break."""

from __future__ import annotations

import itertools
import sys
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from types import FrameType
from typing import Any, Literal

import attrs

from fakeamqp.model import effects as told
from fakeamqp.model.commands import Command
from fakeamqp.model.effects import Effect
from fakeamqp.model.message import Message
from fakeamqp.session.methods import NAMES
from fakeamqp.session.session import Session
from fakeamqp.simulation.account import Account, what_it_says
from fakeamqp.simulation.play import Play, Scenario
from fakeamqp.world.broker import Broker
from fakeamqp.world.place import line_of, short
from fakeamqp.world.schedule import Schedule
from fakeamqp.world.virtual_time import kept_in_place

Fault = Literal["break", "crash"]
Moment = Literal["before", "after", "delivered"]
Outcome = Literal["lost", "duplicated", "stuck", "failed"]
FAULTS: tuple[Fault, ...] = ("break", "crash")
OUTCOMES: tuple[Outcome, ...] = ("lost", "duplicated", "stuck", "failed")

_NAMES = {number: name for name, number in NAMES.items()}
_MOST_TOLD = 3


@attrs.frozen
class Point:
    """One point at which a connection breaks or an actor crashes, and what comes of it.

    number: of the point, from 1, for `only=`. fault: "break", of the connection, or "crash", of its actor.
    moment: "before" or "after" the broker has carried out a method, or "delivered": a message was sent, and does not
        arrive. method: its name.
    actor: whose connection it is. place: the line of the program that was running, as "file:line"; None if that is not
        known.
    lost, duplicated, stuck: messages, or results of the scenario: in none of the places where they are without a fault,
        handled more often than without, still in their queue. error: what the scenario has raised; None if nothing.
    """

    number: int
    fault: Fault
    moment: Moment
    method: str
    actor: str
    place: str | None
    lost: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    error: BaseException | None = None

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What went wrong; empty if nothing did."""
        return tuple(name for name in OUTCOMES if getattr(self, "error" if name == "failed" else name))

    def __str__(self) -> str:
        where = f", at {self.place}" if self.place else ""
        when = "with a message on its way to it" if self.moment == "delivered" else f"{self.moment} its {self.method}"
        how = "crashes" if self.fault == "crash" else "loses its connection"
        what = [f"{name}: {_some(getattr(self, name))}" for name in self.outcomes if name != "failed"]
        if self.error is not None:
            what.append(f"failed: {type(self.error).__name__}: {_first_line(self.error)}")
        return f"{self.number}. {self.actor} {how} {when}{where}: {'; '.join(what) or 'all is well'}"


@attrs.frozen
class FaultReport:
    """What comes of a connection that breaks, or an actor that crashes, for every point at which it could."""

    points: tuple[Point, ...]

    def where(self, outcome: Outcome) -> tuple[Point, ...]:
        """The points at which something was "lost", "duplicated" or "stuck", or the scenario "failed"."""
        return tuple(point for point in self.points if outcome in point.outcomes)

    def check(self, allow: Iterable[Outcome] = ()) -> FaultReport:
        """Raise AssertionError, in the words of the report, unless all that went wrong is allowed; else itself.

        allow: "duplicated", for handlers that may be called twice. Raises ValueError for what is no outcome.
        """
        allowed = {allow} if isinstance(allow, str) else set(allow)
        if not allowed <= set(OUTCOMES):
            raise ValueError(f"allow is some of {', '.join(OUTCOMES)}, not {', '.join(sorted(allowed))}")
        if any(set(point.outcomes) - allowed for point in self.points):
            raise AssertionError(str(self))
        return self

    def __str__(self) -> str:
        bad = [point for point in self.points if point.outcomes]
        told_of = [f"{len(self.where(name))} {name}" for name in OUTCOMES if self.where(name)]
        what = ", ".join(told_of) or "all is well"
        head = f"{len(self.points)} points at which a connection could break or an actor crash: {what}"
        return "\n".join([head, *(f"  {point}" for point in bad)])


def every_fault(
    scenario: Scenario,
    *,
    key: Callable[[Message], Hashable] = what_it_says,
    faults: Iterable[Fault] = ("break", "crash"),
    only: int | None = None,
    seed: int = 0,
    **broker_arguments: Any,
) -> FaultReport:
    """Play a scenario once for each point at which a connection could break, and report what comes of it.

    The points: each method that a client sends once its connection is open, before and after the broker has carried it
    out; and each message that is delivered, before it arrives. At each, the connection breaks in one run; and in
    another one its actor crashes with it, if it was spawned with `restarts=True`. The test's own ones are spared.

    scenario: as for `explore`. It is compared with a run without a fault: by what it returns, if that is something to
        go through, such as a list of the orders that were shipped; else by the messages that programs have taken
        and acknowledged, and what is left in the queues. Spawn actors with `restarts=True` if something restarts them
        in production.
    key: what is the same of a message in every run; its `message_id`, or else its body.
    faults: "break", "crash" or both.
    only: the number of the one point to try; None tries all.
    seed, broker_arguments: as for `explore`.

    Raises what the scenario raises without a fault.
    """

    def play(number: int | None, fault: Fault = "break") -> _Run:
        return _Run(Broker(seed=seed, **broker_arguments), key, number, fault).play(scenario)

    wanted = set(faults)
    with kept_in_place():
        usual = play(None)
        if usual.error is not None:
            raise usual.error
        found: list[Point] = []
        for number, (place, fault) in enumerate(itertools.product(range(1, usual.points + 1), FAULTS), 1):
            if fault in wanted and only in (None, number):
                point = play(place, fault).compared_with(usual)
                if point is not None:
                    found.append(attrs.evolve(point, number=number))
    return FaultReport(tuple(found))


class _Run:
    """One run, broken at one point, or at none. A tap (`fakeamqp.world.cuts.Tap`) that counts the points.

    points: how many there were.
    """

    def __init__(self, broker: Broker, key: Callable[[Message], Hashable], number: int | None, fault: Fault) -> None:
        self.points = 0
        self.error: BaseException | None = None
        self._number = number
        self._fault: Fault = fault
        self._broker = broker
        self._account = Account(broker, key)
        self._at: Point | None = None
        self._returned: Any = None
        self._broker.faults.cuts.watch(self)
        self._broker.watchers.append(self._watch)

    def play(self, scenario: Scenario) -> _Run:
        def to_its_end(broker: Broker) -> object:
            returned = scenario(broker)
            self._account.close()
            return returned

        play = Play(Schedule(interleaves=False), self._broker).run(to_its_end)
        self.error, self._returned = play.error, play.returned
        return self

    # --- the tap

    def before(self, session: Session, method: int, frames: int) -> bool:
        return session.is_open and self._is_here(session, "before", method, sys._getframe())

    def after(self, session: Session, method: int) -> bool:
        return session.is_open and self._is_here(session, "after", method, sys._getframe())

    def _watch(self, command: Command | None, done: list[Effect]) -> None:
        for effect in done:
            if type(effect) is told.Delivered:
                session = next((each for each in self._broker.sessions() if each.number == effect.channel[0]), None)
                if session is not None and self._is_here(session, "delivered", 0, None):
                    session.door.reset()

    def _is_here(self, session: Session, moment: Moment, method: int, frame: FrameType | None) -> bool:
        stage = self._broker.stage
        actor = None if stage is None else stage.owner_of(session.door)
        if stage is None or actor is None:
            return False
        self.points += 1
        if self.points != self._number or (self._fault == "crash" and not stage.is_restarted(actor)):
            return False
        is_running = actor.thread is threading.current_thread()
        place = short(line_of(frame if is_running and frame is not None else actor.frame)) or None
        self._at = Point(
            self.points,
            self._fault,
            moment,
            _NAMES.get(method, "basic.deliver"),
            actor.name,
            place,
        )
        self._account.not_begun(session.number, getattr(session.door, "unread", set)())
        if self._fault == "crash":
            stage.doom(actor)
        return True

    # --- what came of it

    def compared_with(self, usual: _Run) -> Point | None:
        """The point with what came of it; None if this run had no such point."""
        if self._at is None:
            return None
        if self.error is not None:
            return attrs.evolve(self._at, error=self.error)
        if _is_list(usual._returned):
            before, now = _counted(usual._returned), _counted(self._returned)
            return attrs.evolve(self._at, lost=_told(before - now), duplicated=_told(now - before))
        was, now_is = usual._account, self._account
        stuck = (was.done - now_is.done) & (now_is.left - was.left)
        lost = (was.done + was.left) - (now_is.done + now_is.left)
        duplicated = (now_is.done - was.done) | (+now_is.taken - was.taken)
        return attrs.evolve(self._at, lost=_told(lost), duplicated=_told(duplicated), stuck=_told(stuck))


def _is_list(returned: Any) -> bool:
    return isinstance(returned, Iterable) and not isinstance(returned, str | bytes)


def _counted(returned: Iterable[Any]) -> Counter[str]:
    return Counter(map(repr, returned))


def _told(found: Counter[Any]) -> tuple[str, ...]:
    return tuple(
        key if isinstance(key, str) else f"{key[1]!r} in {key[0]!r}" for key in sorted(found.elements(), key=repr)
    )


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    return ", ".join(names[:_MOST_TOLD]) + more


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
