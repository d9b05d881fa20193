"""Programs are carried out as they are printed, alike every time, and no line of them is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import fakeamqp
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import Program, programs


@pytest.mark.parametrize("version", PROFILES)
def test_what_is_printed_is_what_is_run(version: str) -> None:
    @given(programs(version))
    @settings(max_examples=25)
    def law(program: Program) -> None:
        printed: list[str] = []
        exec(str(program), {"print": lambda *said: printed.append(" ".join(map(str, said)))})
        assert program.run(fakeamqp.Broker(version)) == printed == program.run(fakeamqp.Broker(version))

    law()


@given(programs())
@settings(max_examples=15)
def test_a_topology_that_is_there_is_not_declared_again(program: Program) -> None:
    broker = fakeamqp.Broker(definitions=program.declares.definitions("4.3"))
    assert program.run(broker, declares=False) == program.run(fakeamqp.Broker())
