"""Consumers."""

from __future__ import annotations

import fakeamqp
from tests.adapters.management.asking import told


def test_a_timeout_of_its_own_is_shown_in_milliseconds() -> None:
    broker = fakeamqp.Broker("4.3", consumer_timeout=60)
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        for name, arguments in (("c", {}), ("q", {"x-queue-type": "quorum", "x-consumer-timeout": 5_000})):
            channel.queue_declare(name, durable=True, arguments=arguments)
            channel.basic_consume(name, lambda *_: None, consumer_tag=name)
        rows = told(broker, "/api/consumers")
    assert {row["consumer_tag"]: row["consumer_timeout"] for row in rows} == {"c": 60_000, "q": 5_000}


def test_users_see_those_of_their_own_connections() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.add_user("bob", "pw", tags=["management"])
    broker.ctl.set_permissions("bob", ".*", ".*", ".*")
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        channel.queue_declare("orders")
        channel.basic_consume("orders", lambda *_: None)
        assert len(told(broker, "/api/consumers/%2F")) == 1
        assert told(broker, "/api/consumers/%2F", user="bob:pw") == []
