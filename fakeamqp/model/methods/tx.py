"""Publisher confirms and transactions: the two modes of a channel, which exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model import commands, effects
from fakeamqp.model.channel import Channel
from fakeamqp.model.errors import AMQPError, PreconditionFailed
from fakeamqp.model.methods.basic import carry_out, check_settlement
from fakeamqp.model.methods.handler import Handlers
from fakeamqp.model.methods.publish import give_back
from fakeamqp.model.transaction import HeldPublish, Transaction

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker


def select_confirms(broker: Broker, command: commands.SelectConfirms) -> None:
    """confirm.select; again is fine."""
    channel = broker.channels[command.channel]
    if channel.transaction is not None:
        raise PreconditionFailed("cannot switch from tx to confirm mode")
    if channel.published is None:
        channel.published = 0
    broker.emit(effects.SelectConfirmsOk(channel.key))


def select_transactions(broker: Broker, command: commands.SelectTransactions) -> None:
    """tx.select; again is fine."""
    channel = broker.channels[command.channel]
    if channel.published is not None:
        raise PreconditionFailed("cannot switch from confirm to tx mode")
    if channel.transaction is None:
        channel.transaction = Transaction()
    broker.emit(effects.SelectTransactionsOk(channel.key))


def commit(broker: Broker, command: commands.Commit) -> None:
    """What was held back happens now, publishes first. A publish that a queue refuses fails the commit,
    and what else it did stays done (recordings: the area `transactions`)."""
    channel = broker.channels[command.channel]
    transaction = _transaction(channel)
    for settlement, entries in transaction.settlements:
        check_settlement(settlement, entries)
    accepted = True
    while transaction.publishes:
        accepted &= _publish(broker, channel, transaction.publishes.popleft())
    channel.transaction = Transaction()
    for settlement, entries in transaction.settlements:
        carry_out(channel, settlement, entries)
    if not accepted:
        raise PreconditionFailed("partial tx completion")
    broker.emit(effects.CommitOk(channel.key))


def _publish(broker: Broker, channel: Channel, held: HeldPublish) -> bool:
    """Hand a message to its queues; True if each of them took it."""
    message, answers = held.message, broker.profile.holds_answers
    try:
        queues, routed = held.reached(channel.vhost)
    except AMQPError:
        broker.emit(effects.Dropped(message.id, "lost"))
        raise
    if routed and not queues:
        broker.emit(effects.Dropped(message.id, "lost"))
        return held.is_complete
    message.confirmed = True
    was_routed, accepted = broker.hand_over(channel.vhost, message, queues, answers=answers)
    if held.mandatory and not was_routed:
        give_back(broker, channel, message)
    return accepted and held.is_complete


def rollback(broker: Broker, command: commands.Rollback) -> None:
    """What was held back is forgotten; the deliveries are unacked again under their old tags."""
    channel = broker.channels[command.channel]
    transaction = _transaction(channel)
    channel.forget_publishes(transaction, "rolled back")
    channel.restore_unacked(transaction)
    channel.transaction = Transaction()
    broker.emit(effects.RollbackOk(channel.key))


def _transaction(channel: Channel) -> Transaction:
    if channel.transaction is None:
        raise PreconditionFailed("channel is not transactional")
    return channel.transaction


HANDLERS: Handlers = {
    commands.SelectConfirms: select_confirms,
    commands.SelectTransactions: select_transactions,
    commands.Commit: commit,
    commands.Rollback: rollback,
}
