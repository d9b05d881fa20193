"""A virtual host: its exchanges, queues and bindings, and the way of a message through them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model.arguments import parse_copies
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.effects import ConsumerCancelled, ExchangeDeleted, Routed
from fakeamqp.model.errors import InternalError, NotFound
from fakeamqp.model.exchanges import KINDS, Exchange
from fakeamqp.model.message import Message
from fakeamqp.model.policy import InForce, Policies
from fakeamqp.model.queues.queue import Queue
from fakeamqp.model.values import octets

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker

_PREDECLARED = (
    ("amq.direct", "direct", False),
    ("amq.fanout", "fanout", False),
    ("amq.headers", "headers", False),
    ("amq.match", "headers", False),
    ("amq.rabbitmq.trace", "topic", True),
    ("amq.topic", "topic", False),
)


class _Exchanges:
    """The attribute `exchanges` until somebody first looks at it: then the predeclared ones are made."""

    def __get__(self, vhost: VirtualHost, owner: type[VirtualHost]) -> dict[str, Exchange]:
        made: dict[str, Exchange] = {
            name: KINDS[kind](name, profile=vhost.broker.profile, durable=True, internal=internal)
            for name, kind, internal in _PREDECLARED
        }
        # In one go: another thread may look at the same time.
        there: dict[str, Exchange] = vars(vhost).setdefault("exchanges", made)
        return there


class VirtualHost:
    """A namespace of its own. The default exchange is not in `exchanges`: its bindings are the queues' names.

    exchanges: by name, those first that every virtual host starts with; many a one is never asked for them.
    held: ids of messages that an exchange holds for later.
    limits: `max-connections` and `max-queues`, where they are set; a negative one is none.
    description, tags: an operator's own words for it. protected: it cannot be deleted; None if nobody
        has said so (from RabbitMQ 4.3 on).
    parameters: what plugins are told, JSON values by component and name.
    default_queue_type: what a durable queue becomes if its declaration does not say; see `arguments.with_queue_type`.
    """

    exchanges = _Exchanges()

    def __init__(self, broker: Broker, name: str) -> None:
        self.broker = broker
        self.name = name
        self.queues: dict[str, Queue] = {}
        self.held: set[int] = set()
        self.limits: dict[str, int] = {}
        self.policies = Policies()
        self.default_queue_type = "classic"
        self.description = ""
        self.tags: tuple[str, ...] = ()
        self.protected: bool | None = None
        self.parameters: dict[tuple[str, str], Any] = {}
        self._incoming: dict[Destination, dict[Binding, None]] = {}

    # --- exchanges

    def add_exchange(self, exchange: Exchange) -> None:
        """A new exchange."""
        self.exchanges[exchange.name] = exchange
        if self.policies:
            exchange.in_force = self.in_force(exchange.name, "exchange")
        exchange.enter(self)

    def exchange(self, name: str) -> Exchange:
        """The exchange of that name. Raises NotFound."""
        try:
            return self.exchanges[name]
        except KeyError:
            raise NotFound(f"no exchange '{name}' in vhost '{self.name}'") from None

    def delete_exchange(self, exchange: Exchange, reason: str) -> None:
        """An exchange goes, with its bindings on both sides, and with it auto-delete exchanges that fed it alone."""
        falling = deque([(exchange, reason)])  # a chain of them may be longer than Python's stack is deep
        while falling:
            exchange, reason = falling.popleft()
            if self.exchanges.get(exchange.name) is not exchange:
                continue
            del self.exchanges[exchange.name]
            exchange.leave()
            for binding in list(exchange.bindings):
                exchange.unbind(binding)
                self._forget(binding)
            self.broker.emit(ExchangeDeleted(self.name, exchange.name, reason))
            unused = self._unbind_all(Destination("exchange", exchange.name))
            falling.extend((source, "auto-delete") for source in unused)

    # --- queues

    def add_queue(self, queue: Queue) -> None:
        """A new queue."""
        self.queues[queue.name] = queue

    def queue(self, name: str) -> Queue:
        """The queue of that name. Raises NotFound, also for one whose node is down."""
        queue = self.registered_queue(name)
        queue.check_up()
        return queue

    def registered_queue(self, name: str) -> Queue:
        """The queue of that name, be its node up or down as long as the cluster knows it. Raises NotFound."""
        try:
            queue = self.queues[name]
        except KeyError:
            raise NotFound(f"no queue '{name}' in vhost '{self.name}'") from None
        if queue.absent:
            queue.check_up()
        return queue

    def delete_queue(self, queue: Queue, reason: str) -> int:
        """A queue goes, with its bindings; its consumers are told. Returns how many messages were ready."""
        del self.queues[queue.name]
        count = queue.delete(reason)
        broker = self.broker
        if queue.owner is not None and (owner := broker.connections.get(queue.owner)) is not None:
            owner.exclusive_queues.pop(queue.name, None)
        # Recorded: a channel tells of its consumers in the order of their tags.
        for consumer in sorted(queue.consumers, key=lambda consumer: octets(consumer.tag)):
            queue.consumers.remove(consumer)
            channel = consumer.channel
            channel.consumers.pop(consumer.tag, None)
            if channel.connection.is_told_of_cancels:
                broker.emit(ConsumerCancelled(channel.key, consumer.tag))
        for source in self._unbind_all(Destination("queue", queue.name)):
            self.delete_exchange(source, "auto-delete")
        return count

    # --- policies

    def in_force(self, name: str, kind: str) -> InForce:
        """The policies for what has that name. kind: `exchange`, or a queue's type."""
        broker = self.broker
        return self.policies.in_force(name, kind, broker.profile, broker.choose)

    def obey_policies(self) -> None:
        """The policies have changed: for every exchange and queue it is looked up again which are in force."""
        for exchange in self.exchanges.values():
            exchange.in_force = self.in_force(exchange.name, "exchange")
        for queue in self.queues.values():
            queue.obey(self.in_force(queue.name, queue.KIND))

    # --- bindings

    def bind(self, binding: Binding) -> None:
        """Add a binding; the same again is nothing new.

        A new one gets what the exchange remembers: a queue the oldest first, an exchange the newest.
        Raises InternalError where RabbitMQ crashes on that.
        """
        source = self.exchanges[binding.source]
        if not source.bind(binding):
            return
        self._incoming.setdefault(binding.destination, {})[binding] = None
        history = source.history if binding.destination.kind == "queue" else tuple(reversed(source.history))
        forgets = self.broker.profile.forgets_failed_binding
        before = [(exchange, exchange.history) for exchange in self.exchanges.values()] if history and forgets else []
        for message in history:
            if not self._replay(message, binding.destination):
                if not forgets:
                    raise InternalError("could not find queue/exchange ''")
                source.unbind(binding)
                self._forget(binding)
                for exchange, remembered in before:
                    exchange.go_back_to(remembered)
                raise InternalError

    def _replay(self, message: Message, destination: Destination) -> bool:
        """Hand a remembered message to a destination; False if it leads nowhere."""
        kind, name = destination
        queues = [self.queues[name]] if kind == "queue" else self.route(message, name)
        copies = [(queue.name, None if queue.loses_dead_letters else queue.offer(message)) for queue in queues]
        taken = [(name, copy) for name, copy in copies if copy is not None]
        self.broker.emit(Routed(message.id, tuple(n for n, _ in taken), tuple(c for _, c in taken)))
        return bool(queues)

    def unbind(self, binding: Binding) -> None:
        """Take a binding away if it is there; an auto-delete exchange goes with its last one."""
        source = self.exchanges.get(binding.source)
        if source is not None and source.unbind(binding):
            self._forget(binding)
            if source.auto_delete and not source.bindings:
                self.delete_exchange(source, "auto-delete")

    def has_binding(self, binding: Binding) -> bool:
        """True if exactly this binding is there."""
        source = self.exchanges.get(binding.source)
        return source is not None and binding in source.bindings

    def incoming(self) -> Iterator[Binding]:
        """Every binding, by where it leads to."""
        for bindings in self._incoming.values():
            yield from bindings

    def _unbind_all(self, destination: Destination) -> list[Exchange]:
        """Take away what leads to a destination; the auto-delete exchanges that lost their last binding by it."""
        unused = []
        for binding in self._incoming.pop(destination, ()):
            source = self.exchanges[binding.source]
            source.unbind(binding)
            if source.auto_delete and not source.bindings:
                unused.append(source)
        return unused

    def _forget(self, binding: Binding) -> None:
        incoming = self._incoming[binding.destination]
        del incoming[binding]
        if not incoming:
            del self._incoming[binding.destination]

    # --- routing

    def route(self, message: Message, exchange_name: str) -> list[Queue]:
        """The queues a message reaches, each once, from an exchange that exists.

        Every exchange is visited once. One that finds no destination of its own hands on to its alternate exchange; the
        default exchange does not serve as one (recordings: the area `alternate`).
        """
        queues = self.queues
        if not exchange_name:
            return [queues[key] for key in dict.fromkeys(message.keys) if key in queues and not queues[key].absent]
        choose = self.broker.choose
        start = self.exchanges[exchange_name]
        found: dict[str, None] = {}
        seen = {exchange_name}
        work = deque([start])
        while work:
            exchange = work.popleft()
            onward: list[str] = []
            routed = False
            for kind, name in exchange.route_message(message, choose):
                if kind == "queue" and queues[name].absent:
                    continue
                routed = True
                if kind == "queue":
                    found[name] = None
                else:
                    onward.append(name)
            if not routed and exchange.alternate is not None:
                onward.append(exchange.alternate)
            for name in onward:
                if name not in seen and name in self.exchanges:
                    seen.add(name)
                    work.append(self.exchanges[name])
        return [queues[name] for name in found]

    def preview(self, exchange_name: str, routing_key: str, headers: Mapping[str, Any]) -> list[str]:
        """The names of the queues a publish would reach, CC and BCC among the headers included."""
        message = Message(exchange_name, routing_key, {"headers": headers})
        message.copied_to = parse_copies(headers)
        return [queue.name for queue in self.route(message, exchange_name)]

    def route_message(self, message: Message) -> list[Queue]:
        """The queues this message reaches."""
        if not (message.exchange or message.copied_to):
            queue = self.queues.get(message.routing_key)
            return [] if queue is None or queue.absent else [queue]
        return self.route(message, message.exchange)
