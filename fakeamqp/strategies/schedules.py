"""Orders of actors, for `fakeamqp.explore(scenario, replay=…)`."""

from __future__ import annotations

from hypothesis import strategies as st

from fakeamqp.world.schedule import written


def schedules(*, most: int = 6, decisions: int = 200, widest: int = 4) -> st.SearchStrategy[str]:
    """Texts that `fakeamqp.explore` takes for `replay`: the usual order with some decisions made otherwise.

    They shrink to as few such decisions as can be, made as early as can be; "" is the usual order.

    most: how many decisions are made otherwise at most. decisions: how many there are, about; what lies beyond a run is
    of no effect. widest: among how many options they are made at most; an option that is not there is the last one.
    """
    departure = st.tuples(st.integers(0, decisions), st.integers(1, widest - 1))
    return st.lists(departure, max_size=most, unique_by=lambda each: each[0]).map(_token)


def _token(departures: list[tuple[int, int]]) -> str:
    choices = [0] * (max((place for place, _ in departures), default=-1) + 1)
    for place, choice in departures:
        choices[place] = choice
    return written(choices)
