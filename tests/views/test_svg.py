"""The picture as SVG: well-formed whatever the names are, all of it inside, and told in words as well."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import fakeamqp
from fakeamqp.views.graph import folded, graph_of, only
from fakeamqp.views.svg import curve, size_of, svg
from tests.views.topologies import NASTY, SHOP, every, graph_in, large

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(definitions: object) -> ElementTree.Element:
    return ElementTree.fromstring(svg(folded(graph_in(definitions))))


@pytest.mark.parametrize("name", every())
def test_every_box_is_there_and_inside(name: str) -> None:
    root = drawn(every()[name])
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    boxes = root.findall(f".//{SPACE}rect[@class='box']")
    nodes = folded(graph_in(every()[name])).nodes
    assert len(boxes) == sum(2 if node.members else 1 for node in nodes)
    for box in boxes:
        assert float(box.attrib["x"]) + float(box.attrib["width"]) < width
        assert float(box.attrib["y"]) + float(box.attrib["height"]) < height


def test_names_stand_in_it_as_they_are() -> None:
    texts = [element.text for element in drawn(every()["nasty names"]).iter(f"{SPACE}text")]
    for name in NASTY:
        if len(name) < 40 and "\n" not in name and "\u202e" not in name:
            assert name in texts


def test_it_can_be_heard() -> None:
    root = drawn(SHOP)
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SPACE}title") == "Topology"
    told = root.findtext(f"{SPACE}desc") or ""
    assert told.startswith("5 exchanges, 8 queues, 11 bindings. exchange orders to queue orders.us (binding); ")
    assert "queue jobs to exchange nowhere (dead letters)" in told


def test_it_loads_nothing_and_runs_nothing() -> None:
    root = drawn(every()["nasty names"])
    assert {element.tag.removeprefix(SPACE) for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text"),
    }
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]


def test_it_has_colours_for_light_and_dark() -> None:
    style = drawn(SHOP).findtext(f"{SPACE}style") or ""
    assert "prefers-color-scheme: dark" in style
    assert set(re.findall(r"var\((--[\w-]+)\)", style)) <= set(re.findall(r"(--[\w-]+):", style))


def test_missing_and_dead_letters_look_different() -> None:
    root = drawn(SHOP)
    assert len(root.findall(f".//{SPACE}g[@class='node missing']")) == 1
    assert len(root.findall(f".//{SPACE}g[@class='dead-letters']")) == 4


def test_5000_bindings_fit_on_a_sheet() -> None:
    root = drawn(large())
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert width < 2_000
    assert height < 2_000


def test_nothing_is_a_picture_too() -> None:
    assert "nothing is declared" in [element.text for element in drawn({}).iter(f"{SPACE}text")]


def test_a_box_has_room_for_its_lines() -> None:
    assert size_of(["a"])[0] == 90
    assert size_of(["a" * 40])[0] > size_of(["a" * 30])[0]
    assert size_of(["a", "b"])[1] > size_of(["a"])[1]


def test_a_way_that_is_level_is_straight() -> None:
    assert curve([(0, 5), (10, 5)]) == "M0.0 5.0H10.0"
    assert curve([(0, 0), (10, 10)]) == "M0.0 0.0C5.0 0.0 5.0 10.0 10.0 10.0"


def test_a_part_can_be_drawn() -> None:
    graph = only(graph_of(fakeamqp.Broker(definitions=SHOP).snapshot()), "pdf")
    assert len(ElementTree.fromstring(svg(graph)).findall(f".//{SPACE}rect[@class='box']")) == 2
