"""The fake answers as the recorded brokers did: every scenario, in every profile it was recorded for.

The laws of the model are looked after on the way.
"""

from __future__ import annotations

import pika
import pytest

from fakeamqp.model.invariants import BrokenLaw
from tests.support.watched import remembering

from .backend import FakeBroker
from .compare import first_difference
from .play import Play
from .recording import FOLDER, Recording
from .scenario import Scenario, all_scenarios

PLAYS = [(one, version) for one in all_scenarios() if one.is_for(pika.__version__) for version in one.versions]


@pytest.mark.parametrize(("scenario", "version"), PLAYS, ids=[f"{one.id}-{version}" for one, version in PLAYS])
def test_the_fake_answers_as_recorded(scenario: Scenario, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[BrokenLaw] = []
    monkeypatch.setattr("fakeamqp.model.broker.Broker", remembering(broken))
    recorded = Recording.load(scenario).observed.get(version)
    assert recorded is not None, f"{scenario.id} is not recorded for {version}: see tests/conformance/README.md"
    broker = FakeBroker(version, scenario.deny)
    play = Play(broker)
    broke_off: BaseException | None = None
    try:
        scenario.perform(play)
    except BaseException as error:
        broke_off = error
    finally:
        play.close()
        broker.close()
    if broken:
        raise broken[0]
    difference = first_difference(recorded, play.observations)
    if difference:
        cause = broke_off or (play.errors[-1] if play.errors else None)
        raise AssertionError(f"{scenario.id} on {version}: {scenario.rule}\n{difference}") from cause
    if broke_off:
        raise broke_off


def test_every_recording_has_its_scenario() -> None:
    """Nothing is left behind when a scenario is renamed or removed."""
    written = {Recording.path(one) for one in all_scenarios()}
    assert set(FOLDER.glob("*/*.json")) == written


def test_every_recording_states_the_rule_of_its_scenario() -> None:
    """The sentence beside the data is the one in the code."""
    stale = [one.id for one in all_scenarios() if Recording.stored_rule(one) != one.rule]
    assert stale == [], "record these again"
