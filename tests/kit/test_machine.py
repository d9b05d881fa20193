"""The broker and the naive reference do the same, whatever clients do; no law breaks on the way."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import TopologyMachine

# Drawn alike every time, and not shrunk: that is for who looks at a failure.
QUICK = settings(
    max_examples=30,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("version", PROFILES)
def test_the_broker_does_what_the_reference_does(version: str) -> None:
    machine = type("Machine", (TopologyMachine,), {"version": version})
    run_state_machine_as_test(machine, settings=QUICK)  # type: ignore[no-untyped-call]
