"""Limits."""

from __future__ import annotations

import json

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_a_limit_of_queues_holds_for_the_api_too() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/vhost-limits/%2F/max-queues", {"value": 1})
    assert ask(broker, "PUT", "/api/queues/%2F/a", {}).status == 201
    refused = ask(broker, "PUT", "/api/queues/%2F/b", {})
    assert json.loads(refused.body or "")["reason"] == (
        "cannot declare queue 'b': queue limit in vhost '/' (1) is reached"
    )


def test_limits_of_users_are_secret_from_4_3_on() -> None:
    for version, status in (("4.0", 200), ("4.3", 401)):
        broker = fakeamqp.Broker(version)
        broker.ctl.add_user("ada", "pw", tags=["management"])
        assert ask(broker, "GET", "/api/user-limits", user="ada:pw").status == status
        assert told(broker, "/api/user-limits/ada", user="ada:pw") == []
