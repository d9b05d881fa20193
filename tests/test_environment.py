"""The environment that the README's two commands and .ci/run work in; nothing is really created or installed here."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]


class Machine:
    """Stands in for `subprocess.run`: writes down the commands and does what matters of them. fails: a word in the one
    that shall fail; None is none."""

    def __init__(self, environment: ModuleType) -> None:
        self.environment = environment
        self.fails: str | None = None
        self.commands: list[str] = []

    def run(self, command: list[str], **_: object) -> SimpleNamespace:
        self.commands.append(" ".join(command))
        if "venv" in command:
            python = Path(command[-1]) / "bin/python"
            python.parent.mkdir(parents=True)
            python.touch()
        return SimpleNamespace(returncode=int(self.fails is not None and self.fails in command))


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", ROOT / ".ci/environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "FOLDER", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv/bin/python")
    (tmp_path / "setup.cfg").write_text("[options]")
    return module


@pytest.fixture
def machine(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(environment)
    monkeypatch.setattr(subprocess, "run", machine.run)
    return machine


def test_it_is_created_and_filled_once(environment: ModuleType, machine: Machine) -> None:
    assert environment.python_with("test") == environment.PYTHON
    environment.python_with("test")
    create, install = machine.commands
    assert create == f"{sys.executable} -m venv {environment.FOLDER}"
    assert install.endswith(f"--editable {environment.ROOT}[test]")


def test_an_environment_apart_is_filled_for_itself(environment: ModuleType, machine: Machine) -> None:
    environment.python_with("test")
    python = environment.python_with("test-integrations", environment.FOLDER / "apart")
    assert python == environment.FOLDER / "apart/bin/python"
    assert machine.commands[-2].endswith(f"-m venv {environment.FOLDER / 'apart'}")
    assert machine.commands[-1].startswith(f"{python} -m pip")


def test_another_extra_is_added_to_it(environment: ModuleType, machine: Machine) -> None:
    environment.python_with()
    environment.python_with("dev")
    assert [command.rpartition(" ")[2] for command in machine.commands[1:]] == [
        f"{environment.ROOT}",
        f"{environment.ROOT}[dev]",
    ]


def test_it_is_filled_again_when_the_requirements_change(environment: ModuleType, machine: Machine) -> None:
    environment.python_with("test")
    (environment.ROOT / "setup.cfg").write_text("[options]\ninstall_requires = more")
    environment.python_with("test")
    assert len(machine.commands) == 3
    wanted = hashlib.sha256((environment.ROOT / "setup.cfg").read_bytes()).hexdigest()
    assert (environment.FOLDER / "installed-test").read_text() == wanted


def test_what_could_not_be_created_leaves_nothing_and_names_the_cure(environment: ModuleType, machine: Machine) -> None:
    machine.fails = "venv"
    with pytest.raises(SystemExit, match="python3-venv"):
        environment.python_with("test")
    assert not environment.FOLDER.exists()


def test_what_could_not_be_installed_is_tried_again(environment: ModuleType, machine: Machine) -> None:
    machine.fails = "pip"
    with pytest.raises(SystemExit, match="pip could not install it"):
        environment.python_with("test")
    machine.fails = None
    environment.python_with("test")
    assert len(machine.commands) == 3


def test_an_older_python_is_told(environment: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(SystemExit, match=r"needs Python 3\.10 or newer; this is 3\.9"):
        environment.python_with("test")
    assert machine.commands == []


def test_another_pika_is_installed_once_beside_it(environment: ModuleType, machine: Machine) -> None:
    folder = environment.folder_with_pika("1.2.1")
    (install,) = machine.commands
    assert install.endswith(f"--no-deps --target {folder} pika==1.2.1")
    folder.mkdir(parents=True)
    assert environment.folder_with_pika("1.2.1") == folder
    assert len(machine.commands) == 1


def test_a_source_of_pika_is_given_to_pip_as_it_is(environment: ModuleType, machine: Machine) -> None:
    source = "https://github.com/pika/pika/archive/main.zip"
    assert environment.folder_with_pika(source) != environment.folder_with_pika("../pika")
    assert machine.commands[0].endswith(f" {source}")


class Installed:
    """The Pythons of a machine, release by interpreter, in place of `subprocess.run`."""

    def __init__(self, pythons: dict[str, str], pyenv_root: str = "") -> None:
        self.pythons = pythons
        self.pyenv_root = pyenv_root

    def run(self, command: list[str], **_: object) -> SimpleNamespace:
        name = " ".join(command[: 2 if command[0] in ("py", "pyenv") else 1])
        if name == "pyenv root" and self.pyenv_root:
            return SimpleNamespace(returncode=0, stdout=self.pyenv_root + "\n")
        if name not in self.pythons:
            raise FileNotFoundError(name)
        # A shim of pyenv's whose version is not switched on is there, and fails.
        release = self.pythons[name]
        return SimpleNamespace(returncode=127 * (not release), stdout=f"{release} /found/{name}\n")


@pytest.fixture
def on_machine(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str | None]:
    def installed(version: str, pythons: dict[str, str], pyenv_root: str = "") -> str | None:
        monkeypatch.setattr(sys, "executable", "this")
        monkeypatch.setattr(subprocess, "run", Installed({"this": "3.11.7", **pythons}, pyenv_root).run)
        found: str | None = environment.installed(version)
        return found

    return installed


def test_a_python_is_looked_for_on_the_path(on_machine: Callable[..., str | None]) -> None:
    assert on_machine("3.12", {"python3.12": "3.12.1"}) == "/found/python3.12"
    assert on_machine("3.12.1", {"python3.12": "3.12.1"}) == "/found/python3.12"
    assert on_machine("3.12", {"python3.1": "3.1.2", "python3.12": ""}) is None
    assert on_machine("3.12.1", {"python3.12": "3.12.13"}) is None


def test_the_python_that_runs_this_is_one(on_machine: Callable[..., str | None]) -> None:
    assert on_machine("3.11", {}) == "/found/this"


def test_pyenv_has_pythons_that_are_not_on_the_path(on_machine: Callable[..., str | None], tmp_path: Path) -> None:
    for release in ("3.12.1", "3.12.10", "3.12.9", "3.13.0"):
        (tmp_path / "versions" / release).mkdir(parents=True)
    found = {f"{tmp_path}/versions/{release}/bin/python": release for release in ("3.12.1", "3.12.9", "3.12.10")}
    pythons = {"python3.12": "", **found}
    assert on_machine("3.12", pythons, str(tmp_path)) == f"/found/{tmp_path}/versions/3.12.10/bin/python"
    assert on_machine("3.12.1", pythons, str(tmp_path)) == f"/found/{tmp_path}/versions/3.12.1/bin/python"


def test_windows_launcher_knows_pythons(on_machine: Callable[..., str | None]) -> None:
    assert on_machine("3.12", {"py -3.12": "3.12.1"}) == "/found/py -3.12"


def test_the_supported_pythons_are_those_of_setup_cfg(environment: ModuleType) -> None:
    (environment.ROOT / "setup.cfg").write_text((ROOT / "setup.cfg").read_text())
    assert environment.supported() == ["3.10", "3.11", "3.12", "3.13"]


def test_an_environment_can_be_made_by_another_python(environment: ModuleType, machine: Machine) -> None:
    environment.python_with("test", environment.FOLDER / "python3.12", "/bin/python3.12")
    assert machine.commands[0] == f"/bin/python3.12 -m venv {environment.FOLDER / 'python3.12'}"
