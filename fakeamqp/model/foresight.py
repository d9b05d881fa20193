"""What will plainly happen next, or plainly never, without trying."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from fakeamqp.model.dead_letter import goes_round, make_letter
from fakeamqp.model.queues import Queue

if TYPE_CHECKING:
    from fakeamqp.model.broker import Broker
    from fakeamqp.model.channel import Channel
    from fakeamqp.model.message import Message
    from fakeamqp.model.vhost import VirtualHost

Serves: TypeAlias = Callable[[int], bool]
"""Tells for the number of a connection whether it is one of those that are meant."""

Place: TypeAlias = "Queue | tuple[VirtualHost, str]"
"""Where a message may be: in a queue, or at the exchange of that name."""

_PLAIN_EXCHANGES = ("direct", "fanout", "topic", "headers")
_MANY_UNACKED = 1_000


def delivers_next(broker: Broker, serves: Serves) -> bool:
    """True if it is plain that the next deadline has a message handed to one of these connections.

    The commonest case of a delayed retry, for which no copy of the broker has to be made: the head of a queue expires,
    and its dead letter goes to an empty queue with a consumer that can take it. False means nothing: whoever wants to
    know for certain has to try (`fakeamqp.model.snapshot.fork`).
    """
    key = broker.deadlines.first()
    if key is None or key.kind != "message-ttl":
        return False
    vhost = broker.vhosts[key.vhost]
    dying = vhost.queues[key.name]
    head = dying.ready.head()
    if head is None or head.expires_us != broker.deadlines.at(key) or dying.limits.dead_letter_exchange is None:
        return False
    letter = make_letter(dying, head, "expired", broker.wall_clock, broker.profile)
    targets = _plain_targets(vhost, letter)
    return any(not goes_round(letter, queue.name, "expired") and _hands_on(queue, serves) for queue in targets)


def _plain_targets(vhost: VirtualHost, letter: Message) -> Sequence[Queue]:
    """The queues that a letter goes to, if there is but one exchange on its way, and that of a plain type."""
    if not letter.exchange:
        return vhost.route_message(letter)
    exchange = vhost.exchanges.get(letter.exchange)
    if exchange is None or exchange.type not in _PLAIN_EXCHANGES:
        return ()
    destinations = dict.fromkeys(exchange.route(letter.keys, letter.headers))
    if any(kind == "exchange" for kind, _ in destinations):
        return ()
    return [queue for _, name in destinations if not (queue := vhost.queues[name]).absent]


def _hands_on(queue: Queue, serves: Serves) -> bool:
    """True if whatever an empty queue takes now is delivered at once to one of these connections."""
    if queue.ready or queue.loses_dead_letters or not queue.consumers:
        return False
    if any(not serves(consumer.channel.key[0]) for consumer in queue.consumers):
        return False
    return queue.limits.overflow is None and all(consumer.able for consumer in queue.consumers)


def may_deliver(broker: Broker, serves: Serves) -> bool:
    """False if it is plain that nothing that happens by itself is ever sent to one of these connections.

    Every way that a message may go is gone, whatever its routing key, however full a queue and whoever could take it.
    True means nothing, as False of `delivers_next`.
    """
    return _Reach(broker, serves).includes_any()


class _Reach:
    """What may be touched by what happens by itself.

    is_open: it may be anything, or one of the connections is; or messages may go round, and only who tries can tell.
    """

    def __init__(self, broker: Broker, serves: Serves) -> None:
        self.is_open = False
        self._broker = broker
        self._serves = serves
        self._seen: dict[Place | Channel, None] = {}
        self._ahead: deque[Place | Channel] = deque()
        self._ways: dict[Place, list[Place]] = {}

    def includes_any(self) -> bool:
        """True if one of the connections is within reach, or may be."""
        self._begin()
        while self._ahead and not self.is_open:
            reached = self._ahead.popleft()
            if isinstance(reached, tuple):
                self._pass(*reached)
            elif isinstance(reached, Queue):
                self._enter(reached)
            else:
                self._end(reached)
        return self.is_open or self._goes_round()

    def _begin(self) -> None:
        broker = self._broker
        for kind, vhost_name, name in broker.deadlines:
            if kind == "message-ttl":
                self._let_die_in(broker.vhosts[vhost_name].queues[name])
            elif kind == "retry":
                self._reach(broker.vhosts[vhost_name].queues[name])
            elif kind == "delay":
                self._reach((broker.vhosts[vhost_name], name))
            elif kind != "expires":  # a queue that goes has no consumers, and its messages go with it
                self.is_open = True
        for key in broker.background:
            if broker.channels[key].unacked:
                self._reach(broker.channels[key])

    def _reach(self, what: Place | Channel) -> None:
        if what not in self._seen:
            self._seen[what] = None
            self._ahead.append(what)

    def _lead(self, one: Place, onward: list[Place]) -> None:
        """Messages may go from the one to the others."""
        self._ways[one] = onward
        for each in onward:
            self._reach(each)

    def _goes_round(self) -> bool:
        """True if a message may come to where it has been."""
        comes_from = Counter(each for onward in self._ways.values() for each in onward)
        ends = [each for each in self._ways if not comes_from[each]]
        for each in ends:
            for onward in self._ways[each]:
                comes_from[onward] -= 1
                if not comes_from[onward] and onward in self._ways:
                    ends.append(onward)
        return len(ends) < len(self._ways)

    def _let_die_in(self, queue: Queue) -> None:
        """A message of this queue may be dead-lettered."""
        exchange, key = queue.limits.dead_letter_exchange, queue.limits.dead_letter_routing_key
        if exchange:
            self._lead(queue, [(queue.vhost, exchange)])
        elif exchange is not None and key is None:
            self.is_open = True
        elif exchange is not None and key in queue.vhost.queues:
            self._lead(queue, [queue.vhost.queues[key]])

    def _pass(self, vhost: VirtualHost, name: str) -> None:
        """A message may come to this exchange."""
        exchange = vhost.exchanges.get(name)
        if exchange is None:
            return
        onward: list[Place] = []
        if exchange.alternate is not None:
            onward.append((vhost, exchange.alternate))
        for kind, destination in dict.fromkeys(binding.destination for binding in exchange.bindings):
            onward.append(vhost.queues[destination] if kind == "queue" else (vhost, destination))
        self._lead((vhost, name), onward)

    def _enter(self, queue: Queue) -> None:
        """A message may come to this queue, or what is there may be handed on."""
        self._let_die_in(queue)
        for consumer in queue.consumers:
            self._reach(consumer.channel)

    def _end(self, channel: Channel) -> None:
        """A channel may be sent something, and be closed for holding it too long; then others get what was its own."""
        unacked = channel.unacked
        if self._serves(channel.key[0]) or channel.transaction is not None or len(unacked) > _MANY_UNACKED:
            self.is_open = True
            return
        for consumer in channel.consumers.values():
            self._reach(consumer.queue)
        for entry in unacked.values():
            self._reach(entry.queue)
