"""The exchange type x-jms-topic: each binding has a selector that the headers of a message must satisfy.

(recordings: jms_topic/*.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.errors import InternalError, PreconditionFailed
from fakeamqp.model.exchanges.exchange import Exchange
from fakeamqp.model.exchanges.jms_selector import matches
from fakeamqp.model.exchanges.jms_terms import Term, Unreadable, read_by_erlang, read_by_rabbitmq
from fakeamqp.model.profile import Profile

_SELECTOR = "rjms_erlang_selector"


class JmsTopic(Exchange):
    """Routes by selectors; a routing key means nothing, but a binding's key tells its selector from others.

    Of several selectors that a destination has under one key the last one bound counts. Unbinding any of them, be it
    that one or not, takes it away; from 4.3 on only unbinding the last of them does.
    """

    TYPE = "x-jms-topic"

    def _clear(self) -> None:
        self._selectors: dict[tuple[str, Destination], Term] = {}

    @classmethod
    def check_binding(cls, binding: Binding, profile: Profile) -> None:
        """Raises InternalError without a selector that is a text, that or PreconditionFailed for a bad one."""
        _selector(binding, profile)

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        return [destination for (_, destination), term in self._selectors.items() if matches(term, headers)]

    def _add(self, binding: Binding) -> None:
        self._selectors[_place(binding)] = _selector(binding, self.profile)

    def _remove(self, binding: Binding) -> None:
        if self.profile.keeps_jms_selector_of_others and any(_place(one) == _place(binding) for one in self.bindings):
            return
        self._selectors.pop(_place(binding), None)


def _place(binding: Binding) -> tuple[str, Destination]:
    return (binding.routing_key, binding.destination)


def _selector(binding: Binding, profile: Profile) -> Term:
    text = binding.arguments.get(_SELECTOR)
    if not isinstance(text, str):
        raise InternalError
    if not profile.reads_jms_selectors_itself:
        try:
            return read_by_erlang(text)
        except Unreadable:
            raise InternalError from None
    try:
        return read_by_rabbitmq(text)
    except Unreadable as why:
        raise PreconditionFailed(f"invalid JMS selector: {why}") from None
