"""Declaring, binding, purging and deleting queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.access import Guard
from fakeamqp.model.access.limits import reached
from fakeamqp.model.arguments import check_dead_letter_exchange, check_queue_arguments, with_queue_type
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.channel import Channel
from fakeamqp.model.equivalence import check_queue_equivalent
from fakeamqp.model.errors import AccessRefused, InternalError, PreconditionFailed
from fakeamqp.model.methods.exchange import plain
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.policy import NONE_IN_FORCE
from fakeamqp.model.queues import KINDS, Queue
from fakeamqp.model.queues.queue import locked
from fakeamqp.model.reply_to import PSEUDO_QUEUE
from fakeamqp.model.values import Table
from fakeamqp.model.vhost import VirtualHost

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.vhost import VirtualHost

_RESERVED = "amq."


def declare(broker: Broker, command: commands.DeclareQueue) -> None:
    """Create a queue, or see whether the one that is there is the same; it becomes the channel's current one."""
    channel = broker.channels[command.channel]
    name = command.queue if command.passive else plain(command.queue)
    if name.startswith(PSEUDO_QUEUE):
        _declare_reply_address(broker, channel, name)
        return
    if command.passive:
        channel.demand_to_look("queue", name)
        queue = channel.vhost.queue(name)
        queue.check_access(channel.connection)
    else:
        queue = _declare_actively(broker, channel, name, command)
    channel.current_queue = queue.name
    queue.touch()
    broker.emit(effects.DeclareQueueOk(channel.key, queue.name, queue.message_count, queue.consumer_count))


def _declare_actively(broker: Broker, channel: Channel, name: str, command: commands.DeclareQueue) -> Queue:
    vhost = channel.vhost
    if name.startswith(_RESERVED):
        raise AccessRefused(f"queue name '{name}' contains reserved prefix 'amq.*'")
    name = name or broker.naming.queue()
    channel.demand("configure", "queue", name)
    existing = vhost.queues.get(name)
    if existing is None:
        return _create(channel, name, command)
    existing.check_up()
    if command.exclusive != (existing.owner is not None):
        raise locked(name, vhost.name)
    existing.check_access(channel.connection)
    given = command if command.arguments.get("x-queue-type") == "" else _typed(vhost, command)
    check_queue_equivalent(existing, given, vhost.name, broker.profile)
    return existing


def _create(channel: Channel, name: str, command: commands.DeclareQueue) -> Queue:
    owner = channel.connection.number if command.exclusive else None
    queue = new_queue(channel.vhost, name, command, owner=owner, guard=channel.guard)
    if owner is not None:
        channel.connection.exclusive_queues[queue.name] = queue
    return queue


def new_queue(
    vhost: VirtualHost,
    name: str,
    command: commands.DeclareQueue,
    *,
    owner: int | None = None,
    guard: Guard | None = None,
    limited: bool = True,
) -> Queue:
    """A queue that is not there yet; raises what the broker refuses of it.

    owner: the connection it is exclusive to. guard: who looks at permissions; None if nobody has to.
    limited: False to go beyond the limit of the virtual host.
    """
    profile = vhost.broker.profile
    if limited and profile.checks_queue_limit_first:
        _check_limit(vhost, name)
    if guard is not None:
        _demand_dead_letters(guard, vhost, name, command.arguments)
    typed = _typed(vhost, command)
    has_empty_type = command.arguments.get("x-queue-type") == ""
    server_named = not plain(command.queue) and not has_empty_type
    arguments = check_queue_arguments(name, vhost.name, typed, profile, server_named=server_named)
    if limited and not profile.checks_queue_limit_first:
        _check_limit(vhost, name)
    kind = KINDS[arguments.queue_type]
    queue = kind(
        vhost,
        name,
        # An exclusive queue is never durable, whatever was asked for.
        durable=command.durable and owner is None,
        auto_delete=command.auto_delete,
        owner=owner,
        arguments=command.arguments if has_empty_type else typed.arguments,
        limits=arguments,
        in_force=vhost.in_force(name, kind.KIND) if vhost.policies else NONE_IN_FORCE,
    )
    vhost.add_queue(queue)
    return queue


def _check_limit(vhost: VirtualHost, name: str) -> None:
    limit = reached(vhost.limits, "max-queues", len(vhost.queues))
    if limit is not None:
        raise PreconditionFailed(
            f"cannot declare queue '{name}': queue limit in vhost '{vhost.name}' ({limit}) is reached"
        )


def _demand_dead_letters(guard: Guard, vhost: VirtualHost, queue: str, arguments: Table) -> None:
    """Dead letters are read from the queue and written to their exchange."""
    check_dead_letter_exchange(queue, vhost.name, arguments)
    exchange = arguments.get("x-dead-letter-exchange")
    if exchange is not None:
        guard.demand("read", "queue", queue)
        guard.demand("write", "exchange", exchange)


def _typed(vhost: VirtualHost, command: commands.DeclareQueue) -> commands.DeclareQueue:
    return with_queue_type(command, vhost.default_queue_type, vhost.broker.profile)


def _declare_reply_address(broker: Broker, channel: Channel, name: str) -> None:
    """Direct reply-to: declaring an address tells whether somebody waits there."""
    if name != PSEUDO_QUEUE:
        broker.replies.check_address(name, channel.vhost.name)
    channel.current_queue = name
    broker.emit(effects.DeclareQueueOk(channel.key, name, 0, 1))


def bind(broker: Broker, command: commands.BindQueue) -> None:
    """Bind a queue to an exchange. Of two that are missing, the exchange is reported."""
    channel = broker.channels[command.channel]
    vhost = channel.vhost
    binding = _binding(channel, command)
    broker.replies.check_bindable(binding.destination.name)
    exchange = vhost.exchange(binding.source)
    queue = vhost.registered_queue(binding.destination.name)
    exchange.check_new_binding(binding)
    exchange.check_queue(queue)
    queue.check_access(channel.connection)
    vhost.bind(binding)
    broker.emit(effects.BindQueueOk(channel.key))


def unbind(broker: Broker, command: commands.UnbindQueue) -> None:
    """Take a binding away; one that is not there is fine."""
    channel = broker.channels[command.channel]
    vhost = channel.vhost
    binding = _binding(channel, command)
    broker.replies.check_bindable(binding.destination.name)
    there = vhost.queues.get(binding.destination.name)
    if vhost.has_binding(binding) or (there is not None and there.absent):
        vhost.registered_queue(binding.destination.name).check_access(channel.connection)
        vhost.unbind(binding)
    broker.emit(effects.UnbindQueueOk(channel.key))


def _binding(channel: Channel, command: commands.BindQueue | commands.UnbindQueue) -> Binding:
    """The binding a method means. With both names left empty the key is the current queue's name, too."""
    queue = channel.queue_name(plain(command.queue))
    key = command.routing_key or ("" if command.queue else queue)
    source = plain(command.exchange)
    channel.demand_to_bind("queue", queue, source, key)
    return Binding(source, Destination("queue", queue), key, command.arguments)


def purge(broker: Broker, command: commands.PurgeQueue) -> None:
    """Remove what is ready; what is unacked stays and may come back."""
    channel = broker.channels[command.channel]
    name = channel.queue_name(command.queue)
    channel.demand("read", "queue", name)
    if broker.replies.queue(name) is not None:
        broker.emit(effects.PurgeQueueOk(channel.key, 0))
        return
    queue = channel.vhost.queue(name)
    queue.check_access(channel.connection)
    broker.emit(effects.PurgeQueueOk(channel.key, queue.purge()))


def delete(broker: Broker, command: commands.DeleteQueue) -> None:
    """Delete a queue; a missing one is fine. The answer comes before the consumers are told."""
    channel = broker.channels[command.channel]
    vhost = channel.vhost
    name = channel.queue_name(plain(command.queue))
    channel.demand("configure", "queue", name)
    queue = vhost.queues.get(name)
    if queue is None:
        broker.emit(effects.DeleteQueueOk(channel.key, 0))
        return
    queue.check_access(channel.connection)
    if queue.lost and not queue.absent:
        raise InternalError  # sic: it asks the node that is down
    queue.check_up()
    queue.check_delete(if_unused=command.if_unused, if_empty=command.if_empty)
    broker.emit(effects.DeleteQueueOk(channel.key, queue.deleted_count))
    vhost.delete_queue(queue, "deleted")


HANDLERS: Handlers = {
    commands.DeclareQueue: declare,
    commands.BindQueue: bind,
    commands.UnbindQueue: unbind,
    commands.PurgeQueue: purge,
    commands.DeleteQueue: delete,
}
