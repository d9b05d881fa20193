"""Pages of the documentation, as tests read them: their code, what they show of its output, their links.

A block of Python names the file it is in its first line: `# test_shop.py`. A block `console` shows commands, each after
`$ `, and what they print; a line `...` stands for any number of lines.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_ITS_NAME = re.compile(r"(?:#|//) (\S+\.\w+)\n")
_LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
_TITLE = re.compile(r"^#+ (.*)$", flags=re.MULTILINE)
_TIME = re.compile(r"\b\d+\.\d+s\b")
_ADDRESS = re.compile(r"0x[0-9a-f]+")


class Block(NamedTuple):
    """A block of a page. language: as it is marked, "" if it is not. name: the file it is; None if it says none.

    text: without the line that names the file.
    """

    language: str
    name: str | None
    text: str


def read(page: str) -> str:
    """A page by its path in the repository, such as "docs/time.md"."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page, in order."""
    for language, body in _BLOCK.findall(text):
        named = _ITS_NAME.match(body)
        yield Block(language, named and named[1], body[named.end() :] if named else body)


def files(text: str, *languages: str) -> dict[str, str]:
    """The files that a page shows, by name, the last of each name; of these languages, Python if none are given.

    Fails if a block of these languages names no file.
    """
    wanted = [block for block in blocks(text) if block.language in (languages or ("python",))]
    assert [block.text for block in wanted if block.name is None] == []
    return {block.name: block.text for block in wanted if block.name is not None}


def write(pytester: pytest.Pytester, shown: Mapping[str, str]) -> None:
    """Write the files that a page shows where a pytest inside pytest finds them."""
    for name, text in shown.items():
        pytester.path.joinpath(name).write_text(text, encoding="utf-8")


def run(pytester: pytest.Pytester, shown: Mapping[str, str], *arguments: str) -> None:
    """Write the files that a page shows, and run their tests: all pass, and there is one at least in all."""
    write(pytester, shown)
    result = pytester.runpytest("-W", "error", *arguments)
    assert set(result.parseoutcomes()) == {"passed"}


def play(pytester: pytest.Pytester, text: str) -> int:
    """Go through a page: write each file that it shows, run each command, and compare what it prints.

    Returns how many commands there were.
    """
    played = 0
    for block in blocks(text):
        if block.language == "python" and block.name is not None:
            write(pytester, {block.name: block.text})
        elif block.language == "console":
            for command, shown in _commands(block.text):
                printed = _printed(pytester, command)
                assert matches(shown, printed), f"$ {command}\nshown:\n{shown}\nprinted:\n{printed}"
                played += 1
    return played


def _commands(text: str) -> list[tuple[str, str]]:
    """Commands with what is shown of their output."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _printed(pytester: pytest.Pytester, command: str) -> str:
    """What a command prints; `pytest` runs here, in the process of these tests, anything else in one of its own."""
    program, *arguments = shlex.split(command)
    if program == "pytest":
        result = pytester.runpytest("-p", "no:randomly", "-p", "no:cacheprovider", "-W", "error", *arguments)
        return "\n".join(result.outlines) + "\n"
    assert program == "python"
    done = subprocess.run(
        [sys.executable, *arguments], cwd=pytester.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout


def matches(shown: str, printed: str) -> bool:
    """True if this is what is shown, times and trailing spaces apart; a line `...` stands for any number of lines."""
    parts = [re.escape(_plain(part)) for part in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*?".join(parts), _plain(printed)) is not None


def _plain(text: str) -> str:
    lines = (re.sub(r"\s+(\[ *\d+%\])$", r" \1", line).rstrip() for line in text.strip("\n").splitlines())
    return "".join(f"{_ADDRESS.sub('0x…', _TIME.sub('0.00s', line))}\n" for line in lines)


def links(text: str) -> list[str]:
    """The links of a page that lead into the repository, with their anchors; those in its code are none."""
    return _LINK.findall(_BLOCK.sub("", text))


def anchors(text: str) -> set[str]:
    """What a link to a section of this page can name."""
    titles = _TITLE.findall(_BLOCK.sub("", text))
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def names(text: str) -> list[str]:
    """What a page of the reference is made of: names of the package, in full."""
    return re.findall(r"^::: (\S+)$", text, flags=re.MULTILINE)


def broken(page: str) -> list[str]:
    """Those links of a page that lead nowhere, or to no section. page: its path in the repository."""
    return [link for link in links(read(page)) if not _leads(page, link)]


def _leads(page: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    if not target.exists():
        return False
    if not anchor:
        return True
    text = target.read_text(encoding="utf-8") if target.suffix == ".md" else ""
    return anchor in anchors(text) or any(f"{anchor}.".startswith(f"{name}.") for name in names(text))
