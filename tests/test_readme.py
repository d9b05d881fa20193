"""What the README shows is true: its Python runs, its recipes are the examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.pages import ROOT

README = pages.read("README.md")
BLOCKS = pages.files(README)
RECIPES = {name: text for name, text in BLOCKS.items() if name.startswith("examples/")}
FAILING = {name: text for name, text in BLOCKS.items() if name.startswith("failing/")}
SHOWN = {name: text for name, text in BLOCKS.items() if name not in RECIPES | FAILING}


def test_the_code_and_tests_it_shows_run(pytester: pytest.Pytester) -> None:
    pages.write(pytester, SHOWN)
    result = pytester.runpytest("-W", "error")
    result.assert_outcomes(passed=sum(text.count("def test_") for text in SHOWN.values()))


def test_a_failing_test_says_what_is_shown_below_it(pytester: pytest.Pytester) -> None:
    [(name, text)] = FAILING.items()
    shown = README.partition(f"# {name}\n")[2].partition("```text\n")[2].partition("```")[0]
    pytester.path.joinpath(Path(name).name).write_text(text, encoding="utf-8")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    lines = result.outlines
    first = next(place for place, line in enumerate(lines) if re.fullmatch("-+ fakeamqp -+", line))
    told = lines[first : next(place for place, line in enumerate(lines) if "short test summary" in line)]
    assert "\n".join(told) + "\n" == shown


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_the_example_of_its_name(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == RECIPES[name]


def test_every_example_with_tests_is_a_recipe() -> None:
    on_a_page = {"examples/test_properties.py"}  # docs/properties.md
    assert {f"examples/{file.name}" for file in (ROOT / "examples").glob("test_*.py")} == set(RECIPES) | on_a_page


@pytest.mark.parametrize("page", ["docs/time.md", "docs/faults.md"])
def test_the_code_in_a_page_runs(page: str, pytester: pytest.Pytester) -> None:
    pages.run(pytester, pages.files(pages.read(page)))
