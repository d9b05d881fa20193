"""Definitions go out and come in again, whatever was declared: export, import, export tells the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeamqp.model.broker import Broker
from fakeamqp.model.commands import ImportDefinitions
from fakeamqp.model.definitions import export_cluster, export_vhost
from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies import queue_arguments

NAMES = st.sampled_from(("a", "b", "c", "é"))
VHOSTS = ("/", "shop")
TABLES = st.dictionaries(
    st.sampled_from(("one", "two")),
    st.one_of(st.text(max_size=2), st.integers(), st.booleans(), st.lists(st.integers())),
)


def rows(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of one kind, each name once in a virtual host."""
    row = st.fixed_dictionaries({"name": NAMES, "vhost": st.sampled_from(VHOSTS), **fields})
    return st.lists(row, max_size=4, unique_by=lambda row: (row["vhost"], row["name"]))


QUEUES = rows(
    durable=st.just(True),
    auto_delete=st.just(False),
    # Said outright, for a default queue type would decide else.
    arguments=st.one_of(
        queue_arguments("classic").map(lambda table: {**table, "x-queue-type": "classic"}),
        queue_arguments("quorum"),
        TABLES,
    ),
)
EXCHANGES = rows(
    durable=st.booleans(),
    auto_delete=st.booleans(),
    type=st.sampled_from(("direct", "fanout", "topic", "headers")),
    arguments=TABLES,
)
POLICIES = rows(
    pattern=st.sampled_from(("", "^a", "b|c")),
    definition=st.fixed_dictionaries({"max-length": st.integers(0, 3)}),
    priority=st.integers(0, 2),
)
USERS = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "password": st.text(max_size=3),
            "tags": st.sampled_from(("", "administrator", "a,b")),
            "limits": st.sampled_from(({}, {"max-channels": 3})),
        }
    ),
    max_size=3,
    unique_by=lambda row: str(row["name"]),
)
VHOST_ROWS = st.fixed_dictionaries(
    {"description": st.text(max_size=3), "default_queue_type": st.sampled_from(("classic", "quorum"))}
)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Definitions of two virtual hosts that every version takes."""
    exchanges, queues, users = draw(EXCHANGES), draw(QUEUES), draw(USERS)
    bindings = []
    if queues and exchanges:
        for source, queue in draw(st.lists(st.tuples(st.sampled_from(exchanges), st.sampled_from(queues)), max_size=5)):
            if source["vhost"] == queue["vhost"]:
                ends = {"source": source["name"], "destination": queue["name"], "destination_type": "queue"}
                bindings.append(
                    {**ends, "vhost": queue["vhost"], "routing_key": draw(NAMES), "arguments": draw(TABLES)}
                )
    may = {"configure": "^a", "write": "", "read": ".*"}
    return {
        "users": users,
        "vhosts": [{"name": name, "metadata": draw(VHOST_ROWS)} for name in VHOSTS],
        "permissions": [{"user": user["name"], "vhost": draw(st.sampled_from(VHOSTS)), **may} for user in users],
        "parameters": [{"vhost": "shop", "component": "shovel", "name": "s", "value": draw(TABLES)}],
        "policies": draw(POLICIES),
        "exchanges": exchanges,
        "queues": queues,
        "bindings": bindings,
    }


def broker_with(content: dict[str, Any], version: str, vhost: str | None = None) -> Broker:
    """A broker into which these definitions came by way of a file."""
    broker = Broker(PROFILES[version], users={"guest": "guest"})
    broker.apply(ImportDefinitions(json.loads(json.dumps(content)), vhost), 0)
    return broker


@pytest.mark.parametrize("version", PROFILES)
@settings(max_examples=25, deadline=None)
@given(content=definitions())
def test_what_was_exported_and_imported_is_exported_again(version: str, content: dict[str, Any]) -> None:
    broker = broker_with(content, version)
    told = export_cluster(broker)
    assert export_cluster(broker_with(told, version)) == told
    assert {(row["vhost"], row["name"]) for row in told["queues"]} == {
        (row["vhost"], row["name"]) for row in content["queues"]
    }
    assert len(told["exchanges"]) == len(content["exchanges"])

    alone = export_vhost(broker.vhosts["shop"])
    of_it = ("queues", "exchanges", "bindings", "policies")
    again = export_vhost(broker_with(alone, version, "/").vhosts["/"])
    kept = {kind: [{k: v for k, v in row.items() if k != "vhost"} for row in again[kind]] for kind in of_it}
    assert kept == {kind: [{k: v for k, v in row.items() if k != "vhost"} for row in alone[kind]] for kind in of_it}
