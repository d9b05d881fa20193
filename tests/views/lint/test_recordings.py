"""What lint says a version refuses, leaves out or deprecates, against what real brokers of it have said."""

from __future__ import annotations

import html
import json
import re

import pytest

from fakeamqp.model.profile import PROFILES
from fakeamqp.views.lint import Finding, lint
from tests.views.lint.probes import PROBES
from tests.views.lint.record import RECORDINGS

RECORDED = json.loads(RECORDINGS.read_text(encoding="utf-8"))


def findings(name: str, version: str, *rules: str) -> list[Finding]:
    return lint(PROBES[name], target=version, select=rules)


def test_every_probe_is_recorded() -> None:
    assert list(RECORDED) == list(PROFILES)
    for recorded in RECORDED.values():
        assert list(recorded["probes"]) == list(PROBES)


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("name", PROBES)
def test_what_a_broker_refuses_is_refused_in_its_words(name: str, version: str) -> None:
    reason = RECORDED[version]["probes"][name]["refused"]
    found = findings(name, version, "refused", "binding-end-missing")
    if reason is None:
        # 3.10 passes over a binding without an end, which is told of every version.
        assert [each for each in found if each.rule == "refused"] == []
        return
    assert found, reason
    if "binding_invalid" in reason:  # an Erlang term, which lint tells in words
        words = re.findall(r'"(.*?)[:;~]|"([^"~]*)"', reason)
        assert any(part and part.strip(" '")[:20] in found[0].message for pair in words for part in pair), reason
    elif "resources_missing" not in reason:
        assert any(_told_of(reason) in _plain(each.message) for each in found), (reason, found[0].message)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _told_of(reason: str) -> str:
    """What a broker says is wrong, without the page around it: the place, and what it all is."""
    if reason.startswith('<<"'):
        reason = html.unescape(reason[3:-3].replace("\\n", "\n").replace('\\"', '"'))
    reason = reason.removeprefix("Validation failed\n\n")
    return _plain(re.sub(r"\n \((vhost: |/).*\)\s*$", "", reason, flags=re.DOTALL)).strip()


@pytest.mark.parametrize("version", PROFILES)
@pytest.mark.parametrize("name", PROBES)
def test_what_a_broker_leaves_out_is_told(name: str, version: str) -> None:
    recorded = RECORDED[version]["probes"][name]
    if recorded["refused"] is not None:
        return
    missing = {
        kind: len(PROBES[name][kind]) - there
        for kind, there in recorded["there"].items()
        if there < len(PROBES[name][kind])
    }
    told: dict[str, int] = {}
    for each in findings(name, version, "passed-over", "binding-end-missing", "declared-twice"):
        told[str(each.where.rows)] = told.get(str(each.where.rows), 0) + 1
    assert told == missing


@pytest.mark.parametrize("version", PROFILES)
def test_what_a_version_deprecates_is_what_it_says(version: str) -> None:
    assert {name: str(phase) for name, phase in sorted(PROFILES[version].deprecated_features.items())} == RECORDED[
        version
    ]["deprecated"]
