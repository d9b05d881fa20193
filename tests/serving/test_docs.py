"""The pages on serving and security: their code runs, their links hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("serving.md", "security.md")}


def test_the_code_runs(pytester: pytest.Pytester) -> None:
    page = PAGES["serving.md"]
    blocks = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL))
    assert len(blocks) == page.count("```python") == 2
    for name, text in blocks.items():
        pytester.path.joinpath(name).write_text(text, encoding="utf-8")
    pytester.runpytest("-W", "error").assert_outcomes(passed=2)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGES[name])
    assert [link for link in links if not (DOCS / link).exists()] == []


def test_the_number_of_scripts_is_right() -> None:
    from tests.adapters.tcp.scripts import scripts

    assert f"{len(scripts())} scripts" in PAGES["security.md"]
