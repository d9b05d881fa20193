"""The kinds of queue, by the value of `x-queue-type` that makes them."""

from __future__ import annotations

from fakeamqp.model.queues.classic import ClassicQueue
from fakeamqp.model.queues.queue import Queue
from fakeamqp.model.queues.quorum import QuorumQueue

KINDS: dict[str, type[Queue]] = {kind.KIND: kind for kind in (ClassicQueue, QuorumQueue)}

__all__ = ["KINDS", "ClassicQueue", "Queue", "QuorumQueue"]
