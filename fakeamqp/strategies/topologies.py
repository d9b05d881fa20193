"""Whole topologies: exchanges of all types, queues with arguments, bindings, dead-lettering, alternate exchanges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from fakeamqp.model.profile import PROFILES
from fakeamqp.strategies.commands import EXCHANGES, QUEUES, queue_arguments
from fakeamqp.strategies.keys import binding_keys, routing_keys
from fakeamqp.strategies.script import call
from fakeamqp.strategies.tables import header_bindings
from fakeamqp.world.broker import Broker

Table = Mapping[str, Any]
_NOTHING: Table = {}


@attrs.frozen
class ExchangeMade:
    """An exchange as it is declared."""

    name: str
    type: str
    arguments: Table = _NOTHING
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False

    def __str__(self) -> str:
        flags = _set(self, ("durable", "auto_delete", "internal", "arguments"))
        return call("channel.exchange_declare", self.name, self.type, **flags)


@attrs.frozen
class QueueMade:
    """A queue as it is declared."""

    name: str
    arguments: Table = _NOTHING
    durable: bool = True
    auto_delete: bool = False

    def __str__(self) -> str:
        return call("channel.queue_declare", self.name, **_set(self, ("durable", "auto_delete", "arguments")))


@attrs.frozen
class BindingMade:
    """A binding. kind: of its destination, `queue` or `exchange`."""

    source: str
    kind: str
    destination: str
    routing_key: str = ""
    arguments: Table = _NOTHING

    def __str__(self) -> str:
        more = _set(self, ("arguments",))
        if self.kind == "queue":
            return call("channel.queue_bind", self.destination, self.source, self.routing_key, **more)
        return call("channel.exchange_bind", self.destination, self.source, self.routing_key, **more)


def _set(made: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(made, name))}


@attrs.frozen
class Topology:
    """What a virtual host has in it; as text, the lines of pika code that declare it on `channel`."""

    exchanges: Sequence[ExchangeMade] = ()
    queues: Sequence[QueueMade] = ()
    bindings: Sequence[BindingMade] = ()

    @property
    def lines(self) -> list[str]:
        """A line of pika code for each exchange, queue and binding, in an order in which they can be declared."""
        return [str(made) for made in (*self.exchanges, *self.queues, *self.bindings)]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def declare(self, channel: Any) -> None:
        """Declare it all on one of pika's blocking channels. Raises what pika raises if it is refused."""
        for line in self.lines:
            exec(line, {"channel": channel})

    def definitions(self, version: str, vhost: str = "/") -> dict[str, Any]:
        """The same as a definitions file of this version holds it, for `Broker(version, definitions=…)`."""
        in_vhost = {"vhost": vhost}
        return {
            "rabbitmq_version": PROFILES[version].release,
            "vhosts": [{"name": vhost}],
            "exchanges": [
                {**attrs.asdict(each), "arguments": dict(each.arguments), **in_vhost} for each in self.exchanges
            ],
            "queues": [{**attrs.asdict(each), "arguments": dict(each.arguments), **in_vhost} for each in self.queues],
            "bindings": [
                {
                    "source": each.source,
                    "destination": each.destination,
                    "destination_type": each.kind,
                    "routing_key": each.routing_key,
                    "arguments": dict(each.arguments),
                    **in_vhost,
                }
                for each in self.bindings
            ],
        }

    @classmethod
    def of(cls, broker: Broker, vhost: str = "/") -> Topology:
        """What a broker has there, without RabbitMQ's own exchanges and without exclusive queues."""
        there = broker.snapshot().vhosts[vhost]
        exchanges = [
            ExchangeMade(each.name, each.type, each.arguments, each.durable, each.auto_delete, each.internal)
            for each in there.exchanges.values()
            if not each.name.startswith("amq.")
        ]
        queues = [
            QueueMade(each.name, each.arguments, each.durable, each.auto_delete)
            for each in there.queues.values()
            if not each.exclusive
        ]
        named = {each.name for each in queues}
        bindings = [
            BindingMade(each.source, each.destination.kind, each.destination.name, each.routing_key, each.arguments)
            for each in broker.bindings(vhost)
            if each.destination.kind == "exchange" or each.destination.name in named
        ]
        return cls(exchanges, queues, bindings)

    def around(self, exchange: str, queues: Iterable[str] = ()) -> Topology:
        """The part of it that messages may pass which enter at an exchange, or at these queues."""
        exchanges, reached = {exchange}, set(queues)
        if not exchange:
            reached |= {each.name for each in self.queues}
        while True:
            before = len(exchanges) + len(reached)
            for binding in self.bindings:
                if binding.source in exchanges:
                    (reached if binding.kind == "queue" else exchanges).add(binding.destination)
            exchanges |= {
                each.arguments["alternate-exchange"]
                for each in self.exchanges
                if each.name in exchanges and "alternate-exchange" in each.arguments
            }
            for queue in self.queues:
                if queue.name in reached and "x-dead-letter-exchange" in queue.arguments:
                    exchanges.add(queue.arguments["x-dead-letter-exchange"])
                    if "x-dead-letter-routing-key" in queue.arguments and not queue.arguments["x-dead-letter-exchange"]:
                        reached.add(queue.arguments["x-dead-letter-routing-key"])
            if len(exchanges) + len(reached) == before:
                return Topology(
                    [each for each in self.exchanges if each.name in exchanges],
                    [each for each in self.queues if each.name in reached],
                    [
                        each
                        for each in self.bindings
                        if each.source in exchanges
                        and each.destination in (reached if each.kind == "queue" else exchanges)
                    ],
                )


_KEYS = routing_keys(("a", "b"), longest=2)
_PATTERNS = st.one_of(binding_keys(("a", "b"), longest=3), _KEYS)


@st.composite
def topologies(
    draw: st.DrawFn,
    *,
    queues: Sequence[str] = QUEUES,
    exchanges: Sequence[str] = EXCHANGES,
    kinds: Sequence[str] = ("classic", "quorum"),
) -> Topology:
    """A topology that every version accepts, of up to these queues and exchanges.

    An exchange has the type of its name if there is one, else any; kinds: of queues. Dead letters and what is
    unroutable go to exchanges that may or may not be there.
    """
    made = []
    for name in draw(_some_of(exchanges)):
        kind = name if name in EXCHANGES else draw(st.sampled_from(EXCHANGES))
        alternate = draw(st.one_of(st.none(), st.none(), st.sampled_from(exchanges)))
        arguments = {} if alternate is None else {"alternate-exchange": alternate}
        made.append(ExchangeMade(name, kind, arguments, internal=draw(st.sampled_from((False, False, False, True)))))
    declared = [
        QueueMade(name, draw(queue_arguments(draw(st.sampled_from(kinds)), exchanges=exchanges)))
        for name in draw(_some_of(queues))
    ]
    bindings = draw(st.lists(_binding(made, declared), max_size=6)) if made and declared else []
    return Topology(made, declared, bindings)


def _some_of(names: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=len(names), unique=True)


@st.composite
def _binding(draw: st.DrawFn, exchanges: Sequence[ExchangeMade], queues: Sequence[QueueMade]) -> BindingMade:
    source = draw(st.sampled_from(exchanges))
    to_exchange = draw(st.sampled_from((False, False, False, True)))
    arguments = draw(header_bindings()) if source.type == "headers" else {}
    destinations = st.sampled_from([each.name for each in exchanges] if to_exchange else [each.name for each in queues])
    return BindingMade(
        source.name, "exchange" if to_exchange else "queue", draw(destinations), draw(_PATTERNS), arguments
    )


def definitions(version: str = "4.3", **parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Definitions of a topology, as JSON holds them, for `Broker(version, definitions=…)`. parts: as `topologies`."""
    return topologies(**parts).map(lambda drawn: json.loads(json.dumps(drawn.definitions(version))))
