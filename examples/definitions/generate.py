"""Definitions files of many kinds, from small to thousands of bindings, to try what reads them.

    python examples/definitions/generate.py [FOLDER]

writes all of them into a folder; without one, those that are small beside this program. The same every time.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SEED = 20
STORED_UP_TO = 200_000
"""Larger files, in bytes, are not kept beside this program."""


class File:
    """A file of one virtual host, or of several, in the making."""

    def __init__(self, version: str = "4.3.6") -> None:
        self.vhost = "/"
        self.rows: Json = {
            "rabbitmq_version": version,
            "rabbitmq_definition_format": "cluster",
            "users": [],
            "vhosts": [],
            "permissions": [],
            "topic_permissions": [],
            "parameters": [],
            "global_parameters": [],
            "policies": [],
            "queues": [],
            "exchanges": [],
            "bindings": [],
        }

    def enter(self, vhost: str) -> None:
        """What follows is declared there."""
        self.vhost = vhost
        self.rows["vhosts"].append({"name": vhost})

    def queue(self, name: str, *, durable: bool = True, auto_delete: bool = False, **arguments: Any) -> str:
        """Underscores of arguments stand for hyphens, and x- is put before them."""
        shown = {f"x-{key.replace('_', '-')}": value for key, value in arguments.items()}
        row = {"name": name, "vhost": self.vhost, "durable": durable, "auto_delete": auto_delete, "arguments": shown}
        self.rows["queues"].append(row)
        return name

    def exchange(self, name: str, kind: str = "topic", *, internal: bool = False, **arguments: Any) -> str:
        """Underscores of arguments stand for hyphens."""
        self.rows["exchanges"].append(
            {
                "name": name,
                "vhost": self.vhost,
                "type": kind,
                "durable": True,
                "auto_delete": False,
                "internal": internal,
                "arguments": {key.replace("_", "-"): value for key, value in arguments.items()},
            }
        )
        return name

    def bind(self, source: str, destination: str, key: str = "", *, to: str = "queue", **arguments: Any) -> None:
        """From an exchange to a queue, or with `to="exchange"` to another exchange."""
        self.rows["bindings"].append(
            {
                "source": source,
                "vhost": self.vhost,
                "destination": destination,
                "destination_type": to,
                "routing_key": key,
                "arguments": {name.replace("_", "-"): value for name, value in arguments.items()},
            }
        )

    def policy(self, name: str, pattern: str, *, to: str = "queues", priority: int = 0, **definition: Any) -> None:
        """Underscores of keys stand for hyphens."""
        self.rows["policies"].append(
            {
                "vhost": self.vhost,
                "name": name,
                "pattern": pattern,
                "apply-to": to,
                "definition": {key.replace("_", "-"): value for key, value in definition.items()},
                "priority": priority,
            }
        )


def shop(dice: random.Random) -> File:
    """A shop: one topic exchange for what happens to orders, quorum queues for who cares, and a place for dead "
    "letters."""
    file = File()
    file.enter("shop")
    file.exchange("orders", alternate_exchange="unrouted")
    file.exchange("unrouted", "fanout")
    file.exchange("dead", "direct")
    file.bind("unrouted", file.queue("unrouted", max_length=10_000))
    file.bind("dead", file.queue("parked", queue_type="quorum", max_length=100_000, delivery_limit=-1), "parked")
    for name, keys in {
        "billing": ["order.created.*", "order.cancelled.*", "refund.#"],
        "warehouse.us": ["order.paid.us"],
        "warehouse.de": ["order.paid.de"],
        "mail": ["order.*.us", "order.*.de", "refund.paid.*"],
        "search": ["product.#"],
        "audit": ["#"],
    }.items():
        file.queue(name, queue_type="quorum")
        for key in keys:
            file.bind("orders", name, key)
    file.policy(
        "limits", "^(billing|warehouse|mail|search|audit)", max_length=50_000, delivery_limit=5,
        dead_letter_exchange="dead", dead_letter_routing_key="parked",
    )  # fmt: skip
    return file


def telemetry(dice: random.Random) -> File:
    """Machines in the field: MQTT's topics as keys, queues that keep the newest, a stream of everything."""
    file = File()
    file.enter("/")
    sites = ["berlin", "lyon", "porto", "turin"]
    for site in sites:
        for what in ("temperature", "pressure", "state"):
            name = file.queue(f"{site}.{what}", max_length=1_000, message_ttl=600_000, overflow="drop-head")
            file.bind("amq.topic", name, f"site.{site}.machine.*.{what}")
    for number in range(40):
        name = file.queue(f"mqtt-subscription-device{number:03}qos1", auto_delete=True, expires=86_400_000)
        site = dice.choice(sites)
        file.bind("amq.topic", name, f"site.{site}.machine.{number}.command.#")
        file.bind("amq.topic", name, "broadcast.#")
    file.bind("amq.topic", file.queue("history", queue_type="stream", max_age="7D"), "site.#")
    file.bind("amq.topic", file.queue("alarms", queue_type="quorum", max_length=5_000), "site.*.machine.*.alarm")
    return file


def events(dice: random.Random) -> File:
    """A bus of events that are told apart by headers. Some bindings ask for less than was meant, and one for "
    "nothing."""
    file = File()
    file.enter("bus")
    file.exchange("events", "headers")
    kinds = ["created", "changed", "deleted"]
    for service in ("accounts", "ledger", "search", "mail", "fraud"):
        file.queue(service, queue_type="quorum", max_length=20_000)
        for kind in dice.sample(kinds, 2):
            file.bind("events", service, x_match="all", entity="account", kind=kind)
    file.bind("events", file.queue("all", max_length=100_000), x_match="all")
    file.bind("events", "fraud", x_match="any", amount_is_large=True, country="unknown")
    file.bind("events", "ledger", x_match="all", entity="account")
    file.bind("events", "mail", x_match="any", x_tenant="de")
    return file


def retries(dice: random.Random) -> File:
    """A ladder of retries: each rung waits longer, the last one is where a message may lie."""
    file = File()
    file.enter("/")
    file.exchange("work", "direct")
    file.exchange("retry", "direct")
    file.exchange("again", "direct")
    file.queue(
        "jobs", queue_type="quorum", dead_letter_exchange="retry", dead_letter_routing_key="retry.1", max_length=9_999
    )
    file.bind("work", "jobs", "jobs")
    file.bind("again", "jobs", "jobs")
    for rung, seconds in enumerate((5, 60, 600, 3_600), 1):
        name = file.queue(
            f"retry.{rung}", message_ttl=seconds * 1_000, dead_letter_exchange="again", dead_letter_routing_key="jobs"
        )
        file.bind("retry", name, name)
    file.bind("retry", file.queue("parked", queue_type="quorum", max_length=50_000), "parked")
    file.queue("mails", dead_letter_exchange="", dead_letter_routing_key="mails.retry", max_length=100)
    file.queue("mails.retry", message_ttl=30_000, dead_letter_exchange="", dead_letter_routing_key="mails")
    return file


def relay(dice: random.Random) -> File:
    """Exchanges bound to exchanges, as where each region has its own and a hub joins them."""
    file = File()
    file.enter("world")
    file.exchange("hub", internal=True)
    file.exchange("lost", "fanout", internal=True)
    file.bind("lost", file.queue("lost", max_length=1_000))
    file.exchange("nowhere", internal=True)
    regions = ["eu", "us", "ap"]
    for region in regions:
        file.exchange(region, alternate_exchange="lost")
        file.exchange(f"{region}.local", "fanout", internal=True)
        file.bind(region, "hub", "global.#", to="exchange")
        file.bind(region, f"{region}.local", f"{region}.#", to="exchange")
        for service in ("stock", "prices"):
            name = file.queue(f"{region}.{service}", queue_type="quorum", max_length=1_000, delivery_limit=10)
            file.bind(f"{region}.local", name)
            file.bind("hub", name, f"global.{service}.#")
    return file


def mirrored(dice: random.Random) -> File:
    """What grew under RabbitMQ 3: mirrored and lazy queues by policy, transient queues, a master locator."""
    file = File("3.10.8")
    file.enter("legacy")
    file.exchange("app", "topic")
    for number in range(12):
        name = file.queue(f"app.{dice.choice(['in', 'out'])}.{number}")
        file.bind("app", name, f"app.{number}.#")
    file.queue("app.located", queue_master_locator="min-masters")
    file.queue("app.first", queue_version=1)
    file.queue("app.slow", queue_mode="lazy", max_length=1_000)
    file.queue("app.ranked", max_priority=10)
    file.queue("safe.orders", queue_type="quorum")
    for number in range(4):
        file.queue(f"tmp.{number}", durable=False)
    file.policy("ha", "^app\\.", ha_mode="exactly", ha_params=2, ha_sync_mode="automatic")
    file.policy("lazy", "^app\\.out\\.", priority=1, ha_mode="all", queue_mode="lazy")
    file.policy("all", "", priority=-1, max_length=100_000, queue_mode="lazy")
    return file


def quorum(dice: random.Random) -> File:
    """Quorum queues with all that they have."""
    file = File()
    file.enter("/")
    file.exchange("dead", "fanout")
    file.bind("dead", file.queue("dead", queue_type="quorum", max_length=100_000, delivery_limit=-1))
    file.queue(
        "payments", queue_type="quorum", single_active_consumer=True, delivery_limit=3, dead_letter_exchange="dead"
    )
    file.queue(
        "invoices", queue_type="quorum", dead_letter_exchange="dead", dead_letter_strategy="at-least-once",
        overflow="reject-publish", max_length=10_000,
    )  # fmt: skip
    file.queue("reports", queue_type="quorum", dead_letter_exchange="dead", dead_letter_strategy="at-least-once")
    file.queue(
        "imports", queue_type="quorum", dead_letter_exchange="dead", delayed_retry_type="all", delayed_retry_min=1_000,
        delayed_retry_max=60_000,
    )  # fmt: skip
    file.queue("exports", queue_type="quorum", max_in_memory_length=100, dead_letter_exchange="dead")
    file.queue("scans", queue_type="quorum", consumer_timeout=3_600_000, message_ttl=86_400_000)
    file.policy("limits", "", to="quorum_queues", max_length_bytes=1_000_000_000)
    return file


def streams(dice: random.Random) -> File:
    """Streams: some let go of what is old, one keeps everything."""
    file = File()
    file.enter("/")
    file.exchange("clicks", "x-modulus-hash")
    for number in range(6):
        name = file.queue(
            f"clicks.{number}", queue_type="stream", max_age="30D", stream_max_segment_size_bytes=100_000_000
        )
        file.bind("clicks", name, str(number))
    file.queue("ledger", queue_type="stream")
    file.bind("amq.fanout", file.queue("trail", queue_type="stream", max_length_bytes=20_000_000_000), "")
    file.policy("ages", "^clicks", to="streams", max_age="14D")
    return file


def tenants(dice: random.Random) -> File:
    """Many virtual hosts, each with the same in it, and each with its own user."""
    file = File()
    for number in range(12):
        tenant = f"tenant-{number:02}"
        file.enter(tenant)
        file.rows["users"].append(
            {
                "name": tenant,
                "password_hash": "AQIDBDB9kM21iEUzN1lZ+6VReCsdNqS0sERdAQTcY6Xs3PMz",
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
                "limits": {},
            }
        )
        everything = {"configure": "", "write": ".*", "read": ".*"}
        file.rows["permissions"].append({"user": tenant, "vhost": tenant, **everything})
        limits = {"max-queues": 50, "max-connections": 100}
        file.rows["parameters"].append(
            {"vhost": tenant, "component": "vhost-limits", "name": "limits", "value": limits}
        )
        file.exchange("app")
        for part in ("in", "out", "audit"):
            file.bind("app", file.queue(part, queue_type="quorum"), "#" if part == "audit" else f"{part}.#")
        file.policy("limits", ".*", max_length=dice.choice([1_000, 10_000, 100_000]))
    return file


def shards(dice: random.Random) -> File:
    """Work spread over queues by the hash of a key, some with twice the share, and by a header for another part."""
    file = File()
    file.enter("/")
    file.exchange("by-customer", "x-consistent-hash")
    file.exchange("by-session", "x-consistent-hash", hash_header="session")
    for number in range(16):
        name = file.queue(f"shard.{number:02}", max_length=10_000, single_active_consumer=True)
        file.bind("by-customer", name, "20" if number % 4 == 0 else "10")
        file.bind("by-session", name, "1")
    return file


def notifications(dice: random.Random) -> File:
    """Two hundred queues with twenty-five keys each: five thousand bindings of one topic exchange."""
    file = File()
    file.enter("/")
    file.exchange("notifications")
    words = [f"{first}{second}" for first in "abcdefgh" for second in "mnopqrst"]
    for number in range(200):
        name = file.queue(f"subscriber.{number:03}", max_length=1_000)
        keys: dict[str, None] = {}
        while len(keys) < 25:
            parts = [dice.choice([*words, "*"]), dice.choice([*words, "*"]), str(number), dice.choice([*words, "#"])]
            keys[".".join(parts)] = None
        for key in keys:
            file.bind("notifications", name, key)
    return file


FILES: dict[str, Callable[[random.Random], File]] = {
    make.__name__: make
    for make in (shop, telemetry, events, retries, relay, mirrored, quorum, streams, tenants, shards, notifications)
}


def text_of(name: str) -> str:
    """The text of a file: a row on each line."""
    rows = FILES[name](random.Random(SEED)).rows
    parts = []
    for key, value in rows.items():
        if isinstance(value, list) and value:
            listed = ",\n".join(f"    {json.dumps(row)}" for row in value)
            parts.append(f'  "{key}": [\n{listed}\n  ]')
        else:
            parts.append(f'  "{key}": {json.dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments: list[str]) -> None:
    """Write them."""
    here = Path(__file__).parent
    folder = Path(arguments[0]) if arguments else here
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        text = text_of(name)
        if folder != here or len(text) <= STORED_UP_TO:
            (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
