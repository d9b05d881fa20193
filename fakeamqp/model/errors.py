"""What RabbitMQ refuses, with the protocol's own numbers and words.

An error is raised where a rule is broken and turned into a close at one place (`Broker.apply`), so that no rule
has to know how closing works. Reply codes: AMQP 0-9-1 section 1.2; which of them close a channel and which a
connection was read off RabbitMQ 3.10.8, 4.0.5 and 4.3.6.
"""

from __future__ import annotations

from typing import ClassVar

from fakeamqp.model.values import octets

# A reply-text is a short string of the protocol; RabbitMQ cuts a longer one to 252 bytes and three dots.
_LONGEST_REPLY_TEXT = 255


class AMQPError(Exception):
    """A refusal. `reply_text` is what the client reads: the code's name and the detail.

    detail: the text after the name; the empty string leaves the name alone (as in `INTERNAL_ERROR`).
    """

    reply_code: ClassVar[int]
    reply_name: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        text = f"{self.reply_name} - {detail}" if detail else self.reply_name
        raw = octets(text)
        if len(raw) > _LONGEST_REPLY_TEXT:
            text = raw[: _LONGEST_REPLY_TEXT - 3].decode(errors="ignore") + "..."
        self.reply_text = text


class ChannelError(AMQPError):
    """Closes the channel the method came on; other channels of the connection go on."""


class ConnectionError(AMQPError):  # noqa: A001 - the protocol's word; never imported bare
    """Closes the whole connection."""


class AccessRefused(ChannelError):
    """The user or the name is not allowed to do this."""

    reply_code, reply_name = 403, "ACCESS_REFUSED"


class NotFound(ChannelError):
    """The queue or exchange does not exist."""

    reply_code, reply_name = 404, "NOT_FOUND"


class ResourceLocked(ChannelError):
    """The queue is exclusive to another connection."""

    reply_code, reply_name = 405, "RESOURCE_LOCKED"


class PreconditionFailed(ChannelError):
    """The entity exists and differs, or an argument is not valid for it."""

    reply_code, reply_name = 406, "PRECONDITION_FAILED"


class ConnectionForced(ConnectionError):
    """The broker or its operator ends the connection."""

    reply_code, reply_name = 320, "CONNECTION_FORCED"


class LoginRefused(ConnectionError):
    """The credentials were refused. Also 403, but at login it is the connection that closes."""

    reply_code, reply_name = 403, "ACCESS_REFUSED"


class FrameError(ConnectionError):
    """A frame or a method could not be decoded."""

    reply_code, reply_name = 501, "FRAME_ERROR"


class CommandInvalid(ConnectionError):
    """The method is unknown here or makes no sense."""

    reply_code, reply_name = 503, "COMMAND_INVALID"


class ChannelStateError(ConnectionError):
    """The channel number is not open, or open already (the protocol's channel-error)."""

    reply_code, reply_name = 504, "CHANNEL_ERROR"


class UnexpectedFrame(ConnectionError):
    """A frame of another kind was due."""

    reply_code, reply_name = 505, "UNEXPECTED_FRAME"


class ResourceError(ConnectionError):
    """What the method needs is not there."""

    reply_code, reply_name = 506, "RESOURCE_ERROR"


class NotAllowed(ConnectionError):
    """A limit or an identity rule forbids it for the whole connection."""

    reply_code, reply_name = 530, "NOT_ALLOWED"


class NotImplementedByBroker(ConnectionError):
    """RabbitMQ does not implement this part of the protocol (the protocol's not-implemented)."""

    reply_code, reply_name = 540, "NOT_IMPLEMENTED"


class InternalError(ConnectionError):
    """What RabbitMQ answers when it crashed on the method."""

    reply_code, reply_name = 541, "INTERNAL_ERROR"
