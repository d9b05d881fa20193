"""The normaliser replaces what is made up and keeps everything else, with its type and its order."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from pika.exceptions import ChannelClosedByBroker, ConnectionWrongStateError, NackError, ProbableAuthenticationError
from pika.spec import Basic, BasicProperties

from .normalise import LONGEST_BODY, Normaliser, long_int


@pytest.fixture
def normaliser() -> Normaliser:
    return Normaliser("conformance-1234")


def test_made_up_names_become_labels_in_order_of_appearance(normaliser: Normaliser) -> None:
    first, second = "amq.gen-" + "a" * 22, "amq.gen-" + "-_" * 11
    assert normaliser.text(f"{second} then {first}") == "<queue 1> then <queue 2>"
    assert normaliser.text(f"no queue '{first}'") == "no queue '<queue 2>'"


def test_each_kind_of_name_is_counted_by_itself(normaliser: Normaliser) -> None:
    assert normaliser.text("amq.gen-" + "a" * 22) == "<queue 1>"
    assert normaliser.text("amq.ctag-" + "a" * 22) == "<consumer 1>"
    assert normaliser.text("ctag1." + "0f" * 16) == "<consumer 2>"
    assert normaliser.text("amq.rabbitmq.reply-to.g1hkAA==.bM5+/w==") == "<reply address 1>"


@pytest.mark.parametrize(
    "name", ["amq.gen-short", "amq.ctag-mine", "amq.rabbitmq.reply-to", "amq.rabbitmq.reply-to.bogus"]
)
def test_names_a_client_chose_are_kept(normaliser: Normaliser, name: str) -> None:
    assert normaliser.text(name) == name


def test_the_vhost_is_hidden(normaliser: Normaliser) -> None:
    assert normaliser.text("no queue 'q' in vhost 'conformance-1234'") == "no queue 'q' in vhost '<vhost>'"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, True),
        (1, 1),
        ("text", "text"),
        (long_int(1), {"!long": 1}),
        (b"abc", {"!bytes": "abc"}),
        (b"\x00\xff", {"!hex": "00ff"}),
        (Decimal("12.50"), {"!decimal": "12.50"}),
        (datetime(2024, 1, 2), {"!time": "2024-01-02T00:00:00+00:00"}),
        (datetime(2024, 1, 2, tzinfo=timezone.utc), {"!time": "2024-01-02T00:00:00+00:00"}),
        ([1, [b"x"]], [1, [{"!bytes": "x"}]]),
        ({"a": {"b": None}}, {"a": {"b": None}}),
    ],
)
def test_types_are_kept(normaliser: Normaliser, value: Any, written: Any) -> None:
    assert json.dumps(normaliser.value(value)) == json.dumps(written)


def test_what_a_table_cannot_hold_is_an_error(normaliser: Normaliser) -> None:
    with pytest.raises(TypeError, match="no way to write down"):
        normaliser.value(object())


def test_the_order_of_a_table_is_kept(normaliser: Normaliser) -> None:
    assert list(normaliser.value({"z": 1, "a": 2})) == ["z", "a"]


def test_properties_that_are_not_set_are_left_out(normaliser: Normaliser) -> None:
    properties = BasicProperties(priority=0, content_type="", headers={})
    assert normaliser.properties(properties) == {"content_type": "", "headers": {}, "priority": 0}


def test_only_the_instants_in_x_death_are_hidden(normaliser: Normaliser) -> None:
    instant = datetime(2024, 1, 2, tzinfo=timezone.utc)
    headers = {"time": instant, "x-death": [{"time": instant, "count": 1}, {"time": 5}, "no table"]}
    written = normaliser.headers(headers)
    assert written["time"] == {"!time": "2024-01-02T00:00:00+00:00"}
    assert written["x-death"] == [{"time": "<time>", "count": 1}, {"time": 5}, "no table"]


def test_an_x_death_that_is_no_list_is_kept(normaliser: Normaliser) -> None:
    assert normaliser.headers({"x-death": "mine"}) == {"x-death": "mine"}


def test_long_bodies_are_told_by_their_length(normaliser: Normaliser) -> None:
    assert normaliser.body(b"x" * LONGEST_BODY) == "x" * LONGEST_BODY
    assert normaliser.body(b"x" * (LONGEST_BODY + 1)) == f"<{LONGEST_BODY + 1} bytes>"
    assert normaliser.body(b"\xff") == {"!hex": "ff"}


def test_a_message_has_the_fields_of_its_method(normaliser: Normaliser) -> None:
    method = Basic.Deliver(consumer_tag="c", delivery_tag=1, redelivered=False, exchange="", routing_key="q")
    assert normaliser.message(method, BasicProperties(), b"m") == {
        "consumer_tag": "c",
        "delivery_tag": 1,
        "redelivered": False,
        "exchange": "",
        "routing_key": "q",
        "properties": {},
        "body": "m",
    }


def test_errors_of_the_broker_have_code_and_text(normaliser: Normaliser) -> None:
    error = ChannelClosedByBroker(404, "NOT_FOUND - no queue 'q' in vhost 'conformance-1234'")
    assert normaliser.error(error) == {
        "error": "ChannelClosedByBroker",
        "code": 404,
        "text": "NOT_FOUND - no queue 'q' in vhost '<vhost>'",
    }


def test_refused_messages_have_what_was_returned(normaliser: Normaliser) -> None:
    assert normaliser.error(NackError([])) == {"error": "NackError", "returned": []}


def test_addresses_and_sockets_stay_out_of_errors(normaliser: Normaliser) -> None:
    assert normaliser.error(ConnectionWrongStateError("host=127.0.0.1")) == {"error": "ConnectionWrongStateError"}
    lost = ProbableAuthenticationError("StreamLostError: ('Connection reset by peer',)")
    assert normaliser.error(lost) == {"error": "ProbableAuthenticationError", "text": "StreamLostError"}


def test_the_node_is_replaced() -> None:
    assert Normaliser("v", "r40@localhost").text("user 'r40@localhost'") == "user '<node>'"


def test_how_a_deleted_vhost_says_so_depends_on_chance() -> None:
    normaliser = Normaliser("v1234")
    assert normaliser.text("vhost 'v1234' is down") == normaliser.text("vhost 'v1234' is deleted")
