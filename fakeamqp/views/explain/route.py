"""Where a message would go, binding by binding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from fakeamqp.model.arguments import parse_copies
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.choice import choose_first
from fakeamqp.model.exchanges import Exchange
from fakeamqp.model.message import Message
from fakeamqp.model.vhost import VirtualHost
from fakeamqp.views.explain import matching
from fakeamqp.views.explain.matching import Match
from fakeamqp.views.explain.near import did_you_mean

MOST_MISSES = 5
"""Of the bindings that do not match, so many are told of: those that nearly do."""


@attrs.frozen
class Verdict:
    """One binding. onward: what comes of it in the exchange it leads to; None if it leads to a queue, or nowhere."""

    binding: Binding
    match: Match
    onward: RouteExplanation | None = None

    @property
    def matches(self) -> bool:
        """True if it takes the message."""
        return self.match.matches

    def lines(self) -> Iterator[str]:
        """What it says, a line for the binding and more for what lies behind it."""
        binding = self.binding
        mark = "+" if self.matches else "-"
        why = f": {self.match.why}" if self.match.why else ""
        kind = "" if binding.destination.kind == "queue" else "exchange "
        yield f"{mark} {_asks(binding)} -> {kind}{binding.destination.name}{why}"
        if self.onward is not None:
            yield from (f"    {line}" for line in self.onward.lines())


@attrs.frozen
class RouteExplanation:
    """Why a message with this key and these headers goes where it goes.

    queues: the names of those that it reaches. verdicts: of the bindings of the exchange, those that match first, then
    the others, nearest first. problem: what keeps it from being routed at all; None if nothing does.
    alternate: what comes of it in the alternate exchange, if no binding matches; else None.
    """

    exchange: str
    type: str
    routing_key: str
    headers: Mapping[str, Any]
    queues: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    problem: str | None = None
    alternate: RouteExplanation | None = None

    def lines(self) -> Iterator[str]:
        """The whole explanation, line by line."""
        yield self._head()
        if self.problem is not None:
            yield f"  {self.problem}"
        misses = 0
        for verdict in self.verdicts:
            if not verdict.matches:
                misses += 1
                if misses > MOST_MISSES:
                    continue
            yield from (f"  {line}" for line in verdict.lines())
        if misses > MOST_MISSES:
            yield f"  - {misses - MOST_MISSES:,} more bindings do not match, and are less like it"
        if self.alternate is not None:
            yield "  no binding takes it, so it goes to the alternate exchange:"
            yield from (f"    {line}" for line in self.alternate.lines())

    def _head(self) -> str:
        what = f"key {self.routing_key!r}" + (f" and headers {dict(self.headers)!r}" if self.headers else "")
        where = f"{self.type} exchange {self.exchange!r}" if self.exchange else "the default exchange"
        if not self.queues:
            return f"{where}, {what}: reaches no queue"
        names = ", ".join(map(repr, self.queues[:5])) + (" …" if len(self.queues) > 5 else "")
        return f"{where}, {what}: reaches {_count(len(self.queues), 'queue')}: {names}"

    def __str__(self) -> str:
        return "\n".join(self.lines())


def explain_route(
    vhost: VirtualHost, exchange: str, routing_key: str, headers: Mapping[str, Any] | None = None
) -> RouteExplanation:
    """Why a message would go where it would go. Nothing is published."""
    return _Explainer(vhost, routing_key, headers or {}).explain(exchange)


class _Explainer:
    def __init__(self, vhost: VirtualHost, routing_key: str, headers: Mapping[str, Any]) -> None:
        self._vhost = vhost
        self._key = routing_key
        self._headers = headers
        self._message = Message("", routing_key, {"headers": headers} if headers else {})
        self._message.copied_to = parse_copies(headers)
        self._seen: set[str] = set()

    def explain(self, name: str) -> RouteExplanation:
        if not name:
            return self._default()
        exchange = self._vhost.exchanges.get(name)
        if exchange is None:
            return self._missing(name)
        self._seen.add(name)
        verdicts = sorted(self._verdicts(exchange), key=lambda each: (not each.matches, -each.match.nearness))
        queues = self._reached(verdicts)
        problem = alternate = None
        if not exchange.bindings:
            problem = "it has no bindings"
        other = exchange.alternate
        if other is not None and other not in self._seen and not any(verdict.matches for verdict in verdicts):
            alternate = self.explain(other)
            queues = alternate.queues
        return RouteExplanation(
            name, exchange.type, self._key, self._headers, queues, tuple(verdicts), problem, alternate
        )

    def _default(self) -> RouteExplanation:
        queues = tuple(queue.name for queue in self._vhost.route(self._message, ""))
        problem = None
        if not queues:
            names = list(self._vhost.queues)
            problem = f"it leads to the queue of the key's name, and there is no queue {self._key!r}: "
            problem = (problem + did_you_mean(self._key, names)).removesuffix(": ")
        return RouteExplanation("", "default", self._key, self._headers, queues, problem=problem)

    def _missing(self, name: str) -> RouteExplanation:
        where = self._vhost.name
        mean = did_you_mean(name, self._vhost.exchanges)
        problem = (
            f"there is no exchange {name!r} in vhost {where!r}; {mean} Publishing to it closes the channel: "
            f"404 NOT_FOUND - no exchange '{name}' in vhost '{where}'"
        )
        return RouteExplanation(name, "missing", self._key, self._headers, (), problem=problem)

    def _verdicts(self, exchange: Exchange) -> Iterator[Verdict]:
        chosen: set[Destination] | None = None
        for binding in exchange.bindings:
            match = self._match(exchange, binding)
            if match is None:
                if chosen is None:
                    chosen = set(exchange.route_message(self._message, choose_first))
                taken = binding.destination in chosen
                match = Match(taken, f"{exchange.type} {'chooses' if taken else 'does not choose'} it")
            there = binding.destination
            leads_on = match.matches and there.kind == "exchange" and there.name not in self._seen
            yield Verdict(binding, match, self.explain(there.name) if leads_on else None)

    def _match(self, exchange: Exchange, binding: Binding) -> Match | None:
        """None where the type of exchange does not decide binding by binding."""
        kind = exchange.type
        if kind == "headers":
            return matching.headers(binding, self._headers, exchange.profile)
        by_key = {"direct": matching.direct, "fanout": matching.fanout, "topic": matching.topic}.get(kind)
        if by_key is None:
            return None
        matches = [by_key(binding.routing_key, key) for key in self._message.keys]
        return max(matches, key=lambda match: (match.matches, match.nearness))

    def _reached(self, verdicts: list[Verdict]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for verdict in verdicts:
            if verdict.onward is not None:
                found.update(dict.fromkeys(verdict.onward.queues))
            elif verdict.matches and self._is_there(verdict.binding.destination):
                found[verdict.binding.destination.name] = None
        return tuple(found)

    def _is_there(self, destination: Destination) -> bool:
        return destination.kind == "queue" and not self._vhost.queues[destination.name].absent


def _asks(binding: Binding) -> str:
    arguments = ", ".join(f"{name}={value!r}" for name, value in binding.arguments.items())
    return " ".join(part for part in (binding.routing_key or ("''" if not arguments else ""), arguments) if part)


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"
