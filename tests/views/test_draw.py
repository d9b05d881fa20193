"""`fakeamqp.draw`: the format by the suffix, what is refused, and that all sources give pictures."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

import fakeamqp
from fakeamqp.views.draw import FORMATS, format_of
from tests.views.stories import shop
from tests.views.topologies import SHOP, every, large


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.txt", "5 exchanges"),
        ("a.mmd", "flowchart LR"),
        ("a.dot", "digraph topology {"),
        ("a.GV", "digraph topology {"),
        ("a.svg", "<svg "),
        ("a.html", "<!DOCTYPE html>"),
    ],
)
def test_the_suffix_tells_the_format(tmp_path: Path, name: str, begins: str) -> None:
    path = tmp_path / name
    drawn = fakeamqp.draw(SHOP, path)
    assert drawn.startswith(begins)
    assert path.read_bytes().decode("utf-8") == drawn


def test_without_a_file_it_is_text() -> None:
    assert fakeamqp.draw(SHOP).startswith("5 exchanges, 8 queues, 11 bindings\n")


def test_a_format_that_is_given_wins_over_the_suffix(tmp_path: Path) -> None:
    assert fakeamqp.draw(SHOP, tmp_path / "a.md", format="mermaid").startswith("flowchart LR")


def test_what_tells_no_format_is_refused_before_anything_is_drawn() -> None:
    for to, given, words in (
        ("a.png", None, "the suffix '.png' tells no format; those that do are .txt"),
        ("a", None, "without a suffix there is no telling the format"),
        (None, "png", "there is no format 'png'; there are text, messages, mermaid, dot, svg, timeline, html"),
    ):
        with pytest.raises(ValueError, match=words):
            format_of(to, given)


@pytest.mark.parametrize("name", every())
@pytest.mark.parametrize("made", FORMATS)
def test_every_topology_is_drawn_in_every_format_and_twice_the_same(name: str, made: Any) -> None:
    drawn = fakeamqp.draw(every()[name], format=made)
    assert drawn
    assert drawn == fakeamqp.draw(every()[name], format=made)


@pytest.mark.parametrize("made", FORMATS)
def test_a_broker_is_drawn_in_every_format(made: Any) -> None:
    with shop() as broker:
        assert "work" in fakeamqp.draw(broker, format=made)


def test_the_ways_of_messages_are_text_too() -> None:
    with shop() as broker:
        assert "dead-lettered by 'work' (rejected)" in fakeamqp.draw(broker, format="messages")
    assert fakeamqp.draw(SHOP, format="messages") == "no message was published\n"


def test_a_picture_of_5000_bindings_is_small() -> None:
    assert len(fakeamqp.draw(large(), format="svg")) < 20_000
    assert len(fakeamqp.draw(large(), format="mermaid").splitlines()) < 30


def test_definitions_that_are_refused_say_why() -> None:
    with pytest.raises(ValueError, match="there is no such file"):
        fakeamqp.draw("nowhere.json")


def test_an_unknown_virtual_host_is_named() -> None:
    with pytest.raises(KeyError, match="no vhost 'nope'"):
        fakeamqp.draw(SHOP, vhost="nope")


def test_its_docstring_tells_of_every_argument() -> None:
    told = inspect.getdoc(fakeamqp.draw) or ""
    assert [name for name in inspect.signature(fakeamqp.draw).parameters if f"{name}:" not in told] == []
