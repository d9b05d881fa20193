"""What the reference keeps: copies of messages, queues, consumers, channels; nothing but lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import attrs

from fakeamqp.strategies.plain_arguments import is_natural

NO_TABLE: Mapping[str, Any] = {}


@attrs.define(eq=False)
class Copy:
    """One copy of a message in one queue. number: its place in the order of arrival. deaths: newest first."""

    body: bytes
    exchange: str
    keys: tuple[str, ...]
    properties: dict[str, Any]
    number: int
    expires_us: int | None = None
    deaths: tuple[tuple[str, str, int], ...] = ()
    redelivered: bool = False
    first_death: tuple[str, str] | None = None
    returns: int = 0
    came_back: int = 0

    @property
    def headers(self) -> Mapping[str, Any]:
        return self.properties.get("headers") or {}


@attrs.define(eq=False)
class Consumer:
    """A subscription. prefetch: 0 is no limit. age: which came first."""

    channel: Channel
    tag: str
    queue: Queue
    no_ack: bool
    exclusive: bool
    prefetch: int
    priority: int
    age: int
    unacked: int = 0

    @property
    def able(self) -> bool:
        return self.no_ack or not self.prefetch or self.unacked < self.prefetch


@attrs.define(eq=False)
class Queue:
    """A queue.

    line: the consumers that take turns, in this order; stuck: those found at their limit, until they settle.
    unused_since_us: from when `x-expires` counts. looks_us: when it looks for what has expired next.
    """

    name: str
    kind: str
    durable: bool
    auto_delete: bool
    owner: int | None
    arguments: Mapping[str, Any]
    policy: Mapping[str, Any] = NO_TABLE
    ready: list[Copy] = attrs.field(factory=list)
    consumers: list[Consumer] = attrs.field(factory=list)
    line: list[Consumer] = attrs.field(factory=list)
    stuck: list[Consumer] = attrs.field(factory=list)
    active: Consumer | None = None
    full: bool = False
    unused_since_us: int | None = None
    looks_us: int | None = None
    gone: bool = False

    def limit(self, name: str, default: Any = None) -> Any:
        """What argument and policy say: the smaller of two numbers, else the argument."""
        given = [each for each in (self.arguments.get(f"x-{name}"), self.policy.get(name)) if each is not None]
        if not given:
            return default
        return min(given) if all(is_natural(each) for each in given) else given[0]

    @property
    def single(self) -> bool:
        return bool(self.limit("single-active-consumer", False))


@attrs.define(eq=False)
class Channel:
    """held: what is unacked, by delivery tag, each with its queue and consumer. held_back: by a transaction."""

    key: tuple[int, int]
    prefetch: int = 0
    tag: int = 0
    held: dict[int, tuple[Copy, Queue, Consumer | None]] = attrs.field(factory=dict)
    consumers: dict[str, Consumer] = attrs.field(factory=dict)
    published: int | None = None
    held_back: list[Any] | None = None
    taken: dict[int, tuple[Copy, Queue, Consumer | None]] = attrs.field(factory=dict)
    current_queue: str | None = None


Held = tuple[Copy, Queue, "Consumer | None"]
"""What is unacked: a copy, the queue that it comes from, and who holds it; None for basic.get."""


def free(consumer: Consumer | None) -> None:
    """It has settled one."""
    if consumer is not None:
        consumer.unacked -= 1


def all_held(channel: Channel) -> Iterable[Held]:
    """What is unacked, also what a transaction has taken."""
    return chain(channel.held.values(), channel.taken.values())


def by_tag(held: Mapping[int, Held]) -> list[Held]:
    """In the order of the delivery tags."""
    return [held[tag] for tag in sorted(held)]
