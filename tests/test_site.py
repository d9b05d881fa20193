"""The site: what its pages show is so, what they list is complete, and their links lead somewhere."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterator

import pytest

import fakeamqp
from fakeamqp.cli import _parser
from tests.support import pages
from tests.support.pages import DOCS, ROOT

PAGES = sorted(["README.md", *(file.relative_to(ROOT).as_posix() for file in DOCS.rglob("*.md"))])
REFERENCE = {file.name: file.read_text(encoding="utf-8") for file in sorted((DOCS / "reference").glob("*.md"))}
NAVIGATION = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed is as wide as on the pages."""
    monkeypatch.setenv("COLUMNS", "80")


# --- code and output


def test_the_tutorial_can_be_followed_to_the_letter(pytester: pytest.Pytester) -> None:
    assert pages.play(pytester, pages.read("docs/tutorial.md")) >= 9


def test_the_recipes_run(pytester: pytest.Pytester) -> None:
    shown = pages.files(pages.read("docs/recipes.md"))
    mine = {name: text for name, text in shown.items() if not name.startswith(("tests/", "examples/"))}
    pages.run(pytester, mine, "-p", "no:randomly")
    for name in shown.keys() - mine:
        assert shown[name] == pages.read(name)


@pytest.mark.parametrize("page", ["docs/index.md", "docs/waiting.md", "docs/determinism.md"])
def test_the_code_in_a_page_runs(page: str, pytester: pytest.Pytester) -> None:
    pages.run(pytester, pages.files(pages.read(page)))


def test_what_is_shown_of_an_output_is_compared_with_it() -> None:
    assert pages.matches("a\n...\nd\n", "a\nb\nc\nd\n")
    assert pages.matches("1 passed in 0.05s\n", "1 passed in 2.50s\n")
    assert not pages.matches("a\n...\nd\n", "a\nb\nc\n")
    assert not pages.matches("a\nc\n", "a\nb\nc\n")


# --- the reference


TOLD = [name for text in REFERENCE.values() for name in pages.names(text)]


def test_every_public_name_is_in_the_reference() -> None:
    assert {f"fakeamqp.{name}" for name in fakeamqp.__all__} - {"fakeamqp.__version__"} <= set(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_what_the_reference_names_is_there_and_says_what_it_is(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    assert getattr(importlib.import_module(module), attribute).__doc__


def rows(table: str) -> set[str]:
    """What the first column of a table has in code, of a section of the page on pytest."""
    section = REFERENCE["pytest.md"].partition(f"## {table}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([^`\s]+)", section, flags=re.MULTILINE))


def test_the_tables_for_pytest_are_those_of_the_plugin(pytestconfig: pytest.Config) -> None:
    parser = pytestconfig._parser  # there is no other way to ask
    (group,) = [group for group in parser._groups if group.name == "fakeamqp"]
    assert rows("Options") == {option.names()[0] for option in group.options}
    assert rows("Settings") == {name for name in parser._inidict if name.startswith("fakeamqp_")}
    fixtures = {
        name for name in dir(importlib.import_module("conftest_plugin.fixtures")) if name.startswith("fakeamqp")
    }
    assert rows("Fixtures") == fixtures


def test_the_marker_is_told_of_in_full(pytestconfig: pytest.Config) -> None:
    (told,) = [line for line in pytestconfig.getini("markers") if line.startswith("fakeamqp(")]
    assert rows("The marker") >= set(re.findall(r"\b(\w+)=", told)) - {"version", "seed"}


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parsers of the command line, by what calls them."""
    parser = _parser()
    (verbs,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {"": parser, **verbs.choices}


@pytest.mark.parametrize("command", commands())
def test_the_help_of_the_command_line_is_shown(command: str) -> None:
    words = " ".join(["python -m fakeamqp", *command.split(), "--help"])
    assert same_help(dict(shown_commands(REFERENCE["cli.md"]))[words], commands()[command].format_help())


def same_help(shown: str, printed: str) -> bool:
    """True if it says the same: Python 3.13 writes `-o, --output FILE`, earlier ones `-o FILE, --output FILE`."""
    one, other = (
        re.sub(r"(-\w) [A-Z]+, (--\w+ [A-Z]+)", r"\1, \2", " ".join(text.split())) for text in (shown, printed)
    )
    return one == other


def shown_commands(text: str) -> Iterator[tuple[str, str]]:
    for block in pages.blocks(text):
        if block.language == "console":
            command, _, shown = block.text.removeprefix("$ ").partition("\n")
            yield command, shown


# --- the site as a whole


@pytest.mark.parametrize("page", PAGES)
def test_no_link_leads_nowhere(page: str) -> None:
    assert pages.broken(page) == []


def test_every_page_has_its_place_and_every_place_its_page() -> None:
    listed = set(re.findall(r"([\w/-]+\.md)$", NAVIGATION.partition("\nnav:\n")[2], flags=re.MULTILINE))
    assert listed == {file.relative_to(DOCS).as_posix() for file in DOCS.rglob("*.md")} | {"readme.md", "changes.md"}


def test_nothing_on_a_page_comes_from_elsewhere() -> None:
    """Neither the theme nor a page loads fonts, scripts or pictures over the network."""
    assert "font: false" in NAVIGATION
    for file in [*DOCS.rglob("*.md"), *DOCS.rglob("*.css"), *DOCS.rglob("*.svg")]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"!\[[^\]]*\]\(https?:|(?:src|@import)\s*=?\s*[\"'(]*https?:", text), file
