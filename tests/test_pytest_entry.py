"""The entry point of the plugin: a folder of the same name in the project under test is told clearly."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import conftest_plugin
from fakeamqp import pytest_entry


def assert_told(result: pytest.RunResult, folder: Path) -> None:
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"ERROR: *named conftest_plugin, and {folder} has the same name*Rename that folder, or *'-p no:fakeamqp'*"]
    )
    assert "Traceback" not in result.stderr.str()


def run_plain_pytest(pytester: pytest.Pytester) -> pytest.RunResult:
    """What the command `pytest` does: unlike `python -m pytest`, it does not import from the current directory."""
    return pytester.run(sys.executable, "-I", "-m", "pytest")


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """A project's own folder conftest_plugin, which its conftest.py needs."""
    pytester.makepyfile(
        **{
            "conftest_plugin/__init__": "",
            "conftest_plugin/helpers": "def double(number): return 2 * number",
            "conftest": "from conftest_plugin.helpers import double",
            "test_it": "def test_it(): pass",
        }
    )
    return pytester.path / "conftest_plugin"


def test_a_folder_that_hides_the_plugin_is_told(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    assert_told(pytester.runpytest_subprocess(), folder)


def test_a_folder_that_the_plugin_hides_is_told(pytester: pytest.Pytester, folder: Path) -> None:
    assert_told(run_plain_pytest(pytester), folder)


def test_the_cure_works(pytester: pytest.Pytester, folder: Path) -> None:
    result = pytester.runpytest_subprocess("-p", "no:fakeamqp", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)


def test_a_folder_without_python_in_it_hinders_nobody(pytester: pytest.Pytester) -> None:
    pytester.mkdir("conftest_plugin")
    pytester.makepyfile("def test_it(fakeamqp_broker): pass")
    run_plain_pytest(pytester).assert_outcomes(passed=1)


def test_pytest_finds_the_plugin_under_the_name_that_switches_it_off() -> None:
    (entry,) = entry_points(group="pytest11", name="fakeamqp")
    assert entry.load() is pytest_entry


def test_it_offers_every_hook_and_fixture_of_the_plugin() -> None:
    from conftest_plugin import fixtures, plugin

    public = [name for name in vars(plugin) if name.startswith("pytest_")]
    public += [name for name in vars(fixtures) if name.startswith("fakeamqp_")]
    assert set(public) <= set(pytest_entry.__all__)
    assert Path(str(conftest_plugin.__file__)).parent.name == "conftest_plugin"
