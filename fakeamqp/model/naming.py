"""Names the broker makes up: `amq.gen-…`, `amq.ctag-…`, direct reply-to addresses. All come from the seed."""

from __future__ import annotations

import base64
import hashlib


class Naming:
    """Generated names, the same for the same seed and the same history.

    Form: 22 characters of URL-safe base64, as RabbitMQ makes them from 16 bytes.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._made = 0
        self._addresses = 0

    def queue(self) -> str:
        """A name for a queue declared without one."""
        return f"amq.gen-{self._token()}"

    def consumer_tag(self) -> str:
        """A tag for a consumer that brought none."""
        return f"amq.ctag-{self._token()}"

    def reply_address(self) -> str:
        """The opaque part of a direct reply-to address: two parts joined by a dot."""
        self._addresses += 1
        return self._address(self._addresses)

    def gave_reply_address(self, address: str) -> bool:
        """True if this is one that was given out. The first part tells which, so that none need be remembered."""
        try:
            number = int.from_bytes(base64.urlsafe_b64decode(address.partition(".")[0] + "=="), "big")
        except ValueError:
            return False
        return 0 < number <= self._addresses and address == self._address(number)

    def _address(self, number: int) -> str:
        digest = hashlib.sha256(f"{self.seed}:reply-to:{number}".encode()).digest()
        return f"{_encoded(number.to_bytes(16, 'big'))}.{_encoded(digest[:16])}"

    def _token(self) -> str:
        self._made += 1
        digest = hashlib.sha256(f"{self.seed}:{self._made}".encode()).digest()
        return _encoded(digest[:16])


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
