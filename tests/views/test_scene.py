"""What is read of a broker, and of definitions, before it is drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import fakeamqp
from fakeamqp.views.scene import scene
from fakeamqp.views.strict import findings
from tests.views.stories import shop
from tests.views.topologies import SHOP, definitions, exchange, queue


def test_a_file_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP), encoding="utf-8")
    for source in (path, str(path)):
        assert scene(source).title == "shop.json"
    assert scene(path).graph == scene(SHOP).graph == scene(json.dumps(SHOP)).graph
    assert scene(SHOP).timeline is None


def test_definitions_may_need_any_plugin() -> None:
    (node,) = scene(definitions(exchange("x", "x-consistent-hash"))).graph.nodes
    assert node.type == "x-consistent-hash"


def test_definitions_are_read_as_the_version_reads_them() -> None:
    assert scene(SHOP, version="3.10").version == "3.10"
    with pytest.raises(ValueError, match="not recorded"):
        scene(SHOP, version="2.0")


@pytest.mark.parametrize(
    ("wrote", "read_as"),
    [("4.3.6", "4.3"), ("4.1.0", "4.0"), ("3.13.7", "3.10"), ("3.8.9", "3.10"), ("5.0.0", "4.3"), ("", "4.3")],
)
def test_definitions_are_read_as_by_who_wrote_them_unless_they_are_to_be_read_otherwise(
    wrote: str, read_as: str
) -> None:
    assert scene(SHOP | {"rabbitmq_version": wrote}).version == read_as
    assert scene(SHOP | {"rabbitmq_version": wrote}, version="4.0").version == "4.0"


def test_what_only_an_old_version_takes_is_drawn() -> None:
    mirrored = {
        "vhost": "/",
        "name": "ha",
        "pattern": ".*",
        "apply-to": "queues",
        "priority": 0,
        "definition": {"ha-mode": "all"},
    }
    drawn = scene(definitions(queue("q"), policies=(mirrored,)) | {"rabbitmq_version": "3.10.8"})
    assert drawn.graph.nodes[0].policy == "ha"


def test_looking_is_no_look_that_strict_mode_counts() -> None:
    with shop() as broker:
        before = broker.looked_at.copy()
        found = findings(broker)
        scene(broker)
        assert broker.looked_at == before
        assert findings(broker) == found


def test_drawing_changes_nothing() -> None:
    with shop() as broker:
        before, steps = broker.snapshot(), len(broker.trace)
        scene(broker)
        assert (broker.snapshot(), len(broker.trace)) == (before, steps)


def test_what_is_gone_is_shown_when_it_is_asked_for() -> None:
    with fakeamqp.Broker() as broker:
        channel = fakeamqp.connect(broker).channel()
        channel.queue_declare("gone")
        channel.queue_delete("gone")
        assert scene(broker).graph.nodes == ()
        assert [node.name for node in scene(broker, with_gone=True).graph.nodes] == ["gone"]


def test_a_vhost_of_a_connection_is_known_whose_opening_is_not_kept() -> None:
    with fakeamqp.Broker(trace=3, vhosts=("/", "shop")) as broker:
        channel = fakeamqp.connect(broker, virtual_host="shop").channel()
        for _ in range(5):
            channel.queue_declare("q")
        channel.basic_publish("", "q", "x")
        channel.connection.process_data_events(0)
        timeline = scene(broker).timeline
        assert timeline is not None
        assert [journey.vhost for journey in timeline.journeys] == ["shop"]


def test_of_one_virtual_host_and_of_one_pattern() -> None:
    source = definitions(queue("a"), queue("b"), queue("c", "shop"))
    assert [node.name for node in scene(source, vhost="/").graph.nodes] == ["a", "b"]
    assert [node.name for node in scene(source, only="[bc]").graph.nodes] == ["b", "c"]


def test_messages_of_one_virtual_host_alone() -> None:
    with fakeamqp.Broker(vhosts=("/", "shop")) as broker:
        broker.publish("", "nobody", "x")
        broker.publish("", "nobody", "x", vhost="shop")
        timelines = [scene(broker, vhost=vhost).timeline for vhost in (None, "shop")]
        assert [timeline and len(timeline.journeys) for timeline in timelines] == [2, 1]


def test_what_rabbitmq_refuses_of_definitions_is_left_out_and_told() -> None:
    definitions = {
        "vhosts": [{"name": "/"}],
        "policies": [
            {"vhost": "/", "name": "wrong", "pattern": ".*", "apply-to": "all", "definition": {"made-up": 1}},
            {"vhost": "/", "name": "right", "pattern": ".*", "apply-to": "all", "definition": {"max-length": 9}},
        ],
        "queues": [{"vhost": "/", "name": "orders", "durable": True, "auto_delete": False, "arguments": {}}],
    }
    picture = scene(definitions)
    assert [left.partition(" is refused: ")[0] for left in picture.left] == ["policies 'wrong'"]
    assert any(node.name == "orders" for node in picture.graph.nodes)
    assert len(definitions["policies"]) == 2
