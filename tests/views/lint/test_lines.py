"""The lines of a definitions file on which its objects stand."""

from __future__ import annotations

import json

import pytest

from fakeamqp.views.lint.lines import lines_of


def test_each_element_of_each_list_has_its_line() -> None:
    text = '{\n "a": 1,\n "queues": [\n  {"name": "x"},\n\n  {"name":\n "[{"}, 5],\n "bindings": [], "users": [{}]}\n'
    assert lines_of(text) == {("queues", 0): 4, ("queues", 1): 6, ("queues", 2): 7, ("users", 0): 8}


def test_an_exported_file_has_the_lines_that_an_editor_shows() -> None:
    text = json.dumps({"queues": [{"name": str(number)} for number in range(3)]}, indent=2)
    lines = text.splitlines()
    assert [lines[line - 1].strip() for line in lines_of(text).values()] == ["{"] * 3
    assert [json.loads(lines[line].partition(": ")[2]) for line in lines_of(text).values()] == ["0", "1", "2"]


@pytest.mark.parametrize("text", ["{}", ' {"queues": []} ', '{"queues": null}'])
def test_where_nothing_stands_there_are_no_lines(text: str) -> None:
    assert lines_of(text) == {}


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no '\{' at 0"):
        lines_of("[]")


def test_what_begins_at_the_left_edge_is_on_its_own_line() -> None:
    assert lines_of('{"queues": [\n{},\n{}]}') == {("queues", 0): 2, ("queues", 1): 3}
