"""Counts of messages."""

from __future__ import annotations

import pika

import fakeamqp
from fakeamqp.adapters.management.counts import messages_in, messages_of


def test_what_a_stream_has_handed_out_is_still_in_it() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("log", durable=True, arguments={"x-queue-type": "stream"})
        channel.queue_declare("orders")
        for name in ("log", "log", "orders"):
            channel.basic_publish("", name, b"x", pika.BasicProperties(delivery_mode=2))
        channel.basic_qos(prefetch_count=5)
        channel.basic_consume("log", lambda *_: None, arguments={"x-stream-offset": "first"})
        connection.process_data_events(0)
        stream, orders = (broker.model.vhosts["/"].queues[name] for name in ("log", "orders"))
        assert messages_in(stream) == {"messages": 2, "messages_ready": 2, "messages_unacknowledged": 2}
        assert messages_of([stream, orders]) == {"messages": 3, "messages_ready": 3, "messages_unacknowledged": 2}
