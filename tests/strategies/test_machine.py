"""The state machine finds what breaks, and tells it as a program."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from fakeamqp.model.queues.store import PositionStore
from fakeamqp.strategies import BrokerMachine, Differs, TopologyMachine

QUICK = settings(
    max_examples=60,
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def failure_of(machine: type[BrokerMachine]) -> AssertionError:
    with pytest.raises(AssertionError) as failed:
        run_state_machine_as_test(machine, settings=QUICK)  # type: ignore[no-untyped-call]
    return failed.value


class Stock(BrokerMachine):
    definitions: ClassVar[dict[str, Any]] = {
        "queues": [{"name": "q", "vhost": "/", "durable": True, "auto_delete": False, "arguments": {}}]
    }

    @initialize()
    def begin(self) -> None:
        self.do("channel_1.queue_bind('q', 'amq.fanout')")


def test_a_rule_of_ones_own_that_breaks_is_told_as_a_program() -> None:
    class Broken(Stock):
        @invariant()
        def at_most_two(self) -> None:
            assert self.broker.queue("q").ready <= 2

    (told,) = [note for note in failure_of(Broken).__notes__ if "As a program:" in note]
    program = told.split("As a program:\n\n")[1]
    names: dict[str, Any] = {"print": lambda *said: None}
    exec(program, names)
    names["broker"].settle()
    assert names["broker"].queue("q").ready > 2


def test_its_own_laws_hold() -> None:
    run_state_machine_as_test(Stock, settings=settings(QUICK, max_examples=15))  # type: ignore[no-untyped-call]


def test_a_broker_that_puts_back_in_the_wrong_place_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PositionStore, "put_back", lambda store, entry: store.push(entry))
    assert isinstance(failure_of(Stock), Differs)


def test_without_the_reference_the_laws_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakeamqp.model.consumers.Consumer.is_full", property(lambda self: False))
    machine = type("Alone", (Stock,), {"refers": False})
    assert "with a prefetch of" in str(failure_of(machine))


def test_a_topology_that_changes_keeps_the_laws() -> None:
    run_state_machine_as_test(TopologyMachine, settings=settings(QUICK, max_examples=10))  # type: ignore[no-untyped-call]
