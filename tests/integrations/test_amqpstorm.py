"""AMQPStorm's client for the management API, on the fake as each version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from amqpstorm.management import ApiError, ManagementApi

import fakeamqp
from tests.support.serving import management_of


@pytest.fixture(params=["3.10", "4.0", "4.3"])
def broker(request: pytest.FixtureRequest) -> Iterator[fakeamqp.Broker]:
    with fakeamqp.Broker(request.param) as made:
        yield made


@pytest.fixture
def api(broker: fakeamqp.Broker) -> Iterator[ManagementApi]:
    with management_of(broker) as url:
        yield ManagementApi(url, "guest", "guest")


def test_a_topology_is_made_and_used(broker: fakeamqp.Broker, api: ManagementApi) -> None:
    api.exchange.declare("orders", exchange_type="topic", durable=True)
    api.queue.declare("us_desk", durable=True, arguments={"x-max-length": 5})
    api.queue.bind(queue="us_desk", exchange="orders", routing_key="order.*.us")
    assert api.basic.publish(
        "tea", "order.created.us", exchange="orders", properties={"content_type": "text/plain"}
    ) == {"routed": True}
    (message,) = api.basic.get("us_desk", requeue=True)
    assert (message.body, message.properties["content_type"]) == ("tea", "text/plain")
    assert [message.body for message in broker.queue("us_desk").messages] == [b"tea"]
    assert api.queue.get("us_desk")["messages_ready"] == 1
    api.queue.purge("us_desk")
    api.queue.unbind(queue="us_desk", exchange="orders", routing_key="order.*.us")
    assert [row["source"] for row in api.queue.bindings("us_desk")] == [""]
    api.queue.delete("us_desk")
    assert api.queue.list() == []


def test_what_is_refused_raises_its_error(api: ManagementApi) -> None:
    api.queue.declare("orders", durable=True)
    with pytest.raises(ApiError) as refused:
        api.queue.declare("orders", durable=True, arguments={"x-max-length": 5})
    assert refused.value.error_code == 400
    with pytest.raises(ApiError) as missing:
        api.queue.get("nope")
    assert missing.value.error_code == 404


def test_users_virtual_hosts_and_permissions(broker: fakeamqp.Broker, api: ManagementApi) -> None:
    api.virtual_host.create("shop")
    api.user.create("ada", "s3cret", tags="monitoring")
    api.user.set_permission("ada", "shop", configure_regex="^ada", write_regex="", read_regex=".*")
    assert api.user.get_permission("ada", "shop")["configure"] == "^ada"
    assert broker.ctl.list_permissions(vhost="shop")["ada"] == ("^ada", "", ".*")
    assert {row["name"] for row in api.virtual_host.list()} == {"/", "shop"}
    api.user.delete_permission("ada", "shop")
    api.user.delete("ada")
    api.virtual_host.delete("shop")
    assert [row["name"] for row in api.virtual_host.list()] == ["/"]


def test_clients_are_seen_and_closed(broker: fakeamqp.Broker, api: ManagementApi) -> None:
    fakeamqp.connect(broker).channel()
    (connection,) = api.connection.list()
    assert [row["number"] for row in api.channel.list()] == [1]
    assert api.connection.get(connection["name"])["user"] == "guest"
    api.connection.close(connection["name"], reason="enough")
    assert api.connection.list() == []


def test_the_broker_as_a_whole(broker: fakeamqp.Broker, api: ManagementApi) -> None:
    assert api.overview()["rabbitmq_version"] == broker.profile.release
    assert api.whoami()["name"] == "guest"
    assert api.aliveness_test("/") == {"status": "ok"}
    assert [node["name"] for node in api.nodes()] == ["rabbit@localhost"]
    assert api.healthchecks.get() == {"status": "ok"}
