"""`explore`: one scenario in every order that production could choose."""

from __future__ import annotations

import sys
from collections import deque
from typing import Any

import attrs

from fakeamqp.simulation.orders import Order, Plan, other_plans
from fakeamqp.simulation.play import Holding, Play, Scenario
from fakeamqp.world.broker import Broker
from fakeamqp.world.schedule import WHO_RUNS, Schedule, by_chance, read_token, usual
from fakeamqp.world.virtual_time import kept_in_place

# Of the runs allowed, how many are spent on going through the orders one by one, if that does not come to an end.
_SYSTEMATIC = 0.7


@attrs.frozen
class Exploration:
    """What an exploration has seen, if nothing failed.

    runs: how often the scenario was played. orders: how many of its orders can be told apart, of those seen.
    is_exhaustive: True if no other order can end otherwise.
    """

    runs: int
    orders: int
    is_exhaustive: bool

    def __str__(self) -> str:
        end = "there is no other" if self.is_exhaustive else "there are more"
        return f"passed in {self.orders} different orders, of {self.runs} runs; {end}"


def explore(
    scenario: Scenario,
    *,
    runs: int = 1_000,
    seed: int = 0,
    shares_memory: bool = True,
    replay: str | None = None,
    **broker_arguments: Any,
) -> Exploration:
    """Play a scenario in many orders of its actors, and raise the failure that needs the least unusual one.

    scenario: a function of a fresh broker, on which pika is patched meanwhile. It spawns actors, runs them and checks
        what came of it; whatever it raises is a failure. It must depend on nothing but the broker, and leave nothing
        behind: it is called once for each run.
    runs: how many are played at most. First all orders that can end differently are gone through, those nearest to the
        usual one first; where they are too many, the rest of the runs is drawn by chance, from `seed`.
    shares_memory: False if actors share nothing but the broker; then far fewer orders can end differently. True holds
        any two steps in which code of the program ran for steps whose order may matter.
    replay: the text that a failure names, to play that one order again; None plays many.
    broker_arguments: those of `fakeamqp.Broker`.

    Raises what the scenario raised, with a note that tells the order and how to have it again; ValueError for a
    `replay` that is none.
    """
    explorer = _Explorer(scenario, seed, shares_memory, broker_arguments)
    with kept_in_place():
        if replay is None:
            return explorer.search(runs)
        explorer.fail_on(explorer.play(Schedule(read_token(replay)), is_quiet=False), "replayed")
        return Exploration(1, 1, is_exhaustive=False)


class _Explorer:
    def __init__(self, scenario: Scenario, seed: int, shares_memory: bool, arguments: dict[str, Any]) -> None:
        self._scenario = scenario
        self._seed = seed
        self._shares_memory = shares_memory
        self._arguments = arguments
        self._runs = 0
        self._marks: set[object] = set()

    def play(self, schedule: Schedule, holding: Holding | None = None, *, is_quiet: bool = True) -> Play:
        self._runs += 1
        play = Play(schedule, Broker(**self._arguments), self._shares_memory)
        if holding is not None:
            holding.play = play
        return play.run(self._scenario, is_quiet=is_quiet)

    def search(self, runs: int) -> Exploration:
        """Play until the orders, or the runs, come to an end."""
        is_exhaustive = self._go_through(max(1, int(runs * _SYSTEMATIC)))
        while not is_exhaustive and self._runs < runs:
            self._look_at(self.play(Schedule(beyond=by_chance(self._seed + self._runs))))
        return Exploration(self._runs, len(self._marks), is_exhaustive)

    def _go_through(self, runs: int) -> bool:
        """One order after the other, those first that few changes lead to; True if there is no other."""
        plans = deque([Plan()])
        seen: set[object] = set()
        while plans and self._runs < runs:
            plan = plans.popleft()
            holding = Holding(plan)
            play = self.play(Schedule(plan.given, holding), holding)
            order = self._look_at(play)
            if order is not None:
                plans.extend(other_plans(order, play.schedule, seen))
        return not plans

    def _look_at(self, play: Play) -> Order | None:
        """The order of a run; None for one that was seen before."""
        if play.error is not None:
            run = self._runs
            simplest = self._simplest(play).schedule.choices
            self.fail_on(self.play(Schedule(simplest), is_quiet=False), f"failed in run {run}")
        order = Order(play.turns)
        others = [decision.chosen for decision in play.schedule.decisions if decision.what != WHO_RUNS]
        mark = order.mark, tuple(others)
        if mark in self._marks:
            return None
        self._marks.add(mark)
        return order

    # --- failures

    def _simplest(self, failed: Play) -> Play:
        """The same failure with as few unusual decisions as can be."""
        choices = failed.schedule.choices
        for place in reversed(range(len(choices))):
            if place >= len(choices) or not choices[place]:
                continue
            for shorter in ([*choices[:place], 0, *choices[place + 1 :]], choices[:place]):
                tried = self.play(Schedule(shorter, usual))
                if _is_the_same(tried.error, failed.error):
                    failed = tried
                    choices = tried.schedule.choices
                    break
        return failed

    def fail_on(self, play: Play, how: str) -> None:
        """Raise what a run has raised, if it has, and say how to have it again."""
        error = play.error
        if error is None:
            return
        again = f"fakeamqp.explore(…, replay={play.schedule.token!r})"
        note(error, f"fakeamqp.explore: {how}, {play.schedule}\nagain: {again}")
        raise error


def _is_the_same(one: BaseException | None, other: BaseException | None) -> bool:
    """True for errors of one kind, raised at one line."""
    return one is not None and other is not None and type(one) is type(other) and _raised_at(one) == _raised_at(other)


def _raised_at(error: BaseException) -> tuple[str, int] | None:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return None if last is None else (last.tb_frame.f_code.co_filename, last.tb_lineno)


def note(error: BaseException, text: str) -> None:
    """Add a note to an error. Python 3.10 keeps none and shows none: there it goes to the standard error stream too."""
    if sys.version_info >= (3, 11):
        error.add_note(text)
    else:
        error.__notes__ = [*getattr(error, "__notes__", []), text]
        sys.stderr.write(text + "\n")
