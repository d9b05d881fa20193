"""Erlang's portable hash of a term, `erlang:phash2`: the part of it that exchanges and the management API need.

Built on Bob Jenkins' hash of 1996 (https://burtleburtle.net/bob/hash/evahash.html): three words are mixed, twelve bytes
at a time. Terms are written as Python values: bytes for binaries, int, float, `Atom`, tuple, list. Checked with OTP 25.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias, Union

from fakeamqp.model.values import decimal_parts, octets, seconds_of, type_word

_WORD = 0xFFFFFFFF
_GOLDEN = 0x9E3779B9
_RANGE = 2**27

_NIL = 3468870702  # an empty list alone
_END_OF_LIST = 2


class Atom(str):
    """An Erlang atom."""


Term: TypeAlias = Union[bytes, int, float, Atom, "tuple[Term, ...]", "list[Term]"]


def term_of(value: Any, timestamp_factor: int = 1, *, sorts_tables: bool = False) -> Term:
    """A table value as RabbitMQ holds it.

    timestamp_factor: what it takes one second of a timestamp for. sorts_tables: the fields of tables come by name.
    """
    if value is None:
        return Atom("undefined")
    if isinstance(value, bool):
        return Atom(str(value).lower())
    if isinstance(value, str):
        return octets(value)
    if isinstance(value, datetime):
        return seconds_of(value) * timestamp_factor
    if isinstance(value, Decimal):
        return decimal_parts(value)
    if isinstance(value, list):
        return [(Atom(type_word(item)), term_of(item, sorts_tables=sorts_tables)) for item in value]
    if isinstance(value, Mapping):
        fields = sorted(value.items()) if sorts_tables else value.items()
        return [(octets(key), Atom(type_word(item)), term_of(item, sorts_tables=sorts_tables)) for key, item in fields]
    term: Term = value
    return term


def phash2(term: Term, below: int = _RANGE) -> int:
    """The hash of a term, from 0 to below - 1; at most 2**32. Raises TypeError for a term of another type."""
    return _hash(term, 0) % below


def _hash(term: Term, seed: int) -> int:
    """The 32-bit hash of a term that stands behind others with the hash `seed`."""
    if isinstance(term, bytes):
        return _hash_bytes(term, (_salt(13) + seed) & _WORD)
    if isinstance(term, int):
        return _hash_integer(term, seed)
    if isinstance(term, float):
        low, high = struct.unpack("<II", struct.pack("<d", term + 0.0))  # minus zero is zero
        return _mix_in(high, low, 12, seed)
    if isinstance(term, Atom):
        name = _hash_name(term)
        return _mix_in(name, 0, 3, seed) if seed else name
    if isinstance(term, tuple):
        seed = _mix_in(len(term), 0, 9, seed)
        for item in term:
            seed = _hash(item, seed)
        return seed
    if isinstance(term, list):
        for item in term:
            seed = _hash(item, seed)
        return _mix_in(_END_OF_LIST, 0, 2, seed) if seed else _NIL
    raise TypeError(f"{type(term).__name__} is no term that can be hashed here")


def _hash_integer(value: int, seed: int) -> int:
    if -(2**27) <= value < 2**27:
        if value < 0:  # mixed twice, first without the sign
            seed = _mix_in(-value, 0, 1, seed)
        return _mix_in(value, 0, 1, seed)
    salt = 11 if value > 0 else 10
    rest = abs(value)
    while rest:
        seed = _mix_in(rest, rest >> 32, salt, seed)
        rest >>= 64
    return seed


def _hash_name(name: str) -> int:
    """Peter Weinberger's hash of a string, which Erlang finds its atoms by."""
    value = 0
    for byte in name.encode("latin-1"):
        value = (value << 4) + byte
        high = value & 0xF0000000
        value ^= (high >> 24) ^ high
    return value


def _hash_bytes(data: bytes, seed: int) -> int:
    if not data:
        return seed
    a = b = _GOLDEN
    c = seed
    whole = len(data) - len(data) % 12
    for place in range(0, whole, 12):
        a += int.from_bytes(data[place : place + 4], "little")
        b += int.from_bytes(data[place + 4 : place + 8], "little")
        c += int.from_bytes(data[place + 8 : place + 12], "little")
        a, b, c = _mix(a, b, c)
    rest = data[whole:]
    a += int.from_bytes(rest[:4], "little")
    b += int.from_bytes(rest[4:8], "little")
    c += len(data) + (int.from_bytes(rest[8:], "little") << 8)
    return _mix(a, b, c)[2]


def _salt(number: int) -> int:
    """Each type of term has a multiple of the golden ratio of its own."""
    return number * _GOLDEN & _WORD


def _mix_in(low: int, high: int, salt: int, seed: int) -> int:
    return _mix(_salt(salt) + low, _salt(salt) + high, seed)[2]


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    a = (a - b - c & _WORD) ^ (c & _WORD) >> 13
    b = (b - c - a ^ a << 8) & _WORD
    c = (c - a - b & _WORD) ^ b >> 13
    a = (a - b - c & _WORD) ^ c >> 12
    b = (b - c - a ^ a << 16) & _WORD
    c = (c - a - b & _WORD) ^ b >> 5
    a = (a - b - c & _WORD) ^ c >> 3
    b = (b - c - a ^ a << 10) & _WORD
    c = (c - a - b & _WORD) ^ b >> 15
    return a, b, c
