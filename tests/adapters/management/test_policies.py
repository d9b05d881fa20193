"""Policies."""

from __future__ import annotations

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_a_policy_is_in_force_at_once() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/queues/%2F/orders", {"durable": True})
    for body in ("tea", "cups"):
        broker.publish("", "orders", body)
    ask(broker, "PUT", "/api/policies/%2F/p", {"pattern": "", "definition": {"max-length": 1}, "apply-to": "queues"})
    assert [message.body for message in broker.queue("orders").messages] == [b"cups"]
    assert broker.ctl.list_policies()[0].name == "p"


def test_an_operator_policy_is_a_parameter_too() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/operator-policies/%2F/op", {"pattern": "^o", "definition": {"max-length": 5}})
    (row,) = told(broker, "/api/parameters/operator_policy")
    assert (row["name"], row["value"]["definition"]) == ("op", {"max-length": 5})
    ask(broker, "DELETE", "/api/parameters/operator_policy/%2F/op")
    assert broker.ctl.list_operator_policies() == ()
