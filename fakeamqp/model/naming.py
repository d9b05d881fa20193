"""Names the broker makes up: `amq.gen-…`, `amq.ctag-…`, direct reply-to addresses. All come from the seed."""

from __future__ import annotations

import base64
import hashlib


class Naming:
    """Generated names, the same for the same seed and the same history.

    Form: 22 characters of URL-safe base64, as RabbitMQ makes them from 16 bytes.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made = 0

    def queue(self) -> str:
        """A name for a queue declared without one."""
        return f"amq.gen-{self._token()}"

    def consumer_tag(self) -> str:
        """A tag for a consumer that brought none."""
        return f"amq.ctag-{self._token()}"

    def reply_address(self) -> str:
        """The opaque part of a direct reply-to address: two parts joined by a dot."""
        return f"{self._token()}.{self._token()}"

    def _token(self) -> str:
        self._made += 1
        digest = hashlib.sha256(f"{self._seed}:{self._made}".encode()).digest()
        return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
