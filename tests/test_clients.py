"""The page on clients is true: its recipes are the files that the tests run, its table is complete, its links hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
CLIENTS = ROOT / "tests/clients"

# Each block names, in its first line, the file it is.
RECIPES = dict(re.findall(r"^```(?:python|js)\n(?:#|//) (tests/\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_the_file_of_its_name(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == RECIPES[name]


def test_every_recipe_is_shown() -> None:
    files = [*CLIENTS.glob("recipes/test_*.py"), *CLIENTS.glob("node/order_*.mjs")]
    assert {file.relative_to(ROOT).as_posix() for file in files} == set(RECIPES)


def test_every_client_that_is_tried_is_in_the_table() -> None:
    rows = set(re.findall(r"^\| .*?\(\.\./tests/clients/(\w+\.py)\)", PAGE, flags=re.MULTILINE))
    assert rows == {file.name for file in CLIENTS.glob("test_*.py")}


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", PAGE)
    titles = re.findall(r"^#+ (.*)$", PAGE, flags=re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    for link in links:
        assert link in anchors if link.startswith("#") else (ROOT / "docs" / link.partition("#")[0]).exists(), link
