"""What the grammar of a conversation needs of the side that carries it: a door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Door(Protocol):
    """One client's link as its session sees it: pika's own frame objects, or bytes on a socket.

    A door translates and decides nothing. It must not call back into its session from inside these methods: what is
    sent waits in the door until the client's loop turns.
    """

    def send(self, channel: int, index: int, fields: Any) -> None:
        """Send a method to the client.

        channel: its number, 0 for methods of the connection.
        index: class id << 16 | method id.
        fields: an object that has the method's fields as attributes under their names in the specification. If it has
            a `message`, its properties and body follow as content; the door takes the message at once, because the
            record lets go of it afterwards.
        """

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that the client has connected to."""

    @property
    def external_user(self) -> str | None:
        """The name that the client's certificate vouches for; empty if it has none; None without TLS."""

    @property
    def peer(self) -> tuple[str, int]:
        """The client's own host and port."""

    @property
    def has_mail(self) -> bool:
        """True while something is on its way to or from the client."""

    def carries(self, client: object) -> bool:
        """True if this is the link of a client library's connection, or of one of its channels."""

    def pause_reading(self) -> None:
        """The broker takes nothing more from the client for now."""

    def resume_reading(self) -> None:
        """It takes what the client sends again."""

    def reset(self) -> None:
        """The network breaks the link, for both sides at once."""

    def silence(self) -> None:
        """Nothing comes through any more in either direction, and neither side is told."""

    def garble(self, data: bytes) -> None:
        """These bytes arrive at the client, behind all that was sent before; no session has said them."""

    def slow_heartbeats(self, every_us: int) -> None:
        """The broker sends a heartbeat no more often than this, in microseconds."""

    def drop(self) -> None:
        """The broker ends the link without a word (or after its last word): the client sees the socket closed."""


class Method(Protocol):
    """A method as a door brings it: the fields are attributes named as in the specification."""

    @property
    def INDEX(self) -> int:  # noqa: N802 - as pika has it
        """Class id << 16 | method id."""


Properties = Mapping[str, Any]
