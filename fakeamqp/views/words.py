"""What stands in a picture: the words for a node and for an edge, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from fakeamqp.views.graph import Edge, Node


def said_of(node: Node) -> list[str]:
    """What stands in a node: name, type and traits, limits, policy, what it holds and who consumes."""
    if node.state == "missing":
        return [node.title, f"there is no such {node.kind}"]
    lines = [node.title, ", ".join([what(node), *node.traits, *(["deleted"] if node.state == "deleted" else [])])]
    if node.limits:
        lines.append(", ".join(f"{name} {value}" for name, value in node.limits))
    if node.policy:
        lines.append(f"policy {node.policy}")
    if node.kind == "queue" and node.state == "there":
        lines.append(", ".join(held_by(node)))
    return lines


def what(node: Node) -> str:
    """`topic exchange`, `quorum queue`, `500 classic queues`."""
    if node.members:
        return f"{len(node.members):,} {node.type} {node.kind}s".replace("  ", " ")
    return f"{node.type} {node.kind}".strip()


def held_by(node: Node) -> Iterator[str]:
    """What a queue holds and who consumes from it, in words."""
    yield f"{node.ready:,} ready"
    if node.unacked:
        yield f"{node.unacked:,} unacked"
    if node.delayed:
        yield f"{node.delayed:,} delayed"
    if node.consumers:
        yield f"{len(node.consumers):,} consumer{'' if len(node.consumers) == 1 else 's'}"


def told_by(edge: Edge) -> list[str]:
    """What stands at an edge, line by line."""
    lines = edge.label.splitlines()
    if edge.way == "dead letters":
        return ["dead letters", *(f"as {line}" for line in lines)]
    if edge.way == "alternate":
        return ["unroutable"]
    if edge.way == "default":
        return ["by its name"]
    return lines
