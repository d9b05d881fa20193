"""What happens to a broker without a client's doing: an operator's wish, a fault, a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.values import octets

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.consumers import Consumer


def restart(broker: Broker, command: commands.Restart) -> None:
    """The node stops and starts (seen on RabbitMQ 3.10.8 and 4.0.5, stopped and started by their operator).

    Its connections end as they always do: what was unacked is ready again, exclusive queues and auto-delete queues that
    had consumers are gone. Then everything goes that is not durable, and what is not persistent in classic queues.
    """
    for number in list(broker.connections):
        broker.close_connection(number)
    for vhost in broker.vhosts.values():
        for queue in list(vhost.queues.values()):
            if not queue.durable and not queue.deleted and not queue.lost:
                vhost.delete_queue(queue, "restart")
        for exchange in list(vhost.exchanges.values()):
            if not exchange.durable:
                vhost.delete_exchange(exchange, "restart")
        for queue in vhost.queues.values():
            if not queue.lost:  # it lives elsewhere
                queue.restart()


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


def fail_publishes(broker: Broker, command: commands.FailPublishes) -> None:
    """The next publishes on channels in confirm mode fail inside the broker: they are lost, and nacked."""
    broker.failing_publishes = command.count


HANDLERS: Handlers = {
    commands.Restart: restart,
    commands.ForceConnectionClosed: close_connection,
    commands.ForceChannelClosed: close_channel,
    commands.CancelConsumers: cancel_consumers,
    commands.LoseQueue: lose_queue,
    commands.RestoreQueue: restore_queue,
    commands.FailPublishes: fail_publishes,
}
