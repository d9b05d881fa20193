"""Every example does what it shows."""

from __future__ import annotations

import re
import runpy
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import fakeamqp

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize("name", [file.name for file in sorted(EXAMPLES.glob("test_*.py"))])
def test_the_tests_of_an_example_pass(pytester: pytest.Pytester, name: str) -> None:
    for file in (EXAMPLES / name, *EXAMPLES.glob("*.json")):
        shutil.copy(file, pytester.path)
    outcomes = pytester.runpytest("-W", "error").parseoutcomes()
    assert outcomes["passed"] >= 1
    assert set(outcomes) == {"passed"}


def test_the_worker_packs_what_the_publisher_ordered(capsys: pytest.CaptureFixture[str]) -> None:
    worker = runpy.run_path(str(EXAMPLES / "orders_worker.py"))
    publisher = runpy.run_path(str(EXAMPLES / "orders_publisher.py"))
    with fakeamqp.patch_pika(idle="interrupt") as broker:
        worker["declare"](worker["connect"]().channel())
        publisher["main"](4)
        worker["main"]()
    assert capsys.readouterr().out.splitlines() == [
        "ordered: tea for de",
        "ordered: a kettle for us",
        "ordered: a cup for us",
        "ordered: sugar for de",
        "waiting for orders",
        "order 1: packed tea for de",
        "order 2: a kettle is sold out, trying again in ten minutes",
        "order 3: packed a cup for us",
        "order 4: packed sugar for de",
        "order 2: a kettle is sold out, trying again in ten minutes",
        "order 2: a kettle is sold out, giving up",
        "closing",
    ]
    assert broker.clock.now() == 2 * 600
    assert broker.queue("to_pack.failed").ready == 1


def test_the_first_command_of_the_readme_prints_what_stands_there(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # It runs in the environment of these tests: making one is tested in test_environment.py.
    environment = ModuleType("environment")
    monkeypatch.setattr(environment, "python_with", lambda: sys.executable, raising=False)
    monkeypatch.setitem(sys.modules, "environment", environment)
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setattr(sys, "argv", ["try_it.py"])

    assert runpy.run_path(str(EXAMPLES / "try_it.py"))["main"]() == 0

    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"```text\n(.*?)```", readme, flags=re.DOTALL)[0]
    assert shown in capfd.readouterr().out


def test_without_a_worker_the_publisher_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    publisher = runpy.run_path(str(EXAMPLES / "orders_publisher.py"))
    with fakeamqp.patch_pika():
        publisher["main"](1)
    assert capsys.readouterr().out == "nobody takes orders from de yet\n"
