"""The laws hold at every step of everything that was recorded from real brokers."""

from __future__ import annotations

from contextlib import suppress

import pika
import pytest

from fakeamqp.model.effects import Effect
from fakeamqp.model.invariants import BrokenLaw
from tests.conformance.backend import FakeBroker
from tests.conformance.play import Play
from tests.conformance.scenario import Scenario, all_scenarios
from tests.support.watched import WatchedBroker

PLAYS = [(one, version) for one in all_scenarios() if one.is_for(pika.__version__) for version in one.versions]


@pytest.mark.parametrize(("scenario", "version"), PLAYS, ids=[f"{one.id}-{version}" for one, version in PLAYS])
def test_no_law_is_broken_on_the_way(scenario: Scenario, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[BrokenLaw] = []

    class Remembering(WatchedBroker):
        def _watch(self, done: list[Effect]) -> list[Effect]:
            try:
                return super()._watch(done)
            except BrokenLaw as error:  # the play would take it for the broker's answer
                broken.append(error)
                raise

    monkeypatch.setattr("fakeamqp.model.broker.Broker", Remembering)
    play = Play(FakeBroker(version, scenario.deny))
    with suppress(Exception):
        scenario.perform(play)
    play.close()
    if broken:
        raise broken[0]
