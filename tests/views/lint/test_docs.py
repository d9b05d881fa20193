"""docs/lint.md tells of every rule, with its example, and of nothing else."""

from __future__ import annotations

from fakeamqp.model.profile import PROFILES
from tests.views.lint.docs import PAGE, page


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.views.lint.docs"


def test_the_page_names_the_versions_there_are() -> None:
    *others, last = PROFILES
    assert f"{', '.join(others)} or {last}; without it, {last}" in page()
