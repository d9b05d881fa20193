"""Rules for dead letters: where they are lost, and where they go round for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fakeamqp.model.exchanges.topic_trie import words_of
from fakeamqp.views.lint.finding import Said, listed, rule
from fakeamqp.views.lint.routes import ANY_KEY
from fakeamqp.views.lint.topology import Queue, Topology, VirtualHost

_MOST_KEYS = 64
"""Of a queue with more keys than this every key is taken to be possible, and none to be sure."""


@rule("dlx-missing", "error")
def dlx_missing(topology: Topology) -> Iterator[Said]:
    """A queue whose dead-letter exchange there is not: its dead letters are lost without a word.

    RabbitMQ takes the queue; the exchange may be declared later.
    """
    for vhost, queue in topology.queues():
        name = queue.dead_letter_exchange
        if name and name not in vhost.exchanges:
            yield (
                queue.where,
                f"{queue.where} dead-letters to exchange '{name}', which there is not: its dead letters are lost; "
                f"declare '{name}' and bind a queue to it",
            )


@rule("dlx-unroutable", "warning")
def dlx_unroutable(topology: Topology) -> Iterator[Said]:
    """A queue whose dead letters, or some of them, reach no queue from their exchange.

    They carry the key of `x-dead-letter-routing-key`, or keep their own. Of a queue with bindings of a topic exchange
    the shortest key is told that it takes and that is lost later.
    """
    for vhost, queue in topology.queues():
        exchange = queue.dead_letter_exchange
        if exchange is None or vhost.type_of(exchange) is None:
            continue
        for pattern in _sure_keys(vhost, queue):
            lost = vhost.routes.lost_key(exchange, pattern)
            if lost is not None:
                through = (
                    f"exchange '{exchange}'" if exchange else "the default exchange, where keys are names of queues"
                )
                yield (
                    queue.where,
                    f"{queue.where} dead-letters to {through}, from where key '{lost}' reaches no queue; bind a "
                    "queue for it, or set x-dead-letter-routing-key",
                )
                break


def _sure_keys(vhost: VirtualHost, queue: Queue) -> Iterable[tuple[str, ...]]:
    """Patterns of keys, all of which its dead letters may have; nothing where that is not known."""
    if queue.dead_letter_key is not None:
        return [tuple(words_of(queue.dead_letter_key))]
    found = vhost.routes.keys_of(queue)
    return [] if found is None or len(found) > _MOST_KEYS else found


def _possible_keys(vhost: VirtualHost, queue: Queue) -> Iterable[tuple[str, ...]]:
    """Patterns of keys that its dead letters may have."""
    if queue.dead_letter_key is not None:
        return [tuple(words_of(queue.dead_letter_key))]
    found = vhost.routes.keys_of(queue)
    return [ANY_KEY] if found is None or len(found) > _MOST_KEYS else found


@rule("dlx-cycle", "warning")
def dlx_cycle(topology: Topology) -> Iterator[Said]:
    """Queues whose dead letters come back to where they died.

    What a consumer rejects each time goes round for ever, which is how a message that nobody can process keeps a system
    busy: count its `x-death`, and after so many rounds acknowledge it and publish it to a queue where it may lie. What
    comes back without a rejection on the way, such as by expiry alone, is dropped by RabbitMQ.
    """
    for vhost in topology.vhosts.values():
        ways = _ways(vhost)
        for ring in _rings(ways):
            first = vhost.queues[ring[0]]
            path = " -> ".join(f"'{name}'" for name in (*ring, ring[0]))
            yield (
                first.where,
                f"{first.where} gets its own dead letters back, {path}: what is rejected each time goes round for ever"
                + _without_rejection([vhost.queues[name] for name in ring])
                + "; count x-death in the consumer and park what has come too often",
            )


def _without_rejection(queues: list[Queue]) -> str:
    if all(queue.setting("message-ttl") is not None for queue in queues):
        return ", and what expires all the way round is dropped"
    return ""


def _ways(vhost: VirtualHost) -> dict[str, list[str]]:
    """The queues to which dead letters of a queue may come, by name."""
    found = {}
    for queue in vhost.queues.values():
        exchange = queue.dead_letter_exchange
        if exchange is not None and vhost.type_of(exchange) is not None:
            met: dict[str, None] = {}
            for pattern in _possible_keys(vhost, queue):
                met.update(vhost.routes.queues_met(exchange, pattern))
            found[queue.name] = list(met)
    return found


def _rings(ways: dict[str, list[str]]) -> Iterator[list[str]]:
    """One shortest ring for each set of queues that all lead to each other."""
    told: set[str] = set()
    for name in ways:
        if name not in told:
            ring = _ring(name, ways)
            if ring:
                told |= _both_ways(name, ways)
                yield ring


def _ring(begin: str, ways: dict[str, list[str]]) -> list[str]:
    """The shortest way from a queue back to it; empty if there is none."""
    came_from: dict[str, str] = {}
    todo = [begin]
    for name in todo:  # grows as it is read
        for following in ways.get(name, ()):
            if following == begin:
                path = [name]
                while path[-1] != begin:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if following not in came_from:
                came_from[following] = name
                todo.append(following)
    return []


def _both_ways(begin: str, ways: dict[str, list[str]]) -> set[str]:
    """The queues that lead to a queue and to which it leads."""
    back: dict[str, list[str]] = {}
    for name, following in ways.items():
        for each in following:
            back.setdefault(each, []).append(name)
    return _reached(begin, ways) & _reached(begin, back)


def _reached(begin: str, ways: dict[str, list[str]]) -> set[str]:
    found, todo = {begin}, [begin]
    while todo:
        for each in ways.get(todo.pop(), ()):
            if each not in found:
                found.add(each)
                todo.append(each)
    return found


@rule("ttl-without-dlx", "warning")
def ttl_without_dlx(topology: Topology) -> Iterator[Said]:
    """A queue whose messages expire, and that has no dead-letter exchange: they vanish.

    Meant so where old messages are worth nothing, such as prices; a loss where they are work.
    """
    for _, queue in topology.queues():
        ttl = queue.setting("message-ttl")
        if ttl is not None and queue.dead_letter_exchange is None and queue.type != "stream":
            yield (
                queue.where,
                f"{queue.where} has a message TTL of {ttl} ms and no dead-letter exchange: what expires is lost; set "
                "x-dead-letter-exchange, or ignore this where old messages are worth nothing",
            )


@rule("delivery-limit-without-dlx", "warning", by_version=True)
def delivery_limit_without_dlx(topology: Topology) -> Iterator[Said]:
    """A quorum queue without a dead-letter exchange drops what has come back as often as its delivery limit says.

    From RabbitMQ 4.0 on every quorum queue has such a limit, 20 unless it says otherwise; -1 is none.
    """
    for _, queue in topology.queues():
        if queue.type == "quorum" and queue.dead_letter_exchange is None:
            given = queue.setting("delivery-limit")
            limit = topology.profile.quorum_delivery_limit if given is None else given
            if limit is None or (limit < 0 and topology.profile.quorum_negative_limit_is_none):
                continue
            told = f"RabbitMQ {topology.profile.name}'s delivery limit of" if given is None else "a delivery limit of"
            yield (
                queue.where,
                f"{queue.where} has {told} {limit} and no dead-letter exchange: what comes back more often is "
                "lost; set x-dead-letter-exchange",
            )


@rule("dead-letter-key-without-dlx", "warning")
def dead_letter_key_without_dlx(topology: Topology) -> Iterator[Said]:
    """A dead-letter key, or strategy, of a policy where no dead-letter exchange is in force: it does nothing.

    As an argument RabbitMQ refuses the key; of a policy it takes it.
    """
    keys = ("dead-letter-routing-key", "dead-letter-strategy")
    for _, queue in topology.queues():
        if queue.dead_letter_exchange is None and queue.type != "stream":
            found = [key for key in keys if key in queue.in_force]
            if found:
                yield (
                    queue.where,
                    f"{queue.where} has {listed(found)} by policy and no dead-letter exchange, without which "
                    "nothing comes of it; set dead-letter-exchange, too",
                )
