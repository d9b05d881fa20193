"""The bugs of examples/bugs, and what is told of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BUGS = Path(__file__).parents[2] / "examples/bugs"


def load(name: str) -> ModuleType:
    """The module of a bug."""
    spec = importlib.util.spec_from_file_location(name, BUGS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told_of(error: BaseException, capsys: pytest.CaptureFixture[str]) -> str:
    """An error and its notes, which before Python 3.11 stand on the standard error stream."""
    return "\n".join([str(error), *getattr(error, "__notes__", ()), capsys.readouterr().err]).rstrip("\n")
