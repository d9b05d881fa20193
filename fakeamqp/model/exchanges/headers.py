"""The headers exchange: bindings ask for headers, the routing key is ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.erlang import erlang_term
from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges.exchange import Exchange
from fakeamqp.model.exchanges.headers_index import HeadersIndex
from fakeamqp.model.exchanges.headers_match import MODES, HeadersMatch, offered
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import type_word


class Headers(Exchange):
    """Routes to every binding whose arguments the message's headers satisfy.

    AMQP 0-9-1 section 3.1.3.4; `all-with-x` and `any-with-x` are RabbitMQ's own. Destinations come header by header,
    those found by the same header in order of binding, after those of bindings that ask for nothing.
    """

    TYPE = "headers"

    def _clear(self) -> None:
        self._index = HeadersIndex()

    @classmethod
    def check_binding(cls, binding: Binding, profile: Profile) -> None:
        """Raises PreconditionFailed if `x-match` is not one of the four modes."""
        mode = binding.arguments.get("x-match", "all")
        if not isinstance(mode, str):
            raise PreconditionFailed(
                f"Invalid x-match field type {type_word(mode)} (value {erlang_term(mode, profile)}); expected longstr"
            )
        if mode not in MODES:
            raise PreconditionFailed(
                f"Invalid x-match field value {erlang_term(mode, profile)}; "
                "expected all, any, all-with-x, or any-with-x"
            )

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        return self._index.match({name: offered(value, self.profile) for name, value in headers.items()})

    def _add(self, binding: Binding) -> None:
        self._index.add(binding, HeadersMatch(binding.arguments, self.profile))

    def _remove(self, binding: Binding) -> None:
        self._index.remove(binding, HeadersMatch(binding.arguments, self.profile))
