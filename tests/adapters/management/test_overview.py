"""The broker as a whole."""

from __future__ import annotations

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_totals_are_of_what_the_caller_may_see() -> None:
    broker = fakeamqp.Broker(vhosts=["/", "shop"])
    broker.ctl.add_user("ada", "pw", tags=["management"])
    broker.ctl.set_permissions("ada", "", "", "", vhost="shop")
    ask(broker, "PUT", "/api/queues/%2F/orders", {})
    broker.publish("", "orders")
    with fakeamqp.connect(broker):
        mine = told(broker, "/api/overview")
        hers = told(broker, "/api/overview", user="ada:pw")
    assert mine["object_totals"] == {"connections": 1, "channels": 0, "exchanges": 14, "queues": 1, "consumers": 0}
    assert mine["queue_totals"]["messages_ready"] == 1
    assert hers["object_totals"] == {"connections": 0, "channels": 0, "exchanges": 7, "queues": 0}
    assert "node" not in hers


def test_a_cluster_can_be_called_something_else() -> None:
    broker = fakeamqp.Broker()
    assert told(broker, "/api/cluster-name") == {"name": "rabbit@localhost"}
    assert ask(broker, "PUT", "/api/cluster-name", {"name": "shop"}).status == 204
    assert told(broker, "/api/overview")["cluster_name"] == "shop"
    assert {"name": "cluster_name", "value": "shop"} in told(broker, "/api/global-parameters")


def test_what_one_node_has_done_already_is_done() -> None:
    broker = fakeamqp.Broker()
    assert ask(broker, "DELETE", "/api/reset").status == 204
    assert ask(broker, "POST", "/api/rebalance/queues").status == 204
    assert told(broker, "/api/auth/attempts/rabbit@localhost") == []
