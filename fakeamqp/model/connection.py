"""A client's connection, as far as RabbitMQ's meaning goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.model.values import NO_TABLE, Table

if TYPE_CHECKING:
    from fakeamqp.model.channel import Channel
    from fakeamqp.model.queues.queue import Queue
    from fakeamqp.model.vhost import VirtualHost


class Connection:
    """One client: who it is, where it works, what it holds.

    since_us: the instant at which it came.
    username: None until it has logged in; vhost: None until it has opened one.
    expires_us: the instant at which the token expires that it has logged in with; None for what does not expire.
    is_silent: True while nothing comes through in either direction, and neither side is told.
    is_congested: True while so much waits on the way to the client that nothing more is delivered to it.
    """

    def __init__(self, number: int, since_us: int = 0) -> None:
        self.number = number
        self.since_us = since_us
        self.username: str | None = None
        self.vhost: VirtualHost | None = None
        self.capabilities: Table = NO_TABLE
        self.channels: dict[int, Channel] = {}
        self.is_congested = False
        self.is_silent = False
        self.expires_us: int | None = None
        self.exclusive_queues: dict[str, Queue] = {}

    @property
    def is_told_of_cancels(self) -> bool:
        """True if the client announced the capability `consumer_cancel_notify`."""
        return self.capabilities.get("consumer_cancel_notify") is True
