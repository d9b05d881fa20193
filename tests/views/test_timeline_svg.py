"""The ways of messages as SVG."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

import fakeamqp
from fakeamqp.views import timeline_svg as file
from fakeamqp.views.scene import scene
from fakeamqp.views.timeline_svg import timeline_svg
from tests.views.stories import shop
from tests.views.topologies import NASTY

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(broker: fakeamqp.Broker) -> ElementTree.Element:
    return ElementTree.fromstring(timeline_svg(scene(broker).timeline))


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SPACE}text")]


def told(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SPACE}title")]


@pytest.fixture(scope="module")
def story() -> ElementTree.Element:
    with shop() as broker:
        return drawn(broker)


def test_each_message_is_a_row(story: ElementTree.Element) -> None:
    rows = [text for text in texts(story) if "b'" in text]
    assert rows[0] == "1 'order.created.de' b'{\"id\": 0}'"
    assert len(rows) == 6


def test_stripes_tell_what_happened_and_when(story: ElementTree.Element) -> None:
    assert "0 s: dead-lettered by 'work' (rejected) to exchange 'dlx'" in told(story)
    assert "10 min: dead-lettered by 'wait' (expired) to exchange 'orders'" in told(story)


def test_queues_and_instants_are_named(story: ElementTree.Element) -> None:
    assert {"work", "mail", "0 s", "10 min"} <= set(texts(story))


def test_everything_is_inside(story: ElementTree.Element) -> None:
    _, _, width, height = map(float, story.attrib["viewBox"].split())
    for rect in story.iter(f"{SPACE}rect"):
        assert float(rect.attrib.get("x", 0)) + float(rect.attrib["width"]) <= width
        assert float(rect.attrib.get("y", 0)) + float(rect.attrib["height"]) <= height


def test_it_can_be_heard(story: ElementTree.Element) -> None:
    assert "message 6 'nothing' b'lost': published, dropped" in (story.findtext(f"{SPACE}desc") or "")


def test_of_very_many_messages_the_last_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST_ROWS", 2)
    with shop() as broker:
        root = drawn(broker)
    assert [text[0] for text in texts(root) if "b'" in text] == ["5", "6"]
    assert "4 earlier messages are not shown" in texts(root)


def test_names_do_no_harm() -> None:
    with fakeamqp.Broker(trace="all") as broker:
        channel = fakeamqp.connect(broker).channel()
        names = [name for name in NASTY if "\n" not in name]  # RabbitMQ takes that out of names
        for name in names:
            channel.queue_declare(name)
            broker.publish("", name, name)
        assert len(told(drawn(broker))) > len(names)


def test_nothing_is_said_so() -> None:
    assert "no message was published" in texts(ElementTree.fromstring(timeline_svg(None)))
