"""freezegun and time-machine: while one of them is on, the calendar shows its time; virtual time moves it on."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import attrs

from fakeamqp.world.machine_time import Machine


@attrs.frozen
class Calendar:
    """Where another library has its functions and classes. prefix: of its functions' names."""

    owner: Any
    prefix: str
    datetime: Any
    date: Any

    def function(self, name: str) -> Any:
        """What it calls in place of `time.name`."""
        return getattr(self.owner, self.prefix + name, None) or Machine.functions[name]


# time-machine changes Python's own functions from inside, so that they are where they always were.
_CHANGED = Calendar(Machine, "", Machine.datetime, Machine.date)


def on_top() -> Calendar | None:
    """The calendar of the other library that is on; None if there is none."""
    frozen = sys.modules.get("freezegun.api")
    if frozen is not None and frozen.freeze_factories:
        return Calendar(frozen, "fake_", frozen.FakeDatetime, frozen.FakeDate)
    return _CHANGED if _travels() else None


def move(duration_us: int) -> None:
    """Virtual time has passed: so it does in their calendars."""
    delta = timedelta(microseconds=duration_us)
    frozen = sys.modules.get("freezegun.api")
    if frozen is not None and frozen.freeze_factories:
        frozen.freeze_factories[-1].tick(delta)
    for travel in _travels()[-1:]:
        travel.shift(delta)


def look_again() -> None:
    """Names in modules are others than before: freezegun remembers where it has seen what."""
    frozen = sys.modules.get("freezegun.api")
    if frozen is not None:
        getattr(frozen, "_GLOBAL_MODULES_CACHE", {}).clear()


def _travels() -> list[Any]:
    machine = sys.modules.get("time_machine")
    # As it is called since time-machine 3, and as it was before.
    travels: list[Any] | None = getattr(machine, "traveller_stack", None) or getattr(machine, "coordinates_stack", None)
    return travels or []
