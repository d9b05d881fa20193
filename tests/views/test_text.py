"""The topology in a terminal: as wide as that is, in colours where there are any, in signs that it has."""

from __future__ import annotations

import io
import re
import sys

import pytest

from fakeamqp.views.graph import folded
from fakeamqp.views.text import for_stream, has_colours, text
from tests.views.topologies import SHOP, every, graph_in


def drawn(definitions: object, **more: object) -> str:
    return text(folded(graph_in(definitions)), **more)  # type: ignore[arg-type]


def test_exchanges_with_their_bindings_and_what_those_lead_to() -> None:
    assert (
        drawn(SHOP, width=100)
        == """\
5 exchanges, 8 queues, 11 bindings

virtual host /
  orders  topic exchange, durable
  ├─ 4 keys               → orders.us  quorum queue; max-length 10,000; 0 ready
  │                         ☠ dead letters → exchange dlx
  ├─ order.*.de           → orders.de  quorum queue; max-length 10,000; 0 ready
  │                         ☠ dead letters → exchange dlx
  ├─ #                    → exchange audit
  └─ what it cannot route ↷ exchange unrouted
  unrouted  fanout exchange, durable
  └→ lost  classic queue; 0 ready
  dlx  topic exchange, durable
  ├─ order.#  → retry.10m  classic queue; message-ttl 10 min; 0 ready
  │             ☠ dead letters → exchange orders
  └─ #.giveup → parked  classic queue; 0 ready
  audit  fanout exchange, durable
  └→ audit.log  stream queue; max-age 7 d; 0 ready
  reports  headers exchange, durable
  └─ x-match=all, format=pdf → pdf  classic queue; 0 ready
  jobs  classic queue; max-priority 5, single-active-consumer yes; 0 ready
     ☠ dead letters → exchange nowhere, which does not exist
"""
    )


@pytest.mark.parametrize("name", every())
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_longer_than_the_terminal_is_wide(name: str, width: int) -> None:
    plain = drawn(every()[name], width=width)
    assert [line for line in plain.splitlines() if len(line) > width] == []
    coloured = drawn(every()[name], width=width, colours=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


@pytest.mark.parametrize("name", every())
def test_every_queue_and_exchange_is_named(name: str) -> None:
    written = drawn(every()[name], width=1_000)
    for node in folded(graph_in(every()[name])).nodes:
        if len(node.title) < 40 and node.title.isprintable():
            assert node.title in written


def test_names_cannot_give_the_terminal_orders() -> None:
    name = "a\x1b[2Jb"
    assert "\x1b" not in drawn({"queues": [{"name": name, "vhost": "/", "durable": True, "arguments": {}}]}, width=80)


def test_a_terminal_without_such_signs_gets_plain_ones() -> None:
    assert for_stream("├─ a → b", "utf-8") == "├─ a → b"
    assert for_stream("├─ a → b ☠", "ascii") == "|- a > b x"
    assert for_stream("語", None) == "?"


def test_colours_are_for_terminals_whose_owner_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert has_colours()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colours()


def test_nothing_is_said_so() -> None:
    assert drawn({}, width=80) == "0 exchanges, 0 queues, 0 bindings\n\nnothing is declared\n"
