"""Small definitions of which real brokers have been asked whether they take them, see `record`."""

from __future__ import annotations

from typing import Any

from tests.views.lint.examples import EXAMPLES, QUORUM, Json, binding, exchange, file, policy, queue

_STREAM = {"x_queue_type": "stream"}


def _bound(kind: str, key: str = "", **arguments: Any) -> Json:
    return file(exchange("x", kind), queue(), binding("x", key=key, **arguments))


PROBES: dict[str, Json] = {
    "quorum with priorities": file(queue(**QUORUM, x_max_priority=5)),
    "quorum in lazy mode": file(queue(**QUORUM, x_queue_mode="lazy")),
    "quorum that is transient": file(queue(durable=False, **QUORUM)),
    "quorum that is auto-delete": file(queue(auto_delete=True, **QUORUM)),
    "quorum with limits in memory": file(queue(**QUORUM, x_max_in_memory_length=10)),
    "quorum with reject-publish-dlx": file(queue(**QUORUM, x_overflow="reject-publish-dlx", x_max_length=1)),
    "quorum with at-least-once": file(queue(**QUORUM, x_dead_letter_strategy="at-least-once")),
    "quorum with delayed retries": file(queue(**QUORUM, x_delayed_retry_type="all", x_delayed_retry_min=5)),
    "classic with delayed retries": file(queue(x_delayed_retry_type="all", x_delayed_retry_min=5)),
    "classic with a delivery limit": file(queue(x_delivery_limit=3)),
    "classic in lazy mode": file(queue(x_queue_mode="lazy")),
    "classic of version 1": file(queue(x_queue_version=1)),
    "classic with a master locator": file(queue(x_queue_master_locator="min-masters")),
    "classic with a leader locator": file(queue(x_queue_leader_locator="balanced")),
    "classic with a consumer timeout": file(queue(x_consumer_timeout=60000)),
    "classic that is transient": file(queue(durable=False)),
    "arguments that are misspelt": file(queue(x_mesage_ttl=5, message_ttl=5)),
    "a TTL that is a text": file(queue(x_message_ttl="60000")),
    "a dead-letter key alone": file(queue(x_dead_letter_routing_key="k")),
    "a dead-letter key alone by policy": file(queue(), policy("p", "^jobs", dead_letter_routing_key="k")),
    "a name of the broker's": file(queue("amq.gen-1")),
    "stream with dead letters": file(queue(**_STREAM, x_dead_letter_exchange="")),
    "stream with a filter size": file(queue(**_STREAM, x_stream_filter_size_bytes=5)),
    "stream with large segments": file(queue(**_STREAM, x_stream_max_segment_size_bytes=4_000_000_000)),
    "stream with a length": file(queue(**_STREAM, x_max_length=5)),
    "mirrored queues": file(queue(), policy("p", "^jobs", ha_mode="exactly", ha_params=2, ha_sync_mode="automatic")),
    "lazy queues by policy": file(queue(), policy("p", "^jobs", queue_mode="lazy")),
    "priorities by policy": file(queue(), policy("p", "^jobs", max_priority=5)),
    "master locator by policy": file(queue(), policy("p", "^jobs", queue_master_locator="min-masters")),
    "for quorum queues alone": file(queue(), policy("p", "^jobs", to="quorum_queues", delivery_limit=5)),
    "a pattern that is none": file(queue(), policy("p", "(", max_length=5)),
    "a negative length by policy": file(queue(), policy("p", "^jobs", max_length=-1)),
    "consumer timeout by policy": file(queue(), policy("p", "^jobs", consumer_timeout=5)),
    "a long key": _bound("topic", "a." * 150 + "b"),
    "three hashes": _bound("topic", "#.a.#.b.#"),
    "a weight that is none": _bound("x-consistent-hash", "ten"),
    "a weight of 0": _bound("x-consistent-hash", "0"),
    "x-match that is none": _bound("headers", x_match="some", a=1),
    "x-match that looks at x-": _bound("headers", x_match="any-with-x", a=1),
    "x-local-random": _bound("x-local-random"),
    "x-modulus-hash": _bound("x-modulus-hash"),
    "x-nonsense": file(exchange("x", "x-nonsense")),
    "a binding without its source": file(queue(), binding("x")),
    "a queue twice": file(queue(), queue(x_max_length=5)),
    **{
        f"example of {name}": example.wrong
        for name, example in EXAMPLES.items()
        # Files of one virtual host can be brought into one of its own.
        if "vhosts" not in example.wrong
    },
}
