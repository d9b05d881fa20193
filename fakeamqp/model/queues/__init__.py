"""The kinds of queue, by the value of `x-queue-type` that makes them."""

from __future__ import annotations

from fakeamqp.model.queues.classic import ClassicQueue
from fakeamqp.model.queues.queue import Queue
from fakeamqp.model.queues.quorum import QuorumQueue
from fakeamqp.model.queues.stream import Stream

KINDS: dict[str, type[Queue]] = {kind.KIND: kind for kind in (ClassicQueue, QuorumQueue, Stream)}

__all__ = ["KINDS", "ClassicQueue", "Queue", "QuorumQueue", "Stream"]
