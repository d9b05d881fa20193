"""What is missing when a wait cannot end: the sentence in a `WouldBlockForever`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeamqp.model.queues import Queue
    from fakeamqp.world.broker import Broker


def what_is_missing(broker: Broker, waits: Callable[[int], bool] = lambda number: False) -> str:
    """Which messages nobody can get, and which of the waiter's queues are empty.

    waits: tells for the number of a connection whether it belongs to the waiter.
    """
    parts = [*_held_up(broker, waits), *_stuck(broker), *_empty(broker, waits)]
    return "; ".join(parts[:5]) or "nothing is on its way to it, and no timer is set"


def _queues(broker: Broker) -> Iterator[tuple[str, Queue]]:
    for vhost in broker.model.vhosts.values():
        for queue in vhost.queues.values():
            where = "" if vhost.name == "/" else f" of vhost {vhost.name!r}"
            yield f"{queue.name!r}{where}", queue


def _held_up(broker: Broker, waits: Callable[[int], bool]) -> Iterator[str]:
    if any(session.is_blocked and waits(session.number) for session in broker.sessions()):
        yield f"the broker has blocked the connection ({broker.faults.alarm}) until broker.faults.unblock_publishers()"


def _stuck(broker: Broker) -> Iterator[str]:
    for name, queue in _queues(broker):
        ready = len(queue.ready)
        if not ready:
            continue
        messages = "1 message waits" if ready == 1 else f"{ready} messages wait"
        if not len(queue.consumers):
            yield f"{messages} in {name}, which has no consumer"
        else:
            yield f"{messages} in {name} until {queue.unacked} unacknowledged before them are acknowledged"


def _empty(broker: Broker, waits: Callable[[int], bool]) -> Iterator[str]:
    names = [
        name
        for name, queue in _queues(broker)
        if not len(queue.ready) and any(waits(consumer.channel.key[0]) for consumer in queue.consumers)
    ]
    if names:
        yield f"nothing is on its way to {', '.join(names)}"
