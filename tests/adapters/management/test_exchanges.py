"""Exchanges, and publishing."""

from __future__ import annotations

import json

import pytest

import fakeamqp
from tests.adapters.management.asking import ask, told

MESSAGE = {"properties": {}, "routing_key": "orders", "payload": "tea", "payload_encoding": "string"}


def test_the_policy_in_force_is_shown() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.set_policy("p", "^amq.topic$", {"alternate-exchange": "amq.fanout"}, apply_to="exchanges")
    assert told(broker, "/api/exchanges/%2F/amq.topic")["policy"] == "p"
    assert "policy" not in told(broker, "/api/exchanges/%2F/amq.direct")


def test_a_type_of_a_plugin_that_is_off_is_refused_and_of_one_that_is_on_made() -> None:
    body = {"type": "x-consistent-hash"}
    assert ask(fakeamqp.Broker(), "PUT", "/api/exchanges/%2F/h", body).status == 400
    broker = fakeamqp.Broker(plugins=["rabbitmq_consistent_hash_exchange"])
    assert ask(broker, "PUT", "/api/exchanges/%2F/h", body).status == 201


def test_a_message_that_only_a_binding_takes_further_is_routed() -> None:
    broker = fakeamqp.Broker()
    for path in ("queues/%2F/orders", "exchanges/%2F/first", "exchanges/%2F/second"):
        ask(broker, "PUT", f"/api/{path}", {"type": "fanout"} if "first" in path or "second" in path else {})
    publish = "/api/exchanges/%2F/first/publish"
    ask(broker, "POST", "/api/bindings/%2F/e/first/e/second", {})
    assert json.loads(ask(broker, "POST", publish, MESSAGE).body or "") == {"routed": False}
    ask(broker, "POST", "/api/bindings/%2F/e/second/q/orders", {})
    assert json.loads(ask(broker, "POST", publish, MESSAGE).body or "") == {"routed": True}
    assert [message.body for message in broker.queue("orders").messages] == [b"tea"]


@pytest.mark.parametrize("end", ["source", "destination"])
def test_bindings_are_those_of_one_end(end: str) -> None:
    broker = fakeamqp.Broker()
    ask(broker, "POST", "/api/bindings/%2F/e/amq.topic/e/amq.fanout", {"routing_key": "k"})
    name = "amq.topic" if end == "source" else "amq.fanout"
    assert len(told(broker, f"/api/exchanges/%2F/{name}/bindings/{end}")) == 1
    other = "destination" if end == "source" else "source"
    assert told(broker, f"/api/exchanges/%2F/{name}/bindings/{other}") == []
    assert ask(broker, "GET", f"/api/exchanges/%2F/{name}/bindings/nope").status == 404
