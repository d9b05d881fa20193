"""What became of one message: its whole story with its instants, read off the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from fakeamqp.model import commands as ask
from fakeamqp.model import effects as told
from fakeamqp.model.commands import Command
from fakeamqp.views.wording import at_place, exchange_named, shown
from fakeamqp.world.broker import Broker
from fakeamqp.world.step import Step

# What a reason of the broker's means, and what may be done about it.
REASONS = {
    "unroutable": "no queue took it",
    "expired": "its time to live was over",
    "maxlen": "the queue was full, and drops its oldest",
    "rejected": "a consumer rejected it for good",
    "purged": "the queue was purged",
    "queue deleted": "the queue was deleted",
    "delivery_limit": "it had come back too often",
    "cycle": "it would have gone round without anybody rejecting it",
    "fault": "the test had it lost",
}


@attrs.frozen
class Event:
    """One thing that happened to a message. at: virtual seconds. what: in words. place: "file:line", or None."""

    at: float
    what: str
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.at:>10g} s  {self.what}{at_place(self.place)}"


@attrs.frozen
class Story:
    """A message, and those that came of it as dead letters.

    title: what it is. events: in order. let_go: how many older steps the trace does not have any more.
    """

    title: str
    events: tuple[Event, ...]
    let_go: int = 0

    def __str__(self) -> str:
        lines = [self.title, *(str(event) for event in self.events)]
        if self.let_go:
            lines.insert(1, f'  (the trace has let go of {self.let_go:,} older steps; trace="all" keeps them)')
        return "\n".join(lines)


def tell_story(broker: Broker, message_id: int) -> Story:
    """What became of the message with this number in its broker; numbers count from 1 in the order of publishing.

    Raises LookupError if the trace knows nothing of it.
    """
    teller = _Teller(broker, message_id)
    published = broker.published.get(message_id)
    if published is not None:
        teller.title += f": {shown(published.body)}"
    for step in broker.trace:
        teller.read(step)
    if not teller.events:
        gone = f", and has let go of {broker.trace.let_go:,} older steps" if broker.trace.let_go else ""
        raise LookupError(f"the trace knows no message {message_id}{gone}; the last was {broker.model.last_message}")
    teller.see_where_it_is()
    return Story(teller.title, tuple(teller.events), broker.trace.let_go)


class _Teller:
    """Follows one message, its copies, and the letters that it becomes."""

    def __init__(self, broker: Broker, message_id: int) -> None:
        self.title = f"message {message_id}"
        self.events: list[Event] = []
        self._broker = broker
        self._messages = {message_id}
        self._copies: dict[int, str] = {}  # queue, by copy
        self._open: set[int] = set()
        self._holders: dict[int, str] = {}
        self._at = 0.0
        self._place: str | None = None
        self._command: Command | None = None

    def read(self, step: Step) -> None:
        self._at, self._place, self._command = step.at, step.place, step.command
        for effect in step.effects:
            tell = _TELL.get(type(effect))
            if tell is not None:
                tell(self, effect)

    def see_where_it_is(self) -> None:
        """What is true now."""
        self._at, self._place = self._broker.clock.now(), None
        for copy in sorted(self._open):
            holder = self._holders.get(copy)
            if holder is None:
                self._say(f"waits in {self._copies[copy]!r}")
            else:
                self._say(f"is held by {holder}, which has not acknowledged it")

    def _concerns(self, message_id: int) -> bool:
        """True if it is about this message, or a letter of it; the first time, its publishing is told."""
        if message_id not in self._messages:
            return False
        command = self._command
        if not self.events and type(command) in ask.BRINGS_CONTENT:
            self._say(f"published by {_publisher(command)}")
        return True

    def _say(self, what: str) -> None:
        self.events.append(Event(self._at, what, self._place))

    # --- effects

    def _routed(self, effect: told.Routed) -> None:
        if not self._concerns(effect.message_id):
            return
        names = ", ".join(map(repr, effect.queues))
        self._say(f"goes to {names}" if effect.queues else "goes to no queue")
        for queue, copy in zip(effect.queues, effect.copies, strict=True):
            self._copies[copy] = queue
            self._open.add(copy)

    def _delivered(self, effect: Any) -> None:
        queue = self._copies.get(effect.copy)
        if queue is None:
            return
        tag = getattr(effect, "consumer_tag", None)
        to = f"consumer {tag!r} on {_channel(effect)}" if tag is not None else f"basic.get on {_channel(effect)}"
        again = ", again" if effect.redelivered else ""
        self._holders[effect.copy] = to
        self._say(f"delivered from {queue!r} to {to} as number {effect.delivery_tag}{again}")
        if effect.no_ack and not getattr(effect, "kept", False):
            self._open.discard(effect.copy)
            self._say(f"is done with in {queue!r}: it needs no acknowledgement (auto_ack)")

    def _settled(self, effect: told.Settled) -> None:
        for copy in effect.copies:
            if copy in self._copies:
                self._open.discard(copy)
                self._say(f"acknowledged, and gone from {self._copies[copy]!r}")

    def _requeued(self, effect: told.Requeued) -> None:
        if effect.copy in self._copies:
            self._holders.pop(effect.copy, None)
            self._say(f"is back in {effect.queue!r}: {effect.reason}")

    def _delayed(self, effect: told.Delayed) -> None:
        if effect.copy in self._copies:
            self._holders.pop(effect.copy, None)
            self._say(f"will be back in {effect.queue!r} at {effect.until_us / 1_000_000:g} s: {effect.reason}")

    def _dead_lettered(self, effect: told.DeadLettered) -> None:
        if not self._concerns(effect.message_id):
            return
        if effect.copy is not None:
            self._open.discard(effect.copy)
        self._say(f"dead-lettered from {effect.queue!r} to {exchange_named(effect.exchange)}: {_reason(effect.reason)}")
        if effect.letter_id is None:
            self._say(f"lost: there is no exchange {effect.exchange!r}")
        else:
            self._messages.add(effect.letter_id)

    def _dropped(self, effect: told.Dropped) -> None:
        if not self._concerns(effect.message_id):
            return
        if effect.copy is not None:
            self._open.discard(effect.copy)
        where = f" from {effect.queue!r}" if effect.queue is not None else ""
        self._say(f"dropped{where}: {_reason(effect.reason)}")

    def _returned(self, effect: told.Returned) -> None:
        command = self._command
        is_ours = self.events and self.events[-1].at == self._at and "unroutable" in self.events[-1].what
        if type(command) is ask.Publish and is_ours:
            self._say(f"returned to its publisher: {effect.reply_code} {effect.reply_text}")


_TELL: dict[type, Callable[[_Teller, Any], None]] = {
    told.Routed: _Teller._routed,
    told.Delivered: _Teller._delivered,
    told.GetOk: _Teller._delivered,
    told.Settled: _Teller._settled,
    told.Requeued: _Teller._requeued,
    told.Delayed: _Teller._delayed,
    told.DeadLettered: _Teller._dead_lettered,
    told.Dropped: _Teller._dropped,
    told.Returned: _Teller._returned,
}


def _reason(reason: str) -> str:
    meaning = REASONS.get(reason)
    return f"{reason} ({meaning})" if meaning else reason


def _publisher(command: Any) -> str:
    if type(command) is not ask.Publish:
        return "the test"
    return f"connection {command.channel[0]} to {exchange_named(command.exchange)} with key {command.routing_key!r}"


def _channel(effect: Any) -> str:
    connection, number = effect.channel
    return f"channel {number} of connection {connection}"
