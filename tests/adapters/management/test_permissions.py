"""Permissions."""

from __future__ import annotations

import pika.exceptions
import pytest

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_what_is_given_through_the_api_holds_for_clients() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/users/ada", {"password": "pw", "tags": ""})
    ask(broker, "PUT", "/api/permissions/%2F/ada", {"configure": "^ada", "write": "", "read": ""})
    channel = fakeamqp.connect(broker, credentials=pika.PlainCredentials("ada", "pw")).channel()
    channel.queue_declare("ada's")
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="configure access to queue 'orders'"):
        channel.queue_declare("orders")


def test_users_of_the_test_may_do_everything_everywhere() -> None:
    broker = fakeamqp.Broker(vhosts=["/", "shop"])
    rows = told(broker, "/api/permissions")
    assert [(row["vhost"], row["user"], row["read"]) for row in rows] == [
        ("/", "guest", ".*"),
        ("shop", "guest", ".*"),
    ]
