"""Definitions."""

from __future__ import annotations

import json

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_what_is_told_is_what_the_broker_exports_and_takes() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/queues/%2F/orders", {"durable": True, "arguments": {"x-max-length": 5}})
    ask(broker, "POST", "/api/bindings/%2F/e/amq.topic/q/orders", {"routing_key": "a.#"})
    exported = told(broker, "/api/definitions")
    assert exported == json.loads(json.dumps(broker.export_definitions()))
    other = fakeamqp.Broker()
    assert ask(other, "POST", "/api/definitions", exported).status == 204
    assert other.queue("orders").arguments["x-max-length"] == 5
    assert other.route("amq.topic", "a.b") == ["orders"]


def test_what_has_no_effect_is_in_the_report() -> None:
    broker = fakeamqp.Broker()
    row = {"component": "shovel", "name": "s", "vhost": "/", "value": {}}
    ask(broker, "POST", "/api/definitions", {"parameters": [row]})
    assert "fakeamqp runs no shovels" in broker.definitions_report[0]


def test_the_path_of_a_file_is_no_definitions() -> None:
    answer = ask(fakeamqp.Broker(), "POST", "/api/definitions", "/etc/hostname")
    assert (answer.status, json.loads(answer.body or "")["reason"]) == (400, "failed_to_parse_json")
