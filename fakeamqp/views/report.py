"""What a failing test is told of its broker: what is in it, what happened last, and what looks wrong."""

from __future__ import annotations

import textwrap
from collections import deque
from collections.abc import Iterator

from fakeamqp.model.queues import Queue
from fakeamqp.model.vhost import VirtualHost
from fakeamqp.views.events import happenings
from fakeamqp.views.mistakes import find_mistakes
from fakeamqp.views.wording import at_place
from fakeamqp.world.broker import Broker

MOST_EVENTS = 10
MOST_QUEUES = 12
MOST_BINDINGS = 12
MOST_MISTAKES = 5
_WIDTH = 110


def report(broker: Broker) -> str:
    """A short report, a section for each thing that there is to tell; empty if nobody has used the broker."""
    if not len(broker.trace):
        return ""
    lines = [_head(broker)]
    for title, rows in (
        ("looks wrong", _mistakes(broker)),
        ("queues", _queues(broker)),
        ("unacknowledged", _unacked(broker)),
        ("bindings", _bindings(broker)),
        (f"last {MOST_EVENTS} events", _events(broker)),
    ):
        found = list(rows)
        if found:
            lines += [f"{title}:", *(f"  {row}" for row in found)]
    if broker.stage is not None or broker.schedule.decisions:
        seed = broker.seed
        lines.append(f"order of actors by seed {seed} (--fakeamqp-seed {seed} has it again): {broker.schedule}")
    return "\n".join(lines)


def _head(broker: Broker) -> str:
    connections = "1 connection" if broker.connections == 1 else f"{broker.connections} connections"
    return f"RabbitMQ {broker.version} at {broker.clock.now():g} s, {connections}"


def _mistakes(broker: Broker) -> Iterator[str]:
    found = find_mistakes(broker).found
    for mistake in found[:MOST_MISTAKES]:
        for line in str(mistake).splitlines():
            indent = line[: len(line) - len(line.lstrip())]
            yield from textwrap.wrap(line, _WIDTH, initial_indent="", subsequent_indent=f"{indent}  ")
    if len(found) > MOST_MISTAKES:
        yield f"… and {len(found) - MOST_MISTAKES} more: print(broker.explain())"


def _hosts(broker: Broker) -> Iterator[tuple[str, VirtualHost]]:
    for host in broker.model.vhosts.values():
        yield ("" if host.name == "/" else f" in vhost {host.name!r}"), host


def _queues(broker: Broker) -> Iterator[str]:
    rows = [_queue(queue, where) for where, host in _hosts(broker) for queue in host.queues.values()]
    yield from rows[:MOST_QUEUES]
    if len(rows) > MOST_QUEUES:
        yield f"… and {len(rows) - MOST_QUEUES} more"


def _queue(queue: Queue, where: str) -> str:
    consumers = len(list(queue.consumers))
    served = "no consumer" if not consumers else "1 consumer" if consumers == 1 else f"{consumers} consumers"
    return f"{queue.name}{where}: {len(queue.ready)} ready, {queue.unacked} unacked, {served}"


def _unacked(broker: Broker) -> Iterator[str]:
    for key, channel in broker.model.channels.items():
        if channel.unacked:
            names = sorted({entry.queue.name for entry in channel.unacked.values()})
            tags = ", ".join(map(str, list(channel.unacked)[:5])) + (" …" if len(channel.unacked) > 5 else "")
            yield f"channel {key[1]} of connection {key[0]} holds {len(channel.unacked)} of {', '.join(names)}: {tags}"


def _bindings(broker: Broker) -> Iterator[str]:
    rows = [
        f"{binding.source}{where} -> {binding.destination.name}: {binding.routing_key!r}"
        + (f" {dict(binding.arguments)!r}" if binding.arguments else "")
        for where, host in _hosts(broker)
        for exchange in host.exchanges.values()
        for binding in exchange.bindings
    ]
    yield from rows[:MOST_BINDINGS]
    if len(rows) > MOST_BINDINGS:
        yield f"… and {len(rows) - MOST_BINDINGS} more"


def _events(broker: Broker) -> Iterator[str]:
    for event in deque(happenings(broker.trace), MOST_EVENTS):
        yield f"{event.at:g} s  {event.what}{at_place(event.place)}"
