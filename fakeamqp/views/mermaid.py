"""A topology as a Mermaid flowchart, which GitHub, GitLab and many editors show as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakeamqp.views.graph import Edge, Graph, Node
from fakeamqp.views.words import said_of, told_by

# `#` begins a code, quotes and angles end or begin something, and the others are Markdown or a line's end.
_SPECIAL = re.compile(r"[^\w \-./:,=()'+*…→]|^[\-+*]|(?<=^\d)\.")

_SHAPES = {"exchange": ("([", "])"), "queue": ("[", "]")}

_STYLES = """\
    classDef exchange fill:#e8f0fe,stroke:#3367d6,color:#10284f
    classDef queue fill:#e9f7ef,stroke:#2e7d4f,color:#0f3320
    classDef missing fill:#fdecea,stroke:#b3261e,color:#5f1410,stroke-dasharray:4
    classDef deleted fill:#f3f3f3,stroke:#777777,color:#444444,stroke-dasharray:4"""


def mermaid(graph: Graph) -> str:
    """The flowchart, from left to right: a frame for each virtual host, dead letters dotted."""
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes, 1)}
    lines = ["flowchart LR"]
    for number, vhost in enumerate(graph.vhosts, 1):
        lines.append(f'    subgraph v{number} ["{_escaped(f"virtual host {vhost}")}"]')
        lines += [f"        {_node(names[node.id], node)}" for node in graph.nodes if node.vhost == vhost]
        lines.append("    end")
    lines += [f"    {line}" for edge in graph.edges for line in _edge(edge, names)]
    return "\n".join([*lines, _STYLES, ""])


def _node(name: str, node: Node) -> str:
    opening, closing = _SHAPES[node.kind]
    text = "<br/>".join(map(_escaped, said_of(node)))
    return f'{name}{opening}"{text}"{closing}:::{node.kind if node.state == "there" else node.state}'


def _edge(edge: Edge, names: dict[str, str]) -> Iterator[str]:
    source, target = names[edge.source], names[edge.target]
    label = "<br/>".join(map(_escaped, told_by(edge)))
    arrow = "-->" if edge.way in ("binding", "default") else "-.->"
    yield f'{source} {arrow}|"{label}"| {target}' if label else f"{source} {arrow} {target}"


def _escaped(text: str) -> str:
    """Text that Mermaid shows as it is: whatever could mean something to it as the number of the character."""
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", text)
