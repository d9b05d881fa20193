"""The two kinds of broker that a scenario can talk to."""

from __future__ import annotations

import time
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pika

import fakeamqp
from tests.adapters.management.talk import Stage
from tests.conformance.operator import ManagementApi
from tests.support.serving import management_of

_STATISTICS_SECONDS = 14.0
"""How long a real broker's statistics may take: they are gathered every five seconds."""


@contextmanager
def real_stage(url: str, management_url: str | None = None) -> Iterator[tuple[Stage, str]]:
    """A running RabbitMQ, and its exact version."""
    parameters = pika.URLParameters(url)
    address = management_url or f"http://{parameters.host}:{parameters.port + 10_000}"
    api = ManagementApi(address, "guest", "guest")
    overview = api.call("GET", "overview")
    token = uuid.uuid4().hex[:10]
    vhost, prefix = f"talk-{token}", f"u{token}-"

    def connect(**more: Any) -> pika.BlockingConnection:
        given = {"host": parameters.host, "port": parameters.port, "virtual_host": vhost, **more}
        return pika.BlockingConnection(pika.ConnectionParameters(**given))

    stage = Stage(address, vhost, prefix, overview["node"], connect, lambda: time.sleep(_STATISTICS_SECONDS))
    stage.cluster = overview["cluster_name"]
    stage.hides = True
    api.call("PUT", "vhosts", vhost)
    try:
        yield stage, str(overview["rabbitmq_version"])
    finally:
        for row in api.call("GET", "vhosts"):
            if row["name"].startswith(vhost):
                if row.get("protected_from_deletion"):
                    api.call("DELETE", "vhosts", row["name"], "deletion", "protection")
                api.call("DELETE", "vhosts", row["name"])
        for row in api.call("GET", "users"):
            if row["name"].startswith(prefix):
                api.call("DELETE", "users", row["name"])


@contextmanager
def fake_stage(version: str) -> Iterator[Stage]:
    """A fake broker of that version, with the plugins that the recorded ones have."""
    plugins = (
        *("rabbitmq_consistent_hash_exchange", "rabbitmq_jms_topic_exchange"),
        *("rabbitmq_random_exchange", "rabbitmq_recent_history_exchange"),
    )
    with fakeamqp.Broker(version, plugins=plugins) as broker, management_of(broker) as url:
        broker.ctl.add_vhost("talk")

        def connect(**more: Any) -> pika.BlockingConnection:
            return fakeamqp.connect(broker, **{"virtual_host": "talk", **more})

        yield Stage(url, "talk", "uuu-", broker.model.node, connect, lambda: None)


def version_of(exact: str) -> str:
    """The profile of a release: "4.0.5" is of 4.0."""
    return ".".join(exact.split(".")[:2])


def quoted(name: str) -> str:
    """A name as a part of a path."""
    return urllib.parse.quote(name, safe="")
