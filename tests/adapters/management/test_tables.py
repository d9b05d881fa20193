"""JSON to AMQP and back."""

from __future__ import annotations

from typing import Any

import pytest

from fakeamqp.adapters.management.answers import Refused
from fakeamqp.adapters.management.tables import amqp_properties, amqp_table, boolean, integer, json_properties
from fakeamqp.model.values import type_word


def test_every_integer_out_of_json_has_64_bits() -> None:
    table = amqp_table({"n": 1, "l": [2], "t": {"x": 3}})
    assert (type_word(table["n"]), type_word(table["l"][0]), type_word(table["t"]["x"])) == ("long", "long", "long")


def test_an_empty_list_is_an_empty_table() -> None:
    assert amqp_table([]) == {}


@pytest.mark.parametrize(("given", "status"), [({"a": None}, 400), (5, 500), ("x", 500)])
def test_what_is_no_table_is_refused(given: Any, status: int) -> None:
    with pytest.raises(Refused) as refused:
        amqp_table(given)
    assert refused.value.status == status


def test_properties_of_other_names_mean_nothing() -> None:
    assert amqp_properties({"bogus": 1, "type": "t", "priority": 3}) == {"type": "t", "priority": 3}


@pytest.mark.parametrize(
    ("given", "reason"),
    [({"priority": "3"}, ["not_int", "priority"]), ({"type": 3}, ["not_string", "type"])],
)
def test_a_property_of_a_wrong_type_is_refused(given: Any, reason: Any) -> None:
    with pytest.raises(Refused) as refused:
        amqp_properties(given)
    assert refused.value.reason == reason


def test_no_properties_are_an_empty_list() -> None:
    assert json_properties({}, None) == []
    assert json_properties({"type": "t", "headers": {"a": 1}}, {"b": b"2"}) == {"type": "t", "headers": {"b": "2"}}


def test_a_boolean_may_be_its_word() -> None:
    assert boolean({"durable": "true"}, "durable")
    assert not boolean({}, "durable")
    with pytest.raises(Refused):
        boolean({"durable": 1}, "durable")


def test_an_integer_may_be_its_text() -> None:
    assert integer("5") == 5
    for value in ("x", 1.5, True, None):
        with pytest.raises(Refused):
            integer(value)
