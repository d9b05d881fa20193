"""What happens to a broker without a client's doing: an operator's wish, a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.values import octets

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.consumers import Consumer


def close_connection(broker: Broker, command: commands.ForceConnectionClosed) -> None:
    """The broker closes a connection that has done nothing wrong; one that is gone stays gone."""
    if command.connection in broker.connections:
        broker.emit(
            effects.ConnectionClosed(command.connection, command.reply_code, command.reply_text, by_command=False)
        )
        broker.close_connection(command.connection)


def close_channel(broker: Broker, command: commands.ForceChannelClosed) -> None:
    """The broker closes a channel that has done nothing wrong; one that is gone stays gone."""
    channel = broker.channels.get(command.channel)
    if channel is not None:
        broker.emit(effects.ChannelClosed(command.channel, command.reply_code, command.reply_text, by_command=False))
        broker.close_channel(channel)


def cancel_consumers(broker: Broker, command: commands.CancelConsumers) -> None:
    """The queue's consumers are cancelled; what they hold unacked stays with their channels."""
    queue = broker.vhosts[command.virtual_host].queue(command.queue)
    cancelled = [consumer for consumer in queue.consumers if command.consumer_tag in (None, consumer.tag)]
    for consumer in cancelled:
        _cancel(broker, consumer)
    queue.channel_down(cancelled, [])


def _cancel(broker: Broker, consumer: Consumer) -> None:
    """A consumer's channel loses it; the client is told, if it wants to be."""
    channel = consumer.channel
    del channel.consumers[consumer.tag]
    if channel.connection.is_told_of_cancels:
        broker.emit(effects.ConsumerCancelled(channel.key, consumer.tag))


def lose_queue(broker: Broker, command: commands.LoseQueue) -> None:
    """A queue's home node is stopped (recordings: the area `lost_node`).

    Its consumers are cancelled, a channel's in the order of their tags. What channels hold of it they may still settle,
    and nothing comes of it: it is ready when the node is back.
    """
    queue = broker.vhosts[command.virtual_host].queue(command.queue)
    if not queue.durable and not broker.profile.keeps_lost_transient_queues_for_now:
        queue.vhost.delete_queue(queue, "node down")
        return
    for consumer in sorted(queue.consumers, key=lambda consumer: octets(consumer.tag)):
        queue.consumers.remove(consumer)
        _cancel(broker, consumer)
    queue.go_down([entry for channel in broker.channels.values() for entry in channel.part_with(queue)])


def restore_queue(broker: Broker, command: commands.RestoreQueue) -> None:
    """A queue's home node is back, and with it the queue; its consumers are not."""
    queue = broker.vhosts[command.virtual_host].queues.get(command.queue)
    if queue is None or not queue.lost:
        return
    if queue.durable:
        queue.come_back()
    else:
        queue.vhost.delete_queue(queue, "node down")


def remove_queue(broker: Broker, command: commands.RemoveQueue) -> None:
    """A queue goes from under its users, as when another client or an operator deletes it."""
    vhost = broker.vhosts[command.virtual_host]
    vhost.delete_queue(vhost.queue(command.queue), "deleted")


def redeliver(broker: Broker, command: commands.Redeliver) -> None:
    """The next messages of a queue come back as from a consumer whose channel has ended before it acknowledged any."""
    queue = broker.vhosts[command.virtual_host].queue(command.queue)
    taken = [queue.pop() for _ in range(min(command.count, len(queue.ready)))]
    for entry in taken:
        broker.emit(effects.Taken(entry.message.id, entry.copy, queue.name))
        queue.unacked += 1
        entry.held_us = broker.now_us
    queue.requeue(taken, "channel closed")


def fail_publishes(broker: Broker, command: commands.FailPublishes) -> None:
    """The next publishes on channels in confirm mode fail inside the broker: they are lost, and nacked."""
    broker.failing_publishes = command.count


HANDLERS: Handlers = {
    commands.RemoveQueue: remove_queue,
    commands.Redeliver: redeliver,
    commands.ForceConnectionClosed: close_connection,
    commands.ForceChannelClosed: close_channel,
    commands.CancelConsumers: cancel_consumers,
    commands.LoseQueue: lose_queue,
    commands.RestoreQueue: restore_queue,
    commands.FailPublishes: fail_publishes,
}
