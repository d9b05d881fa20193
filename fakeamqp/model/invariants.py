"""What must hold of a broker after every step, and of what it says it did.

`check` looks at a broker; a `Ledger` follows the effects and knows where every copy must be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from fakeamqp.model import effects
from fakeamqp.model.broker import Broker
from fakeamqp.model.channel import Channel
from fakeamqp.model.consumers import Consumer, SingleActive
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.effects import Effect
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import Queue
from fakeamqp.model.queues.stream import Stream
from fakeamqp.model.reply_to import PREFIX
from fakeamqp.model.vhost import VirtualHost


class BrokenLaw(AssertionError):
    """A law of the model does not hold; the message says which, and where."""


def check(broker: Broker) -> None:
    """Check everything that must hold of a broker between two steps. Raises BrokenLaw.

    Costs as much as the broker is large.
    """
    _check_connections(broker)
    _check_deadlines(broker)
    for vhost in broker.vhosts.values():
        _check_bindings(vhost)
        for queue in vhost.queues.values():
            if isinstance(queue, Stream):
                _check_stream(queue)
            else:
                _check_store(queue)
            _check_owner(queue)
            _check_consumers(queue)
            _check_deadlines_of(queue)
    _check_unacked(broker)


def unacked_of(channel: Channel) -> Iterator[tuple[int, Entry]]:
    """The deliveries a channel answers for, by tag: those a transaction has taken are still its own."""
    yield from channel.unacked.items()
    if channel.transaction is not None:
        yield from channel.transaction.taken.items()


def _demand(holds: object, law: str) -> None:
    if not holds:
        raise BrokenLaw(law)


def _check_connections(broker: Broker) -> None:
    held = {channel.key: channel for each in broker.connections.values() for channel in each.channels.values()}
    _demand(
        held == broker.channels, f"the connections' channels are {list(held)}, the broker's {list(broker.channels)}"
    )
    for connection in broker.connections.values():
        for queue in connection.exclusive_queues.values():
            known = queue.vhost.queues.get(queue.name)
            _demand(known is queue, f"connection {connection.number} owns '{queue.name}', which is gone")
    for channel in broker.channels.values():
        _demand(
            channel.published is None or channel.transaction is None, f"channel {channel.key} is in confirm and tx mode"
        )
        consumer = channel.reply_consumer
        _demand(
            consumer is None or broker.replies.find(consumer.address) is consumer,
            f"channel {channel.key} waits for answers at an address nobody finds",
        )
        for tag, each in channel.consumers.items():
            _demand(
                each.tag == tag and each.channel is channel and each in list(each.queue.consumers),
                f"channel {channel.key} has the consumer '{tag}', queue '{each.queue.name}' has not",
            )
    for waiting in broker.replies:
        _demand(
            waiting.channel.reply_consumer is waiting and broker.channels.get(waiting.channel.key) is waiting.channel,
            f"{waiting.address} leads to a channel that is gone",
        )


def _check_bindings(vhost: VirtualHost) -> None:
    outgoing = [binding for exchange in vhost.exchanges.values() for binding in exchange.bindings]
    incoming = list(vhost.incoming())
    _demand(Counter(outgoing) == Counter(incoming), f"bindings of '{vhost.name}' by source and by destination differ")
    for binding in outgoing:
        there = vhost.queues if binding.destination.kind == "queue" else vhost.exchanges
        _demand(binding.destination.name in there, f"{binding} leads nowhere")
    for name, exchange in vhost.exchanges.items():
        _demand(exchange.name == name, f"exchange '{exchange.name}' is kept as '{name}'")
        _demand(all(binding.source == name for binding in exchange.bindings), f"'{name}' has another one's binding")


def _check_store(queue: Queue) -> None:
    name, entries = queue.name, list(queue.ready)
    _demand(queue.vhost.queues.get(name) is queue and not queue.deleted, f"queue '{name}' is there and deleted")
    _demand(len(entries) == len(queue.ready), f"'{name}' counts {len(queue.ready)} ready, holds {len(entries)}")
    copies = [entry.copy for entry in entries]
    _demand(len(set(copies)) == len(copies), f"'{name}' holds a copy twice: {copies}")
    size = sum(queue.size(entry.message) for entry in entries)
    counted = size if queue.limits.max_bytes is not None else 0
    _demand(queue.ready_bytes == counted, f"'{name}' counts {queue.ready_bytes} bytes, holds {size}")
    _demand(queue.ready.head() is (entries[0] if entries else None), f"the head of '{name}' is not its first")
    for entry in entries:
        _demand(entry.queue is queue, f"copy {entry.copy} in '{name}' belongs to '{entry.queue.name}'")
        _demand(entry.consumer is None, f"copy {entry.copy} in '{name}' is ready and held by a consumer")
    _demand(
        not entries or not queue.drops_head or not queue.overflows or queue.lost,
        f"'{name}' holds more than its limits allow",
    )


def _check_stream(stream: Stream) -> None:
    records = list(stream.log)
    offsets = [record.offset for record in records]
    _demand(len(records) == len(stream.log), f"'{stream.name}' counts {len(stream.log)}, holds {len(records)}")
    _demand(offsets == sorted(set(offsets)), f"the offsets of '{stream.name}' do not rise: {offsets}")
    _demand(not offsets or offsets[-1] < stream.log.end, f"'{stream.name}' ends at {stream.log.end} before its last")
    stream.check_readers()


def _check_owner(queue: Queue) -> None:
    if queue.owner is None:
        return
    owner = queue.vhost.broker.connections.get(queue.owner)
    _demand(owner is not None, f"'{queue.name}' is exclusive to connection {queue.owner}, which is gone")
    _demand(
        owner is not None and owner.exclusive_queues.get(queue.name) is queue,
        f"'{queue.name}' is exclusive to connection {queue.owner}, which does not know it",
    )


def _check_consumers(queue: Queue) -> None:
    consumers = list(queue.consumers)
    _demand(not (queue.lost and (consumers or queue.unacked)), f"'{queue.name}' is lost, and somebody uses it")
    for consumer in consumers:
        channel = consumer.channel
        _demand(
            queue.vhost.broker.channels.get(channel.key) is channel and channel.consumers.get(consumer.tag) is consumer,
            f"'{queue.name}' has the consumer '{consumer.tag}', channel {channel.key} has not",
        )
        _demand(consumer.queue is queue, f"consumer '{consumer.tag}' of '{queue.name}' is another one's")
        held = sum(entry.consumer is consumer for _, entry in unacked_of(channel))
        _demand(consumer.unacked == held, f"consumer '{consumer.tag}' counts {consumer.unacked} unacked, holds {held}")
        _demand(
            not consumer.prefetch or held <= consumer.prefetch or isinstance(queue, Stream),  # 3.10: whole chunks
            f"consumer '{consumer.tag}' holds {held} unacked with a prefetch of {consumer.prefetch}",
        )
    _demand(
        len(consumers) == 1 or not any(consumer.exclusive for consumer in consumers),
        f"'{queue.name}' has an exclusive consumer among {len(consumers)}",
    )
    queue.consumers.check()
    served = _served(queue)
    if len(queue.ready) and queue.hands_over_at_once and not isinstance(queue, Stream):
        idle = [consumer.tag for consumer in served if consumer.able and not queue.consumers.is_suspended(consumer)]
        _demand(not idle, f"'{queue.name}' has {len(queue.ready)} ready, and {idle} could take one")


def _served(queue: Queue) -> list[Consumer]:
    """Whom a ready message could go to."""
    if not isinstance(queue.consumers, SingleActive):
        return list(queue.consumers)
    active = queue.consumers.active
    return [] if active is None or queue.consumers.is_taken_over else [active]


def _check_deadlines_of(queue: Queue) -> None:
    broker = queue.vhost.broker
    deadlines = broker.deadlines if broker.asleep is None else broker.asleep
    expires_us = None if queue.lost else queue.next_expiry
    due_us = deadlines.at(Deadline("message-ttl", queue.vhost.name, queue.name))
    # In a classic queue with priorities, one that overtook the others is not looked at before their time has come.
    overtaken = queue.limits.max_priority is not None
    _demand(
        overtaken or due_us == expires_us,
        f"the head of '{queue.name}' expires at {expires_us}, the deadline is at {due_us}",
    )
    due_us = deadlines.at(Deadline("retry", queue.vhost.name, queue.name))
    _demand((due_us is not None) == bool(queue.delayed), f"'{queue.name}' is due to retry at {due_us}")
    due_us = deadlines.at(Deadline("expires", queue.vhost.name, queue.name))
    unused = queue.limits.expires_us is not None and not queue.consumers and not queue.lost
    _demand((due_us is not None) == unused, f"'{queue.name}' is due to expire at {due_us}; expected: {unused}")


def _check_deadlines(broker: Broker) -> None:
    due_us = broker.next_due()
    _demand(due_us is None or due_us > broker.now_us, f"a deadline at {due_us} was not fired by {broker.now_us}")
    for key in broker.deadlines:
        if key.kind in ("greeting", "heartbeat"):
            _demand(int(key.name) in broker.connections, f"{key} is of a connection that is gone")
            continue
        if key.kind == "credentials":
            _demand(key.name in broker.access.users, f"{key} is of a user who is gone")
            continue
        vhost = broker.vhosts.get(key.vhost)
        there = None if vhost is None else vhost.exchanges if key.kind == "delay" else vhost.queues
        _demand(there is not None and key.name in there, f"{key} is of a queue that is gone")
    for channel in broker.background:
        _demand(channel in broker.channels, f"channel {channel} is to be looked at, and is gone")


def _check_unacked(broker: Broker) -> None:
    """A copy is ready or delayed in one queue or unacked on one channel, never two of these."""
    seen: dict[int, str] = {}
    for vhost in broker.vhosts.values():
        for queue in vhost.queues.values():
            seen |= {entry.copy: f"ready in '{queue.name}'" for entry in queue.ready}
            for entry in queue.delayed:
                _demand(entry.copy not in seen, f"copy {entry.copy} is ready and delayed in '{queue.name}'")
                seen[entry.copy] = f"delayed in '{queue.name}'"
    counts: Counter[Queue] = Counter()
    for channel in broker.channels.values():
        tags = list(channel.unacked)
        _demand(tags == sorted(tags), f"the delivery tags of channel {channel.key} are out of order: {tags}")
        for tag, entry in unacked_of(channel):
            _demand(0 < tag <= channel.delivery_tag, f"channel {channel.key} never gave out the delivery tag {tag}")
            counts[entry.queue] += 1
            if entry.kept:
                continue
            where = seen.get(entry.copy)
            _demand(where is None, f"copy {entry.copy} is unacked on {channel.key} and {where}")
            seen[entry.copy] = f"unacked on {channel.key}"
    for vhost in broker.vhosts.values():
        for queue in vhost.queues.values():
            _demand(
                queue.unacked == counts[queue],
                f"'{queue.name}' counts {queue.unacked} unacked, the channels hold {counts[queue]}",
            )


class Ledger:
    """Follows every copy from the queue that accepted it to its one end, as the effects tell it.

    ready, delayed, unacked: the numbers of the copies that have not ended. Those of a stream are always ready.
    accepted, ended: how many there have been.
    """

    def __init__(self) -> None:
        self._kept: set[int] = set()  # copies in streams that have been read
        self.ready: set[int] = set()
        self.delayed: set[int] = set()
        self.unacked: set[int] = set()
        self.accepted = 0
        self.ended = 0

    def note(self, step: Iterable[Effect]) -> None:
        """Follow the effects of one step. Raises BrokenLaw if a copy is not where the effect says it was."""
        step = list(step)
        for effect in step:
            # First of all: a copy may be delivered, and even end, before the effect that tells of all its siblings.
            if isinstance(effect, effects.Routed):
                for copy in effect.copies:
                    _demand(copy not in self.ready | self.unacked, f"copy {copy} was accepted twice")
                    self.ready.add(copy)
                    self.accepted += 1
        letters = {effect.message_id for effect in step if isinstance(effect, effects.Routed)}
        for effect in step:
            self._follow(effect)
            if isinstance(effect, effects.DeadLettered) and effect.letter_id is not None:
                _demand(effect.letter_id in letters, f"dead letter {effect.letter_id} was not routed")

    def _follow(self, effect: Effect) -> None:
        if isinstance(effect, effects.Delivered | effects.GetOk):
            if effect.queue.startswith(PREFIX):  # an answer goes to its consumer without a queue
                self.accepted += 1
                self.ended += 1
                return
            if isinstance(effect, effects.Delivered) and effect.kept:
                _demand(effect.copy in self.ready, f"{effect} concerns copy {effect.copy}, which is not there")
                self._kept.add(effect.copy)
                return
            self._leave(effect.copy, self.ready, effect)
            if effect.no_ack:
                self.ended += 1
            else:
                self.unacked.add(effect.copy)
        elif isinstance(effect, effects.Taken):
            self._leave(effect.copy, self.ready, effect)
            self.unacked.add(effect.copy)
        elif isinstance(effect, effects.Requeued):
            self._leave(effect.copy, self.delayed if effect.copy in self.delayed else self.unacked, effect)
            self.ready.add(effect.copy)
        elif isinstance(effect, effects.Delayed):
            self._leave(effect.copy, self.unacked, effect)
            self.delayed.add(effect.copy)
        elif isinstance(effect, effects.Settled):
            for copy in effect.copies:
                if copy not in self._kept:
                    self._end(copy, effect)
        elif isinstance(effect, effects.DeadLettered | effects.Dropped) and effect.copy is not None:
            self._end(effect.copy, effect)

    def _leave(self, copy: int, place: set[int], effect: Effect) -> None:
        _demand(copy in place, f"{effect} concerns copy {copy}, which is not there")
        place.remove(copy)

    def _end(self, copy: int, effect: Effect) -> None:
        places = (self.ready, self.delayed, self.unacked)
        self._leave(copy, next((place for place in places if copy in place), self.unacked), effect)
        self.ended += 1

    def check(self, broker: Broker) -> None:
        """Compare what the effects told with what is there. Raises BrokenLaw.

        Every copy that was accepted is present or has ended, and ready or unacked as the broker has it.
        """
        queues = [queue for vhost in broker.vhosts.values() for queue in vhost.queues.values()]
        ready = {entry.copy for queue in queues for entry in queue.ready}
        delayed = {entry.copy for queue in queues for entry in queue.delayed}
        held = [entry for channel in broker.channels.values() for _, entry in unacked_of(channel)]
        unacked = {entry.copy for entry in held if not entry.kept}
        _demand(ready == self.ready, f"by the effects {sorted(self.ready)} are ready, in the queues {sorted(ready)}")
        _demand(
            delayed == self.delayed,
            f"by the effects {sorted(self.delayed)} are delayed, in the queues {sorted(delayed)}",
        )
        _demand(
            unacked == self.unacked,
            f"by the effects {sorted(self.unacked)} are unacked, on the channels {sorted(unacked)}",
        )
        _demand(
            self.accepted == self.ended + len(ready) + len(delayed) + len(unacked),
            f"{self.accepted} were accepted, {self.ended} ended, {len(ready)} are ready, {len(delayed)} delayed and "
            f"{len(unacked)} unacked",
        )
