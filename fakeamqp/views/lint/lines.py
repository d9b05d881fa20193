"""On which line of a definitions file an object stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined] # what json itself reads strings with
from typing import Any

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def lines_of(text: str) -> dict[tuple[str, int], int]:
    """The line on which each element of each list at the top of a JSON object begins: (name of the list, index).

    Raises ValueError for a text that is no JSON object.
    """
    found: dict[tuple[str, int], int] = {}
    line, counted = 1, 0
    for name, index, at in _elements(text):
        line += text.count("\n", counted, at)
        counted = at
        found[name, index] = line
    return found


def _elements(text: str) -> Iterator[tuple[str, int, int]]:
    at = _open(text, 0, "{")
    while text[at] != "}":
        name, at = scanstring(text, at + 1, True)
        at = _open(text, at, ":")
        if text[at] != "[":
            at = _next(text, _value(text, at))
            continue
        at, index = _open(text, at, "["), 0
        while text[at] != "]":
            yield name, index, at
            at = _next(text, _value(text, at))
            index += 1
        at = _next(text, at + 1)


def _value(text: str, at: int) -> int:
    """The end of the value that begins there."""
    value: tuple[Any, int] = _DECODER.raw_decode(text, at)
    return value[1]


def _open(text: str, at: int, sign: str) -> int:
    """What comes behind a sign that has to be there."""
    at = _skip(text, at)
    if text[at] != sign:
        raise ValueError(f"no {sign!r} at {at}")
    return _skip(text, at + 1)


def _next(text: str, at: int) -> int:
    """What comes behind a value, and the comma after it."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return at if found is None else found.end()
