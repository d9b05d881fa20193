"""What must hold of every run, read off the trace. Who breaks it is fakeamqp, never the code under test.

- *Conservation*: a copy of a message is accepted once, ends once, and until then it is ready, delayed or unacked.
- *Prefetch*: no consumer, and no channel with a limit of its own, holds more than it may.
- *One active consumer*: of the consumers of a queue with `x-single-active-consumer` one is served at a time.
- *Order*: what a queue delivers for the first time comes in the order in which it came in.

The laws know little of the model but what its commands and effects say, so that a mistake in its books is found out.
They read steps in bulk, when the trace is about to let go of them and when somebody asks: a step itself costs nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import attrs

from fakeamqp.model import commands, effects
from fakeamqp.model.effects import Effect
from fakeamqp.model.invariants import BrokenLaw, check, unacked_of
from fakeamqp.model.livelock import Livelock
from fakeamqp.model.reply_to import PREFIX
from fakeamqp.model.values import ChannelKey
from fakeamqp.world.step import Row

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

_MOST_STEPS_TOLD = 8
_MOST_COPIES = 5_000
"""A broker that holds more is not looked at as a whole: that would take long."""

ConsumerKey = tuple[ChannelKey, str]
QueueKey = tuple[str, str]  # virtual host, queue


@attrs.define(eq=False)
class _Queue:
    """last: the newest copy that was delivered for the first time; active: of single active consumers the one served.

    in_order: True if its deliveries come in order, whoever gets them; of quorum queues only those of one consumer do.
    """

    single: bool
    in_order: bool
    last: int = 0
    active: _Consumer | None = None


@attrs.define(eq=False)
class _Limit:
    """Of a channel: how many it may hold, 0 for any number, and how many it holds."""

    most: int
    held: int = 0


@attrs.define(eq=False)
class _Consumer:
    """One that is served; what basic.get brings has a consumer of its own.

    most: how many unacked deliveries it may hold; 0 is no limit. held: how many it holds. last: as of a queue.
    queue: None before its first delivery.
    """

    key: ConsumerKey
    name: QueueKey
    most: int = 0
    priority: int = 0
    limit: _Limit | None = None
    queue: _Queue | None = None
    held: int = 0
    last: int = 0
    is_live: bool = True


class Laws:
    """Follows one broker from its beginning on.

    broken: the first law that did not hold, with the steps that led to it; None as long as all do.
    """

    def __init__(self, broker: Broker) -> None:
        self.broken: BrokenLaw | None = None
        self._broker = broker
        self._has_read = False
        self._is_blind = False

    def _begin(self) -> None:
        """The first step is there: many a test never makes one."""
        self._has_read = True
        self._ready: dict[int, bool] = {}  # by copy: True if it counts for the order
        self._delayed: set[int] = set()
        self._held: dict[int, _Consumer] = {}
        self._over: list[tuple[_Consumer | _Limit, effects.Delivered]] = []  # who holds too much in this step
        self._streamed: set[int] = set()  # copies that a stream has delivered, and keeps
        self._getter = _Consumer(((0, 0), ""), ("", ""))  # holds what basic.get has brought; nobody asks how much
        self._newest = 0
        self._vhosts: dict[int, str] = {}
        self._queues: dict[QueueKey, _Queue] = {}
        self._consumers: dict[ConsumerKey, _Consumer] = {}
        self._prefetch: dict[ChannelKey, int] = {}
        self._limits: dict[ChannelKey, _Limit] = {}

    # --- reading

    def look(self) -> None:
        """Read what has happened since the last time. The first law that is broken is kept, and ends the reading."""
        if not self._has_read:
            if not len(self._broker.trace):
                return
            self._begin()
        steps = self._broker.trace.unread()
        if self.broken is None and not self._is_blind:
            self._read_steps(steps)

    def bear(self, raised: Iterable[BaseException]) -> None:
        """Read no further after a Livelock: of a step that goes round for ever nobody is told."""
        self._is_blind = self._is_blind or any(isinstance(error, Livelock) for error in raised)

    def look_at_all(self) -> None:
        """Read on, and look at the broker itself, if it is not too large for that."""
        with self._broker.lock:
            self.look()
            self._look_at_broker()

    def _look_at_broker(self) -> None:
        if self._is_blind:
            return
        if self.broken is None and self._has_read and len(self._ready) + len(self._held) <= _MOST_COPIES:
            try:
                self._compare()
                check(self._broker.model)
            except BrokenLaw as error:
                self.broken = BrokenLaw(_told(str(error), self._broker.trace.last(_MOST_STEPS_TOLD)))

    def _read_steps(self, steps: Iterable[Row]) -> None:
        before: deque[Row] = deque(maxlen=_MOST_STEPS_TOLD)
        try:
            for step in steps:
                before.append(step)
                _, _, command, *done = step
                read = _COMMANDS.get(type(command), Laws._anything_else)
                if read is not None:
                    read(self, command, done)
                if len(done) > 1:
                    # First of all: a copy may be delivered, even end, before the effect that tells of its siblings.
                    for effect in done:
                        if type(effect) is effects.Routed:
                            self._routed(effect)
                    for effect in done:
                        follow = _LATER.get(type(effect))
                        if follow is not None:
                            follow(self, effect)
                elif done:
                    effect = done[0]
                    follow = _EFFECTS.get(type(effect))
                    if follow is not None:
                        follow(self, effect)
                if self._over:
                    self._judge()
        except BrokenLaw as error:
            self.broken = BrokenLaw(_told(str(error), before))

    # --- conservation

    def _routed(self, effect: effects.Routed) -> None:
        ready = self._ready
        for copy in effect.copies:
            if copy <= self._newest and (copy in ready or copy in self._held or copy in self._delayed):
                raise BrokenLaw(f"conservation: copy {copy} of message {effect.message_id} was accepted twice")
            if copy > self._newest:
                self._newest = copy
            ready[copy] = not effect.has_priority

    def _delivered(self, effect: effects.Delivered) -> None:
        copy = effect.copy
        key = effect.channel, effect.consumer_tag
        consumer = self._consumers.get(key)
        if consumer is None:  # one that the client takes for cancelled
            consumer = self._consumers[key] = _Consumer(key, (self._vhost(effect.channel), effect.queue))
        if effect.kept:
            self._read_from_stream(consumer, effect)
            return
        counts = self._ready.pop(copy, None)
        if counts is None:
            if effect.queue.startswith(PREFIX):
                return  # an answer by direct reply-to: no queue has had it
            raise BrokenLaw(f"conservation: {_said(effect)}, which is not ready")
        queue = consumer.queue
        if queue is None:
            queue = consumer.queue = self._queue((consumer.name[0], effect.queue))
        if counts and not effect.redelivered:
            if copy < consumer.last or (copy < queue.last and queue.in_order):
                raise BrokenLaw(f"order: {_said(effect)} after copy {max(consumer.last, queue.last)}")
            consumer.last = queue.last = copy
        if queue.single and queue.active is not consumer:
            self._turn(queue, consumer, effect)
        if effect.no_ack:
            return
        self._held[copy] = consumer
        consumer.held += 1
        if consumer.held > consumer.most > 0:
            self._over.append((consumer, effect))
        limit = consumer.limit
        if limit is not None:
            limit.held += 1
            if limit.held > limit.most > 0:
                self._over.append((limit, effect))

    def _judge(self) -> None:
        """Who held too much in the middle of a step may have given up something in it: only its end counts."""
        for holder, effect in self._over:
            if holder.held > holder.most:
                whose = " of its channel" if isinstance(holder, _Limit) else ""
                raise BrokenLaw(f"prefetch: {_said(effect)}, unacked {holder.held} of {holder.most}{whose}")
        self._over.clear()

    def _read_from_stream(self, consumer: _Consumer, effect: effects.Delivered) -> None:
        if effect.copy not in self._ready:
            raise BrokenLaw(f"conservation: {_said(effect)}, which is not in the stream")
        if effect.copy < consumer.last:
            raise BrokenLaw(f"order: {_said(effect)} after copy {consumer.last}")
        consumer.last = effect.copy
        self._streamed.add(effect.copy)

    def _got(self, effect: effects.GetOk) -> None:
        copy = effect.copy
        counts = self._ready.pop(copy, None)
        if counts is None:
            raise BrokenLaw(f"conservation: {_said(effect)}, which is not ready")
        if counts and not effect.redelivered:
            queue = self._queue((self._vhost(effect.channel), effect.queue))
            if copy < queue.last and queue.in_order:
                raise BrokenLaw(f"order: {_said(effect)} after copy {queue.last}")
            queue.last = copy
        if not effect.no_ack:
            self._held[copy] = self._getter

    def _taken(self, effect: effects.Taken) -> None:
        if self._ready.pop(effect.copy, None) is None:
            raise BrokenLaw(f"conservation: copy {effect.copy} of {effect.queue!r} was taken, which is not ready")
        self._held[effect.copy] = self._getter

    def _settled(self, effect: effects.Settled) -> None:
        held = self._held
        for copy in effect.copies:
            consumer = held.pop(copy, None)
            if consumer is not None:
                consumer.held -= 1
                if consumer.limit is not None:
                    consumer.limit.held -= 1
            elif copy not in self._streamed:
                raise BrokenLaw(f"conservation: copy {copy} was acknowledged on {effect.channel}, which is not unacked")

    def _requeued(self, effect: effects.Requeued) -> None:
        copy = effect.copy
        if copy in self._delayed:
            self._delayed.remove(copy)
        elif not self._release(copy):
            raise BrokenLaw(f"conservation: copy {copy} came back to {effect.queue!r}, which was not unacked")
        self._ready[copy] = False
        if effect.reason in ("timeout", "node down"):
            self._forget_turns()

    def _put_off(self, effect: effects.Delayed) -> None:
        if not self._release(effect.copy):
            raise BrokenLaw(f"conservation: copy {effect.copy} came back to {effect.queue!r}, which was not unacked")
        self._delayed.add(effect.copy)

    def _ended(self, effect: effects.Dropped | effects.DeadLettered) -> None:
        copy = effect.copy
        if copy is None or self._ready.pop(copy, None) is not None:
            return
        if copy in self._delayed:
            self._delayed.remove(copy)
            return
        consumer = self._held.get(copy)
        if consumer is None or not self._release(copy):
            raise BrokenLaw(
                f"conservation: copy {copy} of {effect.queue!r} ended ({effect.reason}), which was not there"
            )
        if consumer.most and effect.reason == "delivery_limit":
            consumer.most += self._broker.profile.quorum_deaths_raise_prefetch

    def _release(self, copy: int) -> bool:
        """A copy is not unacked any more; False if it was not."""
        consumer = self._held.pop(copy, None)
        if consumer is None:
            return False
        consumer.held -= 1
        if consumer.limit is not None:
            consumer.limit.held -= 1
        return True

    # --- whose turn it is

    def _turn(self, queue: _Queue, consumer: _Consumer, effect: effects.Delivered) -> None:
        """Of single active consumers another one is served than before."""
        before, queue.active = queue.active, consumer
        if before is not None and before.is_live and (before.held or consumer.priority <= before.priority):
            raise BrokenLaw(f"one active consumer: {_said(effect)}, while {before.key[1]!r} is the active one")

    def _forget_turns(self) -> None:
        """Something has happened after which another consumer may be the active one, and messages come anew."""
        for queue in self._queues.values():
            queue.active = None
            queue.last = 0
        for consumer in self._consumers.values():
            consumer.last = 0

    def _vhost(self, channel: ChannelKey) -> str:
        return self._vhosts.get(channel[0], "/")

    def _queue(self, key: QueueKey) -> _Queue:
        """What is known of a queue; of one that nobody declared before our eyes, what the model knows."""
        known = self._queues.get(key)
        if known is None:
            vhost = self._broker.model.vhosts.get(key[0])
            queue = None if vhost is None else vhost.queues.get(key[1])
            single = queue is not None and queue.limits.single_active_consumer
            known = self._queues[key] = _Queue(single, queue is not None and queue.KIND == "classic")
        return known

    # --- commands

    def _opened(self, command: commands.OpenConnection, done: list[Effect]) -> None:
        self._vhosts[command.connection] = command.virtual_host

    def _declared(self, command: commands.DeclareQueue, done: list[Effect]) -> None:
        answer = _first(done, effects.DeclareQueueOk)
        key = self._vhost(command.channel), "" if answer is None else answer.queue
        if answer is None or key in self._queues or command.passive:
            return
        kind = command.arguments.get("x-queue-type")
        if kind is None and command.durable and not command.exclusive:
            return  # it depends on the virtual host: see `_queue`
        single = command.arguments.get("x-single-active-consumer") is True
        self._queues[key] = _Queue(single, kind in (None, "classic"))

    def _limited(self, command: commands.Qos, done: list[Effect]) -> None:
        if _first(done, effects.QosOk) is None:
            return
        channel = command.channel
        if not (command.global_ and self._broker.profile.permits("global_qos")):
            self._prefetch[channel] = command.prefetch_count
            count = 0
        else:
            # Of consumers that were there before, it depends on their queues whether they count.
            count = 0 if any(of == channel for of, _ in self._consumers) else command.prefetch_count
        limit = self._limits.pop(channel, None)
        if limit is not None:
            limit.most = 0
        if count:
            limit = self._limits[channel] = _Limit(count)
            for consumer in self._held.values():
                if consumer.key[0] == channel:
                    consumer.limit = limit
                    limit.held += 1

    def _consumes(self, command: commands.Consume, done: list[Effect]) -> None:
        answer = _first(done, effects.ConsumeOk)
        if answer is None:
            return
        channel = command.channel
        priority = command.arguments.get("x-priority", 0)
        key = channel, answer.consumer_tag
        self._consumers[key] = _Consumer(
            key,
            (self._vhost(channel), command.queue),
            self._prefetch.get(channel, 0),
            priority if isinstance(priority, int) else 0,
            self._limits.get(channel),
        )

    def _cancels(self, command: commands.Cancel, done: list[Effect]) -> None:
        self._gone((command.channel, command.consumer_tag))

    def _gone(self, key: ConsumerKey) -> None:
        consumer = self._consumers.pop(key, None)
        if consumer is not None:
            consumer.is_live = False

    def _anything_else(self, command: Any, done: list[Effect]) -> None:
        """An operator, a fault, the end of a channel: whose turn it is depends on what they did."""
        if command is not None:
            self._forget_turns()

    # --- ends

    def _cancelled(self, effect: effects.ConsumerCancelled) -> None:
        self._gone((effect.channel, effect.consumer_tag))

    def _channel_ended(self, effect: effects.ChannelClosed | effects.ChannelCloseOk) -> None:
        self._forget_channels(lambda channel: channel == effect.channel)

    def _connection_ended(self, effect: Any) -> None:
        self._forget_channels(lambda channel: channel[0] == effect.connection)

    def _forget_channels(self, ended: Callable[[ChannelKey], bool]) -> None:
        for key in [key for key in self._consumers if ended(key[0])]:
            self._gone(key)
        for channel in [channel for channel in self._prefetch if ended(channel)]:
            del self._prefetch[channel]
        for channel in [channel for channel in self._limits if ended(channel)]:
            del self._limits[channel]

    def _queue_deleted(self, effect: effects.QueueDeleted) -> None:
        gone = effect.vhost, effect.queue
        self._queues.pop(gone, None)
        for key in [key for key, consumer in self._consumers.items() if consumer.name == gone]:
            self._gone(key)

    # --- at the end

    def _compare(self) -> None:
        """Every copy that the effects tell of is where the broker has it."""
        model = self._broker.model
        queues = [queue for vhost in model.vhosts.values() for queue in vhost.queues.values()]
        there = {entry.copy for queue in queues for entry in queue.ready}
        delayed = {entry.copy for queue in queues for entry in queue.delayed}
        held = {entry.copy for channel in model.channels.values() for _, entry in unacked_of(channel) if not entry.kept}
        for what, told, found in (
            ("ready", set(self._ready), there),
            ("delayed", self._delayed, delayed),
            ("unacked", set(self._held), held),
        ):
            if told != found:
                raise BrokenLaw(
                    f"conservation: of what was told to be {what}, copies {sorted(told - found)} are not there, and "
                    f"copies {sorted(found - told)} are, of which nobody was told"
                )


def _first(done: list[Effect], kind: type) -> Any:
    return next((effect for effect in done if type(effect) is kind), None)


def _said(effect: effects.Delivered | effects.GetOk) -> str:
    who = repr(effect.consumer_tag) if isinstance(effect, effects.Delivered) else "basic.get"
    return f"{effect.queue!r} delivered copy {effect.copy} to {who} on {effect.channel}"


def _told(law: str, steps: Iterable[Row]) -> str:
    lines = [f"  {step[0] / 1_000_000:g} s  {step[2] or 'time passed'}: {_brief(step[3:])}" for step in steps]
    return "\n".join([law, "the last steps:", *lines])


def _brief(done: Sequence[Effect]) -> str:
    told = ", ".join(map(repr, islice(done, _MOST_STEPS_TOLD)))
    return told if len(done) <= _MOST_STEPS_TOLD else f"{told}, and {len(done) - _MOST_STEPS_TOLD} more"


# None: whose turn it is stays as it is.
_COMMANDS: dict[type, Callable[[Laws, Any, list[Effect]], None] | None] = {
    commands.OpenConnection: Laws._opened,
    commands.DeclareQueue: Laws._declared,
    commands.Qos: Laws._limited,
    commands.Consume: Laws._consumes,
    commands.Cancel: Laws._cancels,
    commands.CancelOk: Laws._cancels,
    **dict.fromkeys(
        (
            commands.Publish,
            commands.Inject,
            commands.Get,
            commands.Ack,
            commands.Nack,
            commands.Reject,
            commands.Connect,
            commands.Login,
            commands.OpenChannel,
            commands.SelectConfirms,
            commands.SelectTransactions,
            commands.BindQueue,
            commands.DeclareExchange,
            commands.FailPublishes,
        )
    ),
}
_LATER: dict[type, Callable[[Laws, Any], None]] = {
    effects.Delivered: Laws._delivered,
    effects.GetOk: Laws._got,
    effects.Taken: Laws._taken,
    effects.Settled: Laws._settled,
    effects.Requeued: Laws._requeued,
    effects.Delayed: Laws._put_off,
    effects.Dropped: Laws._ended,
    effects.DeadLettered: Laws._ended,
    effects.ConsumerCancelled: Laws._cancelled,
    effects.ChannelClosed: Laws._channel_ended,
    effects.ChannelCloseOk: Laws._channel_ended,
    effects.ConnectionClosed: Laws._connection_ended,
    effects.ConnectionCloseOk: Laws._connection_ended,
    effects.ConnectionLost: Laws._connection_ended,
    effects.QueueDeleted: Laws._queue_deleted,
}
_EFFECTS: dict[type, Callable[[Laws, Any], None]] = {effects.Routed: Laws._routed, **_LATER}
