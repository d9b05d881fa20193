"""A topology as SVG, made without any tool: it shows in a browser and in a README, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from fakeamqp.views.graph import Edge, Graph, Node, totals
from fakeamqp.views.layout import Layout, Link, Point, arranged
from fakeamqp.views.lettering import shortened, width_of
from fakeamqp.views.words import said_of, told_by

MARGIN = 20.0
_TITLE, _TEXT = 13.0, 11.0
_LINE = 16.0
_INSIDE = 12.0
_BEHIND = 5.0
_LONGEST = 44
_HEAD = 34.0
_BETWEEN_VHOSTS = 28.0

STYLE = """
.topology { --paper: #ffffff; --ink: #1b1f24; --faint: #5b6470; --frame: #d5dae1;
  --exchange: #eef3fe; --exchange-edge: #3d6fd9; --queue: #edf8f1; --queue-edge: #2f8554;
  --missing: #fdeeec; --missing-edge: #c0362c; --deleted: #f4f5f6; --deleted-edge: #8a929c;
  --dead: #c0362c; --alternate: #96690a; --line: #66707c; }
@media (prefers-color-scheme: dark) { .topology { --paper: #14171b; --ink: #e8ebef; --faint: #a3adb9; --frame: #333a43;
  --exchange: #1b2740; --exchange-edge: #7ea3f5; --queue: #17301f; --queue-edge: #67c48f;
  --missing: #3b1a18; --missing-edge: #f08a80; --deleted: #22262b; --deleted-edge: #858e99;
  --dead: #f08a80; --alternate: #dcb45c; --line: #97a1ad; } }
.topology text { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--ink); }
.topology .sheet { fill: var(--paper); }
.topology .frame { fill: none; stroke: var(--frame); }
.topology .name { font-size: 13px; font-weight: 600; }
.topology .more, .topology .label { font-size: 11px; }
.topology .more, .topology .vhost { fill: var(--faint); }
.topology .held { font-size: 11px; font-weight: 600; }
.topology .vhost { font-size: 12px; font-weight: 600; }
.topology .box { stroke-width: 1.4; }
.topology .exchange .box { fill: var(--exchange); stroke: var(--exchange-edge); }
.topology .queue .box { fill: var(--queue); stroke: var(--queue-edge); }
.topology .missing .box { fill: var(--missing); stroke: var(--missing-edge); stroke-dasharray: 5 3; }
.topology .deleted .box { fill: var(--deleted); stroke: var(--deleted-edge); stroke-dasharray: 5 3; }
.topology .way { fill: none; stroke: var(--line); stroke-width: 1.4; }
.topology .dead-letters .way { stroke: var(--dead); stroke-dasharray: 6 4; }
.topology .alternate .way { stroke: var(--alternate); stroke-dasharray: 2 3; }
.topology .dead-letters text { fill: var(--dead); }
.topology .alternate text { fill: var(--alternate); }
.topology .tip { fill: var(--line); }
.topology .tip-dead-letters { fill: var(--dead); }
.topology .tip-alternate { fill: var(--alternate); }
"""


def svg(graph: Graph, title: str = "Topology") -> str:
    """The picture: exchanges and queues in boxes, bindings with their keys, dead letters dashed and red.

    title: of the whole, for who hears it and for who points at it.
    """
    sections = [_Section(vhost, part) for vhost, part in _by_vhost(graph)]
    width = max([section.width for section in sections], default=200.0) + 2 * MARGIN
    parts: list[str] = []
    y = MARGIN
    for section in sections:
        parts += section.drawn(y, width - 2 * MARGIN)
        y += section.height + _BETWEEN_VHOSTS
    height = max(y - _BETWEEN_VHOSTS + MARGIN, 80.0)
    told = totals(graph)
    if not graph.nodes:
        parts.append(_text(MARGIN, 44, "more", "nothing is declared"))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="topology" role="img" aria-labelledby="title desc" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">',
            f'<title id="title">{_plain(title)}</title>',
            f'<desc id="desc">{_plain(_described(graph, told))}</desc>',
            f"<style>{STYLE}</style>",
            f"<defs>{''.join(map(_tip, ('', '-dead-letters', '-alternate')))}</defs>",
            f'<rect class="sheet" width="{width:.0f}" height="{height:.0f}"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _by_vhost(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """What stands in each frame. Virtual hosts between which a way leads, because they are folded, share one."""
    vhosts = {node.id: node.vhost for node in graph.nodes}
    frame_of = {vhost: vhost for vhost in graph.vhosts}
    for edge in graph.edges:
        one, other = frame_of[vhosts[edge.source]], frame_of[vhosts[edge.target]]
        if one != other:
            frame_of = {vhost: one if frame == other else frame for vhost, frame in frame_of.items()}
    for frame in dict.fromkeys(frame_of.values()):
        names = [vhost for vhost, each in frame_of.items() if each == frame]
        nodes = tuple(node for node in graph.nodes if node.vhost in names)
        edges = tuple(edge for edge in graph.edges if vhosts[edge.source] in names)
        yield f"virtual host {names[0]}" if len(names) == 1 else "several virtual hosts", Graph(nodes, edges)


class _Section:
    """One virtual host in its frame."""

    def __init__(self, title: str, graph: Graph) -> None:
        self._title = title
        self._graph = graph
        self._lines = {node.id: _lines(node) for node in graph.nodes}
        self._sizes = {node_id: size_of(lines) for node_id, lines in self._lines.items()}
        links = [_link(edge) for edge in graph.edges]
        room = {node.id: _room(self._sizes[node.id], node) for node in graph.nodes}
        self._layout: Layout = arranged(room, links)
        self.width = max(self._layout.width, width_of(title, 12.0)) + 2 * MARGIN
        self.height = self._layout.height + _HEAD + MARGIN

    def drawn(self, y: float, width: float) -> Iterator[str]:
        """The elements, with the frame's upper left corner at the margin and at y."""
        yield f'<rect class="frame" x="{MARGIN}" y="{y:.1f}" width="{width:.1f}" height="{self.height:.1f}" rx="10"/>'
        yield _text(2 * MARGIN, y + 22, "vhost", shortened(self._title, 80))
        yield f'<g transform="translate({2 * MARGIN} {y + _HEAD:.1f})">'
        for edge, route in zip(self._graph.edges, self._layout.routes, strict=True):
            yield from _way(edge, route.points, route.label)
        for node in self._graph.nodes:
            yield from self._box(node)
        yield "</g>"

    def _box(self, node: Node) -> Iterator[str]:
        (x, y), (width, height) = self._layout.boxes[node.id], self._sizes[node.id]
        kind = node.kind if node.state == "there" else node.state
        y += _BEHIND if node.members else 0.0
        radius = height / 2 if node.kind == "exchange" and height < 48 else 14 if node.kind == "exchange" else 4
        yield f'<g class="node {kind}"><title>{_plain(chr(10).join(said_of(node)))}</title>'
        if node.members:
            yield _rect(x + _BEHIND, y - _BEHIND, width, height, radius)
        yield _rect(x, y, width, height, radius)
        holds = node.ready or node.unacked or node.delayed
        last = len(self._lines[node.id]) - 1
        for number, line in enumerate(self._lines[node.id]):
            look = "name" if not number else "held" if holds and number == last else "more"
            yield _text(x + _INSIDE, y + 20 + number * _LINE, look, line)
        yield "</g>"


def _lines(node: Node) -> list[str]:
    """What stands in a box; limits on lines of their own where they are many."""
    lines = []
    for line in said_of(node):
        parts = line.split(", ") if len(line) > _LONGEST and line != node.title else [line]
        shown = parts.pop(0)
        for part in parts:
            if len(shown) + len(part) + 2 > _LONGEST:
                lines.append(shown + ",")
                shown = part
            else:
                shown += f", {part}"
        lines.append(shown)
    return [shortened(line, _LONGEST) for line in lines]


def size_of(lines: Sequence[str]) -> tuple[float, float]:
    """Width and height of a box around these lines, the first of which is its name."""
    bold = 1.06
    widths = [
        width_of(line, _TEXT if 0 < number < len(lines) - 1 else bold * (_TEXT if number else _TITLE))
        for number, line in enumerate(lines)
    ]
    return max(90.0, max(widths) + 2 * _INSIDE), 14.0 + _LINE * len(lines)


def _room(size: tuple[float, float], node: Node) -> tuple[float, float]:
    """What a box takes; several that are drawn as one look out behind it."""
    return (size[0] + _BEHIND, size[1] + _BEHIND) if node.members else size


def _link(edge: Edge) -> Link:
    lines, is_weak = _written(edge), edge.way not in ("binding", "default")
    if not lines:
        return Link(edge.source, edge.target, is_weak=is_weak)
    width, height = max(width_of(line, _TEXT) for line in lines) + 10, 15.0 * len(lines) + 3
    return Link(edge.source, edge.target, width, height, is_weak)


def _written(edge: Edge) -> list[str]:
    return [shortened(line, 34) for line in told_by(edge)]


def _way(edge: Edge, points: Sequence[Point], label: Point) -> Iterator[str]:
    kind = edge.way.replace(" ", "-")
    tip = kind if edge.way in ("dead letters", "alternate") else ""
    yield f'<g class="{kind}"><title>{_plain(_told_in_full(edge))}</title>'
    yield f'<path class="way" d="{curve(points)}" marker-end="url(#tip{"-" if tip else ""}{tip})"/>'
    lines = _written(edge) if edge.source != edge.target else []
    for number, line in enumerate(lines):
        y = label[1] + 4 + 15.0 * (number - (len(lines) - 1) / 2)
        width = width_of(line, _TEXT) + 4
        yield f'<rect class="sheet" x="{label[0] - width / 2:.1f}" y="{y - 11:.1f}" width="{width:.1f}" height="14"/>'
        yield _text(label[0], y, "label", line, ' text-anchor="middle"')
    yield "</g>"


def _told_in_full(edge: Edge) -> str:
    ends = [end.split(":", 2)[2] or "(default exchange)" for end in (edge.source, edge.target)]
    shown = [*edge.labels[:50], *(["…"] if len(edge.labels) > 50 else [])]
    return "\n".join([f"{edge.way}: {ends[0]} → {ends[1]}", *filter(None, shown)])


def curve(points: Sequence[Point]) -> str:
    """A smooth way through points, which leaves and enters each of them level."""
    (x, y), *others = points
    parts = [f"M{x:.1f} {y:.1f}"]
    is_loop = points[0][0] == points[-1][0]
    for next_x, next_y in others:
        if next_y == y and not is_loop:
            parts.append(f"H{next_x:.1f}")
        else:
            bend = max(x, next_x) if is_loop else (x + next_x) / 2
            parts.append(f"C{bend:.1f} {y:.1f} {bend:.1f} {next_y:.1f} {next_x:.1f} {next_y:.1f}")
        x, y = next_x, next_y
    return "".join(parts)


def _tip(kind: str) -> str:
    return (
        f'<marker id="tip{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="tip{kind}" d="M0 0L8 4L0 8z"/></marker>'
    )


def _rect(x: float, y: float, width: float, height: float, radius: float) -> str:
    return f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:.1f}"/>'


def _text(x: float, y: float, kind: str, text: str, more: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{more}>{_plain(text)}</text>'


def _plain(text: str) -> str:
    """Text for XML, without what XML cannot hold."""
    return escape("\n".join(shortened(line, 10_000) for line in text.split("\n")), quote=False)


def _described(graph: Graph, told: str) -> str:
    """All ways in words, for who cannot see the picture."""
    titles = {node.id: f"{node.kind} {node.title}" for node in graph.nodes}
    ways = [f"{titles[edge.source]} to {titles[edge.target]} ({edge.way})" for edge in graph.edges[:100]]
    return f"{told}. " + "; ".join(ways)
