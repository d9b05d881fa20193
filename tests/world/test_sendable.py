"""`Broker.publish` takes what a client could send, and nothing else."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pika
import pytest

import fakeamqp
from fakeamqp import Broker


@pytest.fixture
def broker():
    with Broker() as broker:
        fakeamqp.connect(broker).channel().queue_declare("q")
        yield broker


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "a name that is no property": (
        {"header": {}},
        TypeError,
        r"'header' is no basic property of AMQP; there are headers",
    ),
    "text as a priority": ({"priority": "5"}, TypeError, "priority is a whole number from 0 to 255, not '5'"),
    "a priority out of range": ({"priority": 256}, ValueError, "from 0 to 255, not 256"),
    "a negative delivery mode": ({"delivery_mode": -1}, ValueError, "delivery_mode is a whole number"),
    "a number as expiration": (
        {"expiration": 60_000},
        TypeError,
        r"expiration is text .* milliseconds, such as '60000'",
    ),
    "a long correlation id": ({"correlation_id": "x" * 256}, ValueError, "at most 255 bytes, and this has 256"),
    "a long text of few characters": ({"type": "ü" * 128}, ValueError, "and this has 256"),
    "a fraction as timestamp": ({"timestamp": 1.5}, TypeError, "seconds since 1970, not 1.5"),
    "a datetime as timestamp": ({"timestamp": datetime(2024, 1, 1)}, TypeError, "timestamp is a whole number"),
    "headers that are no table": ({"headers": [1]}, TypeError, r"headers is a dict"),
    "a header's name that is no text": ({"headers": {1: 2}}, TypeError, "a key in headers is text"),
    "a long name of a header": ({"headers": {"x" * 256: 2}}, ValueError, "a key in headers is text of at most 255"),
    "a tuple in a header": ({"headers": {"a": (1,)}}, TypeError, r"headers\['a'\] is \(1,\), which no table"),
    "an object deep in a header": ({"headers": {"a": [{"b": object}]}}, TypeError, r"headers\['a'\]\[0\]\['b'\]"),
    "a number of 65 bits": ({"headers": {"a": 2**63}}, ValueError, "carries 64 bits: send it as text"),
    "a number as body": ({"body": 5}, TypeError, r"a body is bytes or text, not 5.*json\.dumps"),
    "nothing as body": ({"body": None}, TypeError, "a body is bytes or text, not None"),
    "a number as routing key": ({"routing_key": 5}, TypeError, "the routing key is text of at most 255 bytes, not 5"),
    "a long routing key": ({"routing_key": "k" * 256}, ValueError, "the routing key is text .* this has 256"),
    "a long exchange": ({"exchange": "e" * 256}, ValueError, "the exchange is text"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_client_could_send_is_refused_and_leaves_no_trace(broker, what):
    arguments, kind, words = REFUSED[what]
    with pytest.raises(kind, match=words):
        broker.publish(**{"exchange": "", "routing_key": "q", "body": b"", **arguments})
    assert broker.queue("q").ready == 0


TAKEN: dict[str, dict[str, Any]] = {
    "every text": dict.fromkeys(
        [
            "content_type",
            "content_encoding",
            "correlation_id",
            "reply_to",
            "message_id",
            "type",
            "user_id",
            "app_id",
            "cluster_id",
        ],
        "ü" * 127,
    ),
    "an expiration": {"expiration": "60000"},
    "the numbers": {"delivery_mode": 2, "priority": 255, "timestamp": 2**63 - 1},
    "headers": {
        "headers": {
            "text": "a",
            "bytes": b"\xff",
            "bool": True,
            "none": None,
            "small": -(2**31),
            "large": -(2**63),
            "decimal": Decimal("1.5"),
            "time": datetime(2024, 1, 1, tzinfo=timezone.utc),
            "list": [1, {"deep": ["a"]}],
        }
    },
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_a_client_can_send_arrives_as_if_it_had(broker, what):
    channel = fakeamqp.connect(broker).channel()
    properties = dict(TAKEN[what])
    properties.pop("user_id", None)  # a client may claim no other's
    channel.basic_publish("", "q", b"body", pika.BasicProperties(**properties))
    broker.publish("", "q", b"body", **properties)
    (_, sent, _), (_, injected, _) = channel.basic_get("q"), channel.basic_get("q")
    assert sent == injected


def test_text_is_sent_as_utf_8_and_enumerations_as_their_numbers(broker):
    broker.publish("", "q", "ü", delivery_mode=pika.DeliveryMode.Persistent)
    (message,) = broker.queue("q").messages
    assert (message.body, message.properties) == (b"\xc3\xbc", {"delivery_mode": 2})


def test_a_float_is_for_clients_that_can_send_one(broker):
    broker.publish("", "q", b"", headers={"ratio": 0.5})
    assert broker.queue("q").messages[0].headers == {"ratio": 0.5}


def test_nothing_is_shared_with_who_published(broker):
    headers = {"list": [1]}
    broker.publish("", "q", b"", headers=headers)
    headers["list"].append(2)
    assert broker.queue("q").messages[0].headers == {"list": [1]}
