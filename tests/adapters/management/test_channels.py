"""Channels."""

from __future__ import annotations

import pytest

import fakeamqp
from tests.adapters.management.asking import told


def test_a_transaction_shows_what_it_holds() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("orders")
        broker.publish("", "orders", "tea")
        channel.tx_select()
        channel.basic_ack(channel.basic_get("orders")[0].delivery_tag)
        channel.basic_publish("", "orders", b"cups")
        connection.process_data_events(0)
        (row,) = told(broker, "/api/channels")
    assert (row["transactional"], row["messages_uncommitted"], row["acks_uncommitted"]) == (True, 1, 1)


@pytest.mark.parametrize(("version", "shown"), [("3.10", True), ("4.0", False)])
def test_the_limit_of_a_whole_channel_is_shown_in_3_10(version: str, shown: bool) -> None:
    broker = fakeamqp.Broker(version)
    with fakeamqp.connect(broker) as connection:
        connection.channel().basic_qos(prefetch_count=3, global_qos=True)
        (row,) = told(broker, "/api/channels")
    assert row.get("global_prefetch_count") == (3 if shown else None)


def test_those_of_a_connection_are_listed_by_number() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection, fakeamqp.connect(broker) as other:
        for number in (3, 1, 2):
            connection.channel(number)
        other.channel()
        rows = told(broker, "/api/connections/127.0.0.1:40001%20-%3E%20127.0.0.1:5672/channels")
    assert [row["number"] for row in rows] == [1, 2, 3]
