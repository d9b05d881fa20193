"""A topology in DOT, for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from fakeamqp.views.graph import Edge, Graph, Node
from fakeamqp.views.words import said_of, told_by

_LOOKS = {
    "exchange": 'shape=box style="rounded,filled" fillcolor="#e8f0fe" color="#3367d6"',
    "queue": 'shape=box style=filled fillcolor="#e9f7ef" color="#2e7d4f"',
    "missing": 'shape=box style="dashed,filled" fillcolor="#fdecea" color="#b3261e"',
    "deleted": 'shape=box style="dashed,filled" fillcolor="#f3f3f3" color="#777777"',
}
_WAYS = {
    "binding": "",
    "dead letters": ' style=dashed color="#b3261e" fontcolor="#b3261e"',
    "alternate": ' style=dashed color="#9a6700" fontcolor="#9a6700"',
    "default": ' color="#777777" fontcolor="#777777"',
}


def dot(graph: Graph) -> str:
    """The digraph, from left to right: a cluster for each virtual host, dead letters dashed and red."""
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes, 1)}
    lines = [
        "digraph topology {",
        '    graph [rankdir=LR fontname="sans-serif"]',
        '    node [fontname="sans-serif" fontsize=11]',
        '    edge [fontname="sans-serif" fontsize=10]',
    ]
    for number, vhost in enumerate(graph.vhosts, 1):
        lines.append(f"    subgraph cluster_{number} {{")
        lines.append(f'        label={_quoted(f"virtual host {vhost}")} color="#bbbbbb"')
        lines += [f"        {_node(names[node.id], node)}" for node in graph.nodes if node.vhost == vhost]
        lines.append("    }")
    lines += [f"    {line}" for edge in graph.edges for line in _edge(edge, names)]
    return "\n".join([*lines, "}", ""])


def _node(name: str, node: Node) -> str:
    look = _LOOKS[node.kind if node.state == "there" else node.state]
    return f"{name} [label={_quoted(*said_of(node))} {look}]"


def _edge(edge: Edge, names: dict[str, str]) -> Iterator[str]:
    label = told_by(edge)
    told = f"label={_quoted(*label)}" if label else ""
    look = f"{told}{_WAYS[edge.way]}".strip()
    yield f"{names[edge.source]} -> {names[edge.target]}" + (f" [{look}]" if look else "")


def _quoted(*lines: str) -> str:
    r"""Lines as one quoted string. A backslash is doubled: Graphviz reads \N, \G and their kin as names."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for line in lines)
    return '"' + "\\n".join("".join(filter(_is_sayable, line)) for line in escaped) + '"'


def _is_sayable(character: str) -> bool:
    """False for what no picture can show: control characters, and bytes that are no text."""
    return character >= " " and not "\ud800" <= character <= "\udfff"
