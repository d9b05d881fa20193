"""The page on property-based tests: its code runs, its example is the one of that name, every name is told of."""

from __future__ import annotations

import re

import pytest

import fakeamqp.strategies
from tests.support import pages

PAGE = pages.read("docs/properties.md")
BLOCKS = pages.files(PAGE)


def test_the_code_runs(pytester: pytest.Pytester) -> None:
    pages.run(pytester, {name: text for name, text in BLOCKS.items() if not name.startswith("examples/")})


def test_the_recipe_is_the_example_of_its_name() -> None:
    assert BLOCKS["examples/test_properties.py"] == pages.read("examples/test_properties.py")


def test_every_public_name_is_told_of() -> None:
    told = set(re.findall(r"\w+", PAGE))
    parts = {"BindingMade", "Differs", "ExchangeMade", "Program", "QueueMade", "Reference", "Script"}
    assert set(fakeamqp.strategies.__all__) - parts <= told
