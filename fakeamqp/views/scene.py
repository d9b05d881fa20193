"""What there is to draw: of a broker what it is and what happened in it, of a definitions file what it declares."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import attrs

from fakeamqp.model.definitions import DefinitionsRefused
from fakeamqp.model.exchanges import PLUGINS
from fakeamqp.model.profile import PROFILES
from fakeamqp.views.graph import Graph, graph_of
from fakeamqp.views.graph import only as only_named
from fakeamqp.views.timeline import Timeline, timeline_of
from fakeamqp.world.broker import Broker
from fakeamqp.world.definitions import Source, read_definitions
from fakeamqp.world.live import Snapshot, take_snapshot

_ROW = re.compile(r"(\w+)\[(\d+)\]")


@attrs.frozen
class Scene:
    """What there is to draw. graph: all that is shown, unfolded. timeline: None where nothing has happened.

    title: in a line. at_us: the broker's instant, in microseconds. left: what of definitions has no effect.
    """

    title: str
    version: str
    at_us: int
    graph: Graph
    timeline: Timeline | None
    left: tuple[str, ...] = ()


def scene(
    source: Broker | Source,
    *,
    title: str = "",
    version: str | None = None,
    vhost: str | None = None,
    only: str | None = None,
    with_gone: bool = False,
) -> Scene:
    """Read a broker or definitions.

    title: an empty one is the file's name, or "Broker". with_gone: True to show as well what was declared and is gone.
    The rest is as in `draw`.
    """
    if isinstance(source, str | os.PathLike | Mapping):
        return _of_definitions(source, title, version, vhost, only)
    snapshot = _look_at(source)
    timeline = _timeline(source, snapshot)
    graph = graph_of(
        snapshot,
        vhost=vhost,
        used=timeline.used if timeline else (),
        gone=timeline.gone if timeline and with_gone else None,
    )
    if timeline is not None and vhost is not None:
        timeline = attrs.evolve(timeline, journeys=[each for each in timeline.journeys if each.vhost == vhost])
    if only is not None:
        graph = only_named(graph, only)
    return Scene(title or "Broker", source.version, round(snapshot.at * 1e6), graph, timeline, ())


def _of_definitions(source: Source, title: str, version: str | None, vhost: str | None, only: str | None) -> Scene:
    is_path = isinstance(source, os.PathLike) or (isinstance(source, str) and not source.lstrip().startswith("{"))
    name = os.path.basename(os.fspath(source)) if is_path else "definitions"  # type: ignore[arg-type]
    content = read_definitions(source).content
    broker, refused = _taken(content, version_of(content) if version is None else version)
    with broker:
        made = scene(broker, title=title or name, vhost=vhost, only=only)
        return attrs.evolve(made, left=(*refused, *broker.definitions_report))


def _taken(content: dict[str, Any], version: str) -> tuple[Broker, list[str]]:
    """A broker with what can be drawn of definitions, and what has to be left out because RabbitMQ refuses it."""
    refused: list[str] = []
    while True:
        try:
            return Broker(version, definitions=content, plugins=PLUGINS, trace=None), refused
        except DefinitionsRefused as error:
            row = _ROW.search(error.where)
            if row is None or not isinstance(content.get(row[1]), list):
                raise
            content = {**content, row[1]: [*content[row[1]][: int(row[2])], *content[row[1]][int(row[2]) + 1 :]]}
            refused.append(f"{_name_in(error.where)} is refused: {' '.join(error.reason.split())}")


def _name_in(where: str) -> str:
    """What a place in definitions is about: `policies[0] 'limits'` without its number."""
    return _ROW.sub(lambda match: match[1], where)


def version_of(content: Mapping[str, Any]) -> str:
    """The recorded version to read definitions as: the newest that is not newer than the one that wrote them.

    The newest of all where they do not tell which that was.
    """
    told = str(content.get("rabbitmq_version", content.get("rabbit_version", "")))
    numbers = tuple(int(part) for part in told.split(".")[:2] if part.isdecimal())
    versions = sorted(PROFILES, key=_numbers)
    if len(numbers) < 2:
        return versions[-1]
    return next((version for version in reversed(versions) if _numbers(version) <= numbers), versions[0])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _timeline(broker: Any, snapshot: Snapshot) -> Timeline | None:
    """None where nothing has happened, or nobody knows what: a real broker keeps no trace."""
    if not isinstance(broker, Broker) or not len(broker.trace):
        return None
    connections = broker.model.connections
    vhosts = {number: each.vhost.name for number, each in connections.items() if each.vhost is not None}
    return timeline_of(broker.trace, snapshot, vhosts)


def _look_at(broker: Any) -> Snapshot:
    """A snapshot that strict mode does not count as a look at the messages."""
    if not isinstance(broker, Broker):
        snapshot: Snapshot = broker.snapshot()  # of a real one
        return snapshot
    with broker.lock:
        return take_snapshot(broker.model)
