"""docs/versions.md has a row for each difference between the profiles, and each row is shown by what it names."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pika
import pytest

from fakeamqp.model.profile import PROFILES, Profile

from .backend import FakeBroker
from .compare import first_difference
from .play import Play
from .recording import Recording
from .rules.versions import CHAPTERS, Difference
from .scenario import SCENARIOS, Scenario, all_scenarios
from .versions import EFFECTS, PAGE, page

ROOT = Path(__file__).parents[2]
ROWS = [one for chapter in CHAPTERS for one in chapter.differences]
all_scenarios()


def test_the_page_is_what_is_generated() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.conformance.report"


def test_every_field_of_the_profile_has_a_row() -> None:
    missing = {field.name for field in attrs.fields(Profile)} - {row.field for row in ROWS}
    assert missing == set(), "say in tests/conformance/rules/versions.py what a client sees of it"


def test_every_row_is_of_a_field() -> None:
    assert {row.field for row in ROWS} <= {field.name for field in attrs.fields(Profile)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.field}: {row.what}")
def test_a_row_says_the_same_of_two_versions_only_if_they_agree(row: Difference) -> None:
    values = [getattr(profile, row.field) for profile in PROFILES.values()]
    for number, (mine, cell) in enumerate(zip(values, row.cells, strict=True)):
        for theirs, other in list(zip(values, row.cells, strict=True))[:number]:
            assert mine != theirs or cell == other
            # Of deprecated features a row tells but one.
            assert mine == theirs or cell != other or row.field == "denied_features"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.field}: {row.what}")
def test_a_row_names_what_shows_it(row: Difference) -> None:
    assert row.scenarios or row.tests
    assert [one for one in row.scenarios if one not in SCENARIOS] == []
    assert not row.tests or (ROOT / row.tests).is_file()


@pytest.mark.parametrize(
    ("row", "name"), [(row, name) for row in ROWS for name in row.scenarios], ids=lambda each: str(each)[:60]
)
def test_with_another_versions_value_the_fake_contradicts_the_recording(
    row: Difference, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = SCENARIOS[name]
    if scenario.is_for(pika.__version__):
        assert any(_contradicts(scenario, version, row.field, monkeypatch) for version in scenario.versions)


def _contradicts(scenario: Scenario, version: str, field: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    recorded = Recording.load(scenario).observed[version]
    own = getattr(PROFILES[version], field)
    others = [value for profile in PROFILES.values() if (value := getattr(profile, field)) != own]
    return any(first_difference(recorded, _played(scenario, version, {field: value}, monkeypatch)) for value in others)


def _played(scenario: Scenario, version: str, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patch:
        patch.setitem(PROFILES, version, attrs.evolve(PROFILES[version], **change))
        play = Play(FakeBroker(version, scenario.deny))
    with suppress(Exception):
        scenario.perform(play)
    play.close()
    return play.observations


def test_what_is_told_of_denied_features_is_of_known_ones() -> None:
    assert EFFECTS.keys() <= PROFILES["4.3"].deprecated_features.keys()
