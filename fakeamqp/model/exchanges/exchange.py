"""What every type of exchange has in common."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.choice import Choose
from fakeamqp.model.message import Message
from fakeamqp.model.policy import NONE_IN_FORCE, InForce
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table

if TYPE_CHECKING:
    from fakeamqp.model.queues import Queue
    from fakeamqp.model.vhost import VirtualHost


Kinds: TypeAlias = "Mapping[str, type[Exchange]]"
"""Types of exchange by the name that `exchange.declare` uses for them."""


class Exchange(abc.ABC):
    """A named exchange of one virtual host: how it was declared, and its bindings as a source.

    type: the name the type has in `exchange.declare`.
    profile: the RabbitMQ version, for what it decides about routing.
    arguments: as first declared; unknown ones are kept.
    in_force: the policies for it.
    """

    TYPE: ClassVar[str]

    def __init__(
        self,
        name: str,
        *,
        profile: Profile,
        durable: bool = False,
        auto_delete: bool = False,
        internal: bool = False,
        arguments: Table | None = None,
    ) -> None:
        self.name = name
        self.profile = profile
        self.durable = durable
        self.auto_delete = auto_delete
        self.internal = internal
        self.arguments: Table = dict(arguments or {})
        self.in_force: InForce = NONE_IN_FORCE
        self.bindings: dict[Binding, None] = {}  # a set that remembers the order of binding
        self._clear()

    @property
    def type(self) -> str:
        """The type as named in `exchange.declare`."""
        return self.TYPE

    @property
    def alternate(self) -> str | None:
        """Name of the alternate exchange, None without one: the argument's, else the policy's."""
        given: str | None = self.arguments.get("alternate-exchange")
        return self.in_force.definition.get("alternate-exchange") if given is None else given

    @classmethod
    def check_binding(cls, binding: Binding, profile: Profile) -> None:
        """Refuse what RabbitMQ refuses at bind time.

        Raises PreconditionFailed where this type of exchange does not accept the key or the arguments.
        """

    def check_new_binding(self, binding: Binding) -> None:
        """Refuse what this exchange refuses. Raises as `check_binding`."""
        self.check_binding(binding, self.profile)

    @classmethod
    def check_arguments(cls, arguments: Table, profile: Profile, kinds: Kinds) -> None:
        """Refuse what RabbitMQ refuses of the arguments of a new exchange of this type.

        kinds: the types the broker knows. Raises PreconditionFailed, or InternalError where RabbitMQ crashes.
        """

    def enter(self, vhost: VirtualHost) -> None:
        """The exchange has been declared there."""

    def leave(self) -> None:
        """The exchange has been deleted."""

    def release(self) -> None:
        """Route the messages that have been held long enough."""

    def check_queue(self, queue: Queue) -> None:
        """Raise PreconditionFailed where this type of exchange does not route to that kind of queue."""

    @property
    def history(self) -> Sequence[Message]:
        """The messages that a new binding gets, oldest first."""
        return ()

    def go_back_to(self, history: Sequence[Message]) -> None:
        """Remember what it remembered before, and nothing more."""

    def bind(self, binding: Binding) -> bool:
        """Add a binding; False if it was there already."""
        if binding in self.bindings:
            return False
        self.bindings[binding] = None
        self._add(binding)
        return True

    def unbind(self, binding: Binding) -> bool:
        """Take a binding away; False if it was not there."""
        if binding not in self.bindings:
            return False
        del self.bindings[binding]
        self._remove(binding)
        return True

    def route_message(self, message: Message, choose: Choose) -> Iterable[Destination]:
        """The destinations of a message; one may be named more than once.

        choose: where the type leaves it open. A message without an id is only tried.
        """
        return self.route(message.keys, message.headers)

    @abc.abstractmethod
    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        """The destinations of a message with these routing keys and headers; one may be named more than once."""

    @abc.abstractmethod
    def _clear(self) -> None:
        """Start with an empty index."""

    @abc.abstractmethod
    def _add(self, binding: Binding) -> None:
        """Index a binding that is new."""

    @abc.abstractmethod
    def _remove(self, binding: Binding) -> None:
        """Forget a binding that was indexed."""
