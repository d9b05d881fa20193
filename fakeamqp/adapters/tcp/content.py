"""Content on its way in: a method, its header and its body, put together channel by channel."""

from __future__ import annotations

from fakeamqp.model.errors import FrameError, InternalError, UnexpectedFrame
from fakeamqp.model.profile import Profile
from fakeamqp.wire.content import BASIC, Properties, decode_properties
from fakeamqp.wire.methods import Method
from fakeamqp.wire.table import Malformed

_LONGEST_CACHED = 64  # bytes of properties that are kept for the next message that has the same
_MOST_CACHED = 256


class Content:
    """What a channel is in the middle of: a method whose content has begun to come, or not yet.

    method: of the content. properties: None until the header has come. left: bytes of the body that are missing.
    """

    __slots__ = ("_discards", "_pieces", "_size", "left", "method", "properties")

    def __init__(self, method: Method) -> None:
        self.method = method
        self.properties: bytes | None = None
        self.left = 0
        self._size = 0
        self._pieces: list[bytes] = []
        self._discards = False

    def header(self, class_id: int, weight: int, size: int, properties: bytes, profile: Profile) -> bool:
        """The content header; True if there is no body to come. Raises what the connection is closed with.

        (recordings: the area `content` of tests/adapters/tcp.)
        """
        if self.properties is not None:
            raise self.interrupted()
        if weight:
            raise self.interrupted()
        if class_id != BASIC:
            raise UnexpectedFrame(f"expected content header for class {BASIC}, got one for class {class_id} instead")
        longest = profile.max_content_size
        if longest is not None and size > longest:
            raise FrameError(f"content body size {size} exceeds maximum allowed size {longest}")
        self.properties = properties
        self.left = self._size = size
        self._discards = size > profile.max_message_size
        return not size

    def body(self, piece: bytes, profile: Profile) -> bool:
        """A piece of the body; True if it was the last. Raises what the connection is closed with.

        What is too much makes RabbitMQ before 4.3 wait for more, for ever.
        """
        if self.properties is None:
            raise self.interrupted()
        self.left -= len(piece)
        if self.left < 0:
            if profile.max_content_size is not None:
                raise FrameError("content body frame exceeds remaining content size")
            self._pieces.clear()
            self._discards = True
        if not self._discards:
            self._pieces.append(piece)
        return not self.left

    def interrupted(self) -> UnexpectedFrame:
        """What came is not what is due."""
        if self.properties is None:
            return UnexpectedFrame(f"expected content header for class {BASIC}, got non content header frame instead")
        return UnexpectedFrame("expected content body, got non content body frame instead")

    def whole_body(self) -> bytes:
        """The body, once it has come; one that the broker will refuse for its size has not been kept."""
        if self._discards:
            return Oversized(self._size)
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


class Oversized(bytes):
    """A body of which nothing is known but its size: it is larger than any that the broker takes."""

    size: int

    def __new__(cls, size: int) -> Oversized:
        made = super().__new__(cls)
        made.size = size
        return made

    def __len__(self) -> int:
        return self.size


class PropertiesReader:
    """Reads basic properties, and remembers those that came lately: most messages of a client have the same."""

    def __init__(self) -> None:
        self._known: dict[bytes, Properties] = {}

    def read(self, octets: bytes) -> Properties:
        """Basic properties. Raises InternalError, as RabbitMQ does when it stumbles over them."""
        known = self._known.get(octets)
        if known is not None:
            return known
        try:
            properties = decode_properties(octets)
        except Malformed:
            raise InternalError from None
        if "headers" not in properties and len(octets) <= _LONGEST_CACHED:
            if len(self._known) >= _MOST_CACHED:
                self._known.clear()
            self._known[octets] = properties
        return properties
