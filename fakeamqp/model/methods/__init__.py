"""What the methods of each AMQP class do to the broker, by the command that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakeamqp.model.methods import basic, channel, connection, exchange, publish, queue, tx

HANDLERS: dict[type, Callable[[Any, Any], None]] = {
    **connection.HANDLERS,
    **channel.HANDLERS,
    **exchange.HANDLERS,
    **queue.HANDLERS,
    **basic.HANDLERS,
    **publish.HANDLERS,
    **tx.HANDLERS,
}
