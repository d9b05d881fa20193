"""Rules for queues and policies: what may grow without an end, and what is laid down in vain."""

from __future__ import annotations

from collections.abc import Iterator

from fakeamqp.model.pattern import matches
from fakeamqp.model.policy import foreign_keys
from fakeamqp.views.lint.finding import Said, few, listed, rule
from fakeamqp.views.lint.topology import LaidDown, Queue, Topology, VirtualHost

_LIMITS = ("max-length", "max-length-bytes")


@rule("queue-unlimited", "info")
def queue_unlimited(topology: Topology) -> Iterator[Said]:
    """A queue that may grow until the node's disk is full.

    Neither its length nor the age of its messages is limited, by argument or by policy, and it does not go when it is
    unused; a stream without `x-max-age` and `x-max-length-bytes` keeps everything.
    """
    for _, queue in topology.queues():
        keys = ("max-age", "max-length-bytes") if queue.type == "stream" else (*_LIMITS, "message-ttl", "expires")
        if all(queue.setting(key) is None for key in keys):
            yield (
                queue.where,
                f"{queue.where} has no limit and grows while nobody consumes; set "
                f"{' or '.join(f'x-{key}' for key in keys[:2])}, or a policy for many queues at once",
            )


@rule("policy-without-match", "warning", by_version=True)
def policy_without_match(topology: Topology) -> Iterator[Said]:
    """A policy that no queue or exchange of the file is under: its pattern, or `apply-to`, fits none.

    Unless clients declare what it is for.
    """
    for vhost, laid in _policies(topology):
        if not any(_fits(laid, name, kind, topology) for name, kind in _named(vhost)):
            yield (
                laid.where,
                f"{laid.where} with pattern '{laid.policy.pattern}' fits no {_kinds(laid)} of this file; mend its "
                "pattern, or take it away",
            )


@rule("policy-kept-away", "warning", by_version=True, upgrade="new")
def policy_kept_away(topology: Topology) -> Iterator[Said]:
    """A policy that fits a queue by its name and is not in force for it, because of a single key.

    RabbitMQ keeps a whole policy away from a queue whose type does not have one of its keys: `queue-mode` from quorum
    queues, `max-age` from classic ones. The other keys do nothing then, either.
    """
    for vhost, laid in _policies(topology):
        kept: dict[tuple[str, ...], list[Queue]] = {}
        for queue in vhost.queues.values():
            if _fits(laid, queue.name, queue.type, topology) and queue.type in _KINDS:
                foreign = tuple(
                    key for key in laid.policy.definition if key in foreign_keys(queue.type, topology.profile)
                )
                if foreign:
                    kept.setdefault((queue.type, *foreign), []).append(queue)
        for (kind, *keys), queues in kept.items():
            yield (
                laid.where,
                f"{laid.where} is not in force for {few([queue.name for queue in queues])}: {kind} queues do not have "
                f"{listed(keys)}, which keeps all of it away; put that into a policy of its own",
            )


@rule("policy-tie", "warning", by_version=True)
def policy_tie(topology: Topology) -> Iterator[Said]:
    """Two policies of the same priority for one queue or exchange: one of them is in force, and chance says which."""
    for vhost in topology.vhosts.values():
        told: set[tuple[str, str]] = set()
        for name, kind in _named(vhost):
            for one, other in _tied(vhost, name, kind, topology):
                names = one.policy.name, other.policy.name
                if names not in told:
                    told.add(names)
                    yield (
                        other.where,
                        f"{other.where} and '{one.policy.name}' both fit "
                        f"{'exchange' if kind == 'exchange' else 'queue'} "
                        f"'{name}' with priority {other.policy.priority:g}: which of them is in force is left to "
                        "chance; give one of them a higher priority",
                    )


_KINDS = ("classic", "quorum", "stream")


def _policies(topology: Topology) -> Iterator[tuple[VirtualHost, LaidDown]]:
    return ((vhost, laid) for vhost in topology.vhosts.values() for laid in vhost.policies)


def _named(vhost: VirtualHost) -> Iterator[tuple[str, str]]:
    """The names of what policies may be for, each with its kind."""
    yield from ((queue.name, queue.type) for queue in vhost.queues.values())
    yield from ((exchange.name, "exchange") for exchange in vhost.exchanges.values() if exchange.where is not None)


def _fits(laid: LaidDown, name: str, kind: str, topology: Topology) -> bool:
    """True if it is for that, by name and kind; its keys are not looked at."""
    return kind in laid.kinds and matches(laid.policy.pattern, name, topology.profile)


def _tied(vhost: VirtualHost, name: str, kind: str, topology: Topology) -> Iterator[tuple[LaidDown, LaidDown]]:
    for operators in (False, True):
        found = [
            laid
            for laid in vhost.policies
            if laid.operators is operators and laid.policy.concerns(name, kind, topology.profile)
        ]
        if len(found) > 1:
            highest = max(laid.policy.priority for laid in found)
            first, *others = [laid for laid in found if laid.policy.priority == highest]
            yield from ((first, other) for other in others)


def _kinds(laid: LaidDown) -> str:
    words = {"exchange": "exchange", "classic": "classic queue", "quorum": "quorum queue", "stream": "stream"}
    if {*_KINDS} <= {*laid.kinds}:
        return "queue or exchange" if "exchange" in laid.kinds else "queue"
    return words[laid.kinds[0]]
