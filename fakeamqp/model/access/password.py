"""Passwords as RabbitMQ keeps them: a salt and a hash of both, in base64."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import attrs

from fakeamqp.model.values import octets

SHA_256 = "rabbit_password_hashing_sha256"
MD5 = "rabbit_password_hashing_md5"

_SALT_BYTES = 4


def _md5(octets: bytes) -> bytes:
    return hashlib.md5(octets, usedforsecurity=False).digest()


_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    SHA_256: lambda octets: hashlib.sha256(octets).digest(),
    "rabbit_password_hashing_sha512": lambda octets: hashlib.sha512(octets).digest(),
    MD5: _md5,
}


@attrs.frozen
class PasswordHash:
    """What a definitions file keeps of a password.

    text: four bytes of salt and the hash of salt and password, in base64; the empty text fits no password.
    algorithm: RabbitMQ's name of it; one that is not known fits no password.

    Raises ValueError for a text that is no base64.
    """

    text: str
    algorithm: str = SHA_256

    def __attrs_post_init__(self) -> None:
        base64.b64decode(self.text, validate=True)

    @classmethod
    def of(cls, password: str, salt: bytes) -> PasswordHash:
        """The hash of a password with the first four bytes of this salt, as RabbitMQ makes it by default."""
        salt = salt[:_SALT_BYTES]
        digest = _DIGESTS[SHA_256](salt + octets(password))
        return cls(base64.b64encode(salt + digest).decode())

    def fits(self, password: str) -> bool:
        """True if it is of this password."""
        digest = _DIGESTS.get(self.algorithm)
        kept = base64.b64decode(self.text)
        if digest is None or not kept:
            return False
        salt, hashed = kept[:_SALT_BYTES], kept[_SALT_BYTES:]
        return digest(salt + octets(password)) == hashed
