"""The page on migration is true: a mocked test passes though its program is wrong, the moved one says what is wrong."""

from __future__ import annotations

import re
import shutil
import unittest.mock  # noqa: F401 - inner runs put sys.modules back, and pytest looks for this module there

import pytest

from tests.support import pages
from tests.support.pages import ROOT

PAGE = pages.read("docs/migration.md")

SECTIONS = {
    title: text
    for title, text in re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    if "```python" in text
}

EXAMPLES = [("shop.py", "test"), ("billing.py", "test_billing")]


def test_there_are_bugs_to_show() -> None:
    assert len(SECTIONS) == PAGE.count("```text") == 6


@pytest.mark.parametrize("title", SECTIONS)
def test_a_bug_that_the_mocked_test_does_not_see_fails_the_moved_one(pytester: pytest.Pytester, title: str) -> None:
    text = SECTIONS[title]
    pages.write(pytester, pages.files(text))
    (message,) = re.findall(r"```text\n(.*?)\n```", text, flags=re.DOTALL)

    pytester.runpytest("-W", "error", "test_mocked.py").assert_outcomes(passed=1)
    moved = pytester.runpytest("-W", "error", "test_moved.py")

    outcomes = moved.parseoutcomes()
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 1
    assert message in moved.stdout.str()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("program", "prefix"), EXAMPLES)
def test_the_ten_tests_of_an_example_pass(pytester: pytest.Pytester, program: str, prefix: str, when: str) -> None:
    for file in (program, f"{prefix}_{when}.py"):
        shutil.copy(ROOT / "examples/migration" / file, pytester.path)
    pytester.runpytest("-W", "error").assert_outcomes(passed=10)


@pytest.mark.parametrize(("program", "prefix"), EXAMPLES)
def test_the_same_ten_stand_in_both_files(program: str, prefix: str) -> None:
    folder = ROOT / "examples/migration"
    tests = [
        re.findall(r"^def (test_\w+)", (folder / f"{prefix}_{when}.py").read_text(encoding="utf-8"), re.MULTILINE)
        for when in ("before", "after")
    ]
    assert tests[0] == tests[1]
