"""What a failing test is told: short, and in the exact words."""

from __future__ import annotations

import pika

from fakeamqp import Broker, patch_pika
from fakeamqp.views.report import report


def test_a_broker_that_nobody_has_used_has_nothing_to_tell() -> None:
    assert report(Broker()) == ""


def test_the_report_of_a_message_that_did_not_arrive() -> None:
    with patch_pika() as broker:
        channel = pika.BlockingConnection().channel()
        channel.exchange_declare("orders", "topic")
        channel.queue_declare("audit")
        channel.queue_bind("audit", "orders", "order.*")
        channel.basic_publish("orders", "order.created.us", b"one book")
        channel.basic_publish("", "audit", b"another")
        channel.basic_get("audit")
        text = report(broker)
    lines = [line.partition("  [")[0] for line in text.splitlines()]
    assert lines == [
        "RabbitMQ 4.3 at 0 s, 1 connection",
        "looks wrong:",
        "  '*' where '#' is meant: 1 message to exchange 'orders' with key 'order.created.us' reached no queue: the",
        "    nearest binding, 'order.*' of topic exchange 'orders' to 'audit', does not match: the key goes on with "
        "word",
        "    3, 'us': '*' stands for exactly one word, '#' would take any number",
        "    fix: bind with order.#",
        "queues:",
        "  audit: 0 ready, 1 unacked, no consumer",
        "unacknowledged:",
        "  channel 1 of connection 1 holds 1 of audit: 1",
        "bindings:",
        "  orders -> audit: 'order.*'",
        "last 10 events:",
        "  0 s  connection 1 opens",
        "  0 s  connection 1 declares topic exchange 'orders'",
        "  0 s  connection 1 declares queue 'audit'",
        "  0 s  connection 1 binds 'audit' to exchange 'orders' with 'order.*'",
        "  0 s  connection 1 publishes to exchange 'orders' with key 'order.created.us'; -> no queue",
        "  0 s  connection 1 publishes to the default exchange with key 'audit'; -> 'audit'",
        "  0 s  connection 1 gets from 'audit'; got 1",
    ]


def test_a_large_broker_is_told_of_in_few_lines() -> None:
    with patch_pika() as broker:
        channel = pika.BlockingConnection().channel()
        for number in range(40):
            channel.queue_declare(f"q{number}")
            channel.queue_bind(f"q{number}", "amq.topic", f"key.{number}")
            channel.basic_publish("", f"q{number}", b"")
        text = report(broker)
    assert len(text.splitlines()) < 60
    assert "  … and 28 more" in text.splitlines()
    assert "  … and 35 more: print(broker.explain())" in text.splitlines()
