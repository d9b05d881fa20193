"""Consumers of a queue and whose turn it is."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sortedcontainers import SortedDict

from fakeamqp.model.choice import Choose
from fakeamqp.model.values import Table

if TYPE_CHECKING:
    from fakeamqp.model.channel import Channel
    from fakeamqp.model.queues.queue import Queue


class Consumer:
    """One subscription of a channel to a queue.

    prefetch: how many unacked deliveries it may hold; 0 is no limit. Fixed when it starts (AMQP 0-9-1 basic.qos as
        RabbitMQ reads it: a later qos does not reach running consumers).
    priority: `x-priority`, higher goes first.
    timeout_us: how long it may hold what a quorum queue of RabbitMQ 4.3 delivers; None is for ever.
    is_blocked: it has left the line of its queue because it could not take a message.
    """

    __slots__ = (
        "arguments",
        "channel",
        "exclusive",
        "is_blocked",
        "no_ack",
        "prefetch",
        "priority",
        "queue",
        "tag",
        "timeout_us",
        "unacked",
    )

    def __init__(
        self,
        channel: Channel,
        queue: Queue,
        tag: str,
        *,
        no_ack: bool,
        exclusive: bool,
        prefetch: int,
        priority: int,
        arguments: Table,
    ) -> None:
        self.channel = channel
        self.queue = queue
        self.tag = tag
        self.no_ack = no_ack
        self.exclusive = exclusive
        self.prefetch = prefetch
        self.priority = priority
        self.arguments = arguments
        self.timeout_us: int | None = None
        self.unacked = 0
        self.is_blocked = False

    @property
    def is_full(self) -> bool:
        """True if it holds as much as it may."""
        return 0 < self.prefetch <= self.unacked and not self.no_ack

    @property
    def takes_all(self) -> bool:
        """True if nothing limits how much it takes."""
        channel = self.channel
        return (self.no_ack or not self.prefetch) and not (channel.global_prefetch or channel.connection.is_congested)

    @property
    def able(self) -> bool:
        """True if it could take one more delivery now.

        The limit of its channel holds without acknowledgement too, and for queues that support it alone.
        """
        if self.is_full:
            return False
        channel = self.channel
        if channel.connection.is_congested:
            return False
        return (
            not channel.global_prefetch
            or channel.counted < channel.global_prefetch
            or not self.queue.supports_global_prefetch
        )


class Consumers:
    """The consumers of one queue.

    Those of equal priority take turns, and one that was served goes to the end of the line. One that was found at its
    limit leaves the line and joins its end again when an acknowledgement frees it; until then it misses its turns.
    (recordings: the areas `consume` and `prefetch`.)
    """

    def __init__(self) -> None:
        self.all: dict[tuple[tuple[int, int], str], Consumer] = {}  # in order of subscription
        self._levels: list[int] = []  # minus the priorities at which somebody is in line, sorted
        self._lines: dict[int, OrderedDict[Consumer, None]] = {}  # by level
        self._blocked: dict[Consumer, tuple[int, bool]] = {}  # when; True if its own limit blocks it, not its channel's
        # The blocked that may be able by now. Who is full is not among them before it has settled something: to look
        # at everybody for each acknowledgement would take long where there are many.
        self._in_hope: dict[Consumer, None] = {}
        self._blocks = 0
        self._suspended: dict[Consumer, None] = {}

    def __len__(self) -> int:
        return len(self.all)

    def __iter__(self) -> Iterator[Consumer]:
        return iter(self.all.values())

    @property
    def exclusive(self) -> bool:
        """True if a consumer holds the queue for itself: it is alone then."""
        return len(self.all) == 1 and next(iter(self.all.values())).exclusive

    def add(self, consumer: Consumer) -> None:
        """A new consumer joins the end of the line."""
        self.all[consumer.channel.key, consumer.tag] = consumer
        self._join(consumer)

    def remove(self, consumer: Consumer) -> None:
        """A consumer is cancelled."""
        del self.all[consumer.channel.key, consumer.tag]
        if consumer in self._suspended:
            del self._suspended[consumer]
        else:
            self._leave(consumer)

    def suspend(self, consumer: Consumer) -> None:
        """A consumer is not served until it is resumed."""
        if consumer not in self._suspended:
            self._leave(consumer)
            self._suspended[consumer] = None

    def is_suspended(self, consumer: Consumer) -> bool:
        """True from `suspend` to `resume`."""
        return consumer in self._suspended

    def resume(self, consumer: Consumer) -> None:
        """A suspended consumer joins the end of the line."""
        del self._suspended[consumer]
        self._join(consumer)

    def _leave(self, consumer: Consumer) -> None:
        if consumer.is_blocked:
            self._end_block(consumer)
            return
        level = -consumer.priority
        line = self._lines.get(level)
        if line is not None and consumer in line:
            self._leave_line(level, consumer)

    def _leave_line(self, level: int, consumer: Consumer) -> None:
        line = self._lines[level]
        del line[consumer]
        if not line:
            self._close_line(level)

    def _block(self, consumer: Consumer, *, is_own: bool) -> None:
        consumer.is_blocked = True
        self._blocks += 1
        self._blocked[consumer] = (self._blocks, is_own)
        if not is_own:
            self._in_hope[consumer] = None

    def _end_block(self, consumer: Consumer) -> None:
        consumer.is_blocked = False
        del self._blocked[consumer]
        self._in_hope.pop(consumer, None)

    def has_settled(self, consumer: Consumer) -> None:
        """A blocked consumer holds less than before."""
        self._in_hope[consumer] = None

    def next_able(self) -> Consumer | None:
        """Whose turn it is; None if nobody can take a message. Puts it at the end of its line."""
        levels = self._levels
        while levels:
            line = self._lines[levels[0]]
            while line:
                consumer = next(iter(line))
                if consumer.able:
                    if len(line) > 1:
                        line.move_to_end(consumer)
                    return consumer
                del line[consumer]
                self._block(consumer, is_own=consumer.is_full)
            self._close_line(levels[0])
        return None

    def is_alone(self, consumer: Consumer) -> bool:
        """True if the consumer, whose turn it was, is the only one that gets anything as long as it can take more."""
        return len(self._lines[-consumer.priority]) == 1

    def put_first(self, choose: Choose, queue: str) -> None:
        """Let `choose` say which of those that could take a message of this queue has the next turn."""
        for level in self._levels:
            line = self._lines[level]
            able = [consumer for consumer in line if consumer.able]
            if able:
                chosen: Consumer = choose(able, f"who gets the next message of {queue!r}")
                line.move_to_end(chosen, last=False)
                return

    def unblock(self) -> bool:
        """Let those that can take messages again join the end of the line; True if any did.

        Of room under its own limit a consumer knows at once, of room in its channel once that holds nothing back.
        (recording: prefetch/at_its_own_limit_a_consumer_knows_of_the_room_at_once)
        """
        if not self._in_hope:
            return False
        hopeful = list(self._in_hope)
        if len(hopeful) > 1:
            hopeful.sort(key=self._blocked.__getitem__)
        is_any_freed = False
        for consumer in hopeful:
            if not consumer.able:
                if consumer.is_full:
                    del self._in_hope[consumer]
            elif self._blocked[consumer][1] or not consumer.channel.holds_back:
                self._end_block(consumer)
                self._join(consumer)
                is_any_freed = True
        return is_any_freed

    def check(self) -> None:
        """Raise AssertionError unless everyone is in line or blocked, once, and the lines are in order."""
        waiting = [consumer for line in self._lines.values() for consumer in line]
        assert len(waiting) == len(set(waiting)), "a consumer stands in line twice"
        apart = [*self._blocked, *self._suspended]
        assert set(apart).isdisjoint(waiting), "a consumer stands in line and is blocked"
        assert {*waiting, *apart} == set(self.all.values()), "somebody is neither in line nor blocked"
        assert all(one.is_blocked == (one in self._blocked) for one in self.all.values()), (
            "who is blocked is not marked"
        )
        assert self._in_hope.keys() <= self._blocked.keys(), "somebody hopes who is not blocked"
        assert self._levels == sorted(level for level, line in self._lines.items() if line), "a line is lost"

    def _join(self, consumer: Consumer) -> None:
        level = -consumer.priority
        line = self._lines.get(level)
        if line is None:
            line = self._lines[level] = OrderedDict()
            bisect.insort(self._levels, level)
        line[consumer] = None

    def _close_line(self, level: int) -> None:
        del self._lines[level]
        del self._levels[bisect.bisect_left(self._levels, level)]


class CreditedConsumers(Consumers):
    """Quorum queues: a consumer leaves the line with the message that fills it, not when its next turn comes."""

    def next_able(self) -> Consumer | None:
        consumer = super().next_able()
        if consumer is None or consumer.no_ack or not consumer.prefetch:
            return consumer
        if consumer.unacked + 1 >= consumer.prefetch:
            self._leave_line(-consumer.priority, consumer)
            self._block(consumer, is_own=True)
        return consumer


class SingleActive(Consumers):
    """The consumers of a queue with `x-single-active-consumer`: one is served, the others wait.

    The first stays active until it goes; then the highest priority among the waiting takes over, the longest waiting
    of equals. takes_over: a newcomer of higher priority takes over, as soon as the active one holds nothing unacked
    (quorum queues from RabbitMQ 4.0).
    """

    def __init__(self, *, by_priority: bool = True, takes_over: bool = False) -> None:
        super().__init__()
        self.active: Consumer | None = None
        self._by_priority = by_priority
        self._takes_over = takes_over
        self._stuck = False  # the active one could not take a message that was ready
        # Who may be served, the next to take over first; a consumer's place is its own from its subscription on.
        self._candidates: SortedDict[tuple[int, int], Consumer] = SortedDict()
        self._places: dict[Consumer, tuple[int, int]] = {}
        self._added = 0

    def is_alone(self, consumer: Consumer) -> bool:
        return True

    def put_first(self, choose: Choose, queue: str) -> None:
        """Who is active is not left open."""

    def add(self, consumer: Consumer) -> None:
        self.all[consumer.channel.key, consumer.tag] = consumer
        self._added += 1
        place = self._places[consumer] = (-consumer.priority if self._by_priority else 0, self._added)
        self._candidates[place] = consumer
        if self.active is None:
            self.active = consumer

    def remove(self, consumer: Consumer) -> None:
        del self.all[consumer.channel.key, consumer.tag]
        self._suspended.pop(consumer, None)
        self._candidates.pop(self._places.pop(consumer), None)
        self._retire(consumer)

    def suspend(self, consumer: Consumer) -> None:
        self._suspended[consumer] = None
        self._candidates.pop(self._places[consumer], None)
        self._retire(consumer)

    def resume(self, consumer: Consumer) -> None:
        del self._suspended[consumer]
        self._candidates[self._places[consumer]] = consumer
        if self.active is None:
            self.active = consumer

    def _retire(self, consumer: Consumer) -> None:
        if self.active is consumer:
            self.active = self._successor()
            self._stuck = False

    def next_able(self) -> Consumer | None:
        active = self.active
        if active is None:
            return None
        if self._takes_over:
            best = self._successor()
            if best is not None and best.priority > active.priority:
                if active.unacked:
                    self._stuck = True
                    return None
                active = self.active = best
        self._stuck = not active.able
        return None if self._stuck else active

    def unblock(self) -> bool:
        return self._stuck

    @property
    def is_taken_over(self) -> bool:
        """True if somebody of higher priority waits for the active one to settle what it holds."""
        best = self._successor() if self._takes_over else None
        return best is not None and self.active is not None and best.priority > self.active.priority

    def check(self) -> None:
        """Raise AssertionError unless exactly one of the consumers is active, if there is any."""
        candidates = list(self._candidates.values())
        expected = [consumer for consumer in self.all.values() if consumer not in self._suspended]
        assert set(candidates) == set(expected), "who may be served is not who is not suspended"
        assert (self.active is None) == (not candidates), "nobody is active among consumers, or somebody among none"
        assert self.active is None or self.active in candidates, "the active consumer is gone"

    def _successor(self) -> Consumer | None:
        candidates = self._candidates
        return candidates.peekitem(0)[1] if candidates else None
