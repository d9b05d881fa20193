"""Definitions of one virtual host: what is refused, and in which words."""

from __future__ import annotations

import json
from typing import Any

from tests.kit.asking import Asking
from tests.kit.questions.question import question

QUEUE = {"name": "q", "durable": True, "auto_delete": False, "arguments": {}}
EXCHANGE = {"name": "x", "type": "direct", "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
BINDING = {"source": "x", "destination": "q", "destination_type": "queue", "routing_key": "k", "arguments": {}}
POLICY = {"name": "p", "pattern": "^q", "definition": {"max-length": 1}, "priority": 0, "apply-to": "all"}


def _less(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


def _parameter(component: str, name: str, value: Any) -> dict[str, Any]:
    return {"parameters": [{"component": component, "name": name, "value": value}]}


DEFINITIONS: list[dict[str, Any]] = [
    {}, {"queues": [QUEUE]}, {"queues": [{**QUEUE, "name": "c", "arguments": {"x-max-length": -1}}]},
    {"queues": [{**QUEUE, "name": "c", "arguments": {"x-queue-type": "odd"}}]},
    {"queues": [{**QUEUE, "name": "c", "durable": 1}]}, {"queues": [{**QUEUE, "name": "c", "auto_delete": False}]},
    {"queues": [_less({**QUEUE, "name": "c"}, "durable")]}, {"queues": [_less({**QUEUE, "name": "c"}, "auto_delete")]},
    {"queues": [{**QUEUE, "name": "c", "arguments": {"x-queue-type": "quorum", "x-max-priority": 2}}]},
    {"queues": [{**QUEUE, "name": "c", "durable": False, "arguments": {"x-queue-type": "quorum"}}]},
    {"exchanges": [EXCHANGE]}, {"exchanges": [{**EXCHANGE, "name": "y", "type": "kits-odd"}]},
    {"exchanges": [{**EXCHANGE, "name": "y", "type": "x-consistent-hash", "arguments": {"hash-property": "odd"}}]},
    {"queues": [QUEUE], "exchanges": [EXCHANGE], "bindings": [BINDING]},
    {"bindings": [{**BINDING, "destination": "none"}]}, {"bindings": [{**BINDING, "source": "gone"}]},
    {"bindings": [{**BINDING, "source": "gone", "destination": "none"}]},
    {"bindings": [{**BINDING, "source": "g" * 30, "destination": "none"}]},
    {"bindings": [{**BINDING, "source": "g" * 19, "destination": "n" * 8}]},
    {"bindings": [{**BINDING, "source": "g" * 20, "destination": "n" * 8}]},
    {"bindings": [{**BINDING, "source": "x", "destination": "n" * 30}]},
    *({"bindings": [{**BINDING, "source": "g" * length, "destination": "n"}]} for length in (9, 10, 11, 12, 13, 14)),
    *({"bindings": [{**BINDING, "destination": "n" * length}]} for length in (5, 6, 7, 8, 9, 10, 11, 13, 14)),
    *({"bindings": [{**BINDING, "source": "g", "destination": "n" * length}]} for length in (11, *range(13, 24))),
    {"bindings": [{**BINDING, "destination_type": "odd"}]},
    {"policies": [POLICY]}, {"policies": [{**POLICY, "definition": {"max-length": "<"}}]},
    {"policies": [{**POLICY, "definition": {}}]}, {"policies": [_less(POLICY, "definition")]},
    {"policies": [_less(POLICY, "pattern")]},
    {"policies": [{**POLICY, "pattern": "("}]}, {"policies": [_less(_less(POLICY, "priority"), "apply-to")]},
    {"policies": [{**POLICY, "priority": "x"}]}, {"policies": [{**POLICY, "apply-to": "odd", "name": "u"}]},
    _parameter("operator_policy", "o", _less(POLICY, "name")), _parameter("operator_policy", "o", {}),
    _parameter("operator_policy", "o", {**_less(POLICY, "name"), "definition": {"max-length": -1}}),
    _parameter("operator_policy", "o", _less(_less(POLICY, "name"), "priority")), _parameter("odd", "o", 1),
    _parameter("policy", "o", 1), _parameter("vhost-limits", "limits", {"max-queues": "x"}),
    _parameter("vhost-limits", "limits", {"odd": 1}), _parameter("vhost-limits", "limits", {"max-queues": True}),
    _parameter("vhost-limits", "limits", {"max-connections": -1, "max-queues": 2}),
    {"queues": [{**QUEUE, "name": name} for name in "qabcd"]}, {"queues": [QUEUE]},
    {"queues": [{**QUEUE, "name": name} for name in "qr"]}, {"queues": [{**QUEUE, "name": name} for name in "qrs"]},
]  # fmt: skip


@question
def definitions_of_a_virtual_host(ask: Asking) -> Any:
    return [ask.operator("import_definitions", definitions) for definitions in DEFINITIONS]


@question
def exports_of_a_virtual_host(ask: Asking) -> Any:
    for name, flags in (
        ("a", {"durable": True}), ("b", {"durable": True, "auto_delete": True}), ("c", {"exclusive": True}), ("d", {}),
    ):  # fmt: skip
        ask.channel.queue_declare(name, **flags)
        ask.channel.exchange_declare(name, "topic", durable="durable" in flags, auto_delete="auto_delete" in flags)
        ask.channel.queue_bind(name, name, "k", arguments={"x": 1})
    for kind in ("quorum", "stream"):
        ask.channel.queue_declare(kind, durable=True, arguments={"x-queue-type": kind, "x-max-length-bytes": 5})
        ask.channel.queue_bind(kind, "a", "k")
    ask.channel.exchange_declare("inner", "direct", durable=True, internal=True, arguments={"alternate-exchange": "a"})
    ask.channel.exchange_bind("inner", "a", "k.#")
    ask.operator("set_policy", "p", "^none", {"max-length": 1, "expires": 5}, priority=3, apply_to="queues")
    ask.operator("set_operator_policy", "o", "^none", {"max-length": 1})
    ask.operator("set_vhost_limit", "max-queues", 100)
    exported = ask.see("export_definitions")
    rows = {kind: each for kind, each in exported.items() if isinstance(each, list)}
    return {kind: sorted(json.dumps(row, sort_keys=True) for row in rows[kind]) for kind in sorted(rows)}


@question
def limits_of_a_virtual_host(ask: Asking) -> Any:
    asked: list[tuple[str, Any]] = [
        ("max-queues", 1), ("max-queues", "1"), ("max-queues", True), ("max-queues", 1.5), ("odd", 1),
        ("max-queues", -1), ("max-queues", 0), ("max-connections", 1000),
    ]  # fmt: skip
    told = [ask.operator("set_vhost_limit", *each) for each in asked]
    return [*told, ask.told("queue_declare", "q"), ask.told("queue_declare", "q", arguments={"x-max-length": -1})]
