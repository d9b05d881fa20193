"""What the broker answers. Two families: what a client is sent, and facts that only the trace keeps.

Field names of what a client is sent are the specification's own, so that a door can read them off by name.
A record that carries a message lets go of it (None) once the doors have taken it. Records that are made for every
message or call are plain mutable classes, the rest are frozen.
"""

from __future__ import annotations

from typing import Any

from fakeamqp.model.message import Message
from fakeamqp.model.record import record, record_of_a_call, record_of_a_message
from fakeamqp.model.values import ChannelKey

# --- sent to a client: connections and channels


@record
class Greeted:
    """The broker greets a client that it has let wait."""

    connection: int


@record_of_a_call
class LoggedIn:
    """The credentials are good; tuning may begin."""

    connection: int


@record_of_a_call
class ConnectionOpened:
    connection: int


@record_of_a_call
class ConnectionCloseOk:
    connection: int


@record
class ConnectionClosed:
    """The broker closes the connection.

    by_command: True if the command being applied was at fault (its class and method go into the close).
    """

    connection: int
    reply_code: int
    reply_text: str
    by_command: bool = True


@record
class ConnectionLost:
    """The broker gives a connection up that it has not heard of for too long."""

    connection: int


@record_of_a_call
class ChannelOpened:
    channel: ChannelKey


@record_of_a_call
class ChannelCloseOk:
    channel: ChannelKey


@record
class ChannelClosed:
    """The broker closes the channel. by_command: as in ConnectionClosed."""

    channel: ChannelKey
    reply_code: int
    reply_text: str
    by_command: bool = True


@record
class FlowOk:
    channel: ChannelKey
    active: bool


# --- sent to a client: answers


@record
class DeclareExchangeOk:
    channel: ChannelKey


@record
class DeleteExchangeOk:
    channel: ChannelKey


@record
class BindExchangeOk:
    channel: ChannelKey


@record
class UnbindExchangeOk:
    channel: ChannelKey


@record_of_a_call
class DeclareQueueOk:
    channel: ChannelKey
    queue: str
    message_count: int
    consumer_count: int


@record
class BindQueueOk:
    channel: ChannelKey


@record
class UnbindQueueOk:
    channel: ChannelKey


@record
class PurgeQueueOk:
    channel: ChannelKey
    message_count: int


@record_of_a_call
class DeleteQueueOk:
    channel: ChannelKey
    message_count: int


@record
class QosOk:
    channel: ChannelKey


@record_of_a_call
class ConsumeOk:
    channel: ChannelKey
    consumer_tag: str


@record_of_a_call
class CancelOk:
    channel: ChannelKey
    consumer_tag: str


@record
class RecoverOk:
    channel: ChannelKey


@record
class GetEmpty:
    channel: ChannelKey


@record
class SelectConfirmsOk:
    channel: ChannelKey


@record
class SelectTransactionsOk:
    channel: ChannelKey


@record
class CommitOk:
    channel: ChannelKey


@record
class RollbackOk:
    channel: ChannelKey


# --- sent to a client: unasked


@record_of_a_message
class Delivered:
    """basic.deliver.

    headers: what this delivery shows instead of the message's own headers; None shows those.
    no_ack: True if the copy ended with this delivery, because the client does not acknowledge.
    kept: True if the copy stays in its queue, a stream; acknowledging this delivery does not end it.
    """

    channel: ChannelKey
    consumer_tag: str
    delivery_tag: int
    redelivered: bool
    exchange: str
    routing_key: str
    message: Message
    queue: str = ""
    copy: int = 0
    headers: dict[str, Any] | None = None
    no_ack: bool = False
    kept: bool = False


@record_of_a_message
class GetOk:
    """basic.get-ok. headers, no_ack: as in Delivered."""

    channel: ChannelKey
    delivery_tag: int
    redelivered: bool
    exchange: str
    routing_key: str
    message_count: int
    message: Message
    queue: str = ""
    copy: int = 0
    headers: dict[str, Any] | None = None
    no_ack: bool = False


@record_of_a_message
class Returned:
    """basic.return: a mandatory message that no queue took. noticed: True once a client took it that looks at it."""

    channel: ChannelKey
    reply_code: int
    reply_text: str
    exchange: str
    routing_key: str
    message: Message
    noticed: bool = False


@record_of_a_message
class Confirmed:
    """basic.ack to a publisher."""

    channel: ChannelKey
    delivery_tag: int
    multiple: bool = False


@record_of_a_message
class Unconfirmed:
    """basic.nack to a publisher: a queue refused the message. requeue: what RabbitMQ sends; it means nothing."""

    channel: ChannelKey
    delivery_tag: int
    multiple: bool = False
    requeue: bool = True


@record
class ConsumerCancelled:
    """basic.cancel from the broker: the consumer's queue is gone, or it held a delivery for too long."""

    channel: ChannelKey
    consumer_tag: str
    nowait: bool = True


# --- facts: only the trace keeps them


@record_of_a_message
class Routed:
    """Where a message went. queues: those that accepted it, in order; copies: the number each gave its copy.

    has_priority: True if it has the property, so that it may overtake others.
    """

    message_id: int
    queues: tuple[str, ...]
    copies: tuple[int, ...]
    has_priority: bool = False


@record
class Dropped:
    """A copy, or a message no queue took, is gone.

    reason: `unroutable`, `expired`, `maxlen`, `rejected`, `purged`, `queue deleted`, `delivery_limit`, `cycle`, …
    queue, copy: None if no queue had it.
    """

    message_id: int
    reason: str
    queue: str | None = None
    copy: int | None = None


@record
class DeadLettered:
    """A copy ended as a new message.

    copy: None for a message that a full queue refused and dead-lettered all the same (`reject-publish-dlx`).
    reason: `rejected`, `expired`, `maxlen` or `delivery_limit`.
    letter_id: the new message; None if its exchange does not exist.
    """

    message_id: int
    copy: int | None
    queue: str
    reason: str
    exchange: str
    letter_id: int | None


@record
class Taken:
    """A copy was delivered to a consumer that nobody sees, who is about to die."""

    message_id: int
    copy: int
    queue: str


@record_of_a_message
class Settled:
    """Copies that were acknowledged."""

    channel: ChannelKey
    copies: tuple[int, ...]


@record
class Requeued:
    """A copy is ready again. reason: `nack`, `reject`, `recover`, `timeout`, `channel closed`, `node down`."""

    message_id: int
    copy: int
    queue: str
    reason: str


@record
class Delayed:
    """A copy has come back, for one of the reasons of `Requeued`, which follows when it is ready: at this instant."""

    message_id: int
    copy: int
    queue: str
    reason: str
    until_us: int


@record_of_a_call
class QueueDeleted:
    """reason: `deleted`, `expired`, `auto-delete`, `exclusive owner gone`, …"""

    vhost: str
    queue: str
    reason: str


@record
class ExchangeDeleted:
    """reason: `deleted`, `auto-delete`."""

    vhost: str
    exchange: str
    reason: str


@record
class DefinitionLeft:
    """Something of a definitions file that has no effect. what: "queue 'orders' in vhost '/'"; why: in words."""

    what: str
    why: str


Effect = Any
"""Any of the classes above."""

TO_CONNECTION: frozenset[type] = frozenset(
    {Greeted, LoggedIn, ConnectionOpened, ConnectionCloseOk, ConnectionClosed, ConnectionLost}
)
"""What the client of `connection` is sent."""

TO_CHANNEL: frozenset[type] = frozenset(
    {
        ChannelOpened,
        ChannelCloseOk,
        ChannelClosed,
        FlowOk,
        DeclareExchangeOk,
        DeleteExchangeOk,
        BindExchangeOk,
        UnbindExchangeOk,
        DeclareQueueOk,
        BindQueueOk,
        UnbindQueueOk,
        PurgeQueueOk,
        DeleteQueueOk,
        QosOk,
        ConsumeOk,
        CancelOk,
        RecoverOk,
        GetEmpty,
        SelectConfirmsOk,
        SelectTransactionsOk,
        CommitOk,
        RollbackOk,
        Delivered,
        GetOk,
        Returned,
        Confirmed,
        Unconfirmed,
        ConsumerCancelled,
    }
)
"""What the client of `channel` is sent."""

SENT: frozenset[type] = TO_CONNECTION | TO_CHANNEL
"""What a client is sent; all else are facts for the trace."""

WITH_CONTENT: frozenset[type] = frozenset({Delivered, GetOk, Returned})
"""What carries a message, which the record lets go of once the doors have taken it."""


def recipient(effect: Effect) -> int | None:
    """The number of the connection that is told of an effect; None for a fact that only the trace keeps."""
    kind = type(effect)
    if kind in TO_CHANNEL:
        number: int = effect.channel[0]
        return number
    return effect.connection if kind in TO_CONNECTION else None
