"""One copy of a message in one queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from fakeamqp.model.message import Message

if TYPE_CHECKING:
    from fakeamqp.model.consumers import Consumer
    from fakeamqp.model.queues.queue import Queue


class Entry:
    """What one queue accepted of one publish. It is ready or unacked, never both, and ends exactly once.

    copy: its number in this broker, rising; also its original position in the queue.
    expires_us: instant at which it expires once it is the head; None for never.
    redelivered: True once it has been delivered before.
    acquired: earlier deliveries; returns: those of its returns that count towards a delivery limit.
    failures: how often its message failed, here or in a queue it died in (see `Profile.failures`).
    consumer: who holds it unacked; None while ready and after basic.get.
    held_us: the instant since when it is unacked; missing as long as it never was.
    timeout_us: of what basic.get brought, how long it may be held when it was brought; else missing.

    A plain slotted class, not attrs: one is made for every copy.
    """

    kept: ClassVar[bool] = False
    """True for a delivery whose message stays in its queue, a stream."""

    __slots__ = (
        "acquired",
        "consumer",
        "copy",
        "expires_us",
        "failures",
        "held_us",
        "message",
        "queue",
        "redelivered",
        "returns",
        "timeout_us",
    )
    held_us: int
    timeout_us: int | None

    def __init__(self, message: Message, queue: Queue, copy: int, expires_us: int | None) -> None:
        self.message = message
        self.queue = queue
        self.copy = copy
        self.expires_us = expires_us
        self.redelivered = False
        self.acquired = 0
        self.returns = 0
        self.failures = message.failures
        self.consumer: Consumer | None = None

    def copy_for(self, queue: Queue) -> Entry:
        """The same entry, ready in the same queue of a copy of the broker."""
        twin = Entry(self.message, queue, self.copy, self.expires_us)
        twin.redelivered = self.redelivered
        twin.acquired = self.acquired
        twin.returns = self.returns
        twin.failures = self.failures
        return twin

    def __lt__(self, other: Entry) -> bool:
        return self.copy < other.copy
