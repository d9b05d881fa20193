"""Messages that reached no queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fakeamqp.model.vhost import VirtualHost
from fakeamqp.views.explain.near import did_you_mean
from fakeamqp.views.explain.route import RouteExplanation, explain_route
from fakeamqp.views.mistakes.history import History
from fakeamqp.views.mistakes.mistake import Mistake
from fakeamqp.views.wording import exchange_named, messages
from fakeamqp.world.broker import Broker
from fakeamqp.world.step import Step

Address = tuple[str, str, str]  # virtual host, exchange, key


def find(broker: Broker, history: History) -> Iterator[Mistake]:
    """A mistake for each address at which messages came to nothing."""
    counts: Counter[Address] = Counter()
    first: dict[Address, tuple[Step, int]] = {}
    for step, number in history.unroutable:
        command = history.published_to.get(number)
        if command is None or number in history.letters:
            continue
        address = (history.vhost_of(step), *_address(broker, command, number))
        counts[address] += 1
        first.setdefault(address, (step, number))
    for address, count in counts.items():
        host = broker.model.vhosts.get(address[0])
        if host is not None:
            yield _explained(broker, history, host, address, count, *first[address])


def _address(broker: Broker, command: Any, number: int) -> tuple[str, str]:
    if hasattr(command, "exchange"):
        return command.exchange, command.routing_key
    message = broker.published.get(number)
    return ("", "") if message is None else (message.exchange, message.routing_key)


def _explained(
    broker: Broker, history: History, host: VirtualHost, address: Address, count: int, step: Step, number: int
) -> Mistake:
    _, exchange, key = address
    message = broker.published.get(number)
    headers = {} if message is None else message.properties.get("headers") or {}
    what = f"{messages(count)} to {exchange_named(exchange)} with key {key!r}"
    if exchange and exchange not in host.exchanges:
        return Mistake(
            "exchange that is gone",
            f"{what} reached no queue, and the exchange is gone since",
            "keep it: durable=True, auto_delete=False",
            step.place,
        )
    route = explain_route(host, exchange, key, headers)
    if route.queues:
        return _too_early(history, host, what, address, route, step)
    if not exchange:
        return _no_such_queue(broker, host, what, key, step)
    if not route.verdicts:
        return Mistake(
            "missing binding",
            f"{what} reached no queue: {route.type} exchange {exchange!r} has no bindings",
            f"bind a queue to it: channel.queue_bind(queue, {exchange!r}, {key!r})",
            step.place,
        )
    return _near_miss(what, route, headers, step)


def _too_early(
    history: History, host: VirtualHost, what: str, address: Address, route: RouteExplanation, step: Step
) -> Mistake:
    vhost, exchange, _key = address
    later = [
        each
        for (where, source, *_), each in history.bound.items()
        if (where, source) == (vhost, exchange) and each.at_us >= step.at_us
    ]
    queue = route.queues[0]
    declared = history.declared.get(("queue", vhost, queue))
    since = later[0] if later else declared
    when = "" if since is None else f" at {since.at:g} s"
    done = "bound" if exchange else "declared"
    return Mistake(
        "published too early",
        f"{what} reached no queue at {step.at:g} s; {queue!r} was {done} only later{when}",
        "declare and bind before the first publish, on both sides; mandatory=True would have had it returned",
        step.place,
    )


def _no_such_queue(broker: Broker, host: VirtualHost, what: str, key: str, step: Step) -> Mistake:
    elsewhere = [other.name for other in broker.model.vhosts.values() if other is not host and key in other.queues]
    if elsewhere:
        return Mistake(
            "wrong virtual host",
            f"{what} reached no queue: in vhost {host.name!r} there is none of that name; in vhost {elsewhere[0]!r} is",
            f"connect with virtual_host={elsewhere[0]!r}",
            step.place,
        )
    if key in host.exchanges and key:
        return Mistake(
            "exchange taken for a queue",
            f"{what} reached no queue: {key!r} is an exchange, and the default exchange leads to queues only",
            f"publish with exchange={key!r} and the key of a binding",
            step.place,
        )
    return Mistake(
        "wrong queue name",
        f"{what} reached no queue: it leads to the queue of that name; {did_you_mean(key, host.queues)}",
        "publish with routing_key= the queue's name, after the queue has been declared",
        step.place,
    )


def _near_miss(what: str, route: RouteExplanation, headers: Mapping[str, Any], step: Step) -> Mistake:
    nearest = route.verdicts[0]
    binding = nearest.binding
    asks = binding.routing_key if route.type != "headers" else dict(binding.arguments)
    name, fix = _advice(route.type, nearest.match.why, binding.routing_key, route.routing_key)
    return Mistake(
        name,
        f"{what}{f' and headers {dict(headers)!r}' if headers else ''} reached no queue: the nearest binding, {asks!r} "
        f"of {route.type} exchange {route.exchange!r} to {binding.destination.name!r}, does not match: "
        f"{nearest.match.why}",
        fix,
        step.place,
    )


def _advice(kind: str, why: str, pattern: str, key: str) -> tuple[str, str]:
    """The name of the mistake, and the way out, by what is in the way."""
    if "'*' stands for exactly one word" in why:
        return "'*' where '#' is meant", f"bind with {pattern.rsplit('*', 1)[0]}#"
    if "takes '*' and '#' literally" in why:
        return "wildcards in a direct exchange", "declare it as exchange_type='topic'"
    if "taken literally" in why:
        return (
            "wildcard inside a word",
            "let '*' stand for one whole word, between dots, '#' for any number",
        )
    if "upper and lower case" in why or "spaces at an end" in why or "parted by dots" in why:
        return "key written differently", f"publish with {pattern!r}, or bind with {key!r}"
    if "only binding keys have wildcards" in why:
        return "wildcard in a routing key", "publish with the words themselves; put wildcards into the binding"
    if kind == "headers" and "(" in why and "is missing" not in why:
        return "header of another type", "send it in the type that the binding has: 1 and '1' are different"
    if kind == "headers":
        return "headers that do not match", "send the headers that the binding asks for, or bind with x-match='any'"
    return "key that no binding takes", f"bind with {key!r}, or publish with {pattern!r}"
