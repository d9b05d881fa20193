"""One HTML page that shows a broker's topology and the ways of its messages, and loads nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from fakeamqp.views.graph import Graph, Node, folded, span, totals
from fakeamqp.views.lettering import shortened
from fakeamqp.views.scene import Scene
from fakeamqp.views.timeline import Journey, Timeline

MOST_JOURNEYS = 2_000
"""How many messages' ways are on a page; of more, the last so many."""

_SCRIPTS = ("topology.js", "layout.js", "elements.js", "picture.js", "details.js", "list.js", "messages.js", "page.js")


def page(scene: Scene) -> str:
    """The page, to be opened from a file: the picture, a list, each message's way, and a slider through time."""
    script = "\n".join(map(asset, _SCRIPTS))
    parts = {
        "title": escape(shortened(scene.title, 200)),
        "style": asset("page.css"),
        "data": embedded(data_of(scene)),
        "script": f'(() => {{\n"use strict";\n{script}}})();',
    }
    # In one go: what is put in place of one name may itself contain another.
    return re.sub(r"\{(title|style|data|script)\}", lambda found: parts[found[1]], asset("page.html"))


@cache
def asset(name: str) -> str:
    """A file that pages are made of, as text."""
    return files("fakeamqp.views").joinpath("assets", name).read_text(encoding="utf-8")


def embedded(data: Any) -> str:
    """Data as JSON that may stand in an element `script`: nothing in it ends that, or begins a comment."""
    written = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def data_of(scene: Scene) -> dict[str, Any]:
    """All that a page shows, in the form that its scripts read."""
    graph, timeline = scene.graph, scene.timeline
    numbers = {node.id: number for number, node in enumerate(graph.nodes)}
    journeys = timeline.journeys if timeline else []
    kept = journeys[-MOST_JOURNEYS:]
    return {
        "title": scene.title,
        "subtitle": " · ".join(_facts(scene)),
        "vhosts": list(dict.fromkeys([*graph.vhosts, *(journey.vhost for journey in journeys)])),
        "nodes": [_node(node, timeline) for node in graph.nodes],
        "edges": [
            {
                "source": numbers[edge.source],
                "target": numbers[edge.target],
                "way": edge.way,
                "labels": list(edge.labels),
                "count": edge.count,
            }
            for edge in graph.edges
        ],
        "groups": list(_groups(graph, numbers)),
        "moments": timeline.moments if timeline else [],
        "depths": dict(_depths(graph, timeline)),
        "journeys": [_journey(journey, numbers) for journey in kept],
        "left_out": len(journeys) - len(kept),
    }


def _facts(scene: Scene) -> Iterator[str]:
    yield f"RabbitMQ {scene.version}"
    yield totals(scene.graph)
    if scene.timeline is not None:
        count = len(scene.timeline.journeys)
        yield f"{count:,} message{'' if count == 1 else 's'} in {span(scene.at_us)} of virtual time"
        if scene.timeline.let_go:
            yield f"without the first {scene.timeline.let_go:,} steps, which the trace has let go of"


def _node(node: Node, timeline: Timeline | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": node.kind,
        "vhost": node.vhost,
        "name": node.name,
        "type": node.type,
        "state": node.state,
        "traits": list(node.traits),
        "limits": [list(limit) for limit in node.limits],
        "policy": node.policy,
        "ready": node.ready,
        "unacked": node.unacked,
        "delayed": node.delayed,
        "consumers": list(node.consumers),
    }
    if timeline is not None and node.kind == "queue":
        key = node.vhost, node.name
        told |= {"born": timeline.born[key]} if key in timeline.born else {}
        told |= {"ended": timeline.ended[key]} if key in timeline.ended else {}
    return told


def _groups(graph: Graph, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    for node in folded(graph).nodes:
        if node.members:
            yield {"name": node.name, "members": [numbers[member.id] for member in node.members]}


def _depths(graph: Graph, timeline: Timeline | None) -> Iterator[tuple[str, list[list[int]]]]:
    for number, node in enumerate(graph.nodes):
        depths = timeline.depths.get((node.vhost, node.name)) if timeline and node.kind == "queue" else None
        if depths:
            yield str(number), [[d.moment, d.ready, d.unacked, d.delayed, d.consumers] for d in depths]


def _journey(journey: Journey, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "id": journey.id,
        "vhost": journey.vhost,
        "exchange": journey.exchange,
        "key": journey.routing_key,
        "body": journey.body,
        "events": [
            [
                event.moment,
                event.what,
                numbers.get(f"queue:{journey.vhost}:{event.queue}"),
                event.queue,
                event.copy,
                event.text,
                event.place,
            ]
            for event in journey.events
        ],
    }
