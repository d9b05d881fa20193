"""What the methods of each AMQP class do to the broker, by the command that asks for it."""

from __future__ import annotations

from fakeamqp.model.methods import (
    access,
    basic,
    channel,
    connection,
    definitions,
    exchange,
    node,
    operator,
    parameters,
    policy,
    publish,
    queue,
    tx,
)
from fakeamqp.model.methods.handler import Handlers

HANDLERS: Handlers = {
    **connection.HANDLERS,
    **channel.HANDLERS,
    **exchange.HANDLERS,
    **queue.HANDLERS,
    **basic.HANDLERS,
    **publish.HANDLERS,
    **tx.HANDLERS,
    **node.HANDLERS,
    **operator.HANDLERS,
    **access.HANDLERS,
    **policy.HANDLERS,
    **parameters.HANDLERS,
    **definitions.HANDLERS,
}
