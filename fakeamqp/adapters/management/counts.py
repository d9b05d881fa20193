"""How many messages there are, in queues and altogether."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeamqp.model.queues import Queue


def messages_of(queues: Iterable[Queue]) -> dict[str, int]:
    """The counts of several queues together: all, ready, unacknowledged. Lost ones cannot tell theirs."""
    ready = unacked = total = 0
    for queue in (queue for queue in queues if not queue.lost):
        of_one = messages_in(queue)
        total += of_one["messages"]
        ready += of_one["messages_ready"]
        unacked += of_one["messages_unacknowledged"]
    return {"messages": total, "messages_ready": ready, "messages_unacknowledged": unacked}


def messages_in(queue: Queue) -> dict[str, int]:
    """The counts of one queue. What is unacknowledged of a stream is still among what it holds."""
    ready, unacked = len(queue.ready), queue.unacked
    held = ready if queue.KIND == "stream" else ready + unacked + queue.delayed_count
    return {"messages": held, "messages_ready": ready, "messages_unacknowledged": unacked}
