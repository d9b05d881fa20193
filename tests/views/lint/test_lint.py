"""The two calls: which rules, in which order, of which file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakeamqp.model.definitions import DefinitionsRefused
from fakeamqp.views.lint import RULES, lint, upgrade_check
from fakeamqp.views.lint.finding import KNOWN
from tests.views.lint.examples import binding, exchange, file, queue


def test_every_rule_belongs_to_a_family() -> None:
    assert RULES.keys() == KNOWN.keys()


def test_findings_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "definitions.json"
    definitions = file(queue(x_mesage_ttl=5), exchange("orders"), binding("orders", "none"))
    path.write_text(json.dumps({"queues": definitions.pop("queues"), **definitions}, indent=1), encoding="utf-8")
    found = lint(path)
    assert [(each.rule, each.line) for each in found] == [
        ("argument-unknown", 3),
        ("queue-unlimited", 3),
        ("exchange-without-queue", 13),
        ("binding-end-missing", 23),
    ]
    assert {each.file for each in found} == {str(path)}


def test_definitions_that_are_no_file_have_no_lines() -> None:
    for source in (file(queue()), json.dumps(file(queue()))):
        (found,) = lint(source)
        assert (found.file, found.line) == (None, None)


def test_rules_are_selected_and_ignored() -> None:
    definitions = file(queue(x_mesage_ttl=5))
    assert [each.rule for each in lint(definitions, ignore=["queue-unlimited"])] == ["argument-unknown"]
    assert lint(definitions, select=["queue-unlimited"], ignore=["queue-unlimited"]) == []


def test_rules_of_an_upgrade_alone_are_not_looked_for_without_one() -> None:
    assert lint(file(queue()), select=["changed-message-size"]) == []
    assert upgrade_check(file(queue()), select=["queue-unlimited"]) == []


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no rule 'dlx'"):
        lint({}, ignore=["dlx"])
    with pytest.raises(ValueError, match=r"RabbitMQ '4.1' is not recorded"):
        lint({}, target="4.1")
    with pytest.raises(DefinitionsRefused, match="there is no such file"):
        lint("none.json")


def test_nothing_is_found_in_nothing() -> None:
    assert lint({}) == []
