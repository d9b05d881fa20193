"""What every kind of queue has in common: entries come in, wait, are delivered, come back, end."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from fakeamqp.model import consumer_timeout, effects
from fakeamqp.model.arguments import QueueArguments
from fakeamqp.model.consumers import Consumer, Consumers
from fakeamqp.model.dead_letter import Death
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.errors import NotFound, PreconditionFailed, ResourceLocked
from fakeamqp.model.message import Message
from fakeamqp.model.policy import NONE_IN_FORCE, InForce, merge_arguments
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.store import Store
from fakeamqp.model.values import Table

if TYPE_CHECKING:
    from fakeamqp.model.channel import Channel
    from fakeamqp.model.connection import Connection
    from fakeamqp.model.vhost import VirtualHost

OTHER_NODE = "rabbit@elsewhere"
"""The node of a cluster where queues live that are lost."""

REFUSED = 0
"""In place of a copy's number: the queue was full and took no copy."""

Return = Literal["nack", "reject", "recover", "timeout", "channel closed", "node down"]
"""The ways in which an unacked entry comes back to its queue."""


class Queue(abc.ABC):
    """A queue of one virtual host.

    arguments: the table as declared; declared: what it means.
    in_force: the policies for it; limits: what arguments and policies come to together.
    owner: number of the connection it is exclusive to; None if it is not exclusive.
    ready_bytes: what is ready, as it counts against `x-max-length-bytes`; kept only if that is set.
    unacked: deliveries that wait for an acknowledgement.
    is_expiring: some entry may have an expiry. watches_gets: each basic.get may be held for a time of its own.
    lost: its node is down; absent: the cluster does not find it for that long.
    """

    KIND: ClassVar[str]

    def __init__(
        self,
        vhost: VirtualHost,
        name: str,
        *,
        durable: bool,
        auto_delete: bool,
        owner: int | None,
        arguments: Table,
        limits: QueueArguments,
        in_force: InForce = NONE_IN_FORCE,
    ) -> None:
        """limits: what the arguments mean."""
        self.vhost = vhost
        self.name = name
        self.just_its_name = (name,)
        self.durable = durable
        self.auto_delete = auto_delete
        self.owner = owner
        self.arguments = arguments
        self.declared = limits
        self._put_in_force(in_force)
        self.deleted = False
        self.lost = False
        self.absent = False
        self.ready: Store = self._make_store()
        self.ready_bytes = 0
        self.unacked = 0
        self.consumers: Consumers = self._make_consumers()
        self._expiry_key = Deadline("message-ttl", vhost.name, name)
        self._unused_key = Deadline("expires", vhost.name, name)
        self.is_expiring = False
        self.touch()

    # --- what differs between the kinds

    @abc.abstractmethod
    def _make_store(self) -> Store:
        """Where ready entries wait."""

    @abc.abstractmethod
    def _make_consumers(self) -> Consumers:
        """Whose turn it is."""

    @abc.abstractmethod
    def refuses(self, message: Message) -> bool:
        """True if a publish of this message is refused because the queue is full."""

    @abc.abstractmethod
    def _take_back(self, entries: Sequence[Entry], how: Return) -> None:
        """Make entries ready again, or let those die that came back too often."""

    tells_in_headers: ClassVar[bool] = False
    """True if deliveries may have `delivery_headers`."""

    def delivery_headers(self, entry: Entry, *, fetched: bool) -> dict[str, Any] | None:
        """The headers a delivery shows instead of the message's own; None shows those. fetched: by basic.get."""
        return None

    def size(self, message: Message) -> int:
        """What a message counts against `x-max-length-bytes`, in bytes."""
        return len(message.body)

    # --- who may do what

    knows_exclusive_consumers: ClassVar[bool] = True

    @property
    def hands_over_at_once(self) -> bool:
        """True if the next single active consumer gets what is ready as soon as the one before is cancelled."""
        return True

    @property
    def supports_global_prefetch(self) -> bool:
        """True if a channel with a limit for all its consumers may consume from it."""
        return True

    @property
    def described(self) -> str:
        """The queue as error texts name it."""
        return f"queue '{self.name}' in vhost '{self.vhost.name}'"

    def check_up(self) -> None:
        """Raise NotFound if its node is down."""
        if self.lost:
            vhost = self.vhost
            raise NotFound(vhost.broker.profile.lost_queue.format(node=OTHER_NODE, queue=self.name, vhost=vhost.name))

    def check_access(self, connection: Connection) -> None:
        """Raise ResourceLocked if the queue is exclusive to another connection."""
        if self.owner is not None and self.owner != connection.number:
            raise locked(self.name, self.vhost.name)

    def check_delete(self, *, if_unused: bool, if_empty: bool) -> None:
        """Raise what this kind of queue answers to conditions of queue.delete that are not met or not served."""
        if if_empty and self.ready:
            raise PreconditionFailed(f"{self.described} not empty")
        if if_unused and self.consumers:
            raise PreconditionFailed(f"{self.described} in use")

    def check_get(self) -> None:
        """Raise what this kind of queue answers to a basic.get it does not serve."""

    def check_consumer(self, channel: Channel, arguments: Table, *, no_ack: bool) -> None:
        """Raise what this kind of queue answers to a consumer it does not serve, once its arguments are looked at."""

    def check_return(self, how: Return) -> None:
        """Raise what this kind of queue answers if a client returns or rejects its deliveries and it serves neither."""

    @property
    def looks_at_new_head(self) -> bool:
        """True if a message that came in and is now the head may expire at once."""
        return True

    counts_before_expiry: ClassVar[bool] = False
    """True if the count that a basic.get brings still has those that expire as they become the head."""

    drops_before_redelivery: ClassVar[bool] = False
    """True if what comes back counts against the length limits before it is delivered again."""

    # --- what is told of it

    @property
    def message_count(self) -> int:
        """How many messages queue.declare-ok tells."""
        return len(self.ready)

    @property
    def consumer_count(self) -> int:
        """How many consumers queue.declare-ok tells."""
        return len(self.consumers)

    @property
    def deleted_count(self) -> int:
        """How many messages queue.delete-ok tells."""
        return len(self.ready)

    @property
    def delayed(self) -> tuple[Entry, ...]:
        """What has come back and is not ready yet, in the order in which it will be."""
        return ()

    @property
    def delayed_count(self) -> int:
        """How much that is; to count it takes no time."""
        return 0

    @property
    def loses_dead_letters(self) -> bool:
        """True if dead letters that are routed to it are gone, and what an exchange remembered for it too."""
        return False

    # --- in

    def offer(self, message: Message) -> int | None:
        """Take a copy of a publish or a dead letter, and deliver it if somebody can take it.

        Returns its number; None if it is refused because the queue is full.
        """
        if self.lost:
            return None
        if self._limited and self.refuses(message):
            self._dead_letter_refused(message)
            return None
        broker = self.vhost.broker
        broker.copies = copy = broker.copies + 1
        is_fleeting = self._is_fleeting or message.expiration_us is not None
        entry = Entry(message, self, copy, self._expiry(message) if is_fleeting else None)
        # What waits has no consumer that could take it, so only an empty queue can hand a message straight through.
        consumer = self._next_consumer() if self.consumers.all and not self.ready else None
        if message.failures:
            self._inherit(entry, waits=consumer is None)
        if consumer is not None:
            consumer.channel.deliver(consumer, entry)
            return copy
        if self._weighs or is_fleeting:
            self._wait(entry, self.ready.push)
        else:
            self.ready.push(entry)
        if self._limited:
            self._drop_overflow()
        if self.is_expiring and self.looks_at_new_head:
            self.expire()
        return copy

    def _dead_letter_refused(self, message: Message) -> None:
        """With `reject-publish-dlx` a refused message is dead-lettered."""
        if self.limits.overflow == "reject-publish-dlx" and self.limits.dead_letter_exchange is not None:
            self.die(Entry(message, self, REFUSED, None), "maxlen")

    def _wait(self, entry: Entry, take: Callable[[Entry], None]) -> None:
        """An entry becomes ready. take: the method of the store that places it."""
        take(entry)
        if self._weighs:
            self.ready_bytes += self.size(entry.message)
        if entry.expires_us is not None:
            self.is_expiring = True

    def _inherit(self, entry: Entry, *, waits: bool) -> None:
        """A dead letter brings along how often it had failed.

        From RabbitMQ 4.3 on its first delivery looks redelivered, unless it is handed straight through to a consumer.
        """
        if waits and self.vhost.broker.profile.failures == "everywhere":
            entry.redelivered = True

    def _expiry(self, message: Message) -> int | None:
        """The instant at which a message that arrives now expires: the smaller of its own TTL and the queue's."""
        ttl = self.limits.message_ttl_us
        own = message.expiration_us
        if own is not None and (ttl is None or own < ttl):
            ttl = own
        return None if ttl is None else self.vhost.broker.now_us + ttl

    # --- out

    def _next_consumer(self) -> Consumer | None:
        """Whose turn it is. In whose order consumers of equal priority are served, AMQP leaves open."""
        broker = self.vhost.broker
        if broker.opens_turns:
            self.consumers.put_first(broker.choose, self.name)
        return self.consumers.next_able()

    def deliver(self) -> None:
        """Hand ready messages to consumers until either runs out."""
        while self.ready:
            consumer = self._next_consumer()
            if consumer is None:
                return
            if consumer.takes_all and self.consumers.is_alone(consumer):
                self._deliver_all(consumer)
                return
            consumer.channel.deliver(consumer, self.pop())

    def _deliver_all(self, consumer: Consumer) -> None:
        """Hand over all that is ready: however much it is, the next turn is this consumer's again."""
        deliver = consumer.channel.deliver
        if self.is_expiring or self._weighs:
            while self.ready:
                deliver(consumer, self.pop())
        else:
            pop = self.ready.pop
            for _ in range(len(self.ready)):
                deliver(consumer, pop())

    def pop(self) -> Entry:
        """Take the head; what has expired behind it goes as soon as it becomes the head."""
        entry = self._take_head() if self._weighs else self.ready.pop()
        if self.is_expiring:
            self.expire()
        return entry

    def _take_head(self) -> Entry:
        entry = self.ready.pop()
        if self._weighs:
            self.ready_bytes -= self.size(entry.message)
        return entry

    # --- back

    def settle(self, entry: Entry) -> None:
        """An entry is not unacked any more: its consumer may have another."""
        self.unacked -= 1
        consumer = entry.consumer
        if consumer is not None:
            consumer.unacked -= 1
            if consumer.is_blocked:
                self.consumers.has_settled(consumer)
            channel = consumer.channel
            if channel.counted:
                channel.counted -= 1
            entry.consumer = None

    def serve_freed(self) -> None:
        """Acknowledgements may have freed consumers: let them go on."""
        if self.consumers.unblock():
            self.deliver()

    def order_of_return(self, entries: Sequence[Entry], how: Return) -> Sequence[Entry]:
        """The order in which entries of one channel come back that do so together."""
        return entries

    def requeue(self, entries: Sequence[Entry], how: Return) -> None:
        """Unacked entries come back and are delivered again where somebody can take them."""
        entries = self.order_of_return(entries, how)
        for entry in entries:
            self.settle(entry)
        if self.deleted:
            self._drop(entries, "queue deleted")
            return
        for entry in entries:
            entry.redelivered = True
            entry.acquired += 1
            self._count_failure(entry, how, dies=False)
        self._take_back(entries, how)
        self.consumers.unblock()
        if self._limited and self.drops_before_redelivery:
            self._drop_overflow()
        if self.is_expiring:
            self.expire()
        self.deliver()
        if self._limited:
            self._drop_overflow()

    def _count_failure(self, entry: Entry, how: Return, *, dies: bool) -> None:
        """Note what dead letters carry on (see `Profile.failures`)."""
        carried = self.vhost.broker.profile.failures
        if (carried == "everywhere" and how in ("reject", "channel closed")) or (
            carried == "between quorum queues" and self.KIND == "quorum" and (dies or how == "channel closed")
        ):
            entry.failures += 1

    def _put_back(self, entry: Entry, how: Return, *, behind: bool = False) -> None:
        self._wait(entry, self.ready.push if behind else self.ready.put_back)
        self.vhost.broker.emit(effects.Requeued(entry.message.id, entry.copy, self.name, how))

    def reject(self, entries: Sequence[Entry], how: Literal["nack", "reject"]) -> None:
        """Unacked entries are rejected for good: they are dead-lettered, or gone."""
        for entry in self.order_of_return(entries, how):
            self.settle(entry)
            self._count_failure(entry, how, dies=True)
            self.die(entry, "rejected")

    # --- ends

    def die(self, entry: Entry, reason: Death) -> None:
        """An entry that left the queue ends: as a dead letter if the queue has a dead-letter exchange."""
        broker = self.vhost.broker
        if self.deleted or self.limits.dead_letter_exchange is None:
            broker.emit(effects.Dropped(entry.message.id, reason, self.name, entry.copy))
        else:
            broker.bury(self, entry, reason)

    @property
    def next_expiry(self) -> int | None:
        """The instant at which the head expires; None if it never does."""
        head = self.ready.head()
        return None if head is None else head.expires_us

    def expire(self) -> None:
        """Let the expired at the head go, and wake up when the next head expires."""
        broker = self.vhost.broker
        now_us = broker.now_us
        head = self.ready.head()
        while head is not None and head.expires_us is not None and head.expires_us <= now_us:
            self.die(self._take_head(), "expired")
            head = self.ready.head()
        broker.deadlines.set(self._expiry_key, None if head is None else head.expires_us)
        if head is None:
            self.is_expiring = False

    @property
    def overflows(self) -> bool:
        """True if more is ready than the limits allow."""
        limits = self.limits
        return (limits.max_length is not None and len(self.ready) > limits.max_length) or (
            limits.max_bytes is not None and self.ready_bytes > limits.max_bytes
        )

    def retry(self) -> None:
        """What was delayed until now is ready again."""

    def _drop_overflow(self) -> None:
        """Drop heads until within the limits (`drop-head`, the default)."""
        if self.drops_head:
            self._drop_heads()

    def _drop_heads(self) -> None:
        dropped = False
        while self.overflows and self.ready:
            self.die(self._take_head(), "maxlen")
            dropped = True
        if dropped and self.is_expiring:
            self.expire()

    @property
    def drops_head(self) -> bool:
        """True if an overflow drops from the head rather than refusing the publish."""
        return self.limits.overflow in (None, "drop-head")

    def purge(self) -> int:
        """Remove what is ready; how many those were."""
        entries = self.ready.clear()
        self.ready_bytes = 0
        self._drop(entries, "purged")
        if self.is_expiring:
            self.expire()
        return len(entries)

    def delete(self, reason: str) -> int:
        """The queue ends with all it holds; how many messages were ready. Consumers are told by the virtual host."""
        self.deleted = True
        broker = self.vhost.broker
        broker.deadlines.set(self._expiry_key, None)
        broker.deadlines.set(self._unused_key, None)
        entries = self.ready.clear()
        self.ready_bytes = 0
        self._drop(entries, "queue deleted")
        broker.emit(effects.QueueDeleted(self.vhost.name, self.name, reason))
        return len(entries)

    def stop(self, *, abrupt: bool) -> None:
        """The node goes down, and nobody uses the queue any more. abrupt: its process is killed."""

    def restart(self) -> None:
        """The node is up again: what is over goes, and nobody uses the queue yet."""
        self.is_expiring = True
        self.expire()
        self.vhost.broker.deadlines.set(self._unused_key, None)
        self.touch()

    # --- its node

    def go_down(self, entries: Sequence[Entry]) -> None:
        """The node is stopped, and no consumer is left. entries: what was unacked."""
        deadlines = self.vhost.broker.deadlines
        for entry in entries:
            self.settle(entry)
            entry.redelivered = True
            self._put_back(entry, "node down")
        self._forget_transient("node down")
        if self.vhost.broker.profile.forgets_redeliveries_when_down:
            for entry in self.ready:
                entry.redelivered = False
        deadlines.set(self._expiry_key, None)
        deadlines.set(self._unused_key, None)
        self.lost = True
        self.absent = self.vhost.broker.profile.lost_queues_are_absent

    def come_back(self) -> None:
        """The node is started: what is over by now goes, and what policies have said meanwhile is obeyed."""
        self.lost = self.absent = False
        self.is_expiring = True
        self.expire()
        self._fit(dropped_heads=True)
        self.touch()

    def _forget_transient(self, reason: str) -> None:
        """The node goes: of what is ready, that goes with it which is not persistent."""

    def _drop(self, entries: Sequence[Entry], reason: str) -> None:
        emit = self.vhost.broker.emit
        for entry in entries:
            emit(effects.Dropped(entry.message.id, reason, self.name, entry.copy))

    # --- policies

    def obey(self, in_force: InForce) -> None:
        """These policies are in force from now on. Messages keep the time to live they came with.

        Any change of them counts as a use of the queue, whatever it is about.
        """
        if in_force == self.in_force:
            return
        dropped_heads, timeout_us = self.drops_head, self.limits.consumer_timeout_us
        self._put_in_force(in_force)
        if self.limits.consumer_timeout_us != timeout_us:
            consumer_timeout.changed(self)
        self.ready_bytes = sum(self.size(entry.message) for entry in self.ready) if self._weighs else 0
        if self.lost:
            return
        self._fit(dropped_heads=dropped_heads)
        self.vhost.broker.deadlines.set(self._unused_key, None)
        self.touch()

    def _put_in_force(self, in_force: InForce) -> None:
        self.in_force = in_force
        self.limits = limits = merge_arguments(self.declared, in_force.definition, self.vhost.broker.profile)
        self._weighs = limits.max_bytes is not None
        self._limited = limits.max_length is not None or self._weighs
        self._is_fleeting = limits.message_ttl_us is not None
        self.watches_gets = limits.consumer_timeout_us is not None or self.KIND == "quorum"

    def _fit(self, *, dropped_heads: bool) -> None:
        """Let go of what new limits do not allow. dropped_heads: whether an overflow did so before they came."""
        self._drop_overflow()

    # --- consumers and use

    def subscribe(self, consumer: Consumer) -> None:
        """A consumer starts; it gets what is ready."""
        self.consumers.add(consumer)
        self.vhost.broker.deadlines.set(self._unused_key, None)
        self.deliver()

    def unsubscribe(self, consumer: Consumer) -> None:
        """A consumer goes; an auto-delete queue goes with the last one."""
        self.consumers.remove(consumer)
        if self.consumers:
            if self.hands_over_at_once:
                self.deliver()
        elif self.auto_delete:
            self.vhost.delete_queue(self, "auto-delete")
        else:
            self.touch()

    def channel_down(self, consumers: Sequence[Consumer], entries: Sequence[Entry]) -> None:
        """A channel has ended: its consumers go before what it held comes back, so that the next gets all in order."""
        for consumer in consumers:
            if not self.deleted:
                self.consumers.remove(consumer)
        if consumers and not self.consumers and self.auto_delete and not self.deleted:
            self.vhost.delete_queue(self, "auto-delete")
        self.requeue(entries, "channel closed")
        if consumers and not self.deleted:
            self.touch()

    def touch(self) -> None:
        """The queue is used: without a consumer, `x-expires` counts from here."""
        if self.limits.expires_us is not None and not self.consumers:
            broker = self.vhost.broker
            broker.deadlines.set(self._unused_key, broker.now_us + self.limits.expires_us)

    def expire_unused(self) -> None:
        """`x-expires` has passed without use."""
        self.vhost.delete_queue(self, "expired")


def locked(name: str, vhost: str) -> ResourceLocked:
    """The refusal of a queue that is exclusive to another connection, or redeclared as (non-)exclusive."""
    return ResourceLocked(
        f"cannot obtain exclusive access to locked queue '{name}' in vhost '{vhost}'. It could be originally declared "
        "on another connection or the exclusive property value does not match that of the original declaration."
    )
