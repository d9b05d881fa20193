"""Definitions to draw: small ones of every shape, whatever files lie in the examples, and large ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fakeamqp.views.graph import Graph
from fakeamqp.views.scene import scene

Json = dict[str, Any]

EXAMPLES = Path(__file__).parents[2] / "examples"


def exchange(name: str, kind: str = "topic", vhost: str = "/", **arguments: Any) -> Json:
    return {
        "name": name,
        "vhost": vhost,
        "type": kind,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": _dashed(arguments),
    }


def queue(name: str, vhost: str = "/", **arguments: Any) -> Json:
    return {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": _dashed(arguments)}


def binding(source: str, destination: str, key: str = "", kind: str = "queue", vhost: str = "/", **args: Any) -> Json:
    return {
        "source": source,
        "vhost": vhost,
        "destination": destination,
        "destination_type": kind,
        "routing_key": key,
        "arguments": _dashed(args),
    }


def _dashed(arguments: Json) -> Json:
    return {name.replace("_", "-"): value for name, value in arguments.items()}


def definitions(*rows: Json, policies: tuple[Json, ...] = ()) -> Json:
    """Rows of any kind as a definitions file has them."""
    vhosts = dict.fromkeys(["/", *(row["vhost"] for row in rows)])
    return {
        "vhosts": [{"name": name} for name in vhosts],
        "exchanges": [row for row in rows if "type" in row],
        "queues": [row for row in rows if "name" in row and "type" not in row],
        "bindings": [row for row in rows if "source" in row],
        "policies": list(policies),
    }


NASTY = (
    "</script><script>alert(1)</script>",
    "<!--",
    "\"quoted\" 'twice'",
    "back\\slash \\N \\G",
    "a&amp;b",
    "line\nbreak",
    "عربى שלום",
    "日本語キュー",
    "\u202eright to left\u202c",
    "#35; %% {curly} [square] |pipe|",
    "1. first",
    "end",
    "👩‍🚀",
    "x" * 255,
)

SHOP = definitions(
    exchange("orders", alternate_exchange="unrouted"),
    exchange("unrouted", "fanout"),
    exchange("dlx"),
    exchange("audit", "fanout"),
    exchange("reports", "headers"),
    queue("orders.us", x_dead_letter_exchange="dlx", x_max_length=10_000, x_queue_type="quorum"),
    queue("orders.de", x_dead_letter_exchange="dlx", x_max_length=10_000, x_queue_type="quorum"),
    queue("audit.log", x_queue_type="stream", x_max_age="7D"),
    queue("lost"),
    queue("retry.10m", x_message_ttl=600_000, x_dead_letter_exchange="orders"),
    queue("parked"),
    queue("pdf"),
    queue("jobs", x_dead_letter_exchange="nowhere", x_single_active_consumer=True, x_max_priority=5),
    binding("orders", "orders.us", "order.*.us"),
    binding("orders", "orders.us", "order.*.ca"),
    binding("orders", "orders.us", "order.*.mx"),
    binding("orders", "orders.us", "order.*.br"),
    binding("orders", "orders.de", "order.*.de"),
    binding("orders", "audit", "#", kind="exchange"),
    binding("audit", "audit.log"),
    binding("unrouted", "lost"),
    binding("dlx", "retry.10m", "order.#"),
    binding("dlx", "parked", "#.giveup"),
    binding("reports", "pdf", x_match="all", format="pdf"),
)

TOPOLOGIES: dict[str, Json] = {
    "nothing": definitions(),
    "shop": SHOP,
    "nasty names": definitions(
        *(exchange(name) for name in NASTY),
        *(queue(name) for name in NASTY),
        *(binding(name, name, name[:200]) for name in NASTY),
    ),
    "circles": definitions(
        exchange("a"),
        exchange("b"),
        queue("self", x_dead_letter_exchange="", x_dead_letter_routing_key="self"),
        queue("to.and.fro", x_dead_letter_exchange="a"),
        binding("a", "b", "x", kind="exchange"),
        binding("b", "a", "x", kind="exchange"),
        binding("a", "a", "y", kind="exchange"),
        binding("b", "to.and.fro", "x"),
    ),
    "several virtual hosts": definitions(
        *(row for host in ("/", "a", "b:c") for row in (exchange("x", vhost=host), queue("q", host)))
    ),
}


def large(bindings: int = 5_000, queues: int = 500, exchanges: int = 50) -> Json:
    """Many of everything, and no two queues bound alike."""
    return definitions(
        *(exchange(f"region-{number:03}.events") for number in range(exchanges)),
        *(queue(f"node-{number:04}", x_dead_letter_exchange="region-000.events") for number in range(queues)),
        *(
            binding(f"region-{number * 7 % exchanges:03}.events", f"node-{number % queues:04}", f"event.{number}.#")
            for number in range(bindings)
        ),
    )


def files() -> list[Path]:
    """The definitions files among the examples."""
    return sorted([EXAMPLES / "production.json", *EXAMPLES.glob("definitions/*.json")])


def graph_in(definitions: object) -> Graph:
    """What is drawn of definitions, before it is folded."""
    return scene(definitions).graph  # type: ignore[arg-type]


def every() -> dict[str, Json]:
    """All of these by name, those of the examples as well."""
    return TOPOLOGIES | {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files()}
