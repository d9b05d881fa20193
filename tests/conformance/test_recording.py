"""Recordings read well, keep the order they were made in, and are compared strictly."""

from __future__ import annotations

import json

import pytest

from . import recording as module
from .compare import first_difference
from .recording import WIDTH, Recording, as_json
from .scenario import Scenario

SCENARIO = Scenario("area", "name", "a rule", ("3.10", "4.0", "4.3"), lambda play: None)


def test_json_stays_on_one_line_where_it_fits() -> None:
    assert as_json({"a": [1, 2]}) == '{\n  "a": [1, 2]\n}'
    wide = {"a": ["x" * WIDTH, "y"]}
    assert as_json(wide).splitlines()[1:3] == ['  "a": [', f'    "{"x" * WIDTH}",']
    assert json.loads(as_json(wide)) == wide


def test_versions_that_answered_alike_stand_together() -> None:
    recording = Recording(
        "a rule", {"4.0": "4.0.5", "3.10": "3.10.8"}, {"4.0": [{"call": "a"}], "3.10": [{"call": "a"}]}
    )
    recording.observed["4.3"] = [{"call": "b"}]
    stored = json.loads(recording.as_text())
    assert list(stored["observed"]) == ["3.10, 4.0", "4.3"]
    assert list(stored["brokers"]) == ["3.10", "4.0"]


def test_what_is_saved_is_loaded(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    recording = Recording(
        "a rule", {"3.10": "3.10.8", "4.3": "4.3.6"}, {"3.10": [{"call": "é"}], "4.3": [{"call": "é"}]}
    )
    recording.save(SCENARIO)
    assert Recording.load(SCENARIO) == recording
    assert Recording.stored_rule(SCENARIO) == "a rule"


def test_a_scenario_never_recorded_has_nothing(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    assert Recording.load(SCENARIO).observed == {}
    assert Recording.stored_rule(SCENARIO) is None


def test_equal_observations_do_not_differ() -> None:
    assert first_difference([{"call": "a", "result": 1}], [{"call": "a", "result": 1}]) is None


def test_the_first_difference_is_told_with_what_led_to_it() -> None:
    recorded: module.Observations = [{"call": "a"}, {"call": "b", "result": 1}, {"call": "c"}]
    text = first_difference(recorded, [{"call": "a"}, {"call": "b", "result": 2}, {"call": "d"}]) or ""
    assert text.startswith("call 2 differs")
    assert '-   "result": 1' in text
    assert '+   "result": 2' in text
    assert '"call": "d"' not in text


def test_order_within_a_table_counts() -> None:
    assert first_difference([{"call": "a", "result": {"x": 1, "y": 2}}], [{"call": "a", "result": {"y": 2, "x": 1}}])


@pytest.mark.parametrize(("recorded", "played"), [([{"call": "a"}], []), ([], [{"call": "a"}])])
def test_a_missing_call_is_a_difference(recorded: module.Observations, played: module.Observations) -> None:
    assert "(nothing more)" in (first_difference(recorded, played) or "")
