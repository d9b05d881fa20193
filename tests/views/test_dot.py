"""The topology in DOT: lines that its grammar has, whatever the names are."""

from __future__ import annotations

import re

import pytest

from fakeamqp.views.dot import dot
from fakeamqp.views.graph import folded
from tests.views.topologies import SHOP, every, graph_in

QUOTED = r'"(?:[^"\\\n]|\\["\\n])*"'
ATTRIBUTES = rf"\[\w+=(?:{QUOTED}|\w+)(?: \w+=(?:{QUOTED}|\w+))*\]"
LINE = re.compile(
    rf"""digraph\ topology\ \{{ | \ *\}} | \ *subgraph\ cluster_\d+\ \{{
    | \ *(?:graph|node|edge)\ {ATTRIBUTES.replace(" ", "[ ]")}
    | \ *label={QUOTED}\ color={QUOTED}
    | \ *n\d+\ {ATTRIBUTES.replace(" ", "[ ]")}
    | \ *n\d+\ ->\ n\d+(?:\ {ATTRIBUTES.replace(" ", "[ ]")})?
    """,
    re.VERBOSE,
)


def drawn(definitions: object) -> str:
    return dot(folded(graph_in(definitions)))


@pytest.mark.parametrize("name", every())
def test_every_line_is_one_of_its_grammar(name: str) -> None:
    written = drawn(every()[name])
    assert [line for line in written.splitlines() if not LINE.fullmatch(line)] == []
    assert written.count("{\n") == len(re.findall(r"^ *\}$", written, re.MULTILINE))


def test_it_shows_what_leads_where() -> None:
    written = drawn(SHOP)
    assert 'n1 -> n6 [label="4 keys"]' in written
    assert 'n6 -> n3 [label="dead letters" style=dashed color="#b3261e" fontcolor="#b3261e"]' in written
    assert 'label="virtual host /"' in written


def test_a_backslash_is_no_name_of_graphviz() -> None:
    assert r"back\\slash \\N \\G" in drawn(every()["nasty names"])
