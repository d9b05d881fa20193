"""Assertions on messages: what holds passes and returns the messages; what does not is told with the nearest one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pika
import pytest

from fakeamqp import Broker, patch_pika

SHOWN = '\'{"id": 7, "items": [{"sku": "book", "c…'
ORDER = {"id": 7, "items": [{"sku": "book", "count": 1}], "total": 12}


@pytest.fixture
def broker() -> Iterator[Broker]:
    with patch_pika() as broker:
        channel = pika.BlockingConnection().channel()
        channel.exchange_declare("orders", "topic")
        channel.exchange_declare("dlx", "fanout")
        channel.queue_declare("dead")
        channel.queue_bind("dead", "dlx")
        channel.queue_declare("audit", arguments={"x-dead-letter-exchange": "dlx"})
        channel.queue_bind("audit", "orders", "order.*")
        properties = pika.BasicProperties(message_id="m7", headers={"tenant": "us", "more": 1})
        channel.basic_publish("orders", "order.created", json.dumps(ORDER), properties)
        channel.basic_publish("orders", "invoice.created", b"invoice")
        yield broker


def get(requeue: bool | None = None) -> None:
    """Take the first message of the audit queue; acknowledge it, or reject it."""
    channel = pika.BlockingConnection().channel()
    method, _, _ = channel.basic_get("audit")
    if requeue is None:
        channel.basic_ack(method.delivery_tag)
    else:
        channel.basic_reject(method.delivery_tag, requeue=requeue)


def failure(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(AssertionError) as raised:
        call(*args, **kwargs)
    return str(raised.value)


# --- published


def test_messages_are_found_by_whatever_they_have(broker: Broker) -> None:
    [found] = broker.assert_published("orders", "order.created", json=ORDER)
    assert (found.body, found.headers["tenant"]) == (json.dumps(ORDER).encode(), "us")
    assert found.id == 1
    broker.assert_published(routing_key=re.compile(r"order\..*"), count=1)
    broker.assert_published(body="invoice")
    broker.assert_published(body=re.compile("in.*"))
    broker.assert_published(json=lambda order: order["total"] > 10)
    broker.assert_published(headers={"tenant": "us"})
    broker.assert_published(message_id="m7")
    broker.assert_published("orders", count=2)


def test_messages_are_remembered_when_they_have_left_the_broker(broker: Broker) -> None:
    get()
    assert broker.assert_published(message_id="m7")


def test_the_nearest_message_is_told_with_what_differs(broker: Broker) -> None:
    told = failure(broker.assert_published, "orders", "order.updated", headers={"tenant": "eu", "trace": 1})
    assert told == (
        "no message was published with exchange='orders', routing_key='order.updated', "
        "headers={'tenant': 'eu', 'trace': 1}\n"
        f"  the nearest of 2 published: exchange 'orders', key 'order.created', body {SHOWN}\n"
        "    routing_key is 'order.created', not 'order.updated'\n"
        "    header 'tenant' is 'us', not 'eu'\n"
        "    header 'trace' is missing, not 1"
    )


def test_json_is_compared_place_by_place(broker: Broker) -> None:
    wanted = {"id": 7, "items": [{"sku": "book", "count": 2}], "currency": "EUR"}
    told = failure(broker.assert_published, json=wanted)
    assert told.splitlines()[2:] == [
        "    json['items'][0]['count'] is 1, not 2",
        "    json['currency'] is missing, not 'EUR'",
        "    json['total'] is 12, and should not be there",
    ]


def test_another_number_is_told_with_those_there_are(broker: Broker) -> None:
    assert failure(broker.assert_published, "orders", count=3).splitlines() == [
        "2 messages, not 3, were published with exchange='orders'",
        f"  exchange 'orders', key 'order.created', body {SHOWN}",
        "  exchange 'orders', key 'invoice.created', body 'invoice'",
    ]
    broker.assert_published("billing", count=0)


def test_where_nothing_was_published_that_is_told() -> None:
    assert failure(Broker().assert_published) == "no message was published\n  nothing was published at all"


# --- routed, acknowledged, dead-lettered, empty


def test_a_message_that_was_not_routed_is_told_with_the_bindings(broker: Broker) -> None:
    broker.assert_routed("audit", routing_key="order.created")
    told = failure(broker.assert_routed, "audit", body="invoice")
    assert told.splitlines() == [
        "no message was routed to queue 'audit' with body='invoice'",
        "  the nearest of 2 published: exchange 'orders', key 'invoice.created', body 'invoice'",
        "    topic exchange 'orders', key 'invoice.created': reaches no queue",
        "      - order.* -> audit: fails at word 1: that is 'invoice', not 'order'",
    ]


def test_a_message_that_was_not_acknowledged_is_told_with_its_story(broker: Broker) -> None:
    told = failure(broker.assert_acked, "audit", message_id="m7")
    assert told.splitlines()[0] == "no message was acknowledged in queue 'audit' with message_id='m7'"
    assert told.splitlines()[-1].endswith("waits in 'audit'")
    get()
    broker.assert_acked("audit", message_id="m7", count=1)
    broker.assert_acked()


def test_what_needs_no_acknowledgement_counts_as_acknowledged(broker: Broker) -> None:
    pika.BlockingConnection().channel().basic_get("audit", auto_ack=True)
    broker.assert_acked("audit")


def test_dead_letters_are_found_by_queue_and_reason(broker: Broker) -> None:
    get(requeue=False)
    broker.assert_dead_lettered("audit", "rejected", json=ORDER)
    broker.assert_routed("dead", message_id="m7")
    told = failure(broker.assert_dead_lettered, "audit", reason="expired", message_id="m7")
    assert told.splitlines()[0] == (
        "no message was dead-lettered from queue 'audit' because of 'expired' with message_id='m7'"
    )
    assert "dead-lettered from 'audit' to exchange 'dlx': rejected" in told
    with pytest.raises(ValueError, match="no message dies for 'bored'"):
        broker.assert_dead_lettered(reason="bored")


def test_empty_is_neither_ready_nor_unacknowledged(broker: Broker) -> None:
    broker.assert_empty("dead")
    assert failure(broker.assert_empty) == (
        f"not empty:\n  audit: 1 ready, 0 unacked\n    exchange 'orders', key 'order.created', body {SHOWN}"
    )
    channel = pika.BlockingConnection().channel()
    channel.basic_get("audit")
    assert failure(broker.assert_empty, "audit") == "not empty:\n  audit: 0 ready, 1 unacked"
    with pytest.raises(KeyError, match="no queue 'missing'"):
        broker.assert_empty("missing")
