"""The page on property-based tests: its code runs, its example is the one of that name, its links hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fakeamqp.strategies

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "properties.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))


def test_every_block_of_python_names_its_file() -> None:
    assert len(BLOCKS) == PAGE.count("```python")


def test_the_code_runs(pytester: pytest.Pytester) -> None:
    shown = {name: text for name, text in BLOCKS.items() if not name.startswith("examples/")}
    for name, text in shown.items():
        pytester.path.joinpath(name).write_text(text, encoding="utf-8")
    assert set(pytester.runpytest("-W", "error").parseoutcomes()) == {"passed"}


def test_the_recipe_is_the_example_of_its_name() -> None:
    assert BLOCKS["examples/test_properties.py"] == (ROOT / "examples/test_properties.py").read_text(encoding="utf-8")


def test_every_public_name_is_told_of() -> None:
    told = set(re.findall(r"\w+", PAGE))
    parts = {"BindingMade", "Differs", "ExchangeMade", "Program", "QueueMade", "Reference", "Script"}
    assert set(fakeamqp.strategies.__all__) - parts <= told
