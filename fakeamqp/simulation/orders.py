"""Which turns of a run could have come in another order, and to what effect.

Two turns that touch nothing in common can change places, and nobody notices: such orders are one and the same. Another
order begins where two turns that do not commute, and follow each other with nothing in between that one waits for, are
reversed. Doing that for every such pair of every run that is new reaches every order that can matter (dynamic partial
order reduction: C. Flanagan and P. Godefroid, POPL 2005).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from fakeamqp.simulation.footprint import EVERYTHING, Touched
from fakeamqp.world.schedule import WHO_RUNS, Schedule


@attrs.frozen(eq=False)
class Turn:
    """What an actor did between two of its waits.

    nth: its place among the turns of its actor, from 0. decision: the place of the decision that gave it the turn; None
    if there was nothing to decide.
    """

    actor: str
    nth: int
    touched: Touched
    decision: int | None


@attrs.frozen
class Plan:
    """How to run: as these decisions say, then take some turns in their order, and go on as is usual.

    first: these turns, as actors and the places among their own. held: who does not run before they were taken; None
    for nobody.
    """

    given: tuple[int, ...] = ()
    first: tuple[tuple[str, int], ...] = ()
    held: str | None = None


class Order:
    """The turns of one run, and which of them came before which for a reason."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.turns = turns
        self._past: list[int] = []  # of each turn, as bits
        self._causes: list[list[int]] = []  # of each turn, the turns right before it
        self._marks: list[int] = []  # of each turn, what is the same wherever it has the same past
        self._find_causes()

    def _find_causes(self) -> None:
        latest_of: dict[str, int] = {}
        writer: dict[str, int] = {}
        readers: dict[str, list[int]] = {}
        barrier: int | None = None
        for place, turn in enumerate(self.turns):
            causes = {latest_of[turn.actor]} if turn.actor in latest_of else set()
            if barrier is not None:
                causes.add(barrier)
            if EVERYTHING in turn.touched:
                causes |= set(latest_of.values())
                barrier = place
                writer.clear()
                readers.clear()
            else:
                for name, changed in turn.touched.items():
                    if name in writer:
                        causes.add(writer[name])
                    if changed:
                        causes |= set(readers.pop(name, ()))
                        writer[name] = place
                    else:
                        readers.setdefault(name, []).append(place)
            latest_of[turn.actor] = place
            self._note(turn, sorted(causes))

    def _note(self, turn: Turn, causes: list[int]) -> None:
        past = 0
        for cause in causes:
            past |= self._past[cause] | (1 << cause)
        self._past.append(past)
        self._causes.append(causes)
        self._marks.append(hash((turn.actor, turn.nth, frozenset(self._marks[cause] for cause in causes))))

    def follows(self, later: int, earlier: int) -> bool:
        """True if one turn could not have come before the other."""
        return bool(self._past[later] >> earlier & 1)

    @property
    def mark(self) -> frozenset[int]:
        """The same for orders that nobody can tell apart."""
        return frozenset(self._marks)

    def races(self) -> Iterator[tuple[int, int]]:
        """Pairs of turns of two actors that do not commute, with nothing in between that the later one waits for."""
        for later, causes in enumerate(self._causes):
            for cause in causes:
                if self.turns[cause].actor == self.turns[later].actor:
                    continue
                if not any(self.follows(other, cause) for other in causes):
                    yield cause, later

    def reversed(self, earlier: int, later: int) -> tuple[list[int], object]:
        """The turns that come first when a race is reversed, in order; and what tells this reversal from others."""
        free = [place for place in range(earlier + 1, later) if not self.follows(place, earlier)]
        first = [*free, later]
        marks = self._marks
        turn = self.turns[later]
        return first, (
            frozenset(marks[:earlier]),
            frozenset(marks[place] for place in free),
            (turn.actor, turn.nth),
        )


def other_plans(order: Order, schedule: Schedule, seen: set[object]) -> Iterator[Plan]:
    """The plans that lead from a run to others which may end differently; those in `seen` are left out, and added."""
    decisions, choices = schedule.decisions, tuple(schedule.choices)
    for place, decision in enumerate(decisions):
        if decision.what != WHO_RUNS:
            for option in range(len(decision.options)):
                plan = (*choices[:place], option)
                if option != decision.chosen and plan not in seen:
                    seen.add(plan)
                    yield Plan(plan)
    for earlier, later in order.races():
        decided = order.turns[earlier].decision
        if decided is None:
            continue
        first, mark = order.reversed(earlier, later)
        actor = order.turns[first[0]].actor
        options = decisions[decided].options
        if actor not in options or mark in seen:
            continue
        seen.add(mark)
        turns = tuple((order.turns[place].actor, order.turns[place].nth) for place in first)
        yield Plan((*choices[:decided], options.index(actor)), turns, order.turns[earlier].actor)
