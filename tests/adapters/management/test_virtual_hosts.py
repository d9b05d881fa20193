"""Virtual hosts."""

from __future__ import annotations

import json

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_who_adds_a_virtual_host_may_do_everything_there() -> None:
    broker = fakeamqp.Broker()
    broker.ctl.add_user("ada", "pw", tags=["administrator"])
    assert ask(broker, "PUT", "/api/vhosts/shop", user="ada:pw").status == 201
    assert broker.ctl.list_permissions(vhost="shop")["ada"] == (".*", ".*", ".*")


def test_a_queue_in_a_virtual_host_has_its_default_type() -> None:
    broker = fakeamqp.Broker()
    ask(broker, "PUT", "/api/vhosts/shop", {"default_queue_type": "quorum"})
    ask(broker, "PUT", "/api/queues/shop/orders", {"durable": True})
    assert broker.queue("orders", "shop").kind == "quorum"


def test_a_virtual_host_of_a_type_that_there_is_not_is_not_added() -> None:
    broker = fakeamqp.Broker("4.3")
    assert ask(broker, "PUT", "/api/vhosts/shop", {"default_queue_type": "weird"}).status == 400
    assert "shop" not in broker.model.vhosts


def test_a_protected_virtual_host_stays_and_is_exported_so() -> None:
    broker = fakeamqp.Broker("4.3")
    ask(broker, "POST", "/api/vhosts/%2F/deletion/protection")
    refused = ask(broker, "DELETE", "/api/vhosts/%2F")
    assert (refused.status, json.loads(refused.body or "")["error"]) == (412, "precondition_failed")
    (row,) = broker.export_definitions()["vhosts"]
    assert row["metadata"]["protected_from_deletion"] is True


def test_messages_are_counted_over_the_queues() -> None:
    broker = fakeamqp.Broker()
    assert "messages" not in told(broker, "/api/vhosts/%2F")
    for name in ("a", "b"):
        ask(broker, "PUT", f"/api/queues/%2F/{name}", {})
        broker.publish("", name)
    assert told(broker, "/api/vhosts/%2F")["messages"] == 2


def test_the_virtual_host_of_a_new_node_says_that_it_is_the_default() -> None:
    rows = told(fakeamqp.Broker(vhosts=["/", "shop"]), "/api/vhosts")
    assert [(row["name"], row["description"]) for row in rows] == [("/", "Default virtual host"), ("shop", "")]
