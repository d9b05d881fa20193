"""docs/conformance.md and the README say what scenarios, recordings and rules say."""

from __future__ import annotations

import attrs
import pytest

from .report import PAGE, README, Index, Shown, page, readme
from .rules import Rule
from .scenario import Scenario

INDEX = Index.load()


def a_scenario(name: str) -> Scenario:
    return Scenario("area", name, "a rule", ("3.10", "4.0", "4.3"), lambda play: None)


def test_the_page_is_what_is_generated() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(INDEX), "run python -m tests.conformance.report"


def test_the_readme_has_the_totals() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == readme(text, INDEX.figures), "run python -m tests.conformance.report"


def test_a_total_is_put_in_place_of_the_old_one_wherever_the_line_ends() -> None:
    assert (
        readme("More than 1,234 small\nscenarios", {"small scenarios": 99_999}) == "More than 99,999 small\nscenarios"
    )


@pytest.mark.parametrize("text", ["no figure", "5 pairs and 6 pairs"])
def test_a_total_that_is_not_told_once_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="pairs"):
        readme(text, {"pairs": 1})


@pytest.mark.parametrize(
    ("answers", "profiles"),
    [
        ([{"3.10": "a", "4.0": "a", "4.3": "a"}], "alike"),
        ([{"3.10": "a", "4.0": "b", "4.3": "a"}], "3.10, 4.3 / 4.0"),
        ([{"3.10": "a", "4.0": "a", "4.3": "b"}, {"3.10": "a", "4.0": "b", "4.3": "b"}], "3.10 / 4.0 / 4.3"),
        ([{"4.3": "a"}], "only 4.3"),
        ([{"4.0": "a", "4.3": "b"}], "only 4.0 / 4.3"),
        ([], ""),
    ],
)
def test_profiles_stand_together_that_answered_alike_in_all_scenarios(answers, profiles) -> None:
    scenarios = [a_scenario(str(number)) for number in range(len(answers))]
    index = attrs.evolve(INDEX, answers={one.id: answer for one, answer in zip(scenarios, answers, strict=True)})
    assert index.profiles(scenarios) == profiles


def test_a_rule_is_open_without_a_scenario_a_test_or_a_reason() -> None:
    rule = Rule("page 1.1", "a rule")
    assert Shown(rule, []).is_open
    assert not Shown(rule, [a_scenario("name")]).is_open
    assert not Shown(attrs.evolve(rule, reason="because"), []).is_open
