"""How much happened, for a summary at the end of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from fakeamqp.model.commands import Command, Inject, Publish
from fakeamqp.model.effects import Delivered, Dropped, Effect, GetOk, Settled
from fakeamqp.world.trace import Trace

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker


class Tally(Trace):
    """A trace that counts messages.

    keep: as of a Trace; None keeps no step.
    published: by clients. delivered: to consumers and as answers to basic.get, each time. acked: by clients.
    unroutable: how many reached no queue, by exchange and routing key; dropped or returned.
    """

    def __init__(self, keep: Literal["all"] | None = None) -> None:
        super().__init__(keep)
        self.published = self.delivered = self.acked = 0
        self.unroutable: Counter[tuple[str, str]] = Counter()

    def add(self, at_us: int, command: Command | None, effects: list[Effect], has_content: bool = True) -> None:
        """Count what happened in a step."""
        if type(command) is Publish or type(command) is Inject:
            self.published += 1
            if any(type(effect) is Dropped and effect.reason == "unroutable" for effect in effects):
                self.unroutable[_address(command)] += 1
        for effect in effects:
            kind = type(effect)
            if kind is Delivered or kind is GetOk:
                self.delivered += 1
            elif kind is Settled:
                self.acked += len(effect.copies)
        super().add(at_us, command, effects, has_content)


def _address(command: Publish | Inject) -> tuple[str, str]:
    if isinstance(command, Publish):
        return command.exchange, command.routing_key
    return command.message.exchange, command.message.routing_key


def duration(seconds: float) -> str:
    """Virtual time in words: `0 s`, `12.5 s`, `1 h 2 min`, `30 d`; two units at most, rounded down."""
    if seconds < 60:
        return f"{seconds:.3f}".rstrip("0").rstrip(".") + " s"
    left = int(seconds)
    parts = []
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        amount, left = divmod(left, length)
        if amount:
            parts.append(f"{amount} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


def what_is_left(broker: Broker) -> list[str]:
    """A line for each queue that is not empty."""
    lines = []
    for vhost in broker.model.vhosts.values():
        for queue in vhost.queues.values():
            ready, delayed, unacked = len(queue.ready), queue.delayed_count, queue.unacked
            if ready or delayed or unacked:
                where = "" if vhost.name == "/" else f" in vhost {vhost.name!r}"
                told = [f"{ready} ready", f"{delayed} delayed" * bool(delayed), f"{unacked} unacked" * bool(unacked)]
                lines.append(f"{queue.name!r}{where}: {', '.join(filter(None, told))}")
    return lines
