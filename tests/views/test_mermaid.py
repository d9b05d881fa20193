"""The topology as Mermaid: lines that its grammar has, whatever the names are."""

from __future__ import annotations

import re

import pytest

import fakeamqp
from fakeamqp.views.graph import folded, graph_of
from fakeamqp.views.mermaid import mermaid
from tests.views.topologies import SHOP, every, graph_in

# Within quotes neither quotes, angles, braces nor a bare `#` may stand: `#34;` is a code.
QUOTED = r'"(?:[^"<>{}\[\]|`#;\\\n&]|\#\d+;|<br/>)*"'
LINE = re.compile(
    rf"""flowchart\ LR
    | \ *subgraph\ v\d+\ \[{QUOTED}\]
    | \ *end
    | \ *n\d+(?:\(\[{QUOTED}\]\)|\[{QUOTED}\]):::(?:exchange|queue|missing|deleted)
    | \ *n\d+\ (?:-->|-\.->)(?:\|{QUOTED}\|)?\ n\d+
    | \ *classDef\ \w+\ [\w#:,-]+
    """,
    re.VERBOSE,
)


def drawn(definitions: object) -> str:
    return mermaid(folded(graph_in(definitions)))


@pytest.mark.parametrize("name", every())
def test_every_line_is_one_of_its_grammar(name: str) -> None:
    assert [line for line in drawn(every()[name]).splitlines() if not LINE.fullmatch(line)] == []


def test_it_shows_what_leads_where() -> None:
    lines = [line.strip() for line in drawn(SHOP).splitlines()]
    assert 'n1(["orders<br/>topic exchange, durable"]):::exchange' in lines
    assert 'n6["orders.us<br/>quorum queue, durable<br/>max-length 10,000<br/>0 ready"]:::queue' in lines
    assert 'n1 -->|"4 keys"| n6' in lines
    assert 'n6 -.->|"dead letters"| n3' in lines
    assert 'n1 -.->|"unroutable"| n2' in lines
    assert 'n14(["nowhere<br/>there is no such exchange"]):::missing' in lines


def test_each_node_and_edge_is_there_once() -> None:
    broker = fakeamqp.Broker(definitions=SHOP)
    graph, lines = graph_of(broker.snapshot()), drawn(SHOP).splitlines()
    assert sum(":::" in line for line in lines) == len(graph.nodes)
    assert sum(">" in line and "n" in line and ":::" not in line and "->" in line for line in lines) == len(graph.edges)
