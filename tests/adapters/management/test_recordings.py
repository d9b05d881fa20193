"""Every scenario on the fake, as each version, against what real brokers of that version told."""

from __future__ import annotations

import pytest

from tests.adapters.management.comparing import first_difference
from tests.adapters.management.recording import FOLDER, load
from tests.adapters.management.scenarios import SCENARIOS, Scenario
from tests.adapters.management.stages import fake_stage
from tests.adapters.management.talk import Talk


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_the_fake_tells_what_was_recorded(scenario: Scenario, version: str) -> None:
    brokers, told = load(scenario)
    with fake_stage(version) as stage:
        talk = Talk(stage)
        try:
            scenario(talk)
        finally:
            talk.close()
    assert brokers[version].startswith(f"{version}.")
    assert first_difference(talk.told, told[version]) is None


def test_nothing_is_recorded_of_what_is_no_scenario_any_more() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {scenario.__name__ for scenario in SCENARIOS}
