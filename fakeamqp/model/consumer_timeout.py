"""The consumer timeout: how long a client may hold a delivery unacked (recordings: the area `consumer_timeout`).

RabbitMQ 3.10 and 4.0 look at the oldest delivery of a channel once a minute, counted from when it began to hold
something, and close the channel. RabbitMQ 4.3 times out what quorum queues delivered, on time: it goes back to its
queue, and its consumer is cancelled. What a policy says counts on 4.0 when it is looked, on 4.3 when a consumer starts.

A channel is looked at when the first of what it holds can be over, and only then what is next is found out: a deadline
set and cleared for each delivery would cost more than the delivery.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from fakeamqp.model import effects
from fakeamqp.model.errors import PreconditionFailed

if TYPE_CHECKING:
    from fakeamqp.model.channel import Channel
    from fakeamqp.model.consumers import Consumer
    from fakeamqp.model.queues.entry import Entry
    from fakeamqp.model.queues.queue import Queue

LOOKS_EVERY_US = 60_000_000

LeastTimeout: TypeAlias = "tuple[int, Consumer | None, int | None]"
"""How many consumers of a channel were asked, the last of them, and the least timeout that one has; None is no one."""

NOBODY_ASKED: LeastTimeout = (0, None, None)


def timeout_of(queue: Queue, consumer: Consumer | None) -> int | None:
    """How long a delivery of this queue may be held, in microseconds; None for ever. consumer: None is basic.get."""
    broker = queue.vhost.broker
    profile = broker.profile
    if profile.consumer_timeout_cancels:
        if queue.KIND != "quorum":
            return None
        if consumer is not None:
            return consumer.timeout_us
    if profile.queues_have_consumer_timeout and queue.limits.consumer_timeout_us is not None:
        return queue.limits.consumer_timeout_us
    return broker.consumer_timeout_us


def timeout_from_now_on(consumer: Consumer) -> int | None:
    """The same for a consumer of a quorum queue that starts now; on 4.3 changes of policies do not reach it later."""
    if not consumer.queue.vhost.broker.profile.consumer_timeout_cancels:
        return None
    own_ms = consumer.arguments.get("x-consumer-timeout")
    return timeout_of(consumer.queue, None) if own_ms is None else int(own_ms) * 1000


def _timeout_of(entry: Entry) -> int | None:
    queue, consumer = entry.queue, entry.consumer
    if consumer is None and queue.KIND == "quorum" and queue.vhost.broker.profile.consumer_timeout_cancels:
        return entry.timeout_us
    return timeout_of(queue, consumer)


def watch(channel: Channel, entry: Entry) -> None:
    """The channel holds one delivery more: look at it when that may be over."""
    if entry.consumer is None:
        entry.timeout_us = timeout_of(entry.queue, None)
    _plan(channel, [entry])
    least = _least_timeout(channel)
    planned_us = channel.broker.background.at(channel.key)
    # What is delivered later is over later: if the look that is planned comes before all that, it is early enough.
    channel.unwatched = least is not None and (
        planned_us is None or planned_us > _look(channel, channel.broker.now_us + least)
    )


def _least_timeout(channel: Channel) -> int | None:
    """How long a delivery to a consumer of the channel may be held at least; None for ever.

    Only those are asked that have come since the last time, as long as none has gone: who has come is behind them.
    """
    count, last, least = channel.least_timeout
    consumers = channel.consumers
    backwards = reversed(consumers.values())
    asked = list(islice(backwards, max(len(consumers) - count, 0)))
    if len(consumers) < count or next(backwards, None) is not last:
        asked, least = list(reversed(consumers.values())), None
    for consumer in asked:
        timeout = None if consumer.no_ack else timeout_of(consumer.queue, consumer)
        if timeout is not None and (least is None or timeout < least):
            least = timeout
    channel.least_timeout = len(consumers), next(reversed(consumers.values()), None), least
    return least


def _plan(channel: Channel, entries: Iterable[Entry]) -> None:
    """Look at the channel when one of these deliveries may be over, if not before."""
    background = channel.broker.background
    for entry in entries:
        timeout = _timeout_of(entry)
        if timeout is not None:
            look_us, planned_us = _look(channel, entry.held_us + timeout), background.at(channel.key)
            if planned_us is None or look_us < planned_us:
                background.set(channel.key, look_us)


def _look(channel: Channel, over_us: int) -> int:
    """When it is seen that a delivery is over."""
    now_us = channel.broker.now_us
    if channel.broker.profile.consumer_timeout_cancels:
        return max(over_us, now_us + 1)
    looks = (max(over_us, now_us) - channel.held_since_us) // LOOKS_EVERY_US
    return channel.held_since_us + (looks + 1) * LOOKS_EVERY_US


def changed(queue: Queue) -> None:
    """Another timeout is in force for a queue: what is held of it already may be over earlier."""
    for channel in queue.vhost.broker.channels.values():
        channel.unwatched = True
        channel.least_timeout = NOBODY_ASKED
        _plan(channel, [entry for entry in channel.unacked.values() if entry.queue is queue])


def look(channel: Channel) -> None:
    """Find out whether something is over."""
    channel.unwatched = True
    if not channel.unacked:
        return
    if channel.broker.profile.consumer_timeout_cancels:
        _give_back(channel)
    else:
        _look_at_oldest(channel)
    if channel.broker.channels.get(channel.key) is channel:
        _plan(channel, channel.unacked.values())


def _look_at_oldest(channel: Channel) -> None:
    oldest = next(iter(channel.unacked.values()))
    timeout = _timeout_of(oldest)
    if timeout is not None and oldest.held_us + timeout < channel.broker.now_us:
        _close(channel, timeout // 1000)


def _give_back(channel: Channel) -> None:
    broker = channel.broker
    over: dict[tuple[Queue, Consumer | None], dict[int, Entry]] = {}
    for tag, entry in channel.unacked.items():
        timeout = _timeout_of(entry)
        if timeout is not None and entry.held_us + timeout <= broker.now_us:
            over.setdefault((entry.queue, entry.consumer), {})[tag] = entry
    can_tell = channel.connection.is_told_of_cancels and all(
        consumer is not None and channel.consumers.get(consumer.tag) is consumer for _, consumer in over
    )
    for (queue, consumer), entries in over.items():
        for tag in entries:
            del channel.unacked[tag]
        if can_tell and consumer is not None:
            broker.emit(effects.ConsumerCancelled(channel.key, consumer.tag))
            channel.given_back.update(dict.fromkeys(entries, consumer))
            queue.consumers.suspend(consumer)
        else:  # nobody on a channel that is about to be closed shall have it
            for each in [each for each in queue.consumers if each.channel is channel]:
                queue.consumers.suspend(each)
        queue.requeue(list(entries.values()), "timeout")
    if over and not can_tell:
        _close(channel, -1)


def settled_late(channel: Channel, tags: list[int]) -> None:
    """The client settles deliveries that went back: nothing comes of it but that consumers which timed out, once they
    hold no other such delivery, are served again, although the client takes them for cancelled.
    """
    for consumer in dict.fromkeys(channel.given_back.pop(tag) for tag in tags):
        if consumer is None or consumer in channel.given_back.values():
            continue
        if channel.consumers.get(consumer.tag) is consumer:
            consumer.queue.consumers.resume(consumer)
            consumer.queue.deliver()


def _close(channel: Channel, timeout_ms: int) -> None:
    error = PreconditionFailed(
        f"delivery acknowledgement on channel {channel.key[1]} timed out. Timeout value used: {timeout_ms} ms. This "
        "timeout value can be configured, see consumers doc guide to learn more"
    )
    channel.broker.emit(effects.ChannelClosed(channel.key, error.reply_code, error.reply_text, by_command=False))
    channel.broker.close_channel(channel)
