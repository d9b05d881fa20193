"""Where messages go, by definition: short and slow, to hold the broker against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

PREDECLARED = {
    "amq.direct": "direct",
    "amq.fanout": "fanout",
    "amq.headers": "headers",
    "amq.match": "headers",
    "amq.topic": "topic",
    "amq.rabbitmq.trace": "topic",
}
TYPES = ("direct", "fanout", "topic", "headers")


@attrs.frozen
class PlainBinding:
    """source, destination: names; kind: of the destination, `queue` or `exchange`."""

    source: str
    kind: str
    destination: str
    routing_key: str
    arguments: Mapping[str, Any]


@attrs.define
class PlainExchange:
    """An exchange, as declared. alternate: where what it cannot route goes."""

    type: str
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False
    arguments: Mapping[str, Any] = {}


def topic_matches(pattern: str, key: str) -> bool:
    """`*` stands for one word, `#` for any number of them; the empty key has none."""
    return _words_match(pattern.split(".") if pattern else [], key.split(".") if key else [])


def _words_match(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(_words_match(pattern[1:], words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and _words_match(pattern[1:], words[1:])


def headers_match(arguments: Mapping[str, Any], headers: Mapping[str, Any]) -> bool:
    """`x-match` says whether all must be there or any; None asks for presence; `x-` names count with `-with-x`."""
    mode = arguments.get("x-match", "all")
    asked = {name: value for name, value in arguments.items() if name != "x-match"}
    if not mode.endswith("-with-x"):
        asked = {name: value for name, value in asked.items() if not name.startswith("x-")}
    hits = [name in headers and (value is None or _same(value, headers[name])) for name, value in asked.items()]
    return any(hits) if mode.startswith("any") else all(hits)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def binding_matches(exchange_type: str, binding: PlainBinding, keys: Iterable[str], headers: Mapping[str, Any]) -> bool:
    """True if a message with these keys and headers passes a binding of an exchange of this type."""
    if exchange_type == "direct":
        return binding.routing_key in keys
    if exchange_type == "topic":
        return any(topic_matches(binding.routing_key, key) for key in keys)
    return exchange_type == "fanout" or headers_match(binding.arguments, headers)


def route(
    exchanges: Mapping[str, PlainExchange],
    bindings: Iterable[PlainBinding],
    queues: Iterable[str],
    exchange: str,
    keys: Iterable[str],
    headers: Mapping[str, Any],
) -> set[str]:
    """The queues a message reaches: through exchanges bound to exchanges, and alternates of those that know no way."""
    if not exchange:
        return {key for key in keys if key in queues}
    bindings, reached, seen, waiting = list(bindings), set[str](), {exchange}, [exchange]
    while waiting:
        name = waiting.pop(0)
        there = exchanges[name]
        passed = [each for each in bindings if each.source == name and binding_matches(there.type, each, keys, headers)]
        reached |= {each.destination for each in passed if each.kind == "queue"}
        onward = [each.destination for each in passed if each.kind == "exchange"]
        if not passed and "alternate-exchange" in there.arguments:
            onward.append(there.arguments["alternate-exchange"])
        for each in onward:
            if each not in seen and each in exchanges:
                seen.add(each)
                waiting.append(each)
    return reached
