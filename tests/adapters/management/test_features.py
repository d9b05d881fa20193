"""Features."""

from __future__ import annotations

import fakeamqp
from tests.adapters.management.asking import ask, told


def test_a_denied_feature_says_so_from_4_3_on() -> None:
    broker = fakeamqp.Broker("4.3", deny={"transient_nonexcl_queues"})
    states = {row["name"]: row["state"] for row in told(broker, "/api/deprecated-features")}
    assert states["transient_nonexcl_queues"] == "denied"
    assert states["management_metrics_collection"] == "permitted"


def test_a_transient_queue_uses_a_deprecated_feature() -> None:
    broker = fakeamqp.Broker()
    assert told(broker, "/api/deprecated-features/used") == []
    ask(broker, "PUT", "/api/queues/%2F/orders", {})
    assert [row["name"] for row in told(broker, "/api/deprecated-features/used")] == ["transient_nonexcl_queues"]


def test_types_of_exchange_are_those_of_version_and_plugins() -> None:
    broker = fakeamqp.Broker("4.0", plugins=["rabbitmq_random_exchange"])
    names = [row["name"] for row in told(broker, "/api/overview")["exchange_types"]]
    assert names == ["direct", "fanout", "headers", "topic", "x-local-random", "x-random"]
