"""Queues."""

from __future__ import annotations

from typing import Any

import pika
import pytest

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_an_exclusive_queue_shows_its_owner_alone_and_is_locked_for_the_api() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        connection.channel().queue_declare("mine", exclusive=True)
        (client,) = told(broker, "/api/connections")
        assert told(broker, "/api/queues/%2F/mine")["owner_pid_details"]["name"] == client["name"]
        assert "owner_pid_details" not in told(broker, "/api/queues/%2F")[0]
        assert ask(broker, "DELETE", "/api/queues/%2F/mine").status == 400


def test_what_is_ready_unacknowledged_and_persistent_is_counted() -> None:
    broker = fakeamqp.Broker("3.10")
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("orders", durable=True)
        for body, mode in ((b"tea", 2), (b"cups!", 1), (b"sugar", 2)):
            channel.basic_publish("", "orders", body, pika.BasicProperties(delivery_mode=mode))
        channel.basic_get("orders")
        row = told(broker, "/api/queues/%2F/orders")
    expected: dict[str, Any] = {
        "messages": 3,
        "messages_ready": 2,
        "messages_unacknowledged": 1,
        "messages_persistent": 2,
        "message_bytes": 13,
        "message_bytes_ready": 10,
        "message_bytes_unacknowledged": 3,
        "message_bytes_persistent": 8,
    }
    assert {key: row[key] for key in expected} == expected


def test_what_a_transaction_holds_is_still_unacknowledged() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("orders")
        channel.tx_select()
        broker.publish("", "orders", "tea")
        channel.basic_ack(channel.basic_get("orders")[0].delivery_tag)
        connection.process_data_events(0)
        row = told(broker, "/api/queues/%2F/orders")
    assert (row["messages"], row["message_bytes_unacknowledged"]) == (1, 3)


def test_both_policies_and_what_they_come_to_are_shown() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/queues/%2F/orders", {"durable": True})
    ask(broker, "PUT", "/api/policies/%2F/p", {"pattern": "^o", "definition": {"max-length": 9}})
    ask(broker, "PUT", "/api/operator-policies/%2F/op", {"pattern": "^o", "definition": {"max-length": 5}})
    row = told(broker, "/api/queues/%2F/orders")
    assert (row["policy"], row["operator_policy"], row["effective_policy_definition"]) == ("p", "op", {"max-length": 5})


@pytest.mark.parametrize(("version", "shown"), [("3.10", True), ("4.0", False)])
def test_lists_show_what_is_not_set_in_3_10_and_in_detail(version: str, shown: bool) -> None:
    broker = fakeamqp.Broker(version)
    ask(broker, "PUT", "/api/queues/%2F/orders", {})
    assert ("policy" in told(broker, "/api/queues")[0]) is shown
    if not shown:
        assert told(broker, "/api/queues/detailed")[0]["policy"] is None


def test_a_quorum_queue_shows_how_often_a_message_may_come_back() -> None:
    broker = fakeamqp.Broker()
    for name, arguments in (("q", {}), ("five", {"x-delivery-limit": 5}), ("never", {"x-delivery-limit": -1})):
        body = {"durable": True, "arguments": {"x-queue-type": "quorum", **arguments}}
        ask(broker, "PUT", f"/api/queues/%2F/{name}", body)
    limits = {row["name"]: row["delivery_limit"] for row in told(broker, "/api/queues")}
    assert limits == {"q": 20, "five": 5, "never": "unlimited"}


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
def test_a_lost_queue_is_listed_as_down_without_what_only_its_node_could_tell(version: str) -> None:
    broker = fakeamqp.Broker(version)
    with fakeamqp.connect(broker) as connection:
        connection.channel().queue_declare("orders", durable=True)
    broker.faults.lose_queue("orders")
    (row,) = told(broker, "/api/queues/%2F")
    assert (row["node"], row["state"]) == ("rabbit@elsewhere", "down")
    assert not {"messages", "consumers", "policy"} & row.keys()


@pytest.mark.parametrize("version", ["4.0", "4.3"])
def test_a_lost_queue_alone_is_stopped(version: str) -> None:
    broker = fakeamqp.Broker(version)
    with fakeamqp.connect(broker) as connection:
        connection.channel().queue_declare("orders", durable=True)
    broker.faults.lose_queue("orders")
    assert told(broker, "/api/queues/%2F/orders")["state"] == "stopped"
    refused = ask(broker, "DELETE", "/api/queues/%2F/orders/contents")
    assert (refused.status, "process is stopped by supervisor" in refused.body) == (404, True)


def test_a_lost_queue_alone_is_not_found_on_3_10() -> None:
    broker = fakeamqp.Broker("3.10")
    with fakeamqp.connect(broker) as connection:
        connection.channel().queue_declare("orders", durable=True)
    broker.faults.lose_queue("orders")
    asked = [("GET", ""), ("DELETE", ""), ("DELETE", "/contents")]
    assert [ask(broker, method, f"/api/queues/%2F/orders{rest}").status for method, rest in asked] == [404] * 3
