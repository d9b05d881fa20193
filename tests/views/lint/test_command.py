"""`lint` and `upgrade-check` on the command line: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakeamqp.cli import main
from tests.views.lint.examples import binding, exchange, file, queue

DEFINITIONS = file(
    exchange("orders"),
    queue(x_dead_letter_exchange="dead", x_max_length=5),
    queue("old", durable=False, x_max_length=5),
    queue("a,b: 100%", x_queue_mode="lazy", x_max_length=5),
    binding("orders", key="order.#"),
)


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("definitions.json").write_text(json.dumps(DEFINITIONS, indent=2), encoding="utf-8")
    return "definitions.json"


MISSING = (
    "queue 'jobs' in vhost '/' dead-letters to exchange 'dead', which there is not: its dead letters are lost; declare "
    "'dead' and bind a queue to it"
)
TRANSIENT = (
    "queue 'old' in vhost '/' is neither durable nor exclusive, which RabbitMQ 4.3 calls deprecated "
    "(transient_nonexcl_queues, permitted by default); declare it durable, or exclusive"
)
LAZY = (
    "queue 'a,b: 100%' in vhost '/' has x-queue-mode, which does nothing: classic queues keep their messages on disk "
    "whatever it says"
)


def test_findings_are_lines_in_the_order_of_the_file(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", definitions]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"definitions.json:13: error dlx-missing: {MISSING}",
        f"definitions.json:22: warning deprecated: {TRANSIENT}",
        f"definitions.json:30: warning argument-ignored: {LAZY}",
        "definitions.json, RabbitMQ 4.3: 1 error, 2 warnings",
    ]


def test_findings_are_json(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", definitions, "--format", "json", "--select", "dlx-missing"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "file": "definitions.json",
        "target": "4.3",
        "findings": [
            {
                "rule": "dlx-missing",
                "severity": "error",
                "vhost": "/",
                "kind": "queue",
                "name": "jobs",
                "message": MISSING,
                "versions": ["3.10", "4.0", "4.3"],
                "file": "definitions.json",
                "line": 13,
            }
        ],
    }


def test_findings_are_workflow_commands(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", definitions, "--format", "github"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"::error file=definitions.json,line=13,title=dlx-missing::{MISSING}",
        f"::warning file=definitions.json,line=22,title=deprecated::{TRANSIENT}",
        f"::warning file=definitions.json,line=30,title=argument-ignored::{LAZY.replace('%', '%25')}",
    ]


def test_names_of_files_are_escaped_for_github(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a,b:c%.json"
    path.write_text(json.dumps(file(queue())), encoding="utf-8")
    assert main(["lint", str(path), "--format", "github"]) == 0
    assert f"::notice file={tmp_path}/a%2Cb%3Ac%25.json,line=1,title=queue-unlimited::" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--ignore", "dlx-missing"], 0),
        (["--ignore", "dlx-missing", "--fail-on", "warning"], 1),
        (["--select", "deprecated, argument-ignored", "--fail-on", "warning"], 1),
        (["--select", "deprecated", "--target", "3.10", "--fail-on", "info"], 0),
        (["--fail-on", "never"], 0),
    ],
)
def test_the_exit_status_tells_whether_anything_is_as_bad(definitions: str, options: list[str], status: int) -> None:
    assert main(["lint", definitions, *options]) == status


def test_nothing_found_is_said(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", definitions, "--select", "dlx-cycle"]) == 0
    assert capsys.readouterr().out == "definitions.json, RabbitMQ 4.3: nothing found\n"


def test_an_upgrade_check_tells_what_is_new(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["upgrade-check", definitions, "--from", "3.10", "--target", "4.3", "--ignore", "changed-message-size"])
        == 0
    )
    assert capsys.readouterr().out.splitlines() == [
        f"definitions.json:22: warning deprecated: {TRANSIENT}",
        f"definitions.json:30: warning argument-ignored: {LAZY}",
        "definitions.json, from RabbitMQ 3.10 to 4.3: 2 warnings",
    ]
    assert main(["upgrade-check", definitions, "--from", "4.0", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": "definitions.json",
        "target": "4.3",
        "from": "4.0",
        "findings": [],
    }


def test_keys_are_read_from_a_file(definitions: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("keys.txt").write_text("# keys\norder.{created,paid}\nrefund.*\n", encoding="utf-8")
    assert main(["lint", definitions, "--keys", "keys.txt", "--exchange", "orders", "--select", "key-unroutable"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == (
        "keys.txt:3: error key-unroutable: routing key 'refund.other' reaches no queue from exchange 'orders' in "
        "vhost '/', "
        "whose bindings wait for 'order.#'; bind a queue for it, or give the exchange an alternate exchange"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["lint", "none.json"], "none.json: there is no such file"),
        (["lint", "keys.txt"], "keys.txt: failed_to_parse_json"),
        (["lint", "definitions.json", "--target", "4.1"], "RabbitMQ '4.1' is not recorded"),
        (["upgrade-check", "definitions.json", "--from", "2"], "RabbitMQ '2' is not recorded"),
        (
            ["lint", "definitions.json", "--select", "dlx"],
            "there is no rule 'dlx'; the rules are binding-end-missing, ",
        ),
        (["lint", "definitions.json", "--keys", "none.txt"], "none.txt cannot be read: "),
        (
            ["lint", "definitions.json", "--keys", "keys.txt"],
            "keys.txt, line 1: 'order.created' is not 'exchange routing.key'",
        ),
    ],
)
def test_a_mistake_ends_with_2(
    definitions: str, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("keys.txt").write_text("order.created\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
