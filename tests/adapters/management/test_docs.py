"""The page on the management API: its code runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs/management.md").read_text(encoding="utf-8")


def test_the_code_runs() -> None:
    blocks = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))
    assert len(blocks) == PAGE.count("```python") == 1
    for text in blocks.values():
        names: dict[str, object] = {}
        exec(compile(text, "docs/management.md", "exec"), names)
        tests = [each for name, each in names.items() if name.startswith("test_")]
        assert tests
        for test in tests:
            assert callable(test)
            test()


def test_every_kind_of_path_is_listed() -> None:
    from fakeamqp.adapters.management.routes import _API

    first = {pattern.split("/")[0] for pattern in _API} - {"reset", "rebalance"}
    assert sorted(word for word in first if f"`{word}" not in PAGE) == []


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)", PAGE))
def test_its_links_lead_somewhere(link: str) -> None:
    assert (Path(__file__).parents[3] / "docs" / link).exists()
