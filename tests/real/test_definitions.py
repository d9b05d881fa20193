"""Definitions on a real broker: under names of the test's own, and with nothing of anybody else's touched."""

from __future__ import annotations

from typing import Any

import pytest

from fakeamqp.real.broker import RealBroker
from tests.support.management import Stub

CLUSTER: dict[str, Any] = {
    "rabbitmq_version": "4.0.5",
    "users": [
        {"name": "guest", "password_hash": "x", "hashing_algorithm": "y", "tags": ["administrator"]},
        {"name": "ada", "password_hash": "a", "hashing_algorithm": "y", "tags": []},
        {"name": "bob", "password_hash": "b", "hashing_algorithm": "y", "tags": []},
    ],
    "vhosts": [{"name": "/"}, {"name": "shop", "tracing": False, "metadata": {"description": "orders"}}],
    "permissions": [
        {"user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
        {"user": "ada", "vhost": "shop", "configure": "", "write": "^orders$", "read": ""},
    ],
    "global_parameters": [{"name": "cluster_name", "value": "production"}],
    "queues": [{"name": "orders", "vhost": "shop", "durable": True, "auto_delete": False, "arguments": {}}],
}


def posted(stub: Stub) -> tuple[str, Any]:
    """Where the last definitions went, and what they were."""
    return [(line, body) for line, body in stub.asked if line.startswith("POST definitions")][-1]


def test_they_go_in_under_the_names_of_the_test(broker: RealBroker, stub: Stub) -> None:
    broker.import_definitions(CLUSTER)
    line, body = posted(stub)
    root = broker.names.root
    assert line == "POST definitions"
    assert body["queues"] == [{**CLUSTER["queues"][0], "vhost": f"{root}-shop"}]
    assert body["permissions"] == [{**CLUSTER["permissions"][1], "user": f"{root}-ada", "vhost": f"{root}-shop"}]
    assert f"PUT vhosts/{root}-shop" in [line for line, _ in stub.asked]


def test_the_firehose_of_a_virtual_host_stays_on(broker: RealBroker, stub: Stub) -> None:
    broker.import_definitions(CLUSTER)
    _, body = posted(stub)
    root = broker.names.root
    assert body["vhosts"] == [{"name": root}, {"name": f"{root}-shop", "metadata": {"description": "orders"}}]


def test_the_user_of_the_login_is_everybodys_and_stays_as_it_is(broker: RealBroker, stub: Stub) -> None:
    broker.import_definitions(CLUSTER)
    _, body = posted(stub)
    root = broker.names.root
    assert [row["name"] for row in body["users"]] == [f"{root}-ada", f"{root}-bob"]


def test_what_is_for_the_whole_broker_is_left_out_and_told(broker: RealBroker, stub: Stub) -> None:
    broker.import_definitions(CLUSTER)
    assert "global_parameters" not in posted(stub)[1]
    assert broker.definitions_report == ("global_parameters: they are for all who use the broker",)


def test_a_user_whom_the_test_knows_has_the_tests_password(stub: Stub, make: Any) -> None:
    broker = make(users={"guest": "guest", "ada": "in tests"}, definitions=CLUSTER)
    _, body = posted(stub)
    ada, bob = body["users"]
    assert (ada["password"], "password_hash" in ada) == ("in tests", False)
    assert (bob.get("password"), bob["password_hash"]) == (None, "b")
    broker.close()


def test_a_user_may_enter_only_where_they_say_so(broker: RealBroker, stub: Stub) -> None:
    broker.import_definitions(CLUSTER)
    root = broker.names.root
    assert sorted(stub.of("DELETE", "permissions")) == [
        f"{root}-shop/{root}-bob",
        f"{root}/{root}-ada",
        f"{root}/{root}-bob",
    ]


def test_what_they_brought_is_deleted_in_the_end(broker: RealBroker, stub: Stub) -> None:
    broker.import_definitions(CLUSTER)
    root = broker.names.root
    broker.close()
    assert sorted(stub.of("DELETE", "vhosts")) == [root, f"{root}-shop"]
    assert sorted(stub.of("DELETE", "users")) == [f"{root}-ada", f"{root}-bob"]


def test_the_export_of_one_virtual_host_goes_into_the_first_one_or_where_it_is_told_to(
    broker: RealBroker, stub: Stub
) -> None:
    exported = {"queues": [{"name": "orders", "durable": True, "auto_delete": False, "arguments": {}}]}
    exported["rabbitmq_definition_format"] = "single_virtual_host"  # type: ignore[assignment]
    broker.import_definitions(exported)
    assert posted(stub) == (f"POST definitions/{broker.names.root}", exported)
    broker.ctl.add_vhost("shop")
    broker.import_definitions(exported, "shop")
    assert posted(stub)[0] == f"POST definitions/{broker.names.root}-shop"
    with pytest.raises(LookupError, match="Not Found"):
        broker.import_definitions(exported, "none")


def test_a_refusal_is_told_by_the_names_that_the_test_knows(broker: RealBroker, stub: Stub) -> None:
    root = broker.names.root
    stub.refusals["POST definitions"] = (400, f"queue 'orders' in vhost '{root}-shop' is none")
    with pytest.raises(ValueError, match="queue 'orders' in vhost 'shop' is none"):
        broker.import_definitions(CLUSTER)


def test_they_are_told_by_the_names_that_the_test_knows(broker: RealBroker, stub: Stub, tmp_path: Any) -> None:
    broker.import_definitions(CLUSTER)
    root = broker.names.root
    queue = {"name": "orders", "durable": True, "auto_delete": False, "arguments": {}}
    stub.answers["definitions"] = {
        "rabbitmq_version": "4.0.5",
        "users": [{"name": f"{root}-ada"}, {"name": "somebody"}],
        "vhosts": [{"name": f"{root}-shop"}, {"name": "/"}],
        "permissions": [{"user": f"{root}-ada", "vhost": f"{root}-shop"}, {"user": "somebody", "vhost": "/"}],
        "queues": [{**queue, "vhost": f"{root}-shop"}, {**queue, "vhost": "/"}],
    }
    told = broker.export_definitions(to=tmp_path / "told.json")
    assert told == {
        "rabbitmq_version": "4.0.5",
        "users": [{"name": "ada"}],
        "vhosts": [{"name": "shop"}],
        "permissions": [{"user": "ada", "vhost": "shop"}],
        "topic_permissions": [],
        "parameters": [],
        "policies": [],
        "queues": [{**queue, "vhost": "shop"}],
        "exchanges": [],
        "bindings": [],
    }
    assert '"ada"' in (tmp_path / "told.json").read_text()
    stub.answers["definitions"] = {"queues": [queue]}
    assert broker.export_definitions("shop") == {"queues": [queue]}
