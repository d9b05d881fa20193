"""What can be asked of the broker. Field names are the specification's own wherever AMQP has the method.

A command names where it came from: `channel` is (connection number, channel number). Records that are made for every
message or call are plain mutable attrs classes (`attrs.define`), the rest are frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from fakeamqp.model.message import Message
from fakeamqp.model.values import NO_TABLE, ChannelKey, Table

if TYPE_CHECKING:
    from fakeamqp.model.access.password import PasswordHash

# --- connections and channels


@attrs.frozen
class Connect:
    """A client's link is there; nothing is known of it yet. Numbers are given by whoever connects, never reused.

    late_us: how long the broker takes to greet it, in microseconds; 0 is at once.
    """

    connection: int
    late_us: int = 0


@attrs.frozen
class Login:
    """User and password as a SASL mechanism gave them.

    capabilities: the client's own, from its properties (`consumer_cancel_notify`, …).
    """

    connection: int
    username: str
    password: str
    mechanism: str = "PLAIN"
    capabilities: Table = NO_TABLE


@attrs.frozen
class OpenConnection:
    """Enter a virtual host."""

    connection: int
    virtual_host: str


@attrs.frozen
class UpdateSecret:
    """A client has a new password or token. What it is does not matter to users whose passwords do not expire."""

    connection: int
    secret: str = ""


@attrs.frozen
class CloseConnection:
    """The connection ends: closed by the client, or its link is lost. The effects are the same."""

    connection: int


@attrs.frozen
class OpenChannel:
    channel: ChannelKey


@attrs.frozen
class CloseChannel:
    """The client closes a channel."""

    channel: ChannelKey


@attrs.frozen
class Congest:
    """The way to a client is full of what it has not read, or is free again: its consumers wait for that."""

    connection: int
    congested: bool


@attrs.frozen
class Flow:
    channel: ChannelKey
    active: bool


# --- exchanges


@attrs.frozen
class DeclareExchange:
    channel: ChannelKey
    exchange: str
    type: str = "direct"
    passive: bool = False
    durable: bool = False
    auto_delete: bool = False
    internal: bool = False
    arguments: Table = NO_TABLE


@attrs.frozen
class DeleteExchange:
    channel: ChannelKey
    exchange: str
    if_unused: bool = False


@attrs.frozen
class BindExchange:
    channel: ChannelKey
    destination: str
    source: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


@attrs.frozen
class UnbindExchange:
    channel: ChannelKey
    destination: str
    source: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


# --- queues


@attrs.define(weakref_slot=False)
class DeclareQueue:
    channel: ChannelKey
    queue: str = ""
    passive: bool = False
    durable: bool = False
    exclusive: bool = False
    auto_delete: bool = False
    arguments: Table = NO_TABLE


@attrs.frozen
class BindQueue:
    channel: ChannelKey
    queue: str
    exchange: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


@attrs.frozen
class UnbindQueue:
    channel: ChannelKey
    queue: str
    exchange: str
    routing_key: str = ""
    arguments: Table = NO_TABLE


@attrs.frozen
class PurgeQueue:
    channel: ChannelKey
    queue: str = ""


@attrs.frozen
class DeleteQueue:
    channel: ChannelKey
    queue: str = ""
    if_unused: bool = False
    if_empty: bool = False


# --- messages


@attrs.frozen
class Qos:
    channel: ChannelKey
    prefetch_size: int = 0
    prefetch_count: int = 0
    global_: bool = False


@attrs.frozen
class Consume:
    channel: ChannelKey
    queue: str = ""
    consumer_tag: str = ""
    no_local: bool = False
    no_ack: bool = False
    exclusive: bool = False
    arguments: Table = NO_TABLE


@attrs.frozen
class Cancel:
    channel: ChannelKey
    consumer_tag: str


@attrs.frozen
class CancelOk:
    """The client says that it knows of the end of a consumer; RabbitMQ asks nobody for it."""

    channel: ChannelKey
    consumer_tag: str


@attrs.define(eq=False, weakref_slot=False)
class Publish:
    """message: the content; taken away (None) from the record that the trace keeps."""

    channel: ChannelKey
    exchange: str
    routing_key: str
    message: Message
    mandatory: bool = False
    immediate: bool = False


@attrs.define(eq=False, weakref_slot=False)
class Inject:
    """Publish without a client. message: as in Publish; its exchange and routing key say where to."""

    virtual_host: str
    message: Message


@attrs.define(eq=False, weakref_slot=False)
class Get:
    channel: ChannelKey
    queue: str = ""
    no_ack: bool = False


@attrs.define(eq=False, weakref_slot=False)
class Ack:
    channel: ChannelKey
    delivery_tag: int = 0
    multiple: bool = False


@attrs.define(eq=False, weakref_slot=False)
class Nack:
    """basic.nack."""

    channel: ChannelKey
    delivery_tag: int = 0
    multiple: bool = False
    requeue: bool = True


@attrs.define(eq=False, weakref_slot=False)
class Reject:
    """basic.reject; not the same as a nack of one message: RabbitMQ 4.3 counts it."""

    channel: ChannelKey
    delivery_tag: int = 0
    requeue: bool = True


@attrs.frozen
class Recover:
    channel: ChannelKey
    requeue: bool = False
    answered: bool = True
    """False for basic.recover-async, which has no answer."""


# --- confirms and transactions


@attrs.frozen
class SelectConfirms:
    channel: ChannelKey


@attrs.frozen
class SelectTransactions:
    channel: ChannelKey


@attrs.frozen
class Commit:
    channel: ChannelKey


@attrs.frozen
class Rollback:
    channel: ChannelKey


# --- without a client


@attrs.frozen
class Restart:
    """The node stops and starts."""


@attrs.frozen
class StopNode:
    """The node stops. abrupt: True if its process is killed."""

    abrupt: bool = False


@attrs.frozen
class StartNode:
    """The node starts; nothing if it has not been stopped."""


@attrs.frozen
class Silence:
    """Nothing that a client sends reaches the broker any more, and the other way round; neither is told.

    heartbeat_us: the heartbeat that both agreed on; None if there is none.
    """

    connection: int
    heartbeat_us: int | None


@attrs.frozen
class ForceConnectionClosed:
    """The broker closes a connection. reply_text: with the code's name, as a client is to see it."""

    connection: int
    reply_code: int
    reply_text: str


@attrs.frozen
class ForceChannelClosed:
    """The broker closes a channel. reply_text: as in ForceConnectionClosed."""

    channel: ChannelKey
    reply_code: int
    reply_text: str


@attrs.frozen
class CancelConsumers:
    """The broker cancels a queue's consumers. consumer_tag: the only one to cancel; None cancels all."""

    virtual_host: str
    queue: str
    consumer_tag: str | None = None


@attrs.frozen
class LoseQueue:
    """The node of a cluster where that queue lives is stopped; the clients' node goes on."""

    virtual_host: str
    queue: str


@attrs.frozen
class RestoreQueue:
    """That node is started again; nothing if the queue was not lost, or has gone."""

    virtual_host: str
    queue: str


@attrs.frozen
class RemoveQueue:
    """A queue is deleted by somebody else than its users."""

    virtual_host: str
    queue: str


@attrs.frozen
class Redeliver:
    """A consumer that nobody sees takes this many of the next messages of a queue, and dies before its first ack."""

    virtual_host: str
    queue: str
    count: int


@attrs.frozen
class FailPublishes:
    """This many of the next publishes that are to be confirmed fail."""

    count: int


# --- by an operator: users and what they may do


@attrs.frozen
class AddVirtualHost:
    """Add a virtual host; one that is there stays as it is."""

    virtual_host: str


@attrs.frozen
class DescribeVirtualHost:
    """Change what an operator says of a virtual host; None leaves it as it is. protected: it cannot be deleted."""

    virtual_host: str
    description: str | None = None
    tags: tuple[str, ...] | None = None
    protected: bool | None = None


@attrs.frozen
class DeleteVirtualHost:
    virtual_host: str


@attrs.frozen
class AddUser:
    """Add a user, who may do nothing yet; one who is there gets the new password and tags.

    password: as it is, or the hash of one.
    """

    username: str
    password: str | PasswordHash
    tags: tuple[str, ...] = ()


@attrs.frozen
class ChangePassword:
    username: str
    password: str


@attrs.frozen
class ExpireCredentials:
    """What a user logs in with is a token that expires at an instant. renewed: the one that is good from now on."""

    username: str
    at_us: int
    renewed: str | None = None


@attrs.frozen
class DeleteUser:
    username: str


@attrs.frozen
class SetPermissions:
    """Three regular expressions: which queues and exchanges a user may declare and delete, write to, and read from."""

    username: str
    virtual_host: str
    configure: str
    write: str
    read: str


@attrs.frozen
class ClearPermissions:
    username: str
    virtual_host: str


@attrs.frozen
class SetTopicPermissions:
    """Two regular expressions: under which keys a user may publish to a topic exchange, and bind to it."""

    username: str
    virtual_host: str
    exchange: str
    write: str
    read: str


@attrs.frozen
class ClearTopicPermissions:
    """exchange: None is every one."""

    username: str
    virtual_host: str
    exchange: str | None = None


@attrs.frozen
class SetVirtualHostLimit:
    """limit: `max-connections` or `max-queues`. value: negative is no limit; None takes the limit away."""

    virtual_host: str
    limit: str
    value: int | None


@attrs.frozen
class SetUserLimit:
    """limit: `max-connections` or `max-channels`. value: as in SetVirtualHostLimit."""

    username: str
    limit: str
    value: int | None


# --- policies


@attrs.frozen
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


@attrs.frozen
class ClearPolicy:
    """Take a policy, or with `operators` an operator policy, away."""

    virtual_host: str
    name: str
    operators: bool = False


@attrs.frozen
class SetDefaultQueueType:
    """What a durable queue of this virtual host becomes if its declaration does not say; None is `classic`."""

    virtual_host: str
    queue_type: str | None


# --- parameters: JSON values


@attrs.frozen
class SetParameter:
    """Tell a component of the broker something about a virtual host."""

    virtual_host: str
    component: str
    name: str
    value: Any


@attrs.frozen
class ClearParameter:
    virtual_host: str
    component: str
    name: str


@attrs.frozen
class SetGlobalParameter:
    name: str
    value: Any


@attrs.frozen
class ClearGlobalParameter:
    name: str


# --- all at once


@attrs.frozen
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
