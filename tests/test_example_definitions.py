"""The definitions files among the examples: each is what its program makes, and lint finds in it what it should."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import fakeamqp
from fakeamqp.model.exchanges import PLUGINS
from fakeamqp.views.lint import lint, upgrade_check

FOLDER = Path(__file__).parents[1] / "examples" / "definitions"
GENERATE = runpy.run_path(str(FOLDER / "generate.py"))

FOUND: dict[str, dict[str, int]] = {
    "shop": {},
    "telemetry": {"delivery-limit-without-dlx": 1, "ttl-without-dlx": 12},
    "events": {
        "binding-arguments-ignored": 1,
        "binding-never-matches": 1,
        "binding-shadowed": 2,
        "delivery-limit-without-dlx": 5,
    },
    "retries": {"delivery-limit-without-dlx": 1, "dlx-cycle": 2},
    "relay": {"delivery-limit-without-dlx": 6, "exchange-unreachable": 1, "exchange-without-queue": 1},
    "mirrored": {
        "argument-ignored": 3,
        "delivery-limit-without-dlx": 1,
        "deprecated": 4,
        "passed-over": 1,
        "policy-kept-away": 1,
        "queue-unlimited": 16,
        "refused": 3,
    },
    "quorum": {"argument-ignored": 2, "delivery-limit-without-dlx": 1, "ttl-without-dlx": 1},
    "streams": {"queue-unlimited": 1},
    "tenants": {"delivery-limit-without-dlx": 36},
    "shards": {"plugin-needed": 2},
    "notifications": {"binding-shadowed": 1},
}
CHANGED = {
    "mirrored": {
        "argument-ignored": 3,
        "changed-delivery-limit": 1,
        "changed-message-size": 1,
        "deprecated": 4,
        "passed-over": 1,
        "refused": 3,
    },
    "tenants": {"changed-delivery-limit": 36, "changed-message-size": 1},
}


@pytest.fixture(params=FOUND)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_all_are_tried() -> None:
    assert list(GENERATE["FILES"]) == list(FOUND)


def test_what_stands_there_is_what_the_program_makes(name: str) -> None:
    file, text = FOLDER / f"{name}.json", GENERATE["text_of"](name)
    is_small = len(text) <= GENERATE["STORED_UP_TO"]
    assert (file.read_text(encoding="utf-8") if file.exists() else None) == (text if is_small else None)


def test_the_program_writes_all_of_them_into_a_folder(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "generate.py", tmp_path / "made"], check=True)
    assert sorted(path.stem for path in (tmp_path / "made").iterdir()) == sorted(FOUND)


def test_the_version_it_is_from_takes_all_of_it(name: str) -> None:
    content = json.loads(GENERATE["text_of"](name))
    version = content["rabbitmq_version"].rpartition(".")[0]
    with fakeamqp.Broker(version, definitions=content, plugins=PLUGINS) as broker:
        assert broker.definitions_report == ()


def test_lint_finds_in_it(name: str) -> None:
    found = lint(GENERATE["text_of"](name), target="4.3")
    assert dict(sorted(Counter(finding.rule for finding in found).items())) == FOUND[name]


@pytest.mark.parametrize("name", CHANGED)
def test_an_upgrade_changes_in_it(name: str) -> None:
    found = upgrade_check(GENERATE["text_of"](name), origin="3.10", target="4.3")
    assert dict(sorted(Counter(finding.rule for finding in found).items())) == CHANGED[name]


def test_thousands_of_bindings_are_there() -> None:
    assert len(json.loads(GENERATE["text_of"]("notifications"))["bindings"]) == 5_000
