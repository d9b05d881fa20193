"""A broker whose time is the machine's: it passes when somebody looks, and at the next deadline."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import fakeamqp
from fakeamqp.world import wall_time
from fakeamqp.world.wall_time import WallTime


class Machine:
    """The machine's clock, and a loop's timers."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def monotonic(self) -> float:
        return self.seconds

    def call_later(self, wait: float, function: Callable[[], None]) -> Any:
        timer = (wait, function)
        self.timers.append(timer)
        return SimpleNamespace(cancel=lambda: self.timers.remove(timer))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(wall_time, "time", machine)
    return machine


def served(machine: Machine) -> tuple[fakeamqp.Broker, WallTime]:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        connection.channel().queue_declare("tea", arguments={"x-message-ttl": 2_000})
    return broker, WallTime(broker, machine)  # type: ignore[arg-type]


def test_the_time_that_has_passed_passes_for_the_broker_when_somebody_looks(machine: Machine) -> None:
    broker, wall = served(machine)
    broker.publish("", "tea", b"green")
    machine.seconds += 1.5
    wall.pace()
    assert broker.clock.now() == 1.5
    assert broker.queue("tea").ready == 1
    machine.seconds += 0.5
    wall.pace()
    wall.pace()
    assert broker.clock.now() == 2
    assert broker.queue("tea").ready == 0


def test_it_goes_on_from_where_virtual_time_was(machine: Machine) -> None:
    broker = fakeamqp.Broker()
    broker.clock.advance(60)
    wall = WallTime(broker, machine)  # type: ignore[arg-type]
    machine.seconds += 1
    wall.pace()
    assert broker.clock.now() == 61


def test_an_alarm_is_set_for_the_next_deadline_and_only_once(machine: Machine) -> None:
    broker, wall = served(machine)
    wall.set_alarm()
    assert machine.timers == []
    broker.publish("", "tea", b"green")
    machine.seconds += 0.5
    wall.set_alarm()
    wall.set_alarm()
    ((wait, ring),) = machine.timers
    assert wait == 1.5
    machine.seconds += wait
    machine.timers.clear()
    ring()
    assert broker.queue("tea").ready == 0
    assert machine.timers == []


def test_a_deadline_that_is_no_more_rings_no_alarm(machine: Machine) -> None:
    broker, wall = served(machine)
    broker.publish("", "tea", b"green")
    wall.set_alarm()
    broker.purge()
    wall.set_alarm()
    assert machine.timers == []


def test_a_deadline_that_has_passed_rings_at_once(machine: Machine) -> None:
    broker, wall = served(machine)
    broker.publish("", "tea", b"green")
    machine.seconds += 5
    wall.set_alarm()
    ((wait, _),) = machine.timers
    assert wait == 0
