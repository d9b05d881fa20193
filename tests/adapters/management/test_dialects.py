"""Differences between the versions."""

from __future__ import annotations

from pathlib import Path

import attrs

from fakeamqp.adapters.management import dialects
from fakeamqp.adapters.management.dialects import DIALECTS, Dialect
from fakeamqp.model.profile import PROFILES


def test_every_version_has_a_dialect() -> None:
    assert DIALECTS.keys() == PROFILES.keys()


def test_what_is_no_difference_is_no_field() -> None:
    same = [
        field.name
        for field in attrs.fields(Dialect)
        if len({getattr(dialect, field.name) for dialect in DIALECTS.values()}) == 1
    ]
    assert same == []


def test_every_field_means_something_somewhere() -> None:
    folder = Path(dialects.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py") if file.name != "dialects.py")
    assert [field.name for field in attrs.fields(Dialect) if field.name not in source] == []


def test_every_field_says_what_it_means() -> None:
    assert [field.name for field in attrs.fields(Dialect) if field.name not in (Dialect.__doc__ or "")] == []
