"""Parameters."""

from __future__ import annotations

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_what_definitions_have_brought_in_can_be_seen_and_taken_away() -> None:
    broker = fakeamqp.Broker(
        definitions={
            "vhosts": [{"name": "/"}],
            "parameters": [{"vhost": "/", "component": "shovel", "name": "s", "value": {"src-uri": "amqp://"}}],
        }
    )
    path = "/api/parameters/shovel/%2F/s"
    assert told(broker, path)["value"] == {"src-uri": "amqp://"}
    assert ask(broker, "DELETE", path).status == 204
    assert told(broker, "/api/parameters") == []


def test_global_parameters_are_exported() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/global-parameters/colour", {"value": "green"})
    assert {"name": "colour", "value": "green"} in broker.export_definitions()["global_parameters"]
