"""What happened, in words."""

from __future__ import annotations

import pika

from fakeamqp import patch_pika
from fakeamqp.views.events import happenings


def test_a_message_s_way_is_told_step_by_step() -> None:
    with patch_pika() as broker:
        channel = pika.BlockingConnection().channel()
        channel.exchange_declare("dlx", "fanout")
        channel.queue_declare("dead")
        channel.queue_bind("dead", "dlx")
        channel.queue_declare("work", arguments={"x-dead-letter-exchange": "dlx", "x-message-ttl": 1000})
        channel.basic_publish("", "work", b"one")
        method, _, _ = channel.basic_get("work")
        channel.basic_nack(method.delivery_tag)
        channel.connection.sleep(2)
        channel.basic_get("work")
        tag = channel.basic_consume("dead", lambda channel, method, *_: channel.basic_ack(method.delivery_tag))
        channel.connection.process_data_events()
        channel.basic_cancel(tag)
        channel.queue_delete("dead")
        channel.connection.close()
        told = [f"{event.at:g} {event.what}" for event in happenings(broker.trace)]
    assert told == [
        "0 connection 1 opens",
        "0 connection 1 declares fanout exchange 'dlx'",
        "0 connection 1 declares queue 'dead'",
        "0 connection 1 binds 'dead' to exchange 'dlx' with 'dead'",
        "0 connection 1 declares queue 'work'",
        "0 connection 1 publishes to the default exchange with key 'work'; -> 'work'",
        "0 connection 1 gets from 'work'; got 1",
        "0 connection 1 nacks 1, requeue; back in 'work' (nack)",
        "1 dead-lettered from 'work' (expired) to exchange 'dlx'; -> 'dead'",
        "2 connection 1 gets from 'work'; nothing there",
        "2 connection 1 consumes from 'dead'; delivered from 'dead' to connection 1 as 2",
        "2 connection 1 acks 2",
        f"2 connection 1 cancels {tag!r}",
        "2 connection 1 deletes queue 'dead'; queue 'dead' is gone (deleted)",
        "2 connection 1 ends",
    ]
