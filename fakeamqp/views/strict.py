"""What a careful reader of a finished test would ask about: messages and connections that nobody took care of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs

from fakeamqp.model import commands, effects
from fakeamqp.model.message import Message
from fakeamqp.model.values import MANAGEMENT
from fakeamqp.world.broker import Broker
from fakeamqp.world.live import MessageView, view_of
from fakeamqp.world.step import Step

KINDS = ("unacked", "returned", "unroutable", "open connections", "dead letters")
"""What `findings` looks for, by the names under which each can be allowed."""

_MOST_SHOWN = 60


@attrs.frozen
class Finding:
    """One thing left undone.

    kind: one of KINDS. text: what it is, with its queue, message and connection, as a line for people.
    place: the line of the program that caused it, as "file:line"; None if the trace does not know.
    """

    kind: str
    text: str
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" + (f"\n      at {self.place}" if self.place else "")


def findings(broker: Broker, allow: Iterable[str] = ()) -> list[Finding]:
    """What has been left undone in a broker, in the order of KINDS; of what its trace has let go of nothing is known.

    allow: kinds that are all right. Raises ValueError for one that is not among KINDS.
    """
    allowed = check_kinds(allow)
    reader = _Reader()
    for step in broker.trace:
        reader.read(step)
    found = [*reader.unacked(), *reader.lost, *reader.still_open(), *_unseen(broker, reader)]
    found.sort(key=lambda finding: KINDS.index(finding.kind))
    return [finding for finding in found if finding.kind not in allowed]


def check_kinds(names: Iterable[str]) -> tuple[str, ...]:
    """The names. Raises ValueError for one that is not among KINDS."""
    names = tuple(names)
    for name in names:
        if name not in KINDS:
            raise ValueError(f"strict mode has nothing named {name!r} to allow; it looks for {', '.join(KINDS)}")
    return names


Delivery: TypeAlias = effects.Delivered | effects.GetOk


class _Reader:
    """Reads a trace from its beginning and remembers what is not settled.

    looked_at: the (vhost, queue) that clients consumed, got from, or asked for their length.
    lost: what came back or went nowhere. held: deliveries that nobody has acknowledged, by copy, with their places.
    """

    def __init__(self) -> None:
        self.looked_at: set[tuple[str, str]] = set()
        self.lost: list[Finding] = []
        self._held: dict[int, tuple[Delivery, str | None]] = {}
        self._connections: dict[int, str | None] = {}
        self._vhosts: dict[int, str] = {}
        self._published: dict[int, tuple[Message, str | None]] = {}

    def read(self, step: Step) -> None:
        """One step more."""
        self._read_command(step)
        self._read_settlements(step)
        self._read_losses(step)

    def _read_command(self, step: Step) -> None:
        command = step.command
        if isinstance(command, commands.Connect):
            self._connections[command.connection] = step.place
        elif isinstance(command, commands.OpenConnection):
            self._vhosts[command.connection] = command.virtual_host
        elif isinstance(command, commands.CloseConnection):
            self._connections.pop(command.connection, None)
        elif isinstance(command, commands.Publish | commands.Inject) and command.message is not None:
            self._published[command.message.id] = command.message, step.place
        elif isinstance(command, commands.Consume | commands.Get) or (
            isinstance(command, commands.DeclareQueue) and command.passive
        ):
            self.looked_at.add((self._vhosts.get(command.channel[0], "/"), command.queue))

    def _read_settlements(self, step: Step) -> None:
        for effect in step.effects:
            if isinstance(effect, effects.Delivered | effects.GetOk):
                # An operator who looks at messages acknowledges nothing.
                looks = effect.channel[0] == MANAGEMENT
                if not (effect.no_ack or looks or getattr(effect, "kept", False)):
                    self._held[effect.copy] = effect, step.place
            elif isinstance(effect, effects.ConnectionLost):
                self._connections.pop(effect.connection, None)
            elif isinstance(effect, effects.Settled):
                for copy in effect.copies:
                    self._held.pop(copy, None)
            elif isinstance(effect, effects.Requeued | effects.Delayed):
                # What goes back because its channel closes, or it was held too long, is acknowledged by nobody yet.
                if effect.reason not in ("channel closed", "timeout"):
                    self._held.pop(effect.copy, None)
            elif isinstance(effect, effects.DeadLettered) or (
                # With the queue goes what it held; that of an exclusive one at the end of its connection.
                isinstance(effect, effects.Dropped) and effect.reason != "queue deleted"
            ):
                self._held.pop(effect.copy or 0, None)

    def _read_losses(self, step: Step) -> None:
        returned = [effect for effect in step.effects if isinstance(effect, effects.Returned)]
        for effect in returned:
            if not effect.noticed:
                connection, channel = effect.channel
                text = (
                    f"{_shown(effect.message)} to exchange {effect.exchange!r} with routing key {effect.routing_key!r} "
                    f"came back to channel {channel} of connection {connection}, which has no callback for it"
                )
                self.lost.append(Finding("returned", text, step.place))
        dropped = {effect.message_id for effect in step.effects if isinstance(effect, effects.Dropped)}
        for effect in step.effects:
            if isinstance(effect, effects.Dropped) and effect.reason == "unroutable" and not returned:
                self._went_nowhere(effect.message_id, step.place)
            elif isinstance(effect, effects.DeadLettered):
                self._read_death(effect, step, dropped)

    def _went_nowhere(self, message_id: int, place: str | None) -> None:
        message, place = self._published.get(message_id, (None, place))
        where = "" if message is None else f" to exchange {message.exchange!r} with routing key {message.routing_key!r}"
        self.lost.append(Finding("unroutable", f"{_shown(message)}, published{where}, reached no queue", place))

    def _read_death(self, death: effects.DeadLettered, step: Step, dropped: set[int]) -> None:
        message, place = self._published.get(death.message_id, (None, None))
        end = f"{_shown(message)}, dead-lettered ({death.reason}) by queue {death.queue!r},"
        if death.letter_id is None:
            text = f"{end} is lost: there is no exchange {death.exchange!r}"
            self.lost.append(Finding("unroutable", text, step.place))
            return
        if message is not None:
            self._published[death.letter_id] = message, place
        for effect in step.effects:
            is_the_letter = isinstance(effect, effects.Routed) and effect.message_id == death.letter_id
            if is_the_letter and not effect.queues and death.letter_id not in dropped:
                text = f"{end} reached no queue through exchange {death.exchange!r}"
                self.lost.append(Finding("unroutable", text, step.place))

    def unacked(self) -> list[Finding]:
        """A finding for each delivery that nobody has acknowledged."""
        return [Finding("unacked", _told(delivery), place) for delivery, place in self._held.values()]

    def still_open(self) -> list[Finding]:
        """A finding for each connection that nobody has closed."""
        return [
            Finding("open connections", f"connection {number} to vhost {self._vhosts[number]!r}", place)
            for number, place in self._connections.items()
            if number in self._vhosts
        ]


def _told(delivery: Delivery) -> str:
    who = f"consumer {delivery.consumer_tag!r}" if isinstance(delivery, effects.Delivered) else "basic.get"
    connection, channel = delivery.channel
    return (
        f"{_shown(delivery.message)} from queue {delivery.queue!r}, delivered to {who} on channel {channel} of "
        f"connection {connection} with delivery tag {delivery.delivery_tag}"
    )


def _unseen(broker: Broker, reader: _Reader) -> list[Finding]:
    """A finding for each dead letter that waits in a queue at which neither a client nor the test has looked."""
    looked_at = reader.looked_at | broker.looked_at
    return [
        Finding("dead letters", f"{_shown(message)} in queue {name!r}: {_death(message)}")
        for vhost in broker.model.vhosts.values()
        for name, queue in vhost.queues.items()
        if (vhost.name, name) not in looked_at
        for message in (view_of(entry) for entry in queue.ready if entry.message.origin is not None)
    ]


def _death(message: MessageView) -> str:
    deaths = message.headers.get("x-death") or [{}]
    return f"{deaths[0].get('reason', 'dead')} in queue {deaths[0].get('queue', '?')!r}"


def _shown(message: Message | MessageView | None) -> str:
    """A message, by the beginning of its body. None: a trace that is not kept whole has let go of it."""
    if message is None:
        return "a message"
    body = repr(message.body)
    return f"message {body if len(body) <= _MOST_SHOWN else body[:_MOST_SHOWN] + '…'}"
