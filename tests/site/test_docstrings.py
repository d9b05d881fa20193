"""Docstrings become Markdown: what names a parameter is an item of a list, all else stays."""

from __future__ import annotations

import pytest

from tests.site.loaded import loaded


def as_markdown(monkeypatch: pytest.MonkeyPatch, text: str, *names: str) -> str:
    return str(loaded("docstrings.py", monkeypatch)["as_markdown"](text, set(names)))


def test_each_parameter_is_an_item(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Do it.\n\nwhen: in seconds;\n    None is now.\nwhere: a name."
    made = as_markdown(monkeypatch, text, "when", "where")
    assert made == "Do it.\n\n- `when`: in seconds;\n  None is now.\n- `where`: a name."


def test_several_may_stand_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    made = as_markdown(monkeypatch, "users: by name. vhosts: names.\na, b: numbers.", "users", "vhosts", "a", "b")
    assert made == "- `users`: by name.\n- `vhosts`: names.\n- `a`, `b`: numbers."


def test_other_words_before_a_colon_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The rule is so. None: no limit.\nRaises: nothing."
    assert as_markdown(monkeypatch, text, "limit") == text


def test_a_list_is_set_apart_from_the_words_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_markdown(monkeypatch, "Its parameters; only: one.", "only") == "Its parameters\n\n- `only`: one."
