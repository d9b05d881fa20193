"""Connections."""

from __future__ import annotations

from urllib.parse import quote

import pika

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_a_client_in_memory_has_the_same_name_in_every_run() -> None:
    for _ in range(2):
        broker = fakeamqp.Broker()
        with fakeamqp.connect(broker), fakeamqp.connect(broker):
            names = [row["name"] for row in told(broker, "/api/connections")]
        assert names == ["127.0.0.1:40001 -> 127.0.0.1:5672", "127.0.0.1:40002 -> 127.0.0.1:5672"]


def test_what_client_and_broker_agreed_on_is_shown() -> None:
    broker = fakeamqp.Broker()
    broker.clock.advance(60)
    given = {"heartbeat": 30, "frame_max": 20_000, "channel_max": 7, "client_properties": {"connection_name": "worker"}}
    with fakeamqp.connect(broker, **given) as connection:
        connection.channel()
        (row,) = told(broker, "/api/connections")
    expected = {
        "timeout": 30,
        "frame_max": 20_000,
        "channel_max": 7,
        "channels": 1,
        "user_provided_name": "worker",
        "user": "guest",
        "vhost": "/",
        "auth_mechanism": "PLAIN",
        "protocol": "AMQP 0-9-1",
        "state": "running",
    }
    assert {key: row[key] for key in expected} == expected
    assert row["connected_at"] == int(broker.clock.starts_at.timestamp() * 1000) + 60_000
    assert row["client_properties"]["product"] == "Pika Python Client Library"


def test_one_that_an_alarm_holds_up_is_blocked() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.connect(broker) as connection:
        channel = connection.channel()
        broker.faults.block_publishers()
        channel.basic_publish("", "nope", b"tea")
        connection.process_data_events(0)
        assert [row["state"] for row in told(broker, "/api/connections")] == ["blocked"]
        broker.faults.unblock_publishers()


def test_users_see_their_own() -> None:
    broker = fakeamqp.Broker(users={"guest": "guest", "ada": "pw"})
    broker.ctl.add_user("bob", "pw", tags=["management"])
    broker.ctl.set_permissions("bob", ".*", ".*", ".*")
    own = pika.PlainCredentials("bob", "pw")
    with fakeamqp.connect(broker), fakeamqp.connect(broker, credentials=own) as connection:
        connection.channel()
        assert len(told(broker, "/api/connections")) == 2
        (row,) = told(broker, "/api/connections", user="bob:pw")
        assert row["user"] == "bob"
        (channel,) = told(broker, "/api/channels", user="bob:pw")
        foreign = quote("127.0.0.1:40001 -> 127.0.0.1:5672")
        assert ask(broker, "GET", f"/api/connections/{foreign}", user="bob:pw").status == 401
        assert ask(broker, "DELETE", f"/api/connections/{foreign}", user="bob:pw").status == 401
        assert told(broker, f"/api/channels/{quote(channel['name'])}", user="bob:pw")["user"] == "bob"


def test_those_of_a_user_are_closed_together() -> None:
    broker = fakeamqp.Broker()
    fakeamqp.connect(broker)
    fakeamqp.connect(broker)
    assert ask(broker, "DELETE", "/api/connections/username/guest").status == 204
    assert told(broker, "/api/connections") == []
