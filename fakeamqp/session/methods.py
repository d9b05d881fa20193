"""The two tables between the protocol and the model: method -> command, effect -> method.

Both are keyed by the protocol's numbers, class id << 16 | method id, and read the specification's field names off
whatever object a door brings (AMQP 0-9-1, section 1.3 onwards; RabbitMQ's extensions confirm.select, basic.nack,
exchange.bind, exchange.unbind, connection.blocked, connection.update-secret).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fakeamqp.model import commands, effects
from fakeamqp.model.values import NO_TABLE, ChannelKey


def index(class_id: int, method_id: int) -> int:
    """The number that names a method."""
    return class_id << 16 | method_id


CONNECTION: Final = 10
CONNECTION_START: Final = index(10, 10)
CONNECTION_START_OK: Final = index(10, 11)
CONNECTION_TUNE: Final = index(10, 30)
CONNECTION_TUNE_OK: Final = index(10, 31)
CONNECTION_OPEN: Final = index(10, 40)
CONNECTION_OPEN_OK: Final = index(10, 41)
CONNECTION_CLOSE: Final = index(10, 50)
CONNECTION_CLOSE_OK: Final = index(10, 51)
CONNECTION_BLOCKED: Final = index(10, 60)
CONNECTION_UNBLOCKED: Final = index(10, 61)
CONNECTION_UPDATE_SECRET: Final = index(10, 70)
CONNECTION_UPDATE_SECRET_OK: Final = index(10, 71)
CHANNEL_OPEN: Final = index(20, 10)
CHANNEL_OPEN_OK: Final = index(20, 11)
CHANNEL_CLOSE: Final = index(20, 40)
CHANNEL_CLOSE_OK: Final = index(20, 41)
BASIC_RETURN: Final = index(60, 50)
ACCESS_REQUEST: Final = index(30, 10)
ACCESS_REQUEST_OK: Final = index(30, 11)


def _table(method: Any) -> Any:
    return method.arguments or NO_TABLE


COMMANDS: Final[dict[int, Callable[[ChannelKey, Any], commands.Command]]] = {
    index(20, 20): lambda key, m: commands.Flow(key, m.active),
    CHANNEL_CLOSE: lambda key, m: commands.CloseChannel(key),
    index(40, 10): lambda key, m: commands.DeclareExchange(
        key, m.exchange, m.type, m.passive, m.durable, m.auto_delete, m.internal, _table(m)
    ),
    index(40, 20): lambda key, m: commands.DeleteExchange(key, m.exchange, m.if_unused),
    index(40, 30): lambda key, m: commands.BindExchange(key, m.destination, m.source, m.routing_key, _table(m)),
    index(40, 40): lambda key, m: commands.UnbindExchange(key, m.destination, m.source, m.routing_key, _table(m)),
    index(50, 10): lambda key, m: commands.DeclareQueue(
        key, m.queue, m.passive, m.durable, m.exclusive, m.auto_delete, _table(m)
    ),
    index(50, 20): lambda key, m: commands.BindQueue(key, m.queue, m.exchange, m.routing_key, _table(m)),
    index(50, 30): lambda key, m: commands.PurgeQueue(key, m.queue),
    index(50, 40): lambda key, m: commands.DeleteQueue(key, m.queue, m.if_unused, m.if_empty),
    index(50, 50): lambda key, m: commands.UnbindQueue(key, m.queue, m.exchange, m.routing_key, _table(m)),
    # `global` is a keyword of Python: pika calls the field `global_qos`.
    index(60, 10): lambda key, m: commands.Qos(key, m.prefetch_size, m.prefetch_count, m.global_qos),
    index(60, 20): lambda key, m: commands.Consume(
        key, m.queue, m.consumer_tag, m.no_local, m.no_ack, m.exclusive, _table(m)
    ),
    index(60, 30): lambda key, m: commands.Cancel(key, m.consumer_tag),
    index(60, 31): lambda key, m: commands.CancelOk(key, m.consumer_tag),
    index(60, 70): lambda key, m: commands.Get(key, m.queue, m.no_ack),
    index(60, 80): lambda key, m: commands.Ack(key, m.delivery_tag, m.multiple),
    index(60, 90): lambda key, m: commands.Reject(key, m.delivery_tag, m.requeue),
    index(60, 100): lambda key, m: commands.Recover(key, m.requeue, False),
    index(60, 110): lambda key, m: commands.Recover(key, m.requeue, True),
    index(60, 120): lambda key, m: commands.Nack(key, m.delivery_tag, m.multiple, m.requeue),
    index(85, 10): lambda key, m: commands.SelectConfirms(key),
    index(90, 10): lambda key, m: commands.SelectTransactions(key),
    index(90, 20): lambda key, m: commands.Commit(key),
    index(90, 30): lambda key, m: commands.Rollback(key),
}
"""What a method on an open channel asks of the broker. basic.publish comes with content and has a way of its own."""

METHODS: Final[dict[type, int]] = {
    effects.FlowOk: index(20, 21),
    effects.DeclareExchangeOk: index(40, 11),
    effects.DeleteExchangeOk: index(40, 21),
    effects.BindExchangeOk: index(40, 31),
    effects.UnbindExchangeOk: index(40, 51),
    effects.DeclareQueueOk: index(50, 11),
    effects.BindQueueOk: index(50, 21),
    effects.PurgeQueueOk: index(50, 31),
    effects.DeleteQueueOk: index(50, 41),
    effects.UnbindQueueOk: index(50, 51),
    effects.QosOk: index(60, 11),
    effects.ConsumeOk: index(60, 21),
    effects.CancelOk: index(60, 31),
    effects.ConsumerCancelled: index(60, 30),
    effects.Returned: index(60, 50),
    effects.Delivered: index(60, 60),
    effects.GetOk: index(60, 71),
    effects.GetEmpty: index(60, 72),
    effects.Confirmed: index(60, 80),
    effects.Unconfirmed: index(60, 120),
    effects.RecoverOk: index(60, 111),
    effects.SelectConfirmsOk: index(85, 11),
    effects.SelectTransactionsOk: index(90, 11),
    effects.CommitOk: index(90, 21),
    effects.RollbackOk: index(90, 31),
}
"""The method a client is sent for an effect; the effect has the method's fields under their own names."""

SILENCED_BY_NOWAIT: Final[frozenset[type]] = frozenset(
    {
        effects.DeclareExchangeOk,
        effects.DeleteExchangeOk,
        effects.BindExchangeOk,
        effects.UnbindExchangeOk,
        effects.DeclareQueueOk,
        effects.BindQueueOk,
        effects.PurgeQueueOk,
        effects.DeleteQueueOk,
        effects.ConsumeOk,
        effects.CancelOk,
        effects.SelectConfirmsOk,
    }
)
"""Answers that are left out when the method said `nowait`."""

ALWAYS_SENT: Final[dict[type, int]] = {
    kind: method for kind, method in METHODS.items() if kind not in SILENCED_BY_NOWAIT
}
"""The method of an effect that a client is sent however it asked."""

NAMES: Final[dict[str, int]] = {
    "connection.start-ok": CONNECTION_START_OK,
    "connection.tune-ok": CONNECTION_TUNE_OK,
    "connection.open": CONNECTION_OPEN,
    "connection.close": CONNECTION_CLOSE,
    "connection.close-ok": CONNECTION_CLOSE_OK,
    "connection.update-secret": CONNECTION_UPDATE_SECRET,
    "channel.open": CHANNEL_OPEN,
    "channel.flow": index(20, 20),
    "channel.close": CHANNEL_CLOSE,
    "channel.close-ok": CHANNEL_CLOSE_OK,
    "access.request": ACCESS_REQUEST,
    "exchange.declare": index(40, 10),
    "exchange.delete": index(40, 20),
    "exchange.bind": index(40, 30),
    "exchange.unbind": index(40, 40),
    "queue.declare": index(50, 10),
    "queue.bind": index(50, 20),
    "queue.purge": index(50, 30),
    "queue.delete": index(50, 40),
    "queue.unbind": index(50, 50),
    "basic.qos": index(60, 10),
    "basic.consume": index(60, 20),
    "basic.cancel": index(60, 30),
    "basic.cancel-ok": index(60, 31),
    "basic.publish": index(60, 40),
    "basic.get": index(60, 70),
    "basic.ack": index(60, 80),
    "basic.reject": index(60, 90),
    "basic.recover-async": index(60, 100),
    "basic.recover": index(60, 110),
    "basic.nack": index(60, 120),
    "confirm.select": index(85, 10),
    "tx.select": index(90, 10),
    "tx.commit": index(90, 20),
    "tx.rollback": index(90, 30),
}
"""The methods that a client sends, by the names that the specification gives them."""
