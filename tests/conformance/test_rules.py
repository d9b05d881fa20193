"""The index of rules is whole: nothing in it leads nowhere, and nothing that was recorded is missing in it."""

from __future__ import annotations

import fnmatch
from collections import Counter
from pathlib import Path

from .rules import SECTIONS, showing
from .scenario import all_scenarios

ROOT = Path(__file__).parents[2]
RULES = [rule for section in SECTIONS for rule in section.rules]
SCENARIOS = all_scenarios()


def test_every_scenario_that_a_rule_names_is_there() -> None:
    ids = [one.id for one in SCENARIOS]
    named = [(rule.id, pattern) for rule in RULES for pattern in rule.scenarios]
    assert [(rule, pattern) for rule, pattern in named if not fnmatch.filter(ids, pattern)] == []


def test_every_scenario_shows_a_rule() -> None:
    shown = {one.id for rule in RULES for one in showing(rule, SCENARIOS)}
    assert [one.id for one in SCENARIOS if one.id not in shown] == [], "name them in tests/conformance/rules"


def test_every_rule_has_a_scenario_or_a_reason() -> None:
    assert [rule.id for rule in RULES if not (rule.scenarios or rule.reason)] == []


def test_every_test_that_a_rule_names_is_there() -> None:
    assert [rule.id for rule in RULES if rule.tests and not (ROOT / rule.tests).is_file()] == []


def test_every_rule_and_section_has_an_id_of_its_own() -> None:
    ids = Counter([rule.id for rule in RULES] + [section.id for section in SECTIONS])
    assert [one for one, times in ids.items() if times > 1] == []
