"""The page on pictures: what it shows is drawn, its code runs, its links hold."""

from __future__ import annotations

import json
import re

import pytest

from tests.views.pictures import BLOCKS, DEFINITIONS, DOCS, FILES, PAGE, block
from tests.views.topologies import SHOP

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", BLOCKS)
def test_a_block_is_what_is_drawn(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert block(language, TEXT) == BLOCKS[language]()


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_what_is_drawn(name: str) -> None:
    assert (DOCS / "pictures" / name).read_text(encoding="utf-8") == FILES[name]()


def test_the_definitions_are_those_of_the_tests() -> None:
    assert json.loads(DEFINITIONS.read_text(encoding="utf-8")) == SHOP


def test_the_code_runs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pictures=block("python", TEXT))
    pytester.runpytest("-W", "error").assert_outcomes(passed=2)


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", TEXT)
    assert [link for link in links if not (DOCS / link).exists()] == []
