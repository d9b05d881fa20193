"""For every rule a topology in which it finds something, and one that is mended. docs/lint.md shows them."""

from __future__ import annotations

from typing import Any

import attrs

Json = dict[str, Any]


def queue(name: str = "jobs", *, durable: bool = True, auto_delete: bool = False, **arguments: Any) -> Json:
    """A row of a file; underscores of arguments stand for hyphens."""
    return {"name": name, "durable": durable, "auto_delete": auto_delete, "arguments": _hyphens(arguments)}


def exchange(name: str, type: str = "topic", *, internal: bool = False, **arguments: Any) -> Json:  # noqa: A002
    """A row of a file."""
    return {
        "name": name,
        "type": type,
        "durable": True,
        "auto_delete": False,
        "internal": internal,
        "arguments": _hyphens(arguments),
    }


def binding(source: str, destination: str = "jobs", key: str = "", kind: str = "queue", **arguments: Any) -> Json:
    """A row of a file."""
    return {
        "source": source,
        "destination": destination,
        "destination_type": kind,
        "routing_key": key,
        "arguments": _hyphens(arguments),
    }


def policy(name: str, pattern: str, *, to: str = "queues", priority: int = 0, **definition: Any) -> Json:
    """A row of a file."""
    return {
        "name": name,
        "pattern": pattern,
        "apply-to": to,
        "definition": _hyphens(definition),
        "priority": priority,
    }


def _hyphens(names: Json) -> Json:
    return {name.replace("_", "-"): value for name, value in names.items()}


@attrs.frozen
class Example:
    """wrong: what the rule speaks on, and how, on the target. right: what it says nothing on.

    origin: the version to upgrade from, for what only the upgrade check looks for; right_origin: that from which the
    upgrade brings nothing, if nothing can be mended. keys: a file of keys.
    """

    wrong: Json
    messages: tuple[str, ...]
    right: Json
    target: str = "4.3"
    origin: str | None = None
    right_origin: str | None = None
    keys: str = ""


QUORUM = {"x_queue_type": "quorum"}
DEAD = [exchange("dead"), queue("parked"), binding("dead", "parked", "#")]


def file(*rows: Json, **others: list[Json]) -> Json:
    """A file of one virtual host with these rows, each in its list."""
    lists: dict[str, list[Json]] = {"exchanges": [], "queues": [], "bindings": [], "policies": []}
    for row in rows:
        kind = (
            "bindings"
            if "source" in row
            else "policies"
            if "pattern" in row
            else "exchanges"
            if "type" in row
            else "queues"
        )
        lists[kind].append(row)
    return {**{kind: found for kind, found in lists.items() if found}, **others}


_ROUTED = (exchange("orders"), queue(), binding("orders", key="order.#"))
_MIRRORED = policy("ha", "^jobs", ha_mode="all", max_length=10)

EXAMPLES: dict[str, Example] = {
    "binding-end-missing": Example(
        file(queue(), binding("orders", key="order.#")),
        (
            "binding 'orders' -> queue 'jobs' with key 'order.#' in vhost '/' has no exchange 'orders' to bind; "
            "declare what is missing, or take the binding away",
        ),
        file(*_ROUTED),
    ),
    "binding-never-matches": Example(
        file(exchange("events", "headers"), queue(), binding("events", x_match="any", x_kind="paid")),
        (
            "binding 'events' -> queue 'jobs' in vhost '/' asks for any of no headers, which no message has; name a "
            "header to compare, or have x-match any-with-x, which looks at x-kind",
        ),
        file(exchange("events", "headers"), queue(), binding("events", x_match="any-with-x", x_kind="paid")),
    ),
    "binding-shadowed": Example(
        file(*_ROUTED, binding("orders", key="order.*.us")),
        (
            "binding 'orders' -> queue 'jobs' with key 'order.*.us' in vhost '/' adds nothing to that with key "
            "'order.#', which takes all that it takes; take one of them away",
        ),
        file(*_ROUTED, binding("orders", key="refund.*.us")),
    ),
    "wildcard-is-literal": Example(
        file(exchange("orders"), queue(), binding("orders", key="order*")),
        (
            "binding 'orders' -> queue 'jobs' with key 'order*' in vhost '/' waits for the very word 'order*': a "
            "wildcard is a whole word between dots",
        ),
        file(exchange("orders"), queue(), binding("orders", key="order.*")),
    ),
    "binding-arguments-ignored": Example(
        file(exchange("orders"), queue(), binding("orders", key="order.#", country="us")),
        (
            "binding 'orders' -> queue 'jobs' with key 'order.#' in vhost '/' has the arguments country, at "
            "which a topic exchange does not look; take them away, or make it a headers exchange",
        ),
        file(exchange("orders", "headers"), queue(), binding("orders", country="us")),
    ),
    "exchange-unreachable": Example(
        file(exchange("inner", internal=True), queue(), binding("inner", key="#")),
        (
            "exchange 'inner' in vhost '/' is internal, so nobody may publish to it, and no binding, alternate "
            "exchange or dead-letter exchange leads there; bind it to an exchange, or take it away",
        ),
        file(
            exchange("orders"),
            exchange("inner", internal=True),
            queue(),
            binding("orders", "inner", "#", "exchange"),
            binding("inner", key="#"),
        ),
    ),
    "exchange-without-queue": Example(
        file(exchange("orders"), queue()),
        (
            "exchange 'orders' in vhost '/' leads to no queue, so what is published to it is lost, unless "
            "consumers bind queues of their own; bind a queue, or give it an alternate exchange",
        ),
        file(exchange("orders", alternate_exchange="rest"), exchange("rest", "fanout"), queue(), binding("rest")),
    ),
    "alternate-missing": Example(
        file(*_ROUTED[1:], exchange("orders", alternate_exchange="rest")),
        (
            "exchange 'orders' in vhost '/' has the alternate exchange 'rest', which there is not: what it has "
            "no way for is lost; declare 'rest'",
        ),
        file(*_ROUTED[1:], exchange("orders", alternate_exchange="amq.fanout")),
    ),
    "key-unroutable": Example(
        file(exchange("orders"), queue(), binding("orders", key="order.created.*")),
        (
            "routing key 'order.paid.other' reaches no queue from exchange 'orders' in vhost '/', whose bindings "
            "wait for 'order.created.*'; bind a queue for it, or give the exchange an alternate exchange",
        ),
        file(*_ROUTED),
        keys="orders order.{created,paid}.*\n",
    ),
    "dlx-missing": Example(
        file(queue(x_dead_letter_exchange="dead")),
        (
            "queue 'jobs' in vhost '/' dead-letters to exchange 'dead', which there is not: its dead letters are lost; "
            "declare 'dead' and bind a queue to it",
        ),
        file(queue(x_dead_letter_exchange="dead"), *DEAD),
    ),
    "dlx-unroutable": Example(
        file(
            queue(x_dead_letter_exchange="dead", x_dead_letter_routing_key="jobs.failed"),
            exchange("dead"),
            queue("parked"),
            binding("dead", "parked", "orders.*"),
        ),
        (
            "queue 'jobs' in vhost '/' dead-letters to exchange 'dead', from where key 'jobs.failed' reaches no queue; "
            "bind a queue for it, or set x-dead-letter-routing-key",
        ),
        file(queue(x_dead_letter_exchange="dead", x_dead_letter_routing_key="jobs.failed"), *DEAD),
    ),
    "dlx-cycle": Example(
        file(
            queue(x_dead_letter_exchange="", x_dead_letter_routing_key="retry"),
            queue("retry", x_message_ttl=5000, x_dead_letter_exchange="", x_dead_letter_routing_key="jobs"),
        ),
        (
            "queue 'jobs' in vhost '/' gets its own dead letters back, 'jobs' -> 'retry' -> 'jobs': what is "
            "rejected each time goes round for ever; count x-death in the consumer and park what has come too often",
        ),
        file(queue(x_dead_letter_exchange="", x_dead_letter_routing_key="parked"), queue("parked")),
    ),
    "ttl-without-dlx": Example(
        file(queue(x_message_ttl=60000)),
        (
            "queue 'jobs' in vhost '/' has a message TTL of 60000 ms and no dead-letter exchange: what expires "
            "is lost; set x-dead-letter-exchange, or ignore this where old messages are worth nothing",
        ),
        file(queue(x_message_ttl=60000, x_dead_letter_exchange="dead"), *DEAD),
    ),
    "delivery-limit-without-dlx": Example(
        file(queue(**QUORUM)),
        (
            "queue 'jobs' in vhost '/' has RabbitMQ 4.3's delivery limit of 20 and no dead-letter exchange: what comes "
            "back more often is lost; set x-dead-letter-exchange",
        ),
        file(queue(**QUORUM, x_dead_letter_exchange="dead"), *DEAD),
    ),
    "dead-letter-key-without-dlx": Example(
        file(queue(), policy("dead", "^jobs", dead_letter_routing_key="failed")),
        (
            "queue 'jobs' in vhost '/' has 'dead-letter-routing-key' by policy and no dead-letter exchange, "
            "without which nothing comes of it; set dead-letter-exchange, too",
        ),
        file(queue(), policy("dead", "^jobs", dead_letter_exchange="dead", dead_letter_routing_key="failed"), *DEAD),
    ),
    "queue-unlimited": Example(
        file(queue()),
        (
            "queue 'jobs' in vhost '/' has no limit and grows while nobody consumes; set x-max-length or "
            "x-max-length-bytes, or a policy for many queues at once",
        ),
        file(queue(), policy("limits", "", max_length=100000)),
    ),
    "policy-without-match": Example(
        file(queue(), policy("limits", "^job$", max_length=10)),
        (
            "policy 'limits' in vhost '/' with pattern '^job$' fits no queue of this file; mend its pattern, or "
            "take it away",
        ),
        file(queue(), policy("limits", "^jobs$", max_length=10)),
    ),
    "policy-kept-away": Example(
        file(queue(**QUORUM), policy("limits", "^jobs", max_length=10, queue_mode="lazy")),
        (
            "policy 'limits' in vhost '/' is not in force for queue 'jobs': quorum queues do not have "
            "'queue-mode', which keeps all of it away; put that into a policy of its own",
        ),
        file(queue(**QUORUM), policy("limits", "^jobs", max_length=10)),
    ),
    "policy-tie": Example(
        file(queue(), policy("limits", "^jobs", max_length=10), policy("ages", "jobs$", message_ttl=10)),
        (
            "policy 'ages' in vhost '/' and 'limits' both fit queue 'jobs' with priority 0: which of them is in "
            "force is left to chance; give one of them a higher priority",
        ),
        file(queue(), policy("limits", "^jobs", max_length=10), policy("ages", "jobs$", priority=1, message_ttl=10)),
    ),
    "refused": Example(
        file(queue(**QUORUM, x_max_priority=5), queue("old"), policy("ha", "^old", ha_mode="all")),
        (
            "policy 'ha' in vhost '/' is refused by RabbitMQ 4.3.6: [{<<\"ha-mode\">>,<<\"all\">>}] are not "
            "recognised policy "
            "settings; mirrored queues are no more: declare quorum queues, and take the keys that begin with ha- away",
            "queue 'jobs' in vhost '/' is refused by RabbitMQ 4.3.6: precondition_failed: invalid arg "
            "'x-max-priority' for "
            "queue 'jobs' in vhost '/' of queue type rabbit_quorum_queue; quorum queues have priorities of their "
            "own, by what messages say alone: take it away, or declare a classic queue",
        ),
        file(queue(**QUORUM), queue("old"), policy("limits", "^old", max_length=5)),
    ),
    "passed-over": Example(
        file(queue(durable=False, **QUORUM), queue("old", x_queue_master_locator="min-masters")),
        (
            "queue 'jobs' in vhost '/' is left out by RabbitMQ 4.3.6 without a word: invalid property "
            "'non-durable' for "
            "queue 'jobs' in vhost '/'; declare it durable, not exclusive and not auto-delete, or as a classic queue",
            "queue 'old' in vhost '/' is left out by RabbitMQ 4.3.6 without a word: Feature `queue_master_locator` is "
            "deprecated. By default, this feature is not permitted anymore; queue-leader-locator has taken its place",
        ),
        file(queue(**QUORUM), queue("old", x_queue_leader_locator="balanced")),
    ),
    "declared-twice": Example(
        file(queue(), queue(x_max_length=5)),
        ("queue 'jobs' in vhost '/' is declared twice, and the first one stays as it is; take one of them away",),
        file(queue(), queue("others")),
    ),
    "vhost-missing": Example(
        {"vhosts": [{"name": "shop"}], "queues": [{"vhost": "shpo", **queue()}]},
        ("vhost 'shpo' is not declared by the file, which uses it; add it to 'vhosts'",),
        {"vhosts": [{"name": "shop"}], "queues": [{"vhost": "shop", **queue()}]},
    ),
    "plugin-needed": Example(
        file(exchange("shards", "x-consistent-hash"), queue(), binding("shards", key="1")),
        (
            "exchange 'shards' in vhost '/' is of type x-consistent-hash, for which the plugin "
            "rabbitmq_consistent_hash_exchange has to be switched on",
        ),
        file(exchange("shards", "x-modulus-hash"), queue(), binding("shards")),
    ),
    "argument-unknown": Example(
        file(queue(message_ttl=60000), queue("prices", x_mesage_ttl=5)),
        (
            "queue 'jobs' in vhost '/' has the argument message-ttl, which RabbitMQ 4.3 does not know and ignores; was "
            "x-message-ttl meant?",
            "queue 'prices' in vhost '/' has the argument x-mesage-ttl, which RabbitMQ 4.3 does not know and "
            "ignores; was x-message-ttl meant?",
        ),
        file(queue(x_message_ttl=60000)),
    ),
    "argument-ignored": Example(
        file(queue(x_queue_mode="lazy"), queue("safe", **QUORUM, x_overflow="reject-publish-dlx", x_max_length=5)),
        (
            "queue 'jobs' in vhost '/' has x-queue-mode, which does nothing: classic queues keep their messages "
            "on disk whatever it says",
            "queue 'safe' in vhost '/' has x-overflow, which does nothing: quorum queues take it for drop-head; "
            "reject-publish is what they have",
        ),
        file(queue(), queue("safe", **QUORUM, x_overflow="reject-publish", x_max_length=5)),
    ),
    "deprecated": Example(
        file(queue(durable=False)),
        (
            "queue 'jobs' in vhost '/' is neither durable nor exclusive, which RabbitMQ 4.3 calls deprecated "
            "(transient_nonexcl_queues, permitted by default); declare it durable, or exclusive",
        ),
        file(queue()),
    ),
    "changed-delivery-limit": Example(
        file(queue(**QUORUM)),
        (
            "queue 'jobs' in vhost '/' has no delivery limit and gets one of 20: what comes back more often is "
            "lost; set x-delivery-limit, -1 for none",
        ),
        file(queue(**QUORUM, x_delivery_limit=5)),
        origin="3.10",
    ),
    "changed-policy": Example(
        file(queue(), policy("limits", "^jobs", max_length=10, max_in_memory_length=5)),
        (
            "queue 'jobs' in vhost '/' is under other policies than in RabbitMQ 3.10: max-in-memory-length, "
            "max-length are not what it was; lay it down in a policy of its own",
        ),
        file(queue(), policy("limits", "^jobs", max_length=10)),
        origin="3.10",
    ),
    "changed-numbers": Example(
        file(exchange("events", "headers"), queue(), binding("events", version=1.0)),
        (
            "binding 'events' -> queue 'jobs' in vhost '/' asks for version as a number with a point, which "
            "whole numbers do not equal any more; publish it as such, too",
        ),
        file(exchange("events", "headers"), queue(), binding("events", version=1)),
        origin="3.10",
    ),
    "changed-message-size": Example(
        file(queue()),
        ("the largest message is 16 MiB, no more 128 MiB; what is larger is refused, unless max_message_size is set",),
        file(queue()),
        origin="3.10",
        right_origin="4.0",
    ),
}
