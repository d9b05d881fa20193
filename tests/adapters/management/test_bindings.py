"""Bindings and the words that name them."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

import fakeamqp
from fakeamqp.adapters.management.bindings import arguments_hash, properties_key
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.values import Long
from tests.adapters.management.asking import ask, told


def key_of(routing_key: str, arguments: dict[str, Any] | None = None) -> str:
    return properties_key(Binding("e", Destination("queue", "q"), routing_key, arguments or {}))


@pytest.mark.parametrize(
    ("routing_key", "word"),
    [("", "~"), ("a.b", "a.b"), ("a b", "a+b"), ("~", "%7E"), ("a/b", "a%2Fb"), ("é", "%C3%A9")],
)
def test_a_key_without_arguments_is_quoted(routing_key: str, word: str) -> None:
    assert key_of(routing_key) == word


def test_arguments_are_a_hash_behind_a_tilde() -> None:
    assert key_of("k", {"x": Long(1)}) == "k~9nmLZQ"
    assert key_of("", {"x": Long(1)}) == "~9nmLZQ"


@pytest.mark.parametrize(
    ("arguments", "hashed"),
    [  # told by real brokers
        ({"x": 1}, "4gSN_A"),
        ({"x": Long(1)}, "9nmLZQ"),
        ({"x": "y"}, "FO7NeQ"),
        ({"x": True}, "TmR75w"),
        ({"x": 1.5}, "jFOrkw"),
        ({"x": [Long(1), "a"]}, "Kk7VCA"),
        ({"x": {"a": Long(1)}}, "6GVEPg"),
        ({"b": Long(1), "a": Long(2)}, "muH6_Q"),
        ({"x": 10_000_000_000}, "hw6yCQ"),
    ],
)
def test_the_hash_is_erlangs_of_the_table_with_its_types(arguments: dict[str, Any], hashed: str) -> None:
    assert arguments_hash(arguments) == hashed


def test_every_value_of_a_table_can_be_hashed() -> None:
    values = (None, b"x", Decimal("1.5"), datetime(2024, 1, 1, tzinfo=timezone.utc), [], {})
    assert len({arguments_hash({"x": value}) for value in values}) == len(values)


def test_a_binding_of_a_client_can_be_deleted_by_its_word() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("q")
        channel.queue_bind("q", "amq.headers", "a b", {"x": 1, "x-match": "all"})
        (row,) = told(broker, "/api/bindings/%2F/e/amq.headers/q/q")
        path = f"/api/bindings/%2F/e/amq.headers/q/q/{row['properties_key'].replace('+', '%2B')}"
        assert ask(broker, "DELETE", path).status == 204
        assert broker.bindings() == ()
