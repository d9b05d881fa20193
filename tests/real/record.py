"""Record what management APIs answer, for the stub of them: `python -m tests.real.record AMQP_URL MANAGEMENT_URL …`.

Each answer is kept under its version and its path, as the broker gave it; names of virtual hosts are "<vhost>".
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pika

from fakeamqp.real.address import Address
from fakeamqp.real.management import Management, Refused

ANSWERS = Path(__file__).parent / "answers.json"
VHOST = "fakeamqp-0123456789"
NOW = {"disable_stats": "true", "enable_queue_totals": "true"}
# An overview has much that is about the machine.
OVERVIEW = ("management_version", "rabbitmq_version", "product_name", "erlang_version")


def record(address: Address) -> dict[str, Any]:
    """The answers of one broker."""
    management = Management(address)
    management.put("vhosts", VHOST, tracing=True)
    try:
        url = address.url(VHOST, address.user, address.password)
        connection = pika.BlockingConnection(pika.URLParameters(url))
        lay_out(connection.channel())
        management.put(
            "policies", VHOST, "parking", pattern="^jobs", definition={"max-length": 2}, **{"apply-to": "all"}
        )
        management.put("permissions", VHOST, address.user, configure=".*", write=".*", read=".*")
        answers = {
            kind: management.get(kind, VHOST, **(NOW if kind in ("queues", "exchanges") else {}))
            for kind in ("queues", "exchanges", "bindings", "consumers", "policies", "operator-policies")
        }
        answers["permissions"] = management.get("vhosts", VHOST, "permissions")
        answers["users"] = [{"name": "guest", "tags": management.get("users", "guest")["tags"]}]
        overview = management.get("overview")
        answers["overview"] = {key: overview[key] for key in OVERVIEW if key in overview}
        answers["refusals"] = {
            "no such queue": refusal(management, "get", "queues", VHOST, "nobody"),
            "bad policy": refusal(management, "put", "policies", VHOST, "bad", pattern="(", definition={"nope": 1}),
        }
        connection.close()
        return answers
    finally:
        management.delete("vhosts", VHOST)


def lay_out(channel: Any) -> None:
    """Something of each kind."""
    channel.exchange_declare("orders", "topic", durable=True)
    channel.queue_declare("jobs", durable=True, arguments={"x-message-ttl": 1000})
    channel.queue_declare("raft", durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind("jobs", "orders", "order.*")
    for body in ("tea", "cups", "sugar"):
        channel.basic_publish("", "jobs", body)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("jobs", print, consumer_tag="worker")


def refusal(management: Management, method: str, *path: str, **body: Any) -> list[Any]:
    """The status and the reason of what is refused."""
    try:
        getattr(management, method)(*path, **body)
    except Refused as error:
        return [error.status, str(error)]
    raise AssertionError(f"{path} is not refused")


if __name__ == "__main__":
    urls = iter(sys.argv[1:])
    recorded = {}
    for amqp in urls:
        answers = record(Address.of(amqp, next(urls)))
        recorded[answers["overview"]["rabbitmq_version"]] = answers
    text = json.dumps(recorded, indent=1, sort_keys=True, ensure_ascii=False).replace(VHOST, "<vhost>")
    ANSWERS.write_text(text + "\n", encoding="utf-8")
