"""Classic queues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from fakeamqp.model.consumers import Consumers, SingleActive
from fakeamqp.model.message import Message
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import Queue, Return
from fakeamqp.model.queues.store import PositionStore, PriorityStore, Store


class ClassicQueue(Queue):
    """What comes back returns to its original position; priorities if `x-max-priority` asks for them."""

    KIND: ClassVar[str] = "classic"

    def _make_store(self) -> Store:
        highest = self.limits.max_priority
        profile = self.vhost.broker.profile
        if highest is None or (highest == 0 and profile.major < 4):
            return PositionStore()
        # Recorded from 4.0.5 and 4.3.6: with x-max-priority 0 a message of higher priority still goes first.
        return PriorityStore(PositionStore, highest or 1)

    def _make_consumers(self) -> Consumers:
        return SingleActive() if self.limits.single_active_consumer else Consumers()

    @property
    def hands_over_at_once(self) -> bool:
        # On 3.10 the next event on the queue does it: a publish, an acknowledgement, a requeue.
        return self.vhost.broker.profile.single_active_hand_over_delivers

    @property
    def looks_at_new_head(self) -> bool:
        # Recorded: one that overtakes others by its priority is not looked at before it has been delivered or the
        # time of another has come.
        return len(self.ready) == 1

    drops_before_redelivery: ClassVar[bool] = True

    def refuses(self, message: Message) -> bool:
        limits = self.limits
        if self.drops_head:
            return False
        return (limits.max_length is not None and len(self.ready) >= limits.max_length) or (
            limits.max_bytes is not None and self.ready_bytes + self.size(message) > limits.max_bytes
        )

    def _fit(self, *, dropped_heads: bool) -> None:
        # Recorded: how long it may be is looked at before what an overflow does.
        if dropped_heads or self.drops_head:
            self._drop_heads()

    def stop(self, *, abrupt: bool) -> None:
        """Only persistent messages survive; those that were never delivered do not count as redelivered after it.

        If the process is killed, it had no time to write down what came in at this instant, but for what it had
        confirmed; and of what is left it does not know whether it had been delivered.
        """
        if abrupt:
            now_us = self.vhost.broker.now_us
            kept = []
            for entry in self._take_all():
                if entry.message.confirmed or entry.message.at_us < now_us:
                    entry.redelivered = True
                    kept.append(entry)
                else:
                    self._drop([entry], "restart")
            for entry in kept:
                self._wait(entry, self.ready.put_back)
        self._forget_transient("restart")

    def _forget_transient(self, reason: str) -> None:
        for entry in self._take_all():
            if entry.message.persistent:
                self._wait(entry, self.ready.put_back)
            else:
                self._drop([entry], reason)

    def _take_all(self) -> list[Entry]:
        entries = self.ready.clear()
        self.ready_bytes = 0
        return entries

    def _take_back(self, entries: Sequence[Entry], how: Return) -> None:
        for entry in entries:
            self._put_back(entry, how)
