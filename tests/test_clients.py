"""The page on clients is true: its recipes are the files that the tests run, its table is complete."""

from __future__ import annotations

import re

import pytest

from tests.support import pages
from tests.support.pages import ROOT

PAGE = pages.read("docs/clients.md")
CLIENTS = ROOT / "tests/clients"
RECIPES = {name: text for name, text in pages.files(PAGE, "python", "js").items() if name.startswith("tests/")}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_the_file_of_its_name(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == RECIPES[name]


def test_every_recipe_is_shown() -> None:
    files = [*CLIENTS.glob("recipes/test_*.py"), *CLIENTS.glob("node/order_*.mjs")]
    assert {file.relative_to(ROOT).as_posix() for file in files} == set(RECIPES)


def test_every_client_that_is_tried_is_in_the_table() -> None:
    rows = set(re.findall(r"^\| .*?\(\.\./tests/clients/(\w+\.py)\)", PAGE, flags=re.MULTILINE))
    assert rows == {file.name for file in CLIENTS.glob("test_*.py")} - {"test_comparison.py"}
