"""A topology as text for a terminal: exchanges, their bindings, and what those lead to."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator

from fakeamqp.views.graph import Edge, Graph, Node, totals
from fakeamqp.views.lettering import shortened
from fakeamqp.views.words import held_by, said_of, told_by, what

DEFAULT_WIDTH = 100

_MARKS = {"binding": "→", "dead letters": "☠", "alternate": "↷", "default": "→"}
_PLAIN_MARKS = {"☠": "x", "↷": "~", "→": ">", "…": "...", "├─ ": "|- ", "└─ ": "`- ", "│  ": "|  "}
_COLOURS = {
    "exchange": "34;1",
    "queue": "32;1",
    "missing": "31",
    "deleted": "2",
    "dead letters": "31",
    "alternate": "33",
}
_FAINT = "2"


def text(graph: Graph, *, width: int | None = None, colours: bool = False) -> str:
    """The topology, virtual host by virtual host.

    width: of the terminal, in characters; None is that of the terminal, or 100 without one. A line that would be longer
    is shortened. colours: True for those of a terminal.
    """
    if width is None:
        width = shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns
    lines = [totals(graph)]
    for vhost in graph.vhosts:
        lines += ["", f"virtual host {shortened(vhost, 80)}"]
        lines += _Writer(graph, vhost, width, colours).lines()
    if not graph.nodes:
        lines += ["", "nothing is declared"]
    return "\n".join(lines) + "\n"


def for_stream(written: str, encoding: str | None) -> str:
    """The same text with signs that a terminal of this encoding has."""
    try:
        written.encode(encoding or "ascii")
    except UnicodeEncodeError:
        for sign, plain in _PLAIN_MARKS.items():
            written = written.replace(sign, plain)
        return written.encode(encoding or "ascii", "replace").decode(encoding or "ascii")
    return written


def has_colours() -> bool:
    """True if what is printed goes to a terminal whose owner has not asked for none (NO_COLOR)."""
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


class _Writer:
    """Writes one virtual host."""

    def __init__(self, graph: Graph, vhost: str, width: int, colours: bool) -> None:
        self._nodes = [node for node in graph.nodes if node.vhost == vhost]
        self._by_id = {node.id: node for node in graph.nodes}
        self._edges: dict[str, list[Edge]] = {}
        for edge in graph.edges:
            self._edges.setdefault(edge.source, []).append(edge)
        self._targets = {edge.target for edge in graph.edges}
        self._width = width
        self._colours = colours
        self._told: set[str] = set()

    def lines(self) -> Iterator[str]:
        """Exchanges with what they lead to, then the queues that nothing leads to."""
        for node in self._nodes:
            if node.kind == "exchange" and node.state != "missing":
                yield from self._exchange(node)
        for node in self._nodes:
            if node.id not in self._told and node.state != "missing":
                yield from self._line("  ", node, "")
                yield from self._ways(node, "     ")

    def _exchange(self, node: Node) -> Iterator[str]:
        self._told.add(node.id)
        yield from self._line("  ", node, "")
        edges = self._edges.get(node.id, [])
        longest = max([len(line) for edge in edges for line in _labels(edge)], default=0)
        for edge in edges:
            last = edge is edges[-1]
            yield from self._binding(edge, "  └─ " if last else "  ├─ ", "     " if last else "  │  ", min(longest, 30))

    def _binding(self, edge: Edge, begin: str, after: str, longest: int) -> Iterator[str]:
        target = self._by_id[edge.target]
        labels = [shortened(line, 30).ljust(longest) for line in _labels(edge)] or [" " * longest]
        for label in labels[:-1]:
            yield self._cut(f"{begin}{self._coloured(label, edge.way)}")
            begin = after
        mark = _MARKS[edge.way]
        if not longest:  # nothing stands at any of them
            begin = begin.replace("─ ", "")
            labels = [""]
        sign = f"{labels[-1]} {mark} " if longest else f"{mark} "
        if target.kind == "exchange" or target.id in self._told:  # told of at its own place
            name = self._coloured(shortened(target.title, 60), _look(target))
            missing = ", which does not exist" if target.state == "missing" else ""
            kind = "exchange " if target.kind == "exchange" else ""
            yield self._cut(f"{begin}{self._coloured(sign, edge.way)}{kind}{name}{missing}")
            return
        yield from self._line(f"{begin}{self._coloured(sign, edge.way)}", target, after)
        yield from self._ways(target, after + " " * (longest + 3 if longest else 0))

    def _line(self, begin: str, node: Node, after: str) -> Iterator[str]:
        self._told.add(node.id)
        name = self._coloured(shortened(node.title, 60), _look(node))
        rest = [*said_of(node)[1:]]
        if node.kind == "queue" and node.state == "there":
            rest = [what(node), *rest[1:-1], ", ".join(held_by(node))]
        yield self._cut(f"{begin}{name}  {self._coloured('; '.join(rest), _FAINT)}")

    def _ways(self, node: Node, begin: str) -> Iterator[str]:
        """Where a queue sends what dies in it."""
        for edge in self._edges.get(node.id, []) if node.kind == "queue" else []:
            target = self._by_id[edge.target]
            label = " ".join(told_by(edge)) or edge.way
            missing = ", which does not exist" if target.state == "missing" else ""
            to = f"{target.kind} {shortened(target.title, 60)}{missing}"
            yield self._cut(f"{begin}{self._coloured(f'{_MARKS[edge.way]} {shortened(label, 50)} → {to}', edge.way)}")

    def _coloured(self, text: str, look: str) -> str:
        code = _COLOURS.get(look, look)
        return f"\x1b[{code}m{text}\x1b[0m" if self._colours and code[0].isdecimal() else text

    def _cut(self, line: str) -> str:
        """The line as far as the terminal is wide; what colours it does not count."""
        parts = re.split(r"(\x1b\[[\d;]*m)", line.rstrip())
        length = sum(len(part) for part in parts if not part.startswith("\x1b"))
        if length <= self._width:
            return line.rstrip()
        room, kept = self._width - 1, []
        for part in parts:
            if part.startswith("\x1b"):
                kept.append(part)
            else:
                kept.append(part[: max(room, 0)] + ("…" if 0 <= room < len(part) else ""))
                room = room - len(part) if room >= len(part) else -1
        return "".join(kept)


def _look(node: Node) -> str:
    return node.kind if node.state == "there" else node.state


def _labels(edge: Edge) -> list[str]:
    return ["what it cannot route"] if edge.way == "alternate" else told_by(edge)
