"""Fetching the messages of a queue."""

from __future__ import annotations

import json
from typing import Any

import pytest

import fakeamqp
from fakeamqp.views import strict
from tests.adapters.management.asking import ask

GET = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}


def got(broker: fakeamqp.Broker, **body: Any) -> list[dict[str, Any]]:
    answer = ask(broker, "POST", "/api/queues/%2F/orders/get", {**GET, **body})
    assert answer.status == 200
    rows: list[dict[str, Any]] = json.loads(answer.body or "")
    return rows


@pytest.fixture(params=["3.10", "4.0", "4.3"])
def broker(request: pytest.FixtureRequest) -> fakeamqp.Broker:
    made = fakeamqp.Broker(request.param)
    ask(made, "PUT", "/api/queues/%2F/orders", {})
    for body in ("tea", "cups", "sugar"):
        made.publish("", "orders", body)
    return made


def test_what_comes_back_keeps_its_place(broker: fakeamqp.Broker) -> None:
    assert [row["payload"] for row in got(broker, count=2)] == ["tea", "cups"]
    assert [row["payload"] for row in got(broker, count=9)] == ["tea", "cups", "sugar"]


def test_what_is_acknowledged_or_rejected_is_gone(broker: fakeamqp.Broker) -> None:
    got(broker, ackmode="ack_requeue_false")
    got(broker, ackmode="reject_requeue_false")
    assert [message.body for message in broker.queue("orders").messages] == [b"sugar"]


def test_a_binary_body_comes_in_base64(broker: fakeamqp.Broker) -> None:
    broker.purge()
    broker.publish("", "orders", b"\xff\x00")
    (row,) = got(broker)
    assert (row["payload"], row["payload_encoding"], row["payload_bytes"]) == ("/wA=", "base64", 2)


def test_strict_mode_does_not_take_an_operators_look_for_a_client_that_forgot_to_acknowledge(
    broker: fakeamqp.Broker,
) -> None:
    got(broker, count=3)
    assert [each for each in strict.findings(broker) if each.kind == "unacked"] == []
