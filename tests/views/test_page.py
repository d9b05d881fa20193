"""The page as a file: whole, safe whatever the names are, with all that its scripts show. See tests/browser, too."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from fakeamqp.views import page as page_file
from fakeamqp.views.page import data_of, embedded, page
from fakeamqp.views.scene import scene
from tests.views.stories import shop
from tests.views.topologies import NASTY, every, large


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def data_in(text: str) -> Any:
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found)


@pytest.mark.parametrize("name", every())
def test_the_data_comes_out_as_it_went_in(name: str) -> None:
    shown = scene(every()[name])
    assert data_in(page(shown)) == json.loads(json.dumps(data_of(shown)))


def test_no_name_ends_a_script_or_begins_an_element() -> None:
    text = page(scene(every()["nasty names"], title="</title><script>{data}"))
    tags = [tag for tag, _ in Elements(text).found]
    assert tags.count("script") == text.count("</script>") == 2
    assert tags.count("title") == 1
    assert {node["name"] for node in data_in(text)["nodes"]} >= set(NASTY)
    assert "{data}" in data_in(text)["title"]


def test_what_is_embedded_holds_no_sign_that_html_reads() -> None:
    written = embedded({"a": "</script><!-- & \u2028 \udc80"})
    assert not set("<>&") & set(written)
    assert written.isascii()
    assert json.loads(written) == {"a": "</script><!-- & \u2028 \udc80"}


def test_it_loads_nothing_from_elsewhere() -> None:
    text = page(scene(every()["shop"]))
    assert set(re.findall(r"https?://[^\s\"')]+", text)) == {"http://www.w3.org/2000/svg"}  # the name of SVG
    for tag, attributes in Elements(text).found:
        assert not attributes.get("src"), tag
        assert (attributes.get("href") or "data:,") == "data:,"
    assert "default-src 'none'" in text


def test_text_never_becomes_html() -> None:
    """What scripts put on the page goes in as text: no name can bring an element with it."""
    text = page(scene(every()["shop"]))
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert way not in text


def test_everything_a_script_looks_for_is_on_the_page() -> None:
    text = page(scene(every()["shop"]))
    ids = {attributes["id"] for _, attributes in Elements(text).found if "id" in attributes}
    assert set(re.findall(r'byId\("([\w-]+)"\)', text)) <= ids
    for controls in re.findall(r'aria-controls="([\w-]+)"', text):
        assert controls in ids


def test_every_control_has_a_name() -> None:
    for tag, attributes in Elements(page(scene(every()["shop"]))).found:
        if tag in ("select", "aside") or (tag == "input" and attributes.get("type") != "checkbox"):
            assert attributes.get("aria-label"), attributes


def test_a_story_is_told_with_its_moments_and_depths() -> None:
    with shop() as broker:
        data = data_of(scene(broker))
    numbers = {node["name"]: number for number, node in enumerate(data["nodes"])}
    assert data["depths"][str(numbers["wait"])][-1][1:] == [0, 0, 0, 0]
    assert max(depth[1] for depth in data["depths"][str(numbers["work"])]) == 4
    assert len(data["journeys"]) == 6
    assert data["journeys"][0]["events"][0][1] == "published"
    assert len(data["moments"]) > max(event[0] for journey in data["journeys"] for event in journey["events"])


def test_of_very_many_messages_the_last_are_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_file, "MOST_JOURNEYS", 2)
    with shop() as broker:
        data = data_of(scene(broker))
    assert ([journey["id"] for journey in data["journeys"]], data["left_out"]) == ([5, 6], 4)


def test_what_is_alike_comes_as_groups() -> None:
    data = data_of(scene(large()))
    assert sum(len(group["members"]) for group in data["groups"]) >= 500
    assert len(data["nodes"]) == 550
    assert sum(edge["count"] for edge in data["edges"] if edge["way"] == "binding") == 5_000
    assert len(page(scene(large()))) < 1_000_000
