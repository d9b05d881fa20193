"""The table of what is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.adapters.management.left_out import LEFT_OUT, is_left_out
from tests.adapters.management.recording import FOLDER

DOCS = Path(__file__).parents[3] / "docs/management.md"


def keys(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(item)
    if isinstance(value, dict):
        yield from value


def test_a_star_stands_for_the_rest_of_a_name() -> None:
    assert is_left_out("messages_details")
    assert is_left_out("peer_cert_subject")
    assert not is_left_out("details")
    assert not is_left_out("messages")


def test_every_row_is_about_something_that_real_brokers_tell() -> None:
    recorded = {key for path in FOLDER.glob("*.json") for key in keys(json.loads(path.read_text(encoding="utf-8")))}
    patterns = {name: re.compile(re.escape(name).replace(r"\*", ".+")) for name in LEFT_OUT}
    assert [name for name, pattern in patterns.items() if not any(map(pattern.fullmatch, recorded))] == []


def test_the_documentation_has_the_same_table() -> None:
    rows = re.findall(r"^\| (`.+`) \| (.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: reason for names, reason in rows for name in re.findall(r"`([^`]+)`", names)}
    assert {name: told.get(name) for name in LEFT_OUT} == LEFT_OUT
