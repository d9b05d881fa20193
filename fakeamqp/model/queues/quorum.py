"""Quorum queues: durable, counting deliveries."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from fakeamqp.model import effects
from fakeamqp.model.consumer_timeout import timeout_from_now_on
from fakeamqp.model.consumers import Consumer, Consumers, CreditedConsumers, SingleActive
from fakeamqp.model.content_size import properties_size
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.errors import NotImplementedByBroker, ResourceLocked
from fakeamqp.model.message import Message
from fakeamqp.model.queues.delayed import Delayed
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import Queue, Return
from fakeamqp.model.queues.store import FifoStore, PriorityStore, ReturnedFirstStore, Store
from fakeamqp.model.values import ChannelKey, Long, octets

_HIGHEST_PRIORITY = 31  # of RabbitMQ 4.3's strict levels
_DEFAULT_PRIORITY = 4  # of a message without the property
_FIRST_HIGH = 5  # of RabbitMQ 4.0's two levels
_HIGH_IN_A_ROW = 2

_FEW_HOLDERS = 64

_FAILED: tuple[Return, ...] = ("reject", "channel closed")
_RETURNED: tuple[Return, ...] = ("nack", "recover", "timeout")
_DELAYED_BY_TYPE: dict[object, tuple[Return, ...]] = {
    "all": _FAILED + _RETURNED,
    "failed": _FAILED,
    "returned": _RETURNED,
}


class TwoLevelStore:
    """RabbitMQ 4.0: those of high priority go first, but each third message taken out is the older of both heads.

    What comes back behind everything is as young as anything new, and has lost its priority.

    pushed: how many have come in so far.
    """

    def __init__(self) -> None:
        self._high: deque[tuple[int, Entry]] = deque()  # each with its age: how many came before it
        self._normal: deque[tuple[int, Entry]] = deque()
        self.pushed = 0
        self._turn = 0

    def push(self, entry: Entry) -> None:
        is_high = not entry.acquired and entry.message.properties.get("priority", 0) >= _FIRST_HIGH
        (self._high if is_high else self._normal).append((self.pushed, entry))
        self.pushed += 1

    put_back = push

    def pass_through(self) -> None:
        """A message went to a consumer at once: that was a turn, too."""
        self._turn = _turn_after(self._turn)

    def head(self) -> Entry | None:
        level = self._high if _takes_high(self._high, self._normal, self._turn) else self._normal
        return level[0][1] if level else None

    def pop(self) -> Entry:
        level = self._high if _takes_high(self._high, self._normal, self._turn) else self._normal
        self._turn = _turn_after(self._turn)
        return level.popleft()[1]

    def clear(self) -> list[Entry]:
        entries = list(self)
        self._high.clear()
        self._normal.clear()
        self._turn = 0
        return entries

    def __len__(self) -> int:
        return len(self._high) + len(self._normal)

    def __iter__(self) -> Iterator[Entry]:
        high, normal, turn = deque(self._high), deque(self._normal), self._turn
        while high or normal:
            level = high if _takes_high(high, normal, turn) else normal
            yield level.popleft()[1]
            turn = _turn_after(turn)


def _takes_high(high: deque[tuple[int, Entry]], normal: deque[tuple[int, Entry]], turn: int) -> bool:
    return bool(high) and (not normal or turn < _HIGH_IN_A_ROW or high[0][0] < normal[0][0])


def _turn_after(turn: int) -> int:
    return 0 if turn == _HIGH_IN_A_ROW else turn + 1


class StrictStore(ReturnedFirstStore):
    """RabbitMQ 4.3: strict levels. What came back and each level have a head of their own that may expire."""

    def __init__(self) -> None:
        self._by_level = PriorityStore(FifoStore, _HIGHEST_PRIORITY, _DEFAULT_PRIORITY)
        super().__init__(self._by_level)

    def next_expiry(self) -> int | None:
        """The instant at which the first of the heads expires; None if none ever does."""
        return min((head.expires_us for head in self._heads() if head.expires_us is not None), default=None)

    def take_expired(self, now_us: int) -> list[Entry]:
        """Take the expired out, as far as they are heads; in the order in which they came."""
        taken = []
        while (head := self._returned.head()) is not None and _is_over(head, now_us):
            taken.append(self._returned.pop())
        for level in self._by_level.heads():
            head = level
            while head is not None and _is_over(head, now_us):
                taken.append(self._by_level.pop_level(head))
                head = self._by_level.level_head(head)
        return sorted(taken)

    def _heads(self) -> list[Entry]:
        returned = self._returned.head()
        return ([] if returned is None else [returned]) + self._by_level.heads()


def _is_over(entry: Entry, now_us: int) -> bool:
    return entry.expires_us is not None and entry.expires_us <= now_us


class QuorumQueue(Queue):
    """Counts how often a message came back, and lets it die beyond the delivery limit.

    The limit's default, what counts, where returned messages wait and the headers that tell of it differ by version:
    see `Profile`.
    """

    KIND: ClassVar[str] = "quorum"
    knows_exclusive_consumers: ClassVar[bool] = False
    # Recorded: not with automatic acknowledgement.
    counts_before_expiry: ClassVar[bool] = True

    def _make_store(self) -> Store:
        self._two_levels: TwoLevelStore | None = None
        levels = self.vhost.broker.profile.quorum_priorities
        if levels == "none":
            return ReturnedFirstStore(FifoStore())
        if levels == "two":
            self._two_levels = TwoLevelStore()
            return ReturnedFirstStore(self._two_levels)
        return StrictStore()

    def _make_consumers(self) -> Consumers:
        self._delayed = Delayed()
        self._retry_key = Deadline("retry", self.vhost.name, self.name)
        self._full = False
        self._holders: dict[Consumer, int] = {}  # who may hold something, each with a number that rises
        self._holders_by_tag: dict[tuple[ChannelKey, str], Consumer] = {}
        self._held = 0
        self._forgets_at = _FEW_HOLDERS
        if not self.limits.single_active_consumer:
            return CreditedConsumers()
        modern = self.vhost.broker.profile.major >= 4
        return SingleActive(by_priority=modern, takes_over=modern)

    @property
    def consumer_count(self) -> int:
        """Who holds messages unacked is a consumer for the queue, also when cancelled, and so is each basic.get.

        Those that wait behind a single active consumer are none.
        """
        counted = set(self.consumers)
        if isinstance(self.consumers, SingleActive):
            counted = {consumer for consumer in counted if consumer is self.consumers.active}
        counted |= {consumer for consumer in self._holders if consumer.unacked}
        fetched = self.unacked - sum(consumer.unacked for consumer in counted)
        return len(counted) + fetched

    def offer(self, message: Message) -> int | None:
        levels = self._two_levels
        if levels is None:
            return super().offer(message)
        pushed = levels.pushed
        copy = super().offer(message)
        if copy is not None and levels.pushed == pushed:
            levels.pass_through()
        return copy

    def subscribe(self, consumer: Consumer) -> None:
        """One that uses the tag of a cancelled consumer of its channel goes on with what that one holds."""
        name = (consumer.channel.key, consumer.tag)
        former = self._holders_by_tag.get(name)
        if former is not None:
            del self._holders[former]
            if former.channel is consumer.channel and former.unacked:
                former.channel.hand_on(former, consumer)
        elif len(self._holders) >= self._forgets_at:
            self._forget_holders()
        self._held += 1
        self._holders[consumer] = self._held
        self._holders_by_tag[name] = consumer
        consumer.timeout_us = timeout_from_now_on(consumer)
        super().subscribe(consumer)

    def _forget_holders(self) -> None:
        """Let go of those that are gone and hold nothing. Done whenever there are twice as many, so it costs little."""
        live = set(self.consumers)
        self._holders = {each: number for each, number in self._holders.items() if each.unacked or each in live}
        self._holders_by_tag = {(each.channel.key, each.tag): each for each in self._holders}
        self._forgets_at = max(2 * len(self._holders), _FEW_HOLDERS)

    def order_of_return(self, entries: Sequence[Entry], how: Return) -> Sequence[Entry]:
        """Consumer by consumer: by their tags, or from RabbitMQ 4 on by their age if the channel is gone.

        What was got by basic.get goes before that of all consumers, or behind it.
        """
        if len(entries) == 1:
            return entries
        if how == "channel closed" and self.vhost.broker.profile.major >= 4:
            last = self._held + 1
            return sorted(entries, key=lambda each: last if each.consumer is None else self._holders[each.consumer])
        return sorted(entries, key=lambda entry: b"" if entry.consumer is None else b"." + octets(entry.consumer.tag))

    @property
    def supports_global_prefetch(self) -> bool:
        return not self.vhost.broker.profile.permits("global_qos")

    def check_delete(self, *, if_unused: bool, if_empty: bool) -> None:
        flag = "if-unused" if if_unused else "if-empty" if if_empty else None
        if flag is not None:
            raise NotImplementedByBroker(
                f"cannot delete {self.described}. queue.delete operations with {flag} flag set are not supported by "
                "quorum queues"
            )

    def check_get(self) -> None:
        if self.limits.single_active_consumer:
            raise ResourceLocked(
                f"cannot obtain access to locked {self.described}. basic.get operations are not supported by "
                f"{self.vhost.broker.profile.quorum_name_in_texts} queues with single active consumer"
            )

    @property
    def delivery_limit(self) -> int | None:
        """How many counted returns a message survives; None is any number."""
        profile = self.vhost.broker.profile
        limit = self.limits.delivery_limit
        if limit is None:
            unreadable = profile.quorum_unreadable_limit_is_none and "x-delivery-limit" in self.arguments
            return None if unreadable else profile.quorum_delivery_limit
        return None if limit < 0 and profile.quorum_negative_limit_is_none else limit

    @property
    def drops_head(self) -> bool:
        # `reject-publish-dlx` is accepted at declaration and behaves as drop-head.
        return self.limits.overflow != "reject-publish"

    def refuses(self, message: Message) -> bool:
        """Full once one more than the limit is ready, until no more than 80 % of it are."""
        if self.drops_head:
            return False
        self._full = self._holds_more_than(8 if self._full else 10)
        return self._full

    @property
    def overflows(self) -> bool:
        """What is delayed counts as well."""
        return self._holds_more_than(10)

    def _holds_more_than(self, tenths: int) -> bool:
        """True if it holds more than this many tenths of what the limits allow."""
        limits, delayed = self.limits, self._delayed
        return (
            limits.max_length is not None and len(self.ready) + len(delayed) > limits.max_length * tenths // 10
        ) or (limits.max_bytes is not None and self.ready_bytes + delayed.bytes > limits.max_bytes * tenths // 10)

    tells_in_headers: ClassVar[bool] = True

    def delivery_headers(self, entry: Entry, *, fetched: bool) -> dict[str, Any] | None:
        profile = self.vhost.broker.profile
        # What a dead letter brings along is shown until the queue has a count of its own.
        inherited = entry.message.failures if profile.failures != "none" else 0
        acquired = entry.acquired or inherited
        if not acquired and not (fetched and profile.quorum_first_get_shows_count):
            return None
        if not profile.quorum_shows_acquired_count:
            return entry.message.headers_with({"x-delivery-count": Long(acquired)})
        counts = {"x-acquired-count": Long(acquired)}
        if entry.returns:
            counts["x-delivery-count"] = Long(entry.returns)
        return entry.message.headers_with(counts)

    @property
    def next_expiry(self) -> int | None:
        store = self.ready
        return store.next_expiry() if isinstance(store, StrictStore) else super().next_expiry

    def expire(self) -> None:
        store = self.ready
        if not isinstance(store, StrictStore):
            super().expire()
            return
        broker = self.vhost.broker
        for entry in store.take_expired(broker.now_us):
            if self._weighs:
                self.ready_bytes -= self.size(entry.message)
            self.die(entry, "expired")
        broker.deadlines.set(self._expiry_key, self.next_expiry)
        self.is_expiring = bool(store)

    def _inherit(self, entry: Entry, *, waits: bool) -> None:
        if self.vhost.broker.profile.failures != "none":
            entry.redelivered = True
        if self.vhost.broker.profile.failures == "everywhere":
            entry.returns = entry.failures

    def size(self, message: Message) -> int:
        if self.vhost.broker.profile.quorum_bytes_count_properties:
            return len(message.body) + properties_size(message.properties)
        return len(message.body)

    def requeue(self, entries: Sequence[Entry], how: Return) -> None:
        if self.vhost.broker.profile.quorum_deaths_raise_prefetch:
            for entry in entries:
                if entry.consumer is not None and entry.consumer.prefetch and self._is_one_too_many(entry.returns + 1):
                    entry.consumer.prefetch += 1
        super().requeue(entries, how)

    def deliver(self) -> None:
        """What is delivered at once comes consumer by consumer: by their tags, or from RabbitMQ 4 on by their age."""
        if len(self.ready) == 1 or len(self.consumers) == 1:
            super().deliver()
            return
        handed: list[tuple[Consumer, Entry]] = []
        while self.ready:
            consumer = self._next_consumer()
            if consumer is None:
                break
            handed.append((consumer, self.pop()))
            consumer.unacked += not consumer.no_ack  # so that its turn ends at its limit
        for consumer, _ in handed:
            consumer.unacked -= not consumer.no_ack
        for consumer, entry in sorted(handed, key=self._place_in_line):
            consumer.channel.deliver(consumer, entry)

    def _place_in_line(self, handed: tuple[Consumer, Entry]) -> bytes | int:
        if self.vhost.broker.profile.major < 4:
            return octets(handed[0].tag)
        return self._holders[handed[0]]

    def _is_one_too_many(self, returns: int) -> bool:
        limit = self.delivery_limit
        return limit is not None and returns > limit

    def _take_back(self, entries: Sequence[Entry], how: Return) -> None:
        profile = self.vhost.broker.profile
        counts = how in ("reject", "channel closed") or not profile.quorum_counts_failures_only
        behind = how != "channel closed" and self.delivery_limit is None and profile.quorum_unlimited_returns_last
        for entry in entries:
            entry.returns += counts
            if self._is_one_too_many(entry.returns):
                self.die(entry, "delivery_limit")
            elif (delay_us := self._delay(entry, how)) > 0:
                self._keep(entry, self.vhost.broker.now_us + delay_us, how)
            else:
                self._put_back(entry, how, behind=behind)
            if behind:  # each comes back by itself
                self.consumers.unblock()
                if self.is_expiring:
                    self.expire()
                self.deliver()

    # --- delayed retries

    @property
    def delayed(self) -> tuple[Entry, ...]:
        return tuple(self._delayed)

    @property
    def delayed_count(self) -> int:
        return len(self._delayed)

    def _delay(self, entry: Entry, how: Return) -> int:
        """For how many microseconds what comes back is not ready; with a maximum, longer the more often it failed."""
        limits = self.limits
        if how not in _DELAYED_BY_TYPE.get(limits.delayed_retry_type, ()):
            return 0
        if not self.vhost.broker.profile.quorum_delays_retries:
            return 0
        least, most = limits.delayed_retry_min_us or 0, limits.delayed_retry_max_us or 0
        return min(least * max(entry.returns, 1), most) if most > 0 else least

    def _keep(self, entry: Entry, until_us: int, how: Return) -> None:
        broker = self.vhost.broker
        self._delayed.add(entry, until_us, how, self.size(entry.message))
        broker.emit(effects.Delayed(entry.message.id, entry.copy, self.name, how, until_us))
        broker.deadlines.set(self._retry_key, self._delayed.next())

    def retry(self) -> None:
        broker = self.vhost.broker
        for entry, how in self._delayed.pop_due(broker.now_us):
            self._put_back(entry, how)
        broker.deadlines.set(self._retry_key, self._delayed.next())
        if self.is_expiring:
            self.expire()
        self.deliver()

    def restart(self) -> None:
        """What has become due meanwhile happens now; unlike that of other queues, its time without use has gone on."""
        self.is_expiring = True
        self.expire()

    def purge(self) -> int:
        return super().purge() + self._drop_delayed("purged")

    def delete(self, reason: str) -> int:
        self._drop_delayed("queue deleted")
        return super().delete(reason)

    def _drop_delayed(self, reason: str) -> int:
        entries = self._delayed.clear()
        if entries:
            self._drop(entries, reason)
            self.vhost.broker.deadlines.set(self._retry_key, None)
        return len(entries)
