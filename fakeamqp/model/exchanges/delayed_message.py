"""The exchange type x-delayed-message: messages are routed some time after they were published.

Not compared with a broker: made from the documentation of the community plugin rabbitmq_delayed_message_exchange
(https://github.com/rabbitmq/rabbitmq-delayed-message-exchange), which RabbitMQ does not ship.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model import effects
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.choice import Choose
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges.exchange import Exchange, Kinds
from fakeamqp.model.message import Message
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import Table

if TYPE_CHECKING:
    from fakeamqp.model.queues import Queue
    from fakeamqp.model.vhost import VirtualHost

_TYPE = "x-delayed-type"
_DELAY = "x-delay"
_LONGEST_MS = 2**32 - 1
_US_PER_MS = 1_000


class DelayedMessage(Exchange):
    """Holds a message as long as its header `x-delay` says, in milliseconds, then routes it as `x-delayed-type` would.

    Without that header, or with one below 1 or above 2**32 - 1, a message is routed at once. While it is held it has no
    way: a mandatory one is returned, and delivered later all the same. Bindings count when it is routed; its header is
    negative from then on, so that another exchange of this type does not hold it again.
    """

    TYPE = "x-delayed-message"

    def _clear(self) -> None:
        self._held: list[tuple[int, int, Message]] = []  # a heap by instant and message
        self._inner: Exchange | None = None
        self._vhost: VirtualHost | None = None

    @classmethod
    def check_arguments(cls, arguments: Table, profile: Profile, kinds: Kinds) -> None:
        """Raises PreconditionFailed unless `x-delayed-type` is another type of exchange that the broker knows."""
        name = arguments.get(_TYPE)
        if name == cls.TYPE:
            raise PreconditionFailed(f"Invalid argument, '{_TYPE}' can't be used for '{_TYPE}'")
        if not isinstance(name, str) or name not in kinds:
            raise PreconditionFailed(f"Invalid argument, '{_TYPE}' must be an existing exchange type")
        kinds[name].check_arguments(arguments, profile, kinds)

    def enter(self, vhost: VirtualHost) -> None:
        self._vhost = vhost
        kind = vhost.broker.exchange_kinds[self.arguments[_TYPE]]
        self._inner = kind(self.name, profile=self.profile, arguments=self.arguments)

    def leave(self) -> None:
        """What is still held is lost."""
        held, self._held = self._held, []
        self._set_deadline()
        for _, _, message in held:
            self.vhost.held.discard(message.id)
            self.vhost.broker.emit(effects.Dropped(message.id, "exchange deleted"))

    @property
    def vhost(self) -> VirtualHost:
        """Where it is. Raises LookupError before it is anywhere."""
        if self._vhost is None:
            raise LookupError(f"exchange '{self.name}' is in no virtual host yet")
        return self._vhost

    @property
    def inner(self) -> Exchange:
        """The exchange that routes. Raises LookupError before it is anywhere."""
        if self._inner is None:
            raise LookupError(f"exchange '{self.name}' is in no virtual host yet")
        return self._inner

    def route_message(self, message: Message, choose: Choose) -> Iterable[Destination]:
        delay = message.headers.get(_DELAY)
        if not message.id or not isinstance(delay, int) or isinstance(delay, bool) or not 0 < delay <= _LONGEST_MS:
            return self.inner.route_message(message, choose)
        broker = self.vhost.broker
        heapq.heappush(self._held, (broker.now_us + delay * _US_PER_MS, message.id, message))
        self.vhost.held.add(message.id)
        self._set_deadline()
        return ()

    def release(self) -> None:
        """Route what has been held long enough."""
        broker = self.vhost.broker
        while self._held and self._held[0][0] <= broker.now_us:
            message = heapq.heappop(self._held)[2]
            self.vhost.held.discard(message.id)
            broker.publish_later(self.vhost, self.name, _with_negative_delay(message))
        self._set_deadline()

    def _set_deadline(self) -> None:
        due_us = self._held[0][0] if self._held else None
        self.vhost.broker.deadlines.set(Deadline("delay", self.vhost.name, self.name), due_us)

    def route(self, keys: Iterable[str], headers: Mapping[str, Any]) -> Iterable[Destination]:
        return self.inner.route(keys, headers)

    def check_new_binding(self, binding: Binding) -> None:
        self.inner.check_new_binding(binding)

    def check_queue(self, queue: Queue) -> None:
        self.inner.check_queue(queue)

    def _add(self, binding: Binding) -> None:
        self.inner.bind(binding)

    def _remove(self, binding: Binding) -> None:
        self.inner.unbind(binding)


def _with_negative_delay(message: Message) -> Message:
    headers = {**message.headers, _DELAY: -message.headers[_DELAY]}
    released = Message(message.exchange, message.routing_key, {**message.properties, "headers": headers}, message.body)
    released.id = message.id
    released.at_us = message.at_us
    released.copied_to = message.copied_to
    released.expiration_us = message.expiration_us
    released.origin = message.origin
    released.failures = message.failures
    return released
