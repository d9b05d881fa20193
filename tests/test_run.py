"""tests/run.py: which Pythons and pikas the tests run on; nothing is really installed or run here."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

THIS = "{}.{}".format(*sys.version_info)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_tests", Path(__file__).with_name("run.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def runs(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, list[str]]]:
    """Call it with arguments: the exit status, and what was run, as folder and pika. Python 3.11 and 3.12 are
    there, 3.10 is not."""
    ran: list[str] = []

    def python_with(extra: str, folder: Path | None, interpreter: str | None) -> str:
        return f"{folder.name if folder else 'common'} with {extra} by {interpreter}"

    def run_command(command: list[str], env: dict[str, str], **_: object) -> SimpleNamespace:
        ran.append(f"{command[0]}: pika {env.get('PYTHONPATH')}: {' '.join(command[3:])}")
        return SimpleNamespace(returncode=int("fails" in command))

    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(run, "python_with", python_with)
    monkeypatch.setattr(run, "folder_with_pika", lambda pika, python: pika)
    monkeypatch.setattr(run, "supported", lambda: ["3.10", "3.11", "3.12"])
    monkeypatch.setattr(run, "installed", {"3.11": "/bin/python3.11", "3.12": "/bin/python3.12"}.get)
    monkeypatch.setattr(subprocess, "run", run_command)

    def runs(*arguments: str) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
        return run.main(), ran

    return runs


def test_without_arguments_once_on_this_python(runs: Callable[..., tuple[int, list[str]]]) -> None:
    assert runs("-x", "tests/world") == (0, ["common with test by None: pika None: -x tests/world"])


def test_once_for_each_pair_of_python_and_pika(runs: Callable[..., tuple[int, list[str]]]) -> None:
    status, ran = runs("--python", "3.11", "--pika", "1.2.1", "--pika", "1.3.2", "-x")
    assert status == 0
    assert ran == [f"python3.11 with test by /bin/python3.11: pika {pika}: -x" for pika in ("1.2.1", "1.3.2")]


@pytest.mark.parametrize("folder", ["integrations", "clients", "browser"])
def test_tests_apart_have_an_environment_for_each_python(
    runs: Callable[..., tuple[int, list[str]]], folder: str
) -> None:
    _, ran = runs(f"--{folder}", "--python", "3.11")
    assert ran == [f"{folder}-python3.11 with test-{folder} by /bin/python3.11: pika None: tests/{folder}"]


def test_some_of_the_tests_apart_can_be_named(runs: Callable[..., tuple[int, list[str]]]) -> None:
    _, ran = runs("--clients", "tests/clients/test_kombu.py")
    assert ran == ["clients with test-clients by None: pika None: tests/clients/test_kombu.py"]


def test_a_python_that_was_asked_for_and_is_missing_is_a_failure(
    runs: Callable[..., tuple[int, list[str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    status, ran = runs("--python", "3.10", "--python", "3.11")
    assert status == 1
    assert len(ran) == 1
    assert "no Python 3.10 on the PATH or in pyenv: its tests have not run" in capsys.readouterr().out


def test_others_are_those_that_are_there(
    runs: Callable[..., tuple[int, list[str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    status, ran = runs("--python", "others")
    assert status == 0
    assert [line.partition(" ")[0] for line in ran] == [
        f"python{version}" for version in ("3.11", "3.12") if version != THIS
    ]
    assert ("Python 3.10 is not installed and left out" in capsys.readouterr().out) == (THIS != "3.10")


def test_one_that_fails_is_enough(runs: Callable[..., tuple[int, list[str]]]) -> None:
    assert runs("--pika", "1.2.1", "fails")[0] == 1
