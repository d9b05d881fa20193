"""What will plainly happen next, without trying."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fakeamqp.model.dead_letter import goes_round, make_letter

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.queues import Queue


def delivers_next(broker: Broker, serves: Callable[[int], bool]) -> bool:
    """True if it is plain that the next deadline has a message handed to one of these connections.

    The commonest case of a delayed retry, for which no copy of the broker has to be made: the head of a queue expires,
    and its dead letter goes through the default exchange to an empty queue with a consumer that can take it. False
    means nothing: whoever wants to know for certain has to try (`fakeamqp.model.snapshot.fork`).

    serves: tells for the number of a connection whether it is one of them.
    """
    key = broker.deadlines.first()
    if key is None or key.kind != "message-ttl":
        return False
    vhost = broker.vhosts[key.vhost]
    dying = vhost.queues[key.name]
    head = dying.ready.head()
    if head is None or head.expires_us != broker.deadlines.at(key) or dying.limits.dead_letter_exchange != "":
        return False
    letter = make_letter(dying, head, "expired", broker.wall_clock, broker.profile)
    targets = vhost.route_message(letter)
    return any(not goes_round(letter, queue.name, "expired") and _hands_on(queue, serves) for queue in targets)


def _hands_on(queue: Queue, serves: Callable[[int], bool]) -> bool:
    """True if whatever an empty queue takes now is delivered at once to one of these connections."""
    if queue.ready or queue.loses_dead_letters or not queue.consumers:
        return False
    if any(not serves(consumer.channel.key[0]) for consumer in queue.consumers):
        return False
    return queue.limits.overflow is None and all(consumer.able for consumer in queue.consumers)
