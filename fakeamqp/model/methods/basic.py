"""Consuming, fetching and settling messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.arguments import check_consume_arguments
from fakeamqp.model.channel import Channel, by_queue
from fakeamqp.model.consumers import Consumer
from fakeamqp.model.errors import (
    AccessRefused,
    AMQPError,
    CommandInvalid,
    InternalError,
    NotAllowed,
    NotImplementedByBroker,
    PreconditionFailed,
)
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.reply_to import PSEUDO_QUEUE
from fakeamqp.model.transaction import Settlement

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def qos(broker: Broker, command: commands.Qos) -> None:
    """Limit unacked deliveries: of each consumer started from now on, or of the whole channel."""
    channel = broker.channels[command.channel]
    if command.prefetch_size:
        raise NotImplementedByBroker(f"prefetch_size!=0 ({command.prefetch_size})")
    broker.emit(effects.QosOk(channel.key))
    if command.global_ and broker.profile.permits("global_qos"):
        channel.limit(command.prefetch_count)
    else:
        channel.prefetch = command.prefetch_count
        channel.limit(0)  # recorded: a limit for each consumer lifts the one for the channel


def consume(broker: Broker, command: commands.Consume) -> None:
    """Start a consumer; what is ready follows the answer."""
    channel = broker.channels[command.channel]
    tag = command.consumer_tag
    if (command.queue or channel.current_queue) == PSEUDO_QUEUE:
        _consume_replies(broker, channel, command)
        return
    if tag and tag in channel.consumers:
        raise NotAllowed(f"attempt to reuse consumer tag '{tag}'")
    name = channel.queue_name(command.queue)
    channel.demand("read", "queue", name)
    broker.replies.check_consumable(name, channel)
    queue = channel.vhost.queue(name)
    queue.check_access(channel.connection)
    priority = check_consume_arguments(queue.KIND, queue.name, channel.vhost.name, command.arguments, broker.profile)
    if channel.global_prefetch and not queue.supports_global_prefetch:
        raise NotImplementedByBroker(f"{queue.described} does not support global qos")
    queue.check_consumer(channel, command.arguments, no_ack=command.no_ack)
    exclusive = command.exclusive and queue.knows_exclusive_consumers
    if (exclusive and (queue.consumers or queue.limits.single_active_consumer)) or queue.consumers.exclusive:
        raise AccessRefused(f"{queue.described} in exclusive use")
    tag = tag or broker.naming.consumer_tag()
    consumer = Consumer(
        channel,
        queue,
        tag,
        no_ack=command.no_ack,
        exclusive=exclusive,
        prefetch=channel.prefetch,
        priority=priority,
        arguments=command.arguments,
    )
    channel.consumers[tag] = consumer
    channel.unwatched = True  # what it is sent may have to be settled earlier than what others were
    broker.emit(effects.ConsumeOk(channel.key, tag))
    queue.subscribe(consumer)


def _consume_replies(broker: Broker, channel: Channel, command: commands.Consume) -> None:
    if not command.no_ack:
        raise PreconditionFailed("reply consumer cannot acknowledge")
    if channel.reply_consumer is not None:
        raise PreconditionFailed("reply consumer already set")
    tag = command.consumer_tag or broker.naming.consumer_tag()
    channel.reply_consumer = broker.replies.add(channel, tag)
    broker.emit(effects.ConsumeOk(channel.key, tag))


def cancel(broker: Broker, command: commands.Cancel) -> None:
    """End a consumer; an unknown tag is fine. What it holds unacked stays with the channel."""
    channel = broker.channels[command.channel]
    tag = command.consumer_tag
    broker.emit(effects.CancelOk(channel.key, tag))
    consumer = channel.consumers.pop(tag, None)
    if consumer is not None:
        consumer.queue.unsubscribe(consumer)
    elif channel.reply_consumer is not None and channel.reply_consumer.tag == tag:
        broker.replies.remove(channel.reply_consumer)
        channel.reply_consumer = None


def cancel_ok(broker: Broker, command: commands.CancelOk) -> None:
    """What only brokers should send: no method, or one that ends a consumer and crashes if there is none."""
    if not broker.profile.takes_cancel_ok:
        raise CommandInvalid("unimplemented method")
    consumer = broker.channels[command.channel].consumers.pop(command.consumer_tag, None)
    if consumer is None:
        raise InternalError
    consumer.queue.unsubscribe(consumer)


def get(broker: Broker, command: commands.Get) -> None:
    """Fetch one message."""
    channel = broker.channels[command.channel]
    name = command.queue or channel.queue_name("")
    if channel.guard is not None:
        channel.guard.demand("read", "queue", name)
    queue = channel.vhost.queues.get(name)
    if queue is None:
        broker.replies.check_fetchable(name, channel.vhost.name)
        queue = channel.vhost.queue(name)
    if queue.lost:
        queue.check_up()
    if queue.owner is not None:
        queue.check_access(channel.connection)
    queue.check_get()
    queue.touch()
    waiting = len(queue.ready)
    if not waiting:
        broker.emit(effects.GetEmpty(channel.key))
        return
    counts_after = queue.is_expiring and (command.no_ack or not queue.counts_before_expiry)
    entry = queue.pop()
    channel.hand_out(entry, len(queue.ready) if counts_after else waiting - 1, no_ack=command.no_ack)


def settle(broker: Broker, command: Settlement) -> None:
    """basic.ack, basic.nack, basic.reject. In tx mode the deliveries are taken now and settled at commit."""
    channel = broker.channels[command.channel]
    multiple = not isinstance(command, commands.Reject) and command.multiple
    taken = channel.take_unacked(command.delivery_tag, multiple)
    entries = [entry for _, entry in taken]
    if channel.transaction is not None:
        channel.transaction.hold(command, taken)
        return
    try:
        check_settlement(command, entries)
    except AMQPError:
        channel.hold_again(dict(taken))
        raise
    carry_out(channel, command, entries)


def ack(broker: Broker, command: commands.Ack) -> None:
    """basic.ack: one delivery outside a transaction is the case that matters for speed."""
    channel = broker.channels[command.channel]
    if command.multiple or channel.transaction is not None:
        settle(broker, command)
        return
    entry = channel.unacked.pop(command.delivery_tag, None)
    if entry is None:
        channel.take_unacked(command.delivery_tag, multiple=False)
        return
    queue = entry.queue
    queue.settle(entry)
    broker.emit(effects.Settled(channel.key, (entry.copy,)))
    if channel.global_prefetch:
        channel.serve_all()
    else:
        queue.serve_freed()


def check_settlement(command: Settlement, entries: list[Entry]) -> None:
    """Raise what a queue answers that takes nothing back."""
    if not isinstance(command, commands.Ack):
        for queue in by_queue(entries):
            queue.check_return("reject" if isinstance(command, commands.Reject) else "nack")


def carry_out(channel: Channel, command: Settlement, entries: list[Entry]) -> None:
    """Settle deliveries that were taken from the channel."""
    if isinstance(command, commands.Ack):
        channel.ack(entries)
    elif command.requeue:
        channel.requeue(entries, "reject" if isinstance(command, commands.Reject) else "nack")
    else:
        channel.reject(entries, "reject" if isinstance(command, commands.Reject) else "nack")


def recover(broker: Broker, command: commands.Recover) -> None:
    """Requeue everything unacked of the channel; the answer comes before the redeliveries."""
    channel = broker.channels[command.channel]
    if not command.requeue:
        raise NotImplementedByBroker("requeue=false")
    for queue in by_queue(list(channel.unacked.values())):
        queue.check_return("recover")
    entries = [entry for _, entry in channel.take_unacked(0, multiple=True)]
    if command.answered:
        broker.emit(effects.RecoverOk(channel.key))
    channel.requeue(entries, "recover")


HANDLERS: Handlers = {
    commands.Qos: qos,
    commands.Consume: consume,
    commands.Cancel: cancel,
    commands.CancelOk: cancel_ok,
    commands.Get: get,
    commands.Ack: ack,
    commands.Nack: settle,
    commands.Reject: settle,
    commands.Recover: recover,
}
