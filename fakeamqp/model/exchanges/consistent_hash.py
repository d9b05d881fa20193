"""The exchange type x-consistent-hash: each key has its queue, and few keys move when a queue comes or goes.

(recordings: exchange_types/hash_*.)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.choice import Choose
from fakeamqp.model.erlang import erlang_term
from fakeamqp.model.errors import InternalError, PreconditionFailed
from fakeamqp.model.exchanges.exchange import Exchange, Kinds
from fakeamqp.model.exchanges.jump_hash import jump
from fakeamqp.model.message import Message
from fakeamqp.model.phash2 import Atom, Term, phash2, term_of
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table, octets, type_word

_HEADER = "hash-header"
_PROPERTY = "hash-property"
_PROPERTIES = ("correlation_id", "message_id", "timestamp")
_WEIGHT = re.compile("[+-]?[0-9]+")


class ConsistentHash(Exchange):
    """Routes each message to one destination, by the hash of its routing key, of a header or of a property.

    A binding key is a weight: the number of buckets in a row that the destination takes behind those bound before it. A
    second binding of a destination takes none, and unbinding either takes away what the first one had.
    """

    TYPE = "x-consistent-hash"

    def _clear(self) -> None:
        self._weights: dict[Destination, int] = {}  # in order of binding
        # Where the buckets of each end, and whose they are; None if that has to be counted anew.
        self._buckets: tuple[list[int], list[Destination]] | None = None

    @classmethod
    def check_arguments(cls, arguments: Table, profile: Profile, kinds: Kinds) -> None:
        """Raises PreconditionFailed for both ways to hash at once or an unknown property, InternalError for no text."""
        if _HEADER in arguments and _PROPERTY in arguments:
            raise PreconditionFailed(f"{_HEADER} and {_PROPERTY} are mutually exclusive")
        for name in (_HEADER, _PROPERTY):
            if not isinstance(arguments.get(name, ""), str):
                raise InternalError
        wanted = arguments.get(_PROPERTY)
        if wanted is not None and wanted not in _PROPERTIES:
            raise PreconditionFailed(f"Unsupported property: {wanted}")

    @classmethod
    def check_binding(cls, binding: Binding, profile: Profile) -> None:
        """Raises PreconditionFailed unless the key is a whole number above 0, from RabbitMQ 4.3 on of at most 10000."""
        key = binding.routing_key
        if not _WEIGHT.fullmatch(key):
            raise PreconditionFailed(f"The binding key must be an integer: {erlang_term(key, profile)}")
        weight = int(key)
        if weight < 1:
            raise PreconditionFailed("The binding key must be greater than 0")
        if profile.hash_weight_limit is not None and weight > profile.hash_weight_limit:
            raise PreconditionFailed(f"The binding key must not exceed {profile.hash_weight_limit}")

    def route_message(self, message: Message, choose: Choose) -> Iterable[Destination]:
        """One destination. CC adds none."""
        return self._pick(self._key(message))

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        return self._pick(_hashed(octets(next(iter(keys)))))

    def _pick(self, key: int) -> Iterable[Destination]:
        if not self._weights:
            return ()
        if self._buckets is None:
            self._buckets = list(accumulate(self._weights.values())), list(self._weights)
        ends, destinations = self._buckets
        return (destinations[bisect_right(ends, jump(key, ends[-1]))],)

    def _key(self, message: Message) -> int:
        header = self.arguments.get(_HEADER)
        if header is not None:
            return _hashed(_header_term(message.headers, header, self.profile))
        name = self.arguments.get(_PROPERTY)
        if name is not None:
            return _hashed(_property_term(message.properties.get(name)))
        return _hashed(octets(message.routing_key))

    def _add(self, binding: Binding) -> None:
        self._weights.setdefault(binding.destination, int(binding.routing_key))
        self._buckets = None

    def _remove(self, binding: Binding) -> None:
        self._weights.pop(binding.destination, None)
        self._buckets = None


def _hashed(term: Term) -> int:
    """Numbers are keys as they are."""
    return term if isinstance(term, int) else phash2(term)


def _property_term(value: Any) -> Term:
    """What is hashed of a property: its text; of a timestamp its decimal digits."""
    return Atom("undefined") if value is None else octets(str(value))


def _header_term(headers: Mapping[str, Any], name: str, profile: Profile) -> Term:
    """What is hashed of a header: its value, on 3.10 together with the word for its type."""
    if name not in headers:
        return Atom("undefined")
    value = headers[name]
    if profile.hashes_types_of_headers:
        return (Atom(type_word(value)), term_of(value, 1))
    # Read off 4.x for what is neither list nor table; those count as missing.
    return term_of(None if isinstance(value, list | dict) else value, profile.headers_timestamp_factor)
