"""The files of .ci/site, which run inside of MkDocs and griffe: here these are empty, nothing of them is asked."""

from __future__ import annotations

import runpy
import sys
from types import ModuleType
from typing import Any

import pytest

from tests.support.pages import ROOT


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a file of .ci/site defines."""
    for module, names in {
        "griffe": ("Extension", "Function", "Class"),
        "mkdocs": (),
        "mkdocs.config": (),
        "mkdocs.config.defaults": ("MkDocsConfig",),
        "mkdocs.structure": (),
        "mkdocs.structure.files": ("File", "Files"),
        "mkdocs.structure.pages": ("Page",),
    }.items():
        empty = ModuleType(module)
        for each in names:
            setattr(empty, each, object)
        monkeypatch.setitem(sys.modules, module, empty)
    return runpy.run_path(str(ROOT / ".ci/site" / name))
