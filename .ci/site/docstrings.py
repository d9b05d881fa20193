"""Docstrings as this project writes them, as Markdown for the reference.

A docstring names parameters and fields at the beginning of a line, or of a sentence in such a line, as `name: text`. On
a page each of them becomes an item of a list.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_BEGINS = re.compile(r"^(?P<names>\w+(?:, \w+)*): ")
_BETWEEN = re.compile(r"(?<=[.;]) (?=(?:\w+)(?:, \w+)*: )")


class DocstringsAsMarkdown(griffe.Extension):
    """Rewrites the docstring of every function and class."""

    def on_function_instance(self, *, func: griffe.Function, **kwargs: Any) -> None:
        _rewrite(func, {parameter.name.lstrip("*") for parameter in func.parameters})

    def on_class_members(self, *, cls: griffe.Class, **kwargs: Any) -> None:
        names = set(cls.members)
        made = cls.members.get("__init__")
        if isinstance(made, griffe.Function):
            names |= {parameter.name.lstrip("*") for parameter in made.parameters}
        _rewrite(cls, names)


def _rewrite(thing: griffe.Function | griffe.Class, names: set[str]) -> None:
    if thing.docstring is not None:
        thing.docstring.value = as_markdown(thing.docstring.value, names)


def as_markdown(text: str, names: set[str]) -> str:
    """The text with a list item for each of the names that it explains.

    names: those of parameters and fields; other words before a colon are left as they are.
    """
    return "\n\n".join(_block(block.splitlines(), names) for block in text.strip().split("\n\n"))


def _block(lines: list[str], names: set[str]) -> str:
    """One paragraph: what stands before the first name stays, from then on there are items."""
    made: list[str] = []
    for line in lines:
        for place, part in enumerate(_BETWEEN.split(line.strip())):
            begins = _BEGINS.match(part)
            if begins and _are(begins["names"], names):
                if made:
                    made[-1] = made[-1].removesuffix(";")
                    made[-1] += "" if made[-1].startswith("- ") else "\n"
                marked = ", ".join(f"`{name}`" for name in begins["names"].split(", "))
                made.append(f"- {marked}: {part[begins.end() :]}")
            elif made:
                between = " " if place else "\n  " if made[-1].startswith("- ") else "\n"
                made[-1] += between + part
            else:
                made.append(part)
    return "\n".join(made)


def _are(written: str, names: set[str]) -> bool:
    return set(written.split(", ")) <= names
