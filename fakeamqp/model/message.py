"""One publish, as the broker keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

NO_PROPERTIES: Mapping[str, Any] = {}

TEXT_PROPERTIES = (
    "content_type",
    "content_encoding",
    "correlation_id",
    "reply_to",
    "expiration",
    "message_id",
    "type",
    "user_id",
    "app_id",
    "cluster_id",
)
"""The basic properties that are short strings (AMQP 0-9-1, section 1.8.2)."""


class Origin(NamedTuple):
    """Where a dead letter comes from.

    message: id of the message that died. first: id of the publish that one goes back to, itself if it is one.
    deaths: how often a message died on the way from there, this time included.
    """

    message: int
    first: int
    deaths: int


class Message:
    """What was published, shared by all its copies and never changed after publishing.

    id: number of this message in its broker, counted from 1; a dead letter is a new message.
    at_us: the instant at which it got that number; missing before.
    exchange, routing_key: as published (of a dead letter: as the consumer will see them).
    copied_to: the keys it is routed by beside its routing key: those of the headers CC and BCC.
    properties: the basic properties that were set, by their AMQP names (`headers` a dict); absent ones are absent.
        BCC is no longer among the headers.
    body: the content in bytes.
    expiration_us: the message's own TTL in microseconds; None if it has none.
    origin: what this is a dead letter of; None for a publish.
    confirmed: True once its publisher knows that it has been written down, or does not publish as a client does.
    failures: how often it had failed before it died, as far as the version carries that on; 0 for a publish.

    A plain slotted class, not attrs: one is made for every publish.
    """

    __slots__ = (
        "at_us",
        "body",
        "confirmed",
        "copied_to",
        "exchange",
        "expiration_us",
        "failures",
        "id",
        "origin",
        "properties",
        "routing_key",
    )
    at_us: int

    def __init__(
        self,
        exchange: str,
        routing_key: str,
        properties: Mapping[str, Any] = NO_PROPERTIES,
        body: bytes = b"",
    ) -> None:
        self.id = 0
        self.exchange = exchange
        self.routing_key = routing_key
        self.copied_to: tuple[str, ...] = ()
        self.properties = properties
        self.body = body
        self.expiration_us: int | None = None
        self.origin: Origin | None = None
        self.failures = 0
        self.confirmed = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key the message is routed by, its routing key first."""
        return (self.routing_key, *self.copied_to)

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers table, empty if there is none."""
        return self.properties.get("headers") or {}

    def headers_with(self, added: Mapping[str, Any]) -> dict[str, Any]:
        """The headers with some more, sorted by name as RabbitMQ does whenever it adds any."""
        return dict(sorted({**self.headers, **added}.items()))

    @property
    def persistent(self) -> bool:
        """True if the message asks to survive a restart (delivery mode 2)."""
        return self.properties.get("delivery_mode") == 2

    def __repr__(self) -> str:
        return f"Message({self.id}, {self.exchange!r}, {self.routing_key!r}, {len(self.body)} bytes)"
