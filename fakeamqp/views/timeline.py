"""The way of each message through the queues in virtual time, and how full each queue was when: read off the trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import attrs

from fakeamqp.model import commands, effects
from fakeamqp.model.arguments import QueueArguments
from fakeamqp.model.effects import Effect
from fakeamqp.model.message import Message
from fakeamqp.model.reply_to import PREFIX, PSEUDO_QUEUE
from fakeamqp.model.values import ChannelKey, Table
from fakeamqp.views.graph import Edge, Graph, Node, limits_of, span, traits_of
from fakeamqp.views.lettering import shortened
from fakeamqp.views.wording import exchange_named
from fakeamqp.world.live import Snapshot
from fakeamqp.world.step import Step
from fakeamqp.world.trace import Trace

QueueKey = tuple[str, str]
"""(virtual host, queue)."""

What = Literal[
    "published", "queued", "delivered", "acked", "requeued", "delayed", "dead-lettered", "dropped", "returned"
]

_LONGEST_BODY = 200


@attrs.frozen
class Event:
    """Something that happened to a message.

    moment: the place of its step among `Timeline.moments`. at_us: microseconds since the broker was made.
    queue: the one that it happened in; None if none had it. copy: its number there. text: what happened, in words.
    place: the line of the program that asked for it, as "file:line"; None if that was not noted.
    """

    moment: int
    at_us: int
    what: What
    queue: str | None
    copy: int | None
    text: str
    place: str | None = None


@attrs.define
class Journey:
    """The way of one publish, its dead letters included.

    id: number of the message in its broker. exchange, routing_key: as published; None if the trace has let go of that.
    body: its beginning, as Python writes it; None if the trace keeps no messages. events: in order.
    """

    id: int
    vhost: str
    exchange: str | None = None
    routing_key: str | None = None
    body: str | None = None
    events: list[Event] = attrs.field(factory=list)


@attrs.frozen
class Depth:
    """What a queue held from a moment on."""

    moment: int
    ready: int
    unacked: int
    delayed: int
    consumers: int


@attrs.frozen
class Timeline:
    """moments: the instant of each step in which something happened, in microseconds; the first is the beginning.

    journeys: by publish, in order. depths: of each queue, whenever they changed; born, ended: the moment at which a
    queue was declared and deleted, where the trace tells. let_go: how many steps the trace has let go of; what was
    there before the first that it keeps is then worked back from the end. gone: what was declared and is not there any
    more. used: the queues that messages went to through the default exchange.
    """

    moments: list[int]
    journeys: list[Journey]
    depths: dict[QueueKey, list[Depth]]
    born: dict[QueueKey, int]
    ended: dict[QueueKey, int]
    let_go: int
    gone: Graph
    used: set[QueueKey]


def timeline_of(trace: Trace, snapshot: Snapshot, vhosts: dict[int, str] | None = None) -> Timeline:
    """Read a trace.

    snapshot: of the broker now. vhosts: of connections by number, for those whose opening the trace has let go of.
    """
    reader = _Reader(dict(vhosts or {}), snapshot)
    for step in trace:
        reader.read(step)
    if trace.let_go:
        reader.work_back(snapshot)
    return Timeline(
        reader.moments,
        list(reader.journeys.values()),
        reader.depths,
        reader.born,
        reader.ended,
        trace.let_go,
        reader.declared.gone(snapshot),
        reader.used,
    )


@attrs.define(eq=False)
class _Copy:
    """Where a copy is. outlives: its queue is gone, and a client still holds it: no queue counts it."""

    queue: QueueKey
    root: int
    place: Literal["ready", "unacked", "delayed"] = "ready"
    is_told: bool = False
    outlives: bool = False


class _Reader:
    """Follows messages step by step."""

    def __init__(self, vhosts: dict[int, str], snapshot: Snapshot) -> None:
        self.moments = [0]
        self.journeys: dict[int, Journey] = {}
        self.depths: dict[QueueKey, list[Depth]] = {}
        self.born: dict[QueueKey, int] = {}
        self.ended: dict[QueueKey, int] = {}
        self.used: set[QueueKey] = set()
        self.declared = _Declared()
        self._vhosts = vhosts
        self._first_vhost = next(iter(snapshot.vhosts), "/")
        self._streams = {
            (name, queue.name)
            for name, vhost in snapshot.vhosts.items()
            for queue in vhost.queues.values()
            if queue.kind == "stream"
        }
        self._roots: dict[int, int] = {}
        self._copies: dict[int, _Copy] = {}
        self._counts: dict[QueueKey, dict[str, int]] = {}
        self._consumers: dict[tuple[ChannelKey, str], QueueKey] = {}
        self._changed: dict[QueueKey, None] = {}
        self._step = Step(0, None, [])
        self._happened = False

    def read(self, step: Step) -> None:
        """One step more."""
        self._step, self._happened = step, False
        command = step.command
        if isinstance(command, commands.OpenConnection):
            self._vhosts[command.connection] = command.virtual_host
        self._read_publish(command)
        self._number_copies(step.effects)
        for effect in step.effects:
            self._follow(effect)
        self._read_declarations(step)
        if self._happened or self._changed:
            self._note_depths()

    def _vhost(self, command: Any) -> str:
        """The virtual host in which a command acts; the first one where nothing tells."""
        channel = getattr(command, "channel", None)
        told = getattr(command, "virtual_host", None)
        return told or (self._vhosts.get(channel[0]) if channel else None) or self._first_vhost

    # --- messages

    def _read_publish(self, command: Any) -> None:
        if not isinstance(command, commands.Publish | commands.Inject):
            return
        message: Message | None = command.message
        number = message.id if message is not None else self._number_in_step()
        if not number:
            return
        journey = self._journey(number, self._vhost(command))
        if isinstance(command, commands.Publish):
            journey.exchange, journey.routing_key = command.exchange, command.routing_key
            who = f" by connection {command.channel[0]}, channel {command.channel[1]}"
        else:
            who = ""
        if message is not None:
            journey.exchange, journey.routing_key, journey.body = message.exchange, message.routing_key, _shown(message)
        where = journey.exchange
        to = "" if where is None else f" to {exchange_named(where)} with key {journey.routing_key!r}"
        self._tell(journey, "published", None, None, f"published{to}{who}")

    def _number_in_step(self) -> int | None:
        """The number of the message that was published in this step: the first that is no dead letter's."""
        letters = {each.letter_id for each in self._step.effects if isinstance(each, effects.DeadLettered)}
        for effect in self._step.effects:
            if isinstance(effect, effects.Routed | effects.Dropped) and effect.message_id not in letters:
                return effect.message_id
        return None

    def _journey(self, message_id: int, vhost: str) -> Journey:
        root = self._roots.setdefault(message_id, message_id)
        if root not in self.journeys:
            self.journeys[root] = Journey(root, vhost)
        return self.journeys[root]

    def _number_copies(self, step: Iterable[Effect]) -> None:
        """Learn first whose copies there are: one may be delivered before the effect that tells of all its siblings."""
        for effect in step:
            if isinstance(effect, effects.DeadLettered) and effect.letter_id is not None:
                self._roots[effect.letter_id] = self._roots.get(effect.message_id, effect.message_id)
        for effect in step:
            if isinstance(effect, effects.Routed):
                vhost = self._vhost_of(effect.message_id)
                for queue, copy in zip(effect.queues, effect.copies, strict=True):
                    self._copies[copy] = _Copy((vhost, queue), self._roots.get(effect.message_id, effect.message_id))

    def _vhost_of(self, message_id: int) -> str:
        root = self._roots.get(message_id, message_id)
        return self.journeys[root].vhost if root in self.journeys else self._vhost(self._step.command)

    def _follow(self, effect: Effect) -> None:
        if isinstance(effect, effects.Routed):
            journey = self._journey(effect.message_id, self._vhost_of(effect.message_id))
            if journey.exchange == "" and effect.message_id == journey.id:
                self.used.update((journey.vhost, queue) for queue in effect.queues)
            for copy in effect.copies:
                if copy in self._copies:  # it may even have ended before the effect that tells of it
                    self._queued(copy)
        elif isinstance(effect, effects.Delivered | effects.GetOk):
            self._delivered(effect)
        elif isinstance(effect, effects.Taken):
            self._move(effect.copy, "unacked", "delivered", "delivered to a consumer that nobody sees")
        elif isinstance(effect, effects.Settled):
            for copy in effect.copies:
                self._end(copy, "acked", f"acknowledged by connection {effect.channel[0]}")
        elif isinstance(effect, effects.Requeued):
            self._move(effect.copy, "ready", "requeued", f"ready again ({effect.reason})")
        elif isinstance(effect, effects.Delayed):
            until = span(effect.until_us)
            self._move(effect.copy, "delayed", "delayed", f"came back ({effect.reason}) and waits until {until}")
        elif isinstance(effect, effects.DeadLettered):
            self._died(effect)
        elif isinstance(effect, effects.Dropped):
            self._dropped(effect)
        elif isinstance(effect, effects.Returned) and effect.message is not None:
            journey = self._journey(effect.message.id, self._vhost(self._step.command))
            self._tell(journey, "returned", None, None, f"returned to its publisher: {effect.reply_text}")

    def _queued(self, copy: int) -> None:
        known = self._copies[copy]
        if not known.is_told:
            known.is_told = True
            self._count_copy(known, "ready", 1)
            self._tell_of(copy, known, "queued", f"in queue {known.queue[1]!r}")

    def _delivered(self, effect: effects.Delivered | effects.GetOk) -> None:
        by = (
            f"consumer {effect.consumer_tag!r}" if isinstance(effect, effects.Delivered) else "basic.get"
        ) + f" of connection {effect.channel[0]}"
        again = ", redelivered" if effect.redelivered else ""
        if effect.queue.startswith(PREFIX):
            if effect.message is not None:
                journey = self._journey(effect.message.id, self._vhost(self._step.command))
                self._tell(journey, "delivered", None, None, f"delivered to {by}, without a queue (direct reply-to)")
            return
        known = self._copies.get(effect.copy)
        if known is None:  # it came in before the first step that is kept
            vhost = self._vhosts.get(effect.channel[0], self._first_vhost)
            root = -effect.copy if effect.message is None else effect.message.id
            known = self._copies[effect.copy] = _Copy((vhost, effect.queue), root, is_told=True)
            journey = self._journey(root, vhost)
            journey.exchange, journey.routing_key = effect.exchange, effect.routing_key
        self._queued(effect.copy)
        if getattr(effect, "kept", False):
            self._tell_of(effect.copy, known, "delivered", f"read from stream {effect.queue!r} by {by}")
        elif effect.no_ack:
            self._end(effect.copy, "acked", f"delivered from {effect.queue!r} to {by}, which does not acknowledge")
        else:
            self._move(effect.copy, "unacked", "delivered", f"delivered from {effect.queue!r} to {by}{again}")

    def _died(self, effect: effects.DeadLettered) -> None:
        to = exchange_named(effect.exchange)
        lost = "" if effect.letter_id is not None else ", which does not exist: it is lost"
        text = f"dead-lettered by {effect.queue!r} ({effect.reason}) to {to}{lost}"
        if effect.copy is not None:
            self._end(effect.copy, "dead-lettered", text)
        else:
            journey = self._journey(effect.message_id, self._vhost_of(effect.message_id))
            self._tell(journey, "dead-lettered", effect.queue, None, text)

    def _dropped(self, effect: effects.Dropped) -> None:
        where = "" if effect.queue is None else f" by {effect.queue!r}"
        text = "reached no queue (unroutable)" if effect.reason == "unroutable" else f"dropped{where} ({effect.reason})"
        if effect.copy is not None:
            self._end(effect.copy, "dropped", text)
        else:
            journey = self._journey(effect.message_id, self._vhost_of(effect.message_id))
            self._tell(journey, "dropped", effect.queue, None, text)

    def _move(self, copy: int, place: Literal["ready", "unacked", "delayed"], what: What, text: str) -> None:
        known = self._copies.get(copy)
        if known is not None:
            self._queued(copy)
            self._count_copy(known, known.place, -1)
            known.place = place
            self._count_copy(known, place, 1)
            self._tell_of(copy, known, what, text)

    def _end(self, copy: int, what: What, text: str) -> None:
        known = self._copies.get(copy)
        if known is None:
            return
        self._queued(copy)
        if what == "acked" and (known.queue in self._streams or self.declared.is_stream(known.queue)):
            self._tell_of(copy, known, what, text)  # a stream keeps it
            return
        self._count_copy(known, known.place, -1)
        self._tell_of(copy, known, what, text)
        del self._copies[copy]

    def _tell_of(self, copy: int, known: _Copy, what: What, text: str) -> None:
        self._tell(self._journey(known.root, known.queue[0]), what, known.queue[1], copy, text)

    def _tell(self, journey: Journey, what: What, queue: str | None, copy: int | None, text: str) -> None:
        self._happened = True
        step = self._step
        journey.events.append(Event(len(self.moments), step.at_us, what, queue, copy, text, step.place))

    # --- what is declared, and who consumes

    def _read_declarations(self, step: Step) -> None:
        vhost = self._vhost(step.command)
        for key in self.declared.read(step, vhost):
            self.born.setdefault(key, len(self.moments))
            self.ended.pop(key, None)
            self._changed[key] = None
        for effect in step.effects:
            if isinstance(effect, effects.ConsumeOk) and isinstance(step.command, commands.Consume):
                queue = step.command.queue or self.declared.last.get(effect.channel, "")
                if queue != PSEUDO_QUEUE:
                    self._consumes((effect.channel, effect.consumer_tag), (vhost, queue))
            elif isinstance(effect, effects.CancelOk | effects.ConsumerCancelled):
                self._leaves({(effect.channel, effect.consumer_tag)})
            elif isinstance(effect, effects.ChannelClosed | effects.ChannelCloseOk):
                self._leaves({each for each in self._consumers if each[0] == effect.channel})
            elif isinstance(effect, effects.ConnectionClosed | effects.ConnectionCloseOk | effects.ConnectionLost):
                self._leaves({each for each in self._consumers if each[0][0] == effect.connection})
            elif isinstance(effect, effects.QueueDeleted):
                key = effect.vhost, effect.queue
                self.ended[key] = len(self.moments)
                self._changed[key] = None
                self._leaves({each for each, queue in self._consumers.items() if queue == key})
                self._outlive(key)
        if isinstance(step.command, commands.CloseConnection):
            self._leaves({each for each in self._consumers if each[0][0] == step.command.connection})
        elif isinstance(step.command, commands.CloseChannel):
            self._leaves({each for each in self._consumers if each[0] == step.command.channel})

    def _outlive(self, key: QueueKey) -> None:
        """What clients hold of a queue that is deleted is theirs until they settle it."""
        for known in self._copies.values():
            if known.queue == key and not known.outlives:
                self._count(key, known.place, -1)
                known.outlives = True

    def _consumes(self, who: tuple[ChannelKey, str], queue: QueueKey) -> None:
        self._consumers[who] = queue
        self._count(queue, "consumers", 1)

    def _leaves(self, who: set[tuple[ChannelKey, str]]) -> None:
        for each in sorted(who):
            queue = self._consumers.pop(each, None)
            if queue is not None:
                self._count(queue, "consumers", -1)

    # --- how full queues are

    def _count_copy(self, known: _Copy, what: str, change: int) -> None:
        if not known.outlives:
            self._count(known.queue, what, change)

    def _count(self, queue: QueueKey, what: str, change: int) -> None:
        counts = self._counts.setdefault(queue, dict.fromkeys(("ready", "unacked", "delayed", "consumers"), 0))
        counts[what] += change
        self._changed[queue] = None

    def _note_depths(self) -> None:
        moment = len(self.moments)
        self.moments.append(self._step.at_us)
        for queue in self._changed:
            if queue in self._counts:
                self.depths.setdefault(queue, []).append(Depth(moment, **self._counts[queue]))
        self._changed.clear()

    def work_back(self, snapshot: Snapshot) -> None:
        """Add to all what must have been there before the first step, so that it ends at what is there."""
        for key, depths in self.depths.items():
            queue = snapshot.vhosts[key[0]].queues.get(key[1]) if key[0] in snapshot.vhosts else None
            if queue is None:
                continue
            ready, unacked = len(queue.messages) - depths[-1].ready, queue.unacked - depths[-1].unacked
            delayed = queue.delayed - depths[-1].delayed
            consumers = len(queue.consumers) - depths[-1].consumers
            before = Depth(0, ready, unacked, delayed, consumers)
            self.depths[key] = [before] + [
                Depth(each.moment, each.ready + ready, each.unacked + unacked, each.delayed + delayed,
                      each.consumers + consumers)
                for each in depths
            ]  # fmt: skip


@attrs.frozen
class _Queue:
    type: str
    traits: tuple[str, ...]
    arguments: Table


class _Declared:
    """What clients declared and bound, whether it is still there or not.

    last: the queue of each channel's last declare.
    """

    def __init__(self) -> None:
        self.last: dict[ChannelKey, str] = {}
        self._queues: dict[QueueKey, _Queue] = {}
        self._deleted: set[QueueKey] = set()
        self._exchanges: dict[QueueKey, Node] = {}
        self._bindings: dict[tuple[str, str], dict[str, None]] = {}

    def is_stream(self, key: QueueKey) -> bool:
        """True if it was declared as a stream."""
        return key in self._queues and self._queues[key].type == "stream"

    def read(self, step: Step, vhost: str) -> Iterator[QueueKey]:
        """Read a step; the queues that it declares and that were not there."""
        command = step.command
        for effect in step.effects:
            if isinstance(effect, effects.QueueDeleted):
                self._deleted.add((effect.vhost, effect.queue))
            elif isinstance(effect, effects.DeclareQueueOk) and isinstance(command, commands.DeclareQueue):
                self.last[effect.channel] = effect.queue
                key = vhost, effect.queue
                if not command.passive and (key not in self._queues or key in self._deleted):
                    self._queues[key] = _declared(command)
                    self._deleted.discard(key)
                    yield key
            elif isinstance(effect, effects.DeclareExchangeOk) and isinstance(command, commands.DeclareExchange):
                if not command.passive:
                    self._declare_exchange(command, vhost)
            elif isinstance(effect, effects.BindQueueOk) and isinstance(command, commands.BindQueue):
                queue = command.queue or self.last.get(effect.channel, "")
                self._bind(vhost, command.exchange, f"queue:{vhost}:{queue}", command.routing_key)
            elif isinstance(effect, effects.BindExchangeOk) and isinstance(command, commands.BindExchange):
                target = f"exchange:{vhost}:{command.destination}"
                self._bind(vhost, command.source, target, command.routing_key)

    def _declare_exchange(self, command: commands.DeclareExchange, vhost: str) -> None:
        self._exchanges[vhost, command.exchange] = Node(
            "exchange", vhost, command.exchange, command.type, "deleted", traits_of(command)
        )

    def _bind(self, vhost: str, source: str, target: str, key: str) -> None:
        self._bindings.setdefault((f"exchange:{vhost}:{source}", target), {})[key] = None

    def gone(self, snapshot: Snapshot) -> Graph:
        """What is not there any more, with the bindings that it had."""
        nodes = [*self._gone_queues(snapshot), *self._gone_exchanges(snapshot)]
        ids = {node.id for node in nodes}
        edges = [
            Edge(source, target, "binding", tuple(keys), len(keys))
            for (source, target), keys in self._bindings.items()
            if source in ids or target in ids
        ]
        return Graph(tuple(nodes), tuple(edges))

    def _gone_queues(self, snapshot: Snapshot) -> Iterator[Node]:
        for (vhost, name), queue in self._queues.items():
            if vhost in snapshot.vhosts and name not in snapshot.vhosts[vhost].queues:
                limits = tuple(limits_of(QueueArguments.of(queue.arguments)))
                yield Node("queue", vhost, name, queue.type, "deleted", queue.traits, limits)

    def _gone_exchanges(self, snapshot: Snapshot) -> Iterator[Node]:
        for (vhost, name), node in self._exchanges.items():
            if vhost in snapshot.vhosts and name not in snapshot.vhosts[vhost].exchanges:
                yield node


def _declared(command: commands.DeclareQueue) -> _Queue:
    kind = command.arguments.get("x-queue-type") or "classic"
    return _Queue(str(kind), traits_of(command), command.arguments)


def _shown(message: Message) -> str:
    return shortened(repr(message.body), _LONGEST_BODY)


# --- as text


def timeline_text(timeline: Timeline) -> str:
    """Each message's way, a line for each thing that happened to it."""
    lines = []
    if timeline.let_go:
        lines += [f"({timeline.let_go:,} earlier steps are not kept: Broker(trace='all') keeps them)", ""]
    for journey in timeline.journeys:
        lines.append(f"{title_of(journey)}")
        at = [span(event.at_us) for event in journey.events]
        longest = max(map(len, at), default=0)
        lines += [f"  {when.rjust(longest)}  {event.text}" for when, event in zip(at, journey.events, strict=True)]
        lines.append("")
    return "\n".join(lines) if lines else "no message was published\n"


def title_of(journey: Journey) -> str:
    """A message in a line: its number, key and the beginning of its body."""
    number = f"message {journey.id}" if journey.id > 0 else "a message"
    key = "" if journey.routing_key is None else f" {journey.routing_key!r}"
    body = "" if journey.body is None else f" {shortened(journey.body, 60)}"
    return f"{number}{key}{body}"
