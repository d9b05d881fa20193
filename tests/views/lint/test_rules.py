"""Every rule on a topology that it speaks on, word by word, and on one that is mended."""

from __future__ import annotations

import pytest

from fakeamqp.views.lint import RULES, Finding, lint, read_keys, upgrade_check
from tests.views.lint.examples import EXAMPLES, Example, Json


def found(name: str, example: Example, definitions: Json, origin: str | None) -> list[Finding]:
    if origin is not None:
        return upgrade_check(definitions, target=example.target, origin=origin, select=[name])
    return lint(definitions, target=example.target, keys=read_keys(example.keys), select=[name])


def test_every_rule_has_an_example() -> None:
    assert list(RULES) == list(EXAMPLES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_is_wrong(name: str) -> None:
    example = EXAMPLES[name]
    findings = found(name, example, example.wrong, example.origin)
    assert [finding.message for finding in findings] == [*example.messages]
    assert {(finding.rule, finding.severity) for finding in findings} == {(name, RULES[name].severity)}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_silent_on_what_is_mended(name: str) -> None:
    example = EXAMPLES[name]
    assert found(name, example, example.right, example.right_origin or example.origin) == []


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_it_is_about(name: str) -> None:
    assert RULES[name].text
