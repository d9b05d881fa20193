"""A broker's topology as nodes and edges, for whoever draws it; and how a large one is folded to stay readable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Literal

import attrs

from fakeamqp.model.arguments import QueueArguments
from fakeamqp.model.binding import Binding
from fakeamqp.model.commands import DeclareExchange, DeclareQueue
from fakeamqp.world.live import ExchangeSnapshot, QueueSnapshot, Snapshot, VirtualHostSnapshot

MOST_NODES = 40
"""How many nodes a picture shows one by one; a larger topology is folded."""

MOST_KEYS = 3
"""How many keys stand at an edge; of more their number does."""

_TRAITS = ("durable", "exclusive", "auto_delete", "internal")

Kind = Literal["exchange", "queue"]
State = Literal["there", "missing", "deleted"]
Way = Literal["binding", "dead letters", "alternate", "default"]


@attrs.frozen
class Node:
    """An exchange or a queue, or several that are drawn as one.

    type: of an exchange its type, of a queue `classic`, `quorum` or `stream`; empty if it is missing.
    state: `missing` is named by others and does not exist; `deleted` did exist.
    traits: `durable`, `exclusive`, `auto-delete`, `internal`. limits: what is in force, as name and value in words.
    policy: names of those in force, empty without. ready, unacked, delayed: how many messages; consumers: their tags.
    members: the nodes that are drawn as this one; empty for a single one.
    """

    kind: Kind
    vhost: str
    name: str
    type: str = ""
    state: State = "there"
    traits: tuple[str, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    policy: str = ""
    ready: int = 0
    unacked: int = 0
    delayed: int = 0
    consumers: tuple[str, ...] = ()
    members: tuple[Node, ...] = ()

    @property
    def id(self) -> str:
        """What tells it from all others: kind, virtual host and name; of several, the first one's, and their number."""
        own = f"{self.kind}:{self.vhost}:{self.name}"
        return f"{len(self.members)}*{self.members[0].id}" if self.members else own

    @property
    def title(self) -> str:
        """Its name for people: the default exchange has none of its own."""
        return self.name or "(default exchange)"


@attrs.frozen
class Edge:
    """A way that messages take, from one node to another.

    source, target: ids of nodes. way: `binding`, `dead letters`, `alternate` (what an exchange cannot route) or
    `default` (straight to a queue by its name). labels: each binding's key or arguments, or the key that dead letters
    get; count: how many ways it stands for.
    """

    source: str
    target: str
    way: Way
    labels: tuple[str, ...] = ()
    count: int = 1

    @property
    def label(self) -> str:
        """The labels as long as they are few, else how many there are."""
        keys = [label for label in self.labels if label]
        if not keys:
            return f"{self.count:,} bindings" if self.count > MOST_KEYS and self.way == "binding" else ""
        if len(keys) <= MOST_KEYS:
            return "\n".join(keys)
        return f"{len(keys):,} keys"


@attrs.frozen
class Graph:
    """Nodes in a stable order, virtual host by virtual host, and edges between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def vhosts(self) -> tuple[str, ...]:
        """The virtual hosts that have a node, in order."""
        return tuple(dict.fromkeys(node.vhost for node in self.nodes))


# --- from a snapshot


def graph_of(
    snapshot: Snapshot,
    *,
    vhost: str | None = None,
    used: Iterable[tuple[str, str]] = (),
    gone: Graph | None = None,
) -> Graph:
    """The topology of a broker: what was declared, and those of the exchanges that are always there that are in use.

    vhost: of this one alone; None is all of them. used: the (vhost, queue) that messages went to through the default
    exchange. gone: what was there before and is not any more. Raises KeyError if there is no such virtual host.
    """
    if vhost is not None and vhost not in snapshot.vhosts:
        raise KeyError(f"no vhost {vhost!r}; there are {', '.join(snapshot.vhosts) or 'none'}")
    hosts = [host for name, host in snapshot.vhosts.items() if vhost in (None, name)]
    straight = set(used)
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for host in hosts:
        added = list(_edges_of(host, straight))
        edges += added
        concerned = {end for edge in added for end in (edge.source, edge.target)}
        default = Node("exchange", host.name, "", "direct", traits=("durable",))
        for node in (default, *_nodes_of(host)):
            if node.kind == "queue" or node.id in concerned or not _is_predeclared(node.name):
                nodes[node.id] = node
        if gone is not None:
            nodes.update({node.id: node for node in gone.nodes if node.vhost == host.name and node.id not in nodes})
        for missing in _missing(host.name, added, nodes):
            nodes[missing.id] = missing
    if gone is not None:
        known = {(edge.source, edge.target, edge.way) for edge in edges}
        edges += [
            edge
            for edge in gone.edges
            if (edge.source, edge.target, edge.way) not in known and {edge.source, edge.target} <= nodes.keys()
        ]
    return Graph(tuple(nodes.values()), tuple(edges))


def only(graph: Graph, pattern: str) -> Graph:
    """The nodes whose names match a pattern, as a shell has them (`orders.*`), and what they are directly tied to."""
    chosen = {node.id for node in graph.nodes if fnmatchcase(node.name, pattern)}
    edges = tuple(edge for edge in graph.edges if edge.source in chosen or edge.target in chosen)
    kept = chosen | {end for edge in edges for end in (edge.source, edge.target)}
    return Graph(tuple(node for node in graph.nodes if node.id in kept), edges)


def _is_predeclared(name: str) -> bool:
    return not name or name.startswith("amq.")


def _nodes_of(host: VirtualHostSnapshot) -> Iterator[Node]:
    for exchange in host.exchanges.values():
        yield _exchange_node(host.name, exchange)
    for queue in host.queues.values():
        yield _queue_node(host.name, queue)


def _exchange_node(vhost: str, exchange: ExchangeSnapshot) -> Node:
    return Node(
        "exchange",
        vhost,
        exchange.name,
        exchange.type,
        traits=traits_of(exchange),
        policy=exchange.policy or "",
    )


def _queue_node(vhost: str, queue: QueueSnapshot) -> Node:
    return Node(
        "queue",
        vhost,
        queue.name,
        queue.kind,
        traits=traits_of(queue),
        limits=tuple(limits_of(queue.in_force)),
        policy=", ".join(filter(None, (queue.policy, queue.operator_policy))),
        ready=len(queue.messages),
        unacked=queue.unacked,
        delayed=queue.delayed,
        consumers=queue.consumers,
    )


def traits_of(declared: ExchangeSnapshot | QueueSnapshot | DeclareExchange | DeclareQueue) -> tuple[str, ...]:
    """What holds of it: `durable`, `exclusive`, `auto-delete`, `internal`."""
    return tuple(trait.replace("_", "-") for trait in _TRAITS if getattr(declared, trait, False))


def limits_of(limits: QueueArguments) -> Iterator[tuple[str, str]]:
    """What a queue limits, as RabbitMQ calls it, and the value in words; nothing for what is not set."""
    for name, value in (
        ("max-length", _number(limits.max_length)),
        ("max-length-bytes", _size(limits.max_bytes)),
        ("message-ttl", _span(limits.message_ttl_us)),
        ("expires", _span(limits.expires_us)),
        ("overflow", limits.overflow if limits.overflow != "drop-head" else None),
        ("max-priority", _number(limits.max_priority)),
        ("delivery-limit", "none" if (limits.delivery_limit or 0) < 0 else _number(limits.delivery_limit)),
        ("single-active-consumer", "yes" if limits.single_active_consumer else None),
        ("max-age", _span(limits.max_age_us)),
        ("delayed-retry", limits.delayed_retry_type if limits.delayed_retry_min_us else None),
    ):
        if value is not None:
            yield name, value


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"


def _size(value: int | None) -> str | None:
    if value is None:
        return None
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= length:
            return f"{value / length:.4g} {unit}"
    return f"{value} B"


def _span(value_us: int | None) -> str | None:
    return None if value_us is None else span(value_us)


def span(value_us: int) -> str:
    """A length of time in words, exactly: `0 s`, `250 ms`, `90 s`, `12 h`, `3 d`."""
    for unit, length in (("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000)):
        if value_us and value_us % length == 0:
            return f"{value_us // length} {unit}"
    if value_us % 1_000_000 == 0:
        return f"{value_us // 1_000_000} s"
    if value_us < 1_000_000:
        return f"{value_us / 1_000:.3f}".rstrip("0").rstrip(".") + " ms"
    return f"{value_us / 1_000_000:.6f}".rstrip("0") + " s"


def _edges_of(host: VirtualHostSnapshot, used: set[tuple[str, str]]) -> Iterator[Edge]:
    for exchange in host.exchanges.values():
        yield from _bindings_of(host.name, exchange)
        if exchange.alternate is not None:
            yield Edge(_id("exchange", host, exchange.name), _id("exchange", host, exchange.alternate), "alternate")
    for queue in host.queues.values():
        if (host.name, queue.name) in used or any(not message.exchange for message in queue.messages):
            yield Edge(_id("exchange", host, ""), _id("queue", host, queue.name), "default")
    for queue in host.queues.values():
        if queue.in_force.dead_letter_exchange is not None:
            yield _dead_letters(host, queue)


def _bindings_of(vhost: str, exchange: ExchangeSnapshot) -> Iterator[Edge]:
    """One edge for all bindings between the same two."""
    pairs: dict[str, list[Binding]] = {}
    for binding in exchange.bindings:
        pairs.setdefault(f"{binding.destination.kind}:{vhost}:{binding.destination.name}", []).append(binding)
    for target, bindings in pairs.items():
        labels = tuple(_label(binding, exchange.type) for binding in bindings)
        yield Edge(f"exchange:{vhost}:{exchange.name}", target, "binding", labels, len(bindings))


def _label(binding: Binding, exchange_type: str) -> str:
    """A binding as it is told apart: a key means nothing to a fanout or headers exchange, arguments only to some."""
    shown = [f"{name}={value}" for name, value in binding.arguments.items()]
    key = "" if exchange_type in ("headers", "fanout") else binding.routing_key
    if exchange_type == "direct" and not key and not shown:
        key = "''"
    return " ".join(filter(None, (key, ", ".join(shown))))


def _dead_letters(host: VirtualHostSnapshot, queue: QueueSnapshot) -> Edge:
    """To the exchange; where that is the default one and the key is known, straight to the queue of that name."""
    exchange, key = queue.in_force.dead_letter_exchange or "", queue.in_force.dead_letter_routing_key
    source = _id("queue", host, queue.name)
    if not exchange and key is not None:
        return Edge(source, _id("queue", host, key), "dead letters")
    return Edge(source, _id("exchange", host, exchange), "dead letters", () if key is None else (key,))


def _missing(vhost: str, edges: Iterable[Edge], nodes: Mapping[str, Node]) -> Iterator[Node]:
    for edge in edges:
        if edge.target not in nodes:
            kind, _, name = edge.target.partition(f":{vhost}:")
            yield Node("exchange" if kind == "exchange" else "queue", vhost, name, state="missing")


def _id(kind: Kind, host: VirtualHostSnapshot, name: str) -> str:
    return f"{kind}:{host.name}:{name}"


# --- folding

_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[.\-_:/ ]")


def folded(graph: Graph, most: int = MOST_NODES) -> Graph:
    """The same with what is alike drawn as one, if it has more than so many nodes.

    First those go together whose names differ in digits alone and that have the same type, limits and neighbours; if
    that is not enough, those of one type whose names differ in digits; then those whose names begin with the same word;
    then all of one type of a virtual host; and at last all of one type.
    """
    if len(graph.nodes) <= most:
        return graph
    found = graph
    for alike in (_by_neighbours(graph), _by_digits, _by_word, _by_type, _by_type_alone):
        found = _fold(graph, alike)
        if len(found.nodes) <= most:
            break
    return found


def _by_neighbours(graph: Graph) -> Callable[[Node], object]:
    names = {node.id: (node.vhost, node.kind, _DIGITS.sub("#", node.name)) for node in graph.nodes}
    around: dict[str, set[object]] = {}
    for edge in graph.edges:
        around.setdefault(edge.source, set()).add((edge.way, "to", names[edge.target]))
        around.setdefault(edge.target, set()).add((edge.way, "from", names[edge.source]))
    return lambda node: (_by_digits(node), node.limits, frozenset(around.get(node.id, ())))


def _by_digits(node: Node) -> object:
    return (_by_type(node), _DIGITS.sub("#", node.name))


def _by_word(node: Node) -> object:
    return (_by_type(node), _DIGITS.sub("#", _WORD.split(node.name)[0]))


def _by_type(node: Node) -> object:
    return (node.vhost, _by_type_alone(node))


def _by_type_alone(node: Node) -> object:
    return (node.kind, node.type, node.state)


def _fold(graph: Graph, alike: Callable[[Node], object]) -> Graph:
    groups: dict[object, list[Node]] = {}
    for node in graph.nodes:
        groups.setdefault(alike(node), []).append(node)
    drawn: dict[str, Node] = {}
    for members in groups.values():
        drawn |= dict.fromkeys((node.id for node in members), _as_one(members)) if len(members) > 2 else {}
    nodes = {shown.id: shown for shown in (drawn.get(node.id, node) for node in graph.nodes)}
    return Graph(tuple(nodes.values()), tuple(_joined(graph.edges, {old: node.id for old, node in drawn.items()})))


def _as_one(members: list[Node]) -> Node:
    first = members[0]
    of_one_vhost = all(node.vhost == first.vhost for node in members)
    return attrs.evolve(
        first,
        vhost=first.vhost if of_one_vhost else "several virtual hosts",
        name=_common_name([node.title for node in members]),
        traits=first.traits if all(node.traits == first.traits for node in members) else (),
        limits=first.limits if all(node.limits == first.limits for node in members) else (),
        policy=first.policy if all(node.policy == first.policy for node in members) else "",
        ready=sum(node.ready for node in members),
        unacked=sum(node.unacked for node in members),
        delayed=sum(node.delayed for node in members),
        consumers=tuple(tag for node in members for tag in node.consumers),
        members=tuple(members),
    )


def _common_name(names: list[str]) -> str:
    """`node-0001 … node-0500`: the first and the last; `orders…` if they have no more than a beginning in common."""
    if len({_DIGITS.sub("#", name) for name in names}) == 1:
        return f"{names[0]} … {names[-1]}"
    common = names[0]
    for name in names:
        while not name.startswith(common):
            common = common[:-1]
    return f"{common}…" if common else f"{names[0]}, {names[1]}, …"


def _joined(edges: Iterable[Edge], drawn: Mapping[str, str]) -> Iterator[Edge]:
    together: dict[tuple[str, str, Way], list[Edge]] = {}
    for edge in edges:
        ends = drawn.get(edge.source, edge.source), drawn.get(edge.target, edge.target)
        together.setdefault((*ends, edge.way), []).append(edge)
    for (source, target, way), several in together.items():
        labels = tuple(dict.fromkeys(label for edge in several for label in edge.labels))
        yield Edge(source, target, way, labels, sum(edge.count for edge in several))


def totals(graph: Graph) -> str:
    """What is in it, in words: `2 exchanges, 3 queues, 4 bindings`."""
    nodes = [single for node in graph.nodes for single in (node.members or (node,)) if single.state == "there"]
    kinds = Counter(node.kind for node in nodes)
    bindings = sum(edge.count for edge in graph.edges if edge.way == "binding")
    told = [(kinds["exchange"], "exchange"), (kinds["queue"], "queue"), (bindings, "binding")]
    return ", ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in told)
