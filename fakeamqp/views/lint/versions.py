"""Rules for versions: what RabbitMQ refuses, leaves out, does not know, ignores, deprecates, and what it changes.

What is refused or left out is found by bringing the file into a broker of that version, see `trial`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fakeamqp.model.arguments import QUEUE_KINDS, supported_arguments
from fakeamqp.model.exchanges import PLUGINS
from fakeamqp.model.pattern import matches
from fakeamqp.model.profile import PROFILES, Profile
from fakeamqp.views.lint.finding import Said, Where, few, rule
from fakeamqp.views.lint.topology import Exchange, LaidDown, Queue, Topology, VirtualHost

_ADVICE = {
    r'"ha-': "mirrored queues are no more: declare quorum queues, and take the keys that begin with ha- away",
    r"'x-max-priority'.*rabbit_quorum_queue": "quorum queues have priorities of their own, by what messages say alone: "
    "take it away, or declare a classic queue",
    r"'x-queue-mode'.*rabbit_quorum_queue": "quorum queues keep messages on disk anyhow: take it away",
    r"'x-queue-version'": "take it away",
    r"queue-master-locator|queue_master_locator": "queue-leader-locator has taken its place",
    r"invalid property '(non-durable|auto-delete|exclusive-owner)'": "declare it durable, not exclusive and not "
    "auto-delete, or as a classic queue",
    r"names that begin with 'amq\.'": "give it a name of its own",
    r"Feature `transient_nonexcl_queues`": "declare it durable, or exclusive",
    r"wildcards, at most": "bind once for each case instead",
    r"apply-to '(classic_queues|quorum_queues|streams)'": "lay it down for queues, with a pattern for those alone",
}
"""What to do about a refusal, by what is in its reason."""

_KNOWN_OF_EXCHANGES: dict[str, tuple[str, ...]] = {
    "x-consistent-hash": ("hash-header", "hash-property"),
    "x-delayed-message": ("x-delayed-type",),
    "x-recent-history": ("x-recent-history-length", "x-recent-history-no-store"),
}

# What brokers read, and neither check nor refuse.
_READ_UNCHECKED = ("x-quorum-target-group-size",)


@rule("refused", "error", by_version=True, upgrade="always")
def refused(topology: Topology) -> Iterator[Said]:
    """What the target version refuses; the message quotes its reason.

    The import ends there, and what comes after it is not brought in. Plugins that RabbitMQ brings along count as
    switched on.
    """
    for where, reason in topology.trial.refused:
        yield where, f"{where} is refused by RabbitMQ {topology.profile.release}: {reason}{_advice(reason)}"


@rule("passed-over", "error", by_version=True, upgrade="always")
def passed_over(topology: Topology) -> Iterator[Said]:
    """What the target version leaves out of an import without a word, where a client would have been refused."""
    for where, reason in topology.trial.passed_over:
        # What follows the first sentence is RabbitMQ's advice to its operator.
        told = re.sub(r"\s+", " ", reason.partition("\nThe feature will")[0].partition("\nIts use will")[0]).strip(".")
        yield (
            where,
            f"{where} is left out by RabbitMQ {topology.profile.release} without a word: {told}{_advice(reason)}",
        )


@rule("declared-twice", "warning")
def declared_twice(topology: Topology) -> Iterator[Said]:
    """A queue or an exchange that the file declares a second time: the first one stays, whatever the second says."""
    for where, _ in topology.trial.twice:
        yield where, f"{where} is declared twice, and the first one stays as it is; take one of them away"


@rule("vhost-missing", "warning")
def vhost_missing(topology: Topology) -> Iterator[Said]:
    """A virtual host that the file uses and does not declare, though it declares others.

    The import is refused unless the broker has it already.
    """
    content = topology.definitions.content
    if content.get("vhosts"):
        declared = {row.get("name") for row in content["vhosts"] if isinstance(row, Mapping)} | {"/"}
        for name in topology.vhosts:
            if name not in declared:
                where = Where(None, "vhost", name)
                yield where, f"{where} is not declared by the file, which uses it; add it to 'vhosts'"


@rule("plugin-needed", "info")
def plugin_needed(topology: Topology) -> Iterator[Said]:
    """An exchange of a type that comes with a plugin: without that, RabbitMQ refuses the file."""
    types = {kind.TYPE: plugin for plugin, kinds in PLUGINS.items() for kind in kinds}
    content = topology.definitions.content.get("exchanges")
    listed = content if isinstance(content, list | tuple) else ()
    for _, _, where in topology.exchanges():
        kind = listed[where.index].get("type")
        if kind in types:
            yield where, f"{where} is of type {kind}, for which the plugin {types[kind]} has to be switched on"


@rule("argument-unknown", "warning", by_version=True, upgrade="new")
def argument_unknown(topology: Topology) -> Iterator[Said]:
    """An argument of a queue or an exchange that the target version does not know: it is kept, and does nothing.

    A slip of the pen, such as `x-mesage-ttl` or `message-ttl`, or an argument of another version.
    """
    of_queues = {name for kind in QUEUE_KINDS for name in supported_arguments(kind, topology.profile)}
    for _, queue in topology.queues():
        for name in queue.arguments:
            if name not in of_queues and name not in _READ_UNCHECKED:
                yield queue.where, _unknown(queue.where, name, of_queues, topology.profile)
    for _, exchange, where in topology.exchanges():
        known = _known_of(exchange, topology, where)
        for name in exchange.arguments:
            if name not in known:
                yield where, _unknown(where, name, known, topology.profile)


def _known_of(exchange: Exchange, topology: Topology, where: Where) -> set[str]:
    declared = topology.definitions.content["exchanges"][where.index].get("type")
    kinds = (declared, exchange.type)
    return {"alternate-exchange"}.union(*(_KNOWN_OF_EXCHANGES.get(kind, ()) for kind in kinds))


def _unknown(where: Where, name: str, known: set[str], profile: Profile) -> str:
    others = [
        other.name
        for other in PROFILES.values()
        if any(name in supported_arguments(kind, other) for kind in QUEUE_KINDS)
    ]
    begun = f"{where} has the argument {name}, which RabbitMQ {profile.name} does not know and ignores"
    if others and where.kind == "queue":
        return f"{begun}; {' and '.join(others)} know{'s' if len(others) == 1 else ''} it"
    near = difflib.get_close_matches(name, sorted(known), 1, 0.75)
    if f"x-{name}" in known:
        near = [f"x-{name}"]
    return f"{begun}; " + (f"was {near[0]} meant?" if near else "take it away")


_Ignored = Callable[[Any, Queue, Profile], "str | None"]


def _queue_mode(value: Any, queue: Queue, profile: Profile) -> str | None:
    if value == "lazy" and queue.type == "classic" and profile.major >= 4:
        return "classic queues keep their messages on disk whatever it says"
    return None


def _in_memory(value: Any, queue: Queue, profile: Profile) -> str | None:
    return "quorum queues keep no bodies of messages in memory" if queue.type == "quorum" else None


def _overflow(value: Any, queue: Queue, profile: Profile) -> str | None:
    if value == "reject-publish-dlx" and queue.type == "quorum":
        return "quorum queues take it for drop-head; reject-publish is what they have"
    return None


def _strategy(value: Any, queue: Queue, profile: Profile) -> str | None:
    if value == "at-least-once" and queue.type == "quorum" and queue.setting("overflow") != "reject-publish":
        return "without overflow reject-publish dead letters go at-most-once"
    return None


_IGNORED: dict[str, _Ignored] = {
    "queue-mode": _queue_mode,
    "max-in-memory-length": _in_memory,
    "max-in-memory-bytes": _in_memory,
    "overflow": _overflow,
    "dead-letter-strategy": _strategy,
}


def _ignored_of(queue: Queue, topology: Topology) -> Iterator[tuple[str, str]]:
    """Keys that are set for a queue, and why nothing comes of them."""
    for key, look in _IGNORED.items():
        value = queue.setting(key)
        why = None if value is None else look(value, queue, topology.profile)
        if why is not None:
            yield key, why


def _ignored_under(laid: LaidDown, vhost: VirtualHost, topology: Topology) -> dict[tuple[str, str], list[str]]:
    """The same for a policy, with the queues."""
    found: dict[tuple[str, str], list[str]] = {}
    if laid.policy.definition.keys().isdisjoint(_IGNORED):
        return found
    for queue in vhost.queues.values():
        if laid.policy.concerns(queue.name, queue.type, topology.profile):
            for key, why in _ignored_of(queue, topology):
                if key in laid.policy.definition and f"x-{key}" not in queue.arguments:
                    found.setdefault((key, why), []).append(queue.name)
    return found


@rule("argument-ignored", "warning", by_version=True, upgrade="new")
def argument_ignored(topology: Topology) -> Iterator[Said]:
    """An argument, or a policy's key, that the target version takes and of which nothing comes.

    Lazy queues, limits of what quorum queues keep in memory, `reject-publish-dlx` of quorum queues, `at-least-once`
    without `reject-publish`, and the default queue type of a virtual host on 3.10.
    """
    for _, queue in topology.queues():
        for key, why in _ignored_of(queue, topology):
            if f"x-{key}" in queue.arguments:
                yield queue.where, f"{queue.where} has x-{key}, which does nothing: {why}"
    for vhost in topology.vhosts.values():
        for laid in vhost.policies:
            for (key, why), queues in _ignored_under(laid, vhost, topology).items():
                yield laid.where, f"{laid.where} has {key}, which does nothing for {few(queues)}: {why}"
    if not topology.profile.has_default_queue_type:
        for where, kind in _default_types(topology):
            yield (
                where,
                f"{where} has the default queue type {kind}, which RabbitMQ {topology.profile.name} ignores; give each "
                "queue its x-queue-type",
            )


def _default_types(topology: Topology) -> Iterator[tuple[Where, str]]:
    for index, row in enumerate(topology.definitions.content.get("vhosts") or ()):
        if isinstance(row, Mapping) and isinstance(row.get("metadata"), Mapping):
            kind = row["metadata"].get("default_queue_type")
            if kind in ("quorum", "stream"):
                yield Where(None, "vhost", str(row.get("name")), "vhosts", index), kind


@rule("deprecated", "warning", by_version=True, upgrade="new")
def deprecated(topology: Topology) -> Iterator[Said]:
    """What the target version still permits and calls deprecated: it will be denied, then be gone.

    Queues that are neither durable nor exclusive, and queue-master-locator. `deprecated_features.permit.… = false` of a
    broker's configuration denies it today.
    """
    for _, queue in topology.queues():
        if not queue.durable and queue.type == "classic" and _is_permitted("transient_nonexcl_queues", topology):
            yield (
                queue.where,
                f"{queue.where} is neither durable nor exclusive{_called('transient_nonexcl_queues', topology)}; "
                "declare it durable, or exclusive",
            )
        if "x-queue-master-locator" in queue.arguments and _is_permitted("queue_master_locator", topology):
            yield (
                queue.where,
                f"{queue.where} has x-queue-master-locator{_called('queue_master_locator', topology)}; "
                "x-queue-leader-locator takes its place",
            )
    for vhost in topology.vhosts.values():
        for laid in vhost.policies:
            if "queue-master-locator" in laid.policy.definition and _is_permitted("queue_master_locator", topology):
                yield (
                    laid.where,
                    f"{laid.where} has queue-master-locator{_called('queue_master_locator', topology)}; "
                    "queue-leader-locator takes its place",
                )


def _is_permitted(feature: str, topology: Topology) -> bool:
    return feature in topology.profile.deprecated_features and topology.profile.permits(feature)


def _called(feature: str, topology: Topology) -> str:
    phase = topology.profile.deprecated_features[feature].replace("_", " ")
    return f", which RabbitMQ {topology.profile.name} calls deprecated ({feature}, {phase})"


# --- what changes from one version to another


@rule("changed-delivery-limit", "warning", by_version=True, upgrade="new", alone=True)
def changed_delivery_limit(topology: Topology) -> Iterator[Said]:
    """Quorum queues get a delivery limit of 20 from RabbitMQ 4.0 on: what comes back more often leaves the queue.

    Before, a message came back as often as a consumer returned it.
    """
    limit = topology.profile.quorum_delivery_limit
    if limit is None or topology.origin is None or topology.origin.quorum_delivery_limit == limit:
        return
    for _, queue in topology.queues():
        if queue.type == "quorum" and queue.setting("delivery-limit") is None:
            end = "is dead-lettered" if queue.dead_letter_exchange is not None else "is lost"
            yield (
                queue.where,
                f"{queue.where} has no delivery limit and gets one of {limit}: what comes back more often {end}; set "
                "x-delivery-limit, -1 for none",
            )


@rule("changed-policy", "warning", by_version=True, upgrade="new", alone=True)
def changed_policy(topology: Topology) -> Iterator[Said]:
    """A queue or exchange for which other policies are in force after the upgrade.

    Versions differ in which keys keep a policy away from which type of queue. Policies that are refused are told as
    such.
    """
    if topology.origin is None:
        return
    before = topology.under(topology.origin)
    told = {where for each in (before, topology) for where, _ in each.trial.refused}
    for name, vhost in topology.vhosts.items():
        gone = [laid.policy for laid in (*vhost.policies, *before.vhosts[name].policies) if laid.where in told]
        for queue in vhost.queues.values():
            old = before.vhosts[name].queues[queue.name]
            if any(matches(policy.pattern, queue.name, topology.profile) for policy in gone):
                continue
            if old.in_force != queue.in_force:
                changed = sorted(
                    key for key in {*old.in_force, *queue.in_force} if old.in_force.get(key) != queue.in_force.get(key)
                )
                yield (
                    queue.where,
                    f"{queue.where} is under other policies than in RabbitMQ {topology.origin.name}: "
                    f"{', '.join(changed)} "
                    f"{'is' if len(changed) == 1 else 'are'} not what it was; lay it down in a policy of its own",
                )


@rule("changed-numbers", "warning", by_version=True, upgrade="new", alone=True)
def changed_numbers(topology: Topology) -> Iterator[Said]:
    """A headers binding that asks for a number with a point: from RabbitMQ 4.0 on 1.0 is not equal to 1."""
    if topology.origin is None or not topology.origin.headers_float_equals_int:
        return
    if topology.profile.headers_float_equals_int:
        return
    for vhost, binding in topology.bindings():
        if vhost.type_of(binding.source) == "headers":
            names = [name for name, value in binding.arguments.items() if isinstance(value, float)]
            if names:
                yield (
                    binding.where,
                    f"{binding.where} asks for {', '.join(names)} as a number with a point, which whole numbers do not "
                    "equal any more; publish it as such, too",
                )


@rule("changed-message-size", "info", by_version=True, upgrade="new", alone=True)
def changed_message_size(topology: Topology) -> Iterator[Said]:
    """The largest message: 128 MiB up to 3.x, 16 MiB from RabbitMQ 4.0 on, unless the configuration says otherwise."""
    old, new = topology.origin, topology.profile
    if old is not None and new.max_message_size < old.max_message_size:
        yield (
            Where(None, "broker", ""),
            f"the largest message is {new.max_message_size >> 20} MiB, no more {old.max_message_size >> 20} MiB; "
            "what is larger is refused, unless max_message_size is set",
        )


def _advice(reason: str) -> str:
    return next((f"; {advice}" for sign, advice in _ADVICE.items() if re.search(sign, reason)), "")
