"""Messages that wait, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator

from fakeamqp.model.channel import Channel
from fakeamqp.model.consumers import Consumer, SingleActive
from fakeamqp.model.queues import Queue
from fakeamqp.model.values import MANAGEMENT
from fakeamqp.views.explain.near import nearest
from fakeamqp.views.mistakes.history import History
from fakeamqp.views.mistakes.mistake import Mistake
from fakeamqp.views.wording import messages
from fakeamqp.world.broker import Broker

MANY = 10


def find(broker: Broker, history: History) -> Iterator[Mistake]:
    """Mistakes that keep messages where they are."""
    for channel in broker.model.channels.values():
        yield from _uncommitted(channel)
    yield from _blocked(broker)
    yield from _unread(broker, history)
    for queue in broker.queues():
        if queue.KIND == "stream":
            continue
        if len(queue.ready):
            yield from _nobody_takes(broker, history, queue)
        yield from _one_has_all(history, queue)
        yield from _priorities(queue)


def _nobody_takes(broker: Broker, history: History, queue: Queue) -> Iterator[Mistake]:
    waits = f"{messages(len(queue.ready))} {'waits' if len(queue.ready) == 1 else 'wait'} in queue {queue.name!r}"
    consumers = list(queue.consumers)
    if not consumers:
        yield _without_consumer(history, queue, waits)
        return
    full = [consumer for consumer in consumers if consumer.is_full]
    if len(full) == len(consumers):
        consumer = full[0]
        yield Mistake(
            "unacknowledged up to the limit",
            f"{waits}: consumer {consumer.tag!r} of connection {consumer.channel.key[0]} holds {consumer.unacked} "
            f"unacknowledged, as many as its prefetch allows",
            "acknowledge what has been worked on: channel.basic_ack(method.delivery_tag)",
            _consumed_at(history, consumer),
        )
    elif isinstance(queue.consumers, SingleActive):
        active = queue.consumers.active
        if active is not None and not active.able:
            yield Mistake(
                "single active consumer that is busy",
                f"{waits}: only {active.tag!r} of connection {active.channel.key[0]} is served, because of "
                f"x-single-active-consumer, and it takes no more before it acknowledges",
                "acknowledge, or do without x-single-active-consumer",
                _consumed_at(history, active),
            )


def _without_consumer(history: History, queue: Queue, waits: str) -> Mistake:
    others = [other.name for other in queue.vhost.queues.values() if other is not queue and len(list(other.consumers))]
    near = nearest(queue.name, others)
    if near is not None:
        return Mistake(
            "consumer of another queue",
            f"{waits}, which has no consumer; {near!r} has one",
            f"consume from {queue.name!r}, or publish to {near!r}",
        )
    gone = [key for key, step in history.consumed.items() if getattr(step.command, "queue", None) == queue.name]
    if gone:
        (connection, channel), tag = gone[-1]
        return Mistake(
            "consumer that is gone",
            f"{waits}, which has none any more: {tag!r} of channel {channel} of connection {connection} has ended",
            "keep its connection and channel open, and consume anew after an error closes them",
            history.consumed[gone[-1]].place,
        )
    return Mistake(
        "queue without a consumer",
        f"{waits}, which has no consumer",
        "start one: channel.basic_consume(queue, callback), then channel.start_consuming()",
    )


def _one_has_all(history: History, queue: Queue) -> Iterator[Mistake]:
    consumers = [consumer for consumer in queue.consumers if not consumer.no_ack]
    if len(consumers) < 2 or isinstance(queue.consumers, SingleActive):
        return
    hog = max(consumers, key=lambda consumer: consumer.unacked)
    idle = [consumer for consumer in consumers if not consumer.unacked]
    if idle and hog.unacked >= MANY and hog.unacked > MANY * len(idle) // 2:
        limit = f"a prefetch of {hog.prefetch}" if hog.prefetch else "no prefetch limit"
        yield Mistake(
            "prefetch that starves a worker",
            f"consumer {hog.tag!r} of connection {hog.channel.key[0]} holds {hog.unacked} messages of queue "
            f"{queue.name!r} with {limit}, while {idle[0].tag!r} of connection {idle[0].channel.key[0]} has none",
            "set channel.basic_qos(prefetch_count=1), or a few, before basic_consume",
            _consumed_at(history, hog),
        )


def _unread(broker: Broker, history: History) -> Iterator[Mistake]:
    for session in broker.sessions():
        count = sum(len(channel.unacked) for key, channel in broker.model.channels.items() if key[0] == session.number)
        if count and session.door.has_mail and session.number != MANAGEMENT:
            consumers = [key for key in history.consumed if key[0][0] == session.number]
            if consumers:
                yield Mistake(
                    "deliveries that nobody reads",
                    f"{messages(count)} on the way to connection {session.number}, which does not look for them",
                    "call channel.start_consuming() or connection.process_data_events()",
                    history.consumed[consumers[0]].place,
                )


def _uncommitted(channel: Channel) -> Iterator[Mistake]:
    transaction = channel.transaction
    held = 0 if transaction is None else len(transaction.publishes)
    if held:
        yield Mistake(
            "transaction that is not committed",
            f"{messages(held)} published on channel {channel.key[1]} of connection {channel.key[0]} in a transaction "
            "that has not been committed",
            "call channel.tx_commit() after publishing",
        )


def _blocked(broker: Broker) -> Iterator[Mistake]:
    for session in broker.sessions():
        if session.is_blocked:
            yield Mistake(
                "publisher that is blocked",
                f"what connection {session.number} publishes waits: the broker has an alarm ({broker.faults.alarm})",
                "broker.faults.unblock_publishers(); in production, set blocked_connection_timeout",
            )


def _priorities(queue: Queue) -> Iterator[Mistake]:
    if queue.KIND != "classic" or queue.limits.max_priority is not None or len(queue.ready) < 2:
        return
    priorities = {entry.message.properties.get("priority") for entry in queue.ready} - {None}
    if len(priorities) > 1:
        yield Mistake(
            "priorities that are ignored",
            f"messages of {len(priorities)} priorities wait in queue {queue.name!r} in the order in which they came",
            "declare the queue with x-max-priority",
        )


def _consumed_at(history: History, consumer: Consumer) -> str | None:
    step = history.consumed.get((consumer.channel.key, consumer.tag))
    return None if step is None else step.place
