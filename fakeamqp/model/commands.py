"""What can be asked of the broker. Field names are the specification's own wherever AMQP has the method.

A command names where it came from: `channel` is (connection number, channel number). Records that are made for every
message or call are plain mutable attrs classes, the rest are frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model.message import Message
from fakeamqp.model.record import record, record_of_a_call, record_of_a_message
from fakeamqp.model.values import NO_TABLE, ChannelKey, Table

if TYPE_CHECKING:
    from fakeamqp.model.access.password import PasswordHash

# --- connections and channels


@record_of_a_call
class Connect:
    """A client's link is there; nothing is known of it yet. Numbers are given by whoever connects, never reused.

    late_us: how long the broker takes to greet it, in microseconds; 0 is at once.
    """

    connection: int
    late_us: int = 0


@record_of_a_call
class Login:
    """User and password as a SASL mechanism gave them.

    capabilities: the client's own, from its properties (`consumer_cancel_notify`, …).
    """

    connection: int
    username: str
    password: str
    mechanism: str = "PLAIN"
    capabilities: Table = NO_TABLE


@record_of_a_call
class OpenConnection:
    """Enter a virtual host."""

    connection: int
    virtual_host: str


@record
class UpdateSecret:
    """A client has a new password or token. What it is does not matter to users whose passwords do not expire."""

    connection: int
    secret: str = ""


@record_of_a_call
class CloseConnection:
    """The connection ends: closed by the client, or its link is lost. The effects are the same."""

    connection: int


@record_of_a_call
class OpenChannel:
    channel: ChannelKey


@record_of_a_call
class CloseChannel:
    """The client closes a channel."""

    channel: ChannelKey


@record
class Congest:
    """The way to a client is full of what it has not read, or is free again: its consumers wait for that."""

    connection: int
    congested: bool


@record
class Flow:
    channel: ChannelKey
    active: bool


# --- exchanges


@record
class DeclareExchange:
    channel: ChannelKey
    exchange: str
    type: str = "direct"
    passive: bool = False
    durable: bool = False
    auto_delete: bool = False
    internal: bool = False
    arguments: Table = NO_TABLE


@record
class DeleteExchange:
    channel: ChannelKey
    exchange: str
    if_unused: bool = False


@record
class BindExchange:
    channel: ChannelKey
    destination: str
    source: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


@record
class UnbindExchange:
    channel: ChannelKey
    destination: str
    source: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


# --- queues


@record_of_a_call
class DeclareQueue:
    channel: ChannelKey
    queue: str = ""
    passive: bool = False
    durable: bool = False
    exclusive: bool = False
    auto_delete: bool = False
    arguments: Table = NO_TABLE


@record
class BindQueue:
    channel: ChannelKey
    queue: str
    exchange: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


@record
class UnbindQueue:
    channel: ChannelKey
    queue: str
    exchange: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


@record
class PurgeQueue:
    channel: ChannelKey
    queue: str = ""


@record_of_a_call
class DeleteQueue:
    channel: ChannelKey
    queue: str = ""
    if_unused: bool = False
    if_empty: bool = False


# --- messages


@record
class Qos:
    channel: ChannelKey
    prefetch_size: int = 0
    prefetch_count: int = 0
    global_: bool = False


@record_of_a_call
class Consume:
    channel: ChannelKey
    queue: str = ""
    consumer_tag: str = ""
    no_local: bool = False
    no_ack: bool = False
    exclusive: bool = False
    arguments: Table = NO_TABLE


@record_of_a_call
class Cancel:
    channel: ChannelKey
    consumer_tag: str


@record
class CancelOk:
    """The client says that it knows of the end of a consumer; RabbitMQ asks nobody for it."""

    channel: ChannelKey
    consumer_tag: str


@record_of_a_message
class Publish:
    """message: the content; taken away (None) from the record that the trace keeps."""

    channel: ChannelKey
    exchange: str
    routing_key: str
    message: Message
    mandatory: bool = False
    immediate: bool = False


@record_of_a_message
class Inject:
    """Publish without a client. message: as in Publish; its exchange and routing key say where to."""

    virtual_host: str
    message: Message


@record_of_a_message
class Get:
    channel: ChannelKey
    queue: str = ""
    no_ack: bool = False


@record_of_a_message
class Ack:
    channel: ChannelKey
    delivery_tag: int = 0
    multiple: bool = False


@record_of_a_message
class Nack:
    """basic.nack."""

    channel: ChannelKey
    delivery_tag: int = 0
    multiple: bool = False
    requeue: bool = True


@record_of_a_message
class Reject:
    """basic.reject; not the same as a nack of one message: RabbitMQ 4.3 counts it."""

    channel: ChannelKey
    delivery_tag: int = 0
    requeue: bool = True


@record
class Recover:
    channel: ChannelKey
    requeue: bool = False
    answered: bool = True
    """False for basic.recover-async, which has no answer."""


# --- confirms and transactions


@record
class SelectConfirms:
    channel: ChannelKey


@record
class SelectTransactions:
    channel: ChannelKey


@record
class Commit:
    channel: ChannelKey


@record
class Rollback:
    channel: ChannelKey


# --- without a client


@record
class Restart:
    """The node stops and starts."""


@record
class StopNode:
    """The node stops. abrupt: True if its process is killed."""

    abrupt: bool = False


@record
class StartNode:
    """The node starts; nothing if it has not been stopped."""


@record
class Silence:
    """Nothing that a client sends reaches the broker any more, and the other way round; neither is told.

    heartbeat_us: the heartbeat that both agreed on; None if there is none.
    """

    connection: int
    heartbeat_us: int | None


@record
class ForceConnectionClosed:
    """The broker closes a connection. reply_text: with the code's name, as a client is to see it."""

    connection: int
    reply_code: int
    reply_text: str


@record
class ForceChannelClosed:
    """The broker closes a channel. reply_text: as in ForceConnectionClosed."""

    channel: ChannelKey
    reply_code: int
    reply_text: str


@record
class CancelConsumers:
    """The broker cancels a queue's consumers. consumer_tag: the only one to cancel; None cancels all."""

    virtual_host: str
    queue: str
    consumer_tag: str | None = None


@record
class LoseQueue:
    """The node of a cluster where that queue lives is stopped; the clients' node goes on."""

    virtual_host: str
    queue: str


@record
class RestoreQueue:
    """That node is started again; nothing if the queue was not lost, or has gone."""

    virtual_host: str
    queue: str


@record
class RemoveQueue:
    """A queue is deleted by somebody else than its users."""

    virtual_host: str
    queue: str


@record
class Redeliver:
    """A consumer that nobody sees takes this many of the next messages of a queue, and dies before its first ack."""

    virtual_host: str
    queue: str
    count: int


@record
class FailPublishes:
    """This many of the next publishes that are to be confirmed fail."""

    count: int


# --- by an operator: users and what they may do


@record
class AddVirtualHost:
    """Add a virtual host; one that is there stays as it is."""

    virtual_host: str


@record
class DescribeVirtualHost:
    """Change what an operator says of a virtual host; None leaves it as it is. protected: it cannot be deleted."""

    virtual_host: str
    description: str | None = None
    tags: tuple[str, ...] | None = None
    protected: bool | None = None


@record
class DeleteVirtualHost:
    virtual_host: str


@record
class AddUser:
    """Add a user, who may do nothing yet; one who is there gets the new password and tags.

    password: as it is, or the hash of one.
    """

    username: str
    password: str | PasswordHash
    tags: tuple[str, ...] = ()


@record
class ChangePassword:
    username: str
    password: str


@record
class ExpireCredentials:
    """What a user logs in with is a token that expires at an instant. renewed: the one that is good from now on."""

    username: str
    at_us: int
    renewed: str | None = None


@record
class DeleteUser:
    username: str


@record
class SetPermissions:
    """Three regular expressions: which queues and exchanges a user may declare and delete, write to, and read from."""

    username: str
    virtual_host: str
    configure: str
    write: str
    read: str


@record
class ClearPermissions:
    username: str
    virtual_host: str


@record
class SetTopicPermissions:
    """Two regular expressions: under which keys a user may publish to a topic exchange, and bind to it."""

    username: str
    virtual_host: str
    exchange: str
    write: str
    read: str


@record
class ClearTopicPermissions:
    """exchange: None is every one."""

    username: str
    virtual_host: str
    exchange: str | None = None


@record
class SetVirtualHostLimit:
    """limit: `max-connections` or `max-queues`. value: negative is no limit; None takes the limit away."""

    virtual_host: str
    limit: str
    value: int | None


@record
class SetUserLimit:
    """limit: `max-connections` or `max-channels`. value: as in SetVirtualHostLimit."""

    username: str
    limit: str
    value: int | None


# --- policies


@record
class SetPolicy:
    """Lay down a policy, in place of the one of that name. definition: JSON values by key.

    operators: True for an operator policy. Values that RabbitMQ refuses may stand anywhere.
    """

    virtual_host: str
    name: str
    pattern: str
    definition: Mapping[str, Any]
    priority: float = 0
    apply_to: str = "all"
    operators: bool = False


@record
class ClearPolicy:
    """Take a policy, or with `operators` an operator policy, away."""

    virtual_host: str
    name: str
    operators: bool = False


@record
class SetDefaultQueueType:
    """What a durable queue of this virtual host becomes if its declaration does not say; None is `classic`."""

    virtual_host: str
    queue_type: str | None


# --- parameters: JSON values


@record
class SetParameter:
    """Tell a component of the broker something about a virtual host."""

    virtual_host: str
    component: str
    name: str
    value: Any


@record
class ClearParameter:
    virtual_host: str
    component: str
    name: str


@record
class SetGlobalParameter:
    name: str
    value: Any


@record
class ClearGlobalParameter:
    name: str


# --- all at once


@record
class ImportDefinitions:
    """Bring in what a definitions file holds, as JSON gives it.

    virtual_host: where to, for the definitions of one virtual host; None for those that say so themselves.
    """

    definitions: Mapping[str, Any]
    virtual_host: str | None = None


Command = Any
"""Any of the classes above."""

BRINGS_CONTENT: frozenset[type] = frozenset({Publish, Inject})
"""With what a message comes in."""
