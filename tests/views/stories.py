"""Brokers in which something has happened, to be looked at."""

from __future__ import annotations

from typing import Any

import fakeamqp


def shop(trace: Any = "all") -> fakeamqp.Broker:
    """Orders, some of which are rejected, wait ten minutes and come back; one that nobody takes; one unroutable."""
    broker = fakeamqp.Broker(trace=trace)
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    channel.exchange_declare("orders", "topic", durable=True)
    channel.exchange_declare("dlx", "fanout")
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "dlx"})
    channel.queue_declare("wait", arguments={"x-message-ttl": 600_000, "x-dead-letter-exchange": "orders"})
    channel.queue_declare("mail")
    channel.queue_bind("work", "orders", "order.#")
    channel.queue_bind("wait", "dlx")
    copy = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(copy, "orders", "order.*.us")
    for number in range(4):
        channel.basic_publish("orders", f"order.created.{'us' if number % 2 else 'de'}", f'{{"id": {number}}}')
    channel.basic_publish("", "mail", "hello")
    channel.basic_publish("orders", "nothing", "lost")
    seen = []

    def work(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        seen.append(body)
        if len(seen) == 3:
            channel.basic_reject(method.delivery_tag, requeue=False)
        else:
            channel.basic_ack(method.delivery_tag)

    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("work", work, consumer_tag="worker")
    connection.sleep(30)
    channel.basic_get("mail")
    connection.sleep(700)
    return broker
