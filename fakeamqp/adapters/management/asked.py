"""One request: its path, its query, its content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import attrs

from fakeamqp.adapters.management.answers import bad_request

_LINE_LENGTH = 79


@attrs.frozen
class Asked:
    """A request.

    path: its parts, decoded. names: those of them that stand for something, by what they stand for.
    authorization: the header of that name; None if there is none. reason: the header X-Reason.
    """

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    content: bytes = b""
    authorization: str | None = None
    reason: str | None = None
    names: Mapping[str, str] = {}

    def fields(self, *needed: str) -> dict[str, Any]:
        """The JSON object that was sent; none at all is an empty one.

        Raises Refused if it is none, and if one that is needed is not in it.
        """
        try:
            given = json.loads(self.content) if self.content else {}
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise bad_request("not_json")
        terms = [f"{{key_missing,{key}}}" for key in needed if key not in given]
        if terms:
            line = f"[{','.join(terms)}]"
            # As Erlang prints it: what does not fit on a line has a line for each.
            raise bad_request(line if len(line) < _LINE_LENGTH else "[" + ",\n ".join(terms) + "]")
        return given

    def says(self, key: str) -> bool:
        """True if the query has "true" for that."""
        return self.query.get(key) == "true"


def split_target(target: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The parts of the path and the fields of the query of a request's target. One slash at the end is nothing."""
    path, _, query = target.partition("?")
    parts = path.removeprefix("/").split("/")
    if len(parts) > 1 and not parts[-1]:
        del parts[-1]
    return tuple(unquote(part) for part in parts), dict(parse_qsl(query, keep_blank_values=True))
