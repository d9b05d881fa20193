"""Policies: what an operator lays down for queues and exchanges by their names, without a client's doing.

Which policy is in force, what it comes to together with an operator policy and a queue's own arguments, and what
RabbitMQ refuses of one (recordings: the areas `policies` and `operator_policies`).
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from fakeamqp.model.arguments import (
    FILTER_SIZES,
    LARGEST_SEGMENT,
    QueueArguments,
    is_integer,
    microseconds,
    parse_max_age,
)
from fakeamqp.model.choice import BY_CHANCE, Choose
from fakeamqp.model.erlang import erlang_json
from fakeamqp.model.pattern import InvalidPattern, check_pattern, matches
from fakeamqp.model.profile import Profile
from fakeamqp.model.values import NO_TABLE


class InvalidPolicy(ValueError):
    """A policy that RabbitMQ refuses; its text is the reason that the management API gives.

    reason: the same before it is dressed up for the web.
    """

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


@attrs.frozen
class Policy:
    """A policy, or an operator policy, of one virtual host.

    pattern: a regular expression, searched for in names; see `pattern` for where it is not read as RabbitMQ does.
    definition: JSON values by key, sorted by key. priority: of several that match, the highest is in force.
    apply_to: `queues`, `exchanges`, `all`; from RabbitMQ 4 on also `classic_queues`, `quorum_queues`, `streams`.
    """

    name: str
    pattern: str
    definition: Mapping[str, Any]
    priority: float = 0
    apply_to: str = "all"

    def concerns(self, name: str, kind: str, profile: Profile) -> bool:
        """True if it may be in force for what has that name. kind: `exchange`, or a queue's type.

        A single key that a type of queue does not have keeps all of it from a queue of that type.
        """
        return (
            kind in APPLIES_TO[self.apply_to]
            and self.definition.keys().isdisjoint(foreign_keys(kind, profile))
            and matches(self.pattern, name, profile)
        )


APPLIES_TO: dict[str, tuple[str, ...]] = {
    "all": ("exchange", "classic", "quorum", "stream"),
    "queues": ("classic", "quorum", "stream"),
    "exchanges": ("exchange",),
    "classic_queues": ("classic",),
    "quorum_queues": ("quorum",),
    "streams": ("stream",),
}
"""Kinds by what `apply_to` says."""

_MIRRORING = frozenset(
    {"ha-mode", "ha-params", "ha-sync-mode", "ha-sync-batch-size", "ha-promote-on-shutdown", "ha-promote-on-failure"}
)
_OF_STREAMS = frozenset({"initial-cluster-size", "max-age", "stream-max-segment-size-bytes"})
_FOREIGN: dict[str, frozenset[str]] = {
    "exchange": frozenset(),
    "classic": _OF_STREAMS | {"dead-letter-strategy", "delivery-limit", "target-group-size"},
    "quorum": _OF_STREAMS | _MIRRORING | {"queue-mode", "queue-master-locator"},
    "stream": _MIRRORING
    | {
        "dead-letter-exchange",
        "dead-letter-routing-key",
        "dead-letter-strategy",
        "delivery-limit",
        "expires",
        "max-in-memory-bytes",
        "max-in-memory-length",
        "max-length",
        "message-ttl",
        "overflow",
        "queue-master-locator",
        "queue-mode",
        "target-group-size",
    },
}


def foreign_keys(kind: str, profile: Profile) -> frozenset[str]:
    """The keys that keep a policy from exchanges, or from queues of that type; others that mean nothing do not."""
    if kind == "classic":
        return _FOREIGN[kind] | profile.foreign_policy_keys_of_classic
    return _FOREIGN[kind]


# --- which one is in force


@attrs.frozen
class InForce:
    """What is in force for one queue or exchange.

    definition: that of both together, as RabbitMQ's listings tell it as `effective_policy_definition`.
    """

    policy: Policy | None = None
    operator_policy: Policy | None = None
    definition: Mapping[str, Any] = NO_TABLE


NONE_IN_FORCE = InForce()


class Policies:
    """The policies and operator policies of a virtual host, each by name."""

    def __init__(self) -> None:
        self.policies: dict[str, Policy] = {}
        self.operator_policies: dict[str, Policy] = {}

    def __bool__(self) -> bool:
        return bool(self.policies or self.operator_policies)

    def table(self, *, operators: bool) -> dict[str, Policy]:
        """The operator policies, or the others, by name."""
        return self.operator_policies if operators else self.policies

    def in_force(self, name: str, kind: str, profile: Profile, choose: Choose) -> InForce:
        """What is in force for that queue or exchange."""
        policy = _strongest(self._concerning(self.policies, name, kind, profile), choose)
        operator_policy = _strongest(self._concerning(self.operator_policies, name, kind, profile), choose)
        if policy is None and operator_policy is None:
            return NONE_IN_FORCE
        return InForce(policy, operator_policy, merge_policies(policy, operator_policy, profile))

    def _concerning(self, table: Mapping[str, Policy], name: str, kind: str, profile: Profile) -> Iterator[Policy]:
        return (policy for policy in table.values() if policy.concerns(name, kind, profile))


def _strongest(policies: Iterator[Policy], choose: Choose) -> Policy | None:
    """The one of highest priority.

    Which of equals that is, a real broker's hash table decides by the names of vhost and policies.
    """
    found = sorted(policies, key=lambda policy: policy.name)
    if not found:
        return None
    highest = max(policy.priority for policy in found)
    equals = [policy for policy in found if policy.priority == highest]
    if len(equals) == 1:
        return equals[0]
    names = ", ".join(policy.name for policy in equals)
    chosen: Policy = choose(equals, f"{BY_CHANCE}which of the policies {names} is in force")
    return chosen


# --- what several come to together


def merge_policies(policy: Policy | None, operator_policy: Policy | None, profile: Profile) -> Mapping[str, Any]:
    """The definition of both together: the keys of either; for a key of both what limits more, else the operator's."""
    mine = NO_TABLE if policy is None else policy.definition
    theirs = NO_TABLE if operator_policy is None else operator_policy.definition
    merged = {**mine, **theirs}
    for key in mine.keys() & theirs.keys():
        if key in _STRICTER:
            merged[key] = _STRICTER[key](mine[key], theirs[key], profile)
    return dict(sorted(merged.items()))


def _smaller(one: Any, other: Any, profile: Profile) -> Any:
    return min(one, other)


def _larger(one: Any, other: Any, profile: Profile) -> Any:
    return max(one, other)


def _smaller_delivery_limit(one: int, other: int, profile: Profile) -> int:
    """Where a negative limit is none, another one counts."""
    if profile.quorum_negative_limit_is_none and (one < 0 or other < 0):
        return max(one, other)
    return min(one, other)


_STRICTER: dict[str, Callable[[Any, Any, Profile], Any]] = {
    "expires": _smaller,
    "consumer-timeout": _smaller,
    "message-ttl": _smaller,
    "max-length": _smaller,
    "max-length-bytes": _smaller,
    "max-in-memory-length": _smaller,
    "max-in-memory-bytes": _smaller,
    "delivery-limit": _smaller_delivery_limit,
    "target-group-size": _larger,
    "delayed-retry-min": _larger,
    "delayed-retry-max": _smaller,
}


def _as_it_is(value: Any) -> Any:
    return value


def _age(value: str) -> int | None:
    return microseconds(parse_max_age(value) or 0)


# By key: the field of QueueArguments, and the value in its unit. What is not here, RabbitMQ's clients do not see.
_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "expires": ("expires_us", microseconds),
    "consumer-timeout": ("consumer_timeout_us", microseconds),
    "message-ttl": ("message_ttl_us", microseconds),
    "dead-letter-exchange": ("dead_letter_exchange", _as_it_is),
    "dead-letter-routing-key": ("dead_letter_routing_key", _as_it_is),
    "dead-letter-strategy": ("dead_letter_strategy", _as_it_is),
    "max-length": ("max_length", _as_it_is),
    "max-length-bytes": ("max_bytes", _as_it_is),
    "overflow": ("overflow", _as_it_is),
    "delivery-limit": ("delivery_limit", _as_it_is),
    "delayed-retry-type": ("delayed_retry_type", _as_it_is),
    "delayed-retry-min": ("delayed_retry_min_us", microseconds),
    "delayed-retry-max": ("delayed_retry_max_us", microseconds),
    "max-age": ("max_age_us", _age),
    "stream-max-segment-size-bytes": ("segment_bytes", _as_it_is),
}


def merge_arguments(arguments: QueueArguments, definition: Mapping[str, Any], profile: Profile) -> QueueArguments:
    """What is in force for a queue with these arguments under this definition.

    Of a limit in both the smaller counts, of the type of delayed retries, and for a stream of all, the policy's, and of
    anything else the argument.
    """
    changes: dict[str, Any] = {}
    for key in definition.keys() & _FIELDS.keys():
        field, read = _FIELDS[key]
        by_policy, by_argument = read(definition[key]), getattr(arguments, field)
        if by_argument is None or arguments.queue_type == "stream" or key == "delayed-retry-type":
            changes[field] = by_policy
        elif key == "delayed-retry-min":  # of two policies it is the larger
            changes[field] = min(by_argument, by_policy)
        elif key in _STRICTER:
            changes[field] = _STRICTER[key](by_argument, by_policy, profile)
    return attrs.evolve(arguments, **changes) if changes else arguments


# --- what is refused

CRASHED = "HTTP 500"
"""The reason where RabbitMQ gives none: it crashes on the value."""

_Check = Callable[[str, Any, Profile], "str | None"]
"""What is wrong with the value of a key, None if nothing is."""


def make_policy(
    name: str, pattern: Any, definition: Any, priority: Any, apply_to: Any, profile: Profile, *, operators: bool = False
) -> Policy:
    """A policy, or with `operators` an operator policy, if RabbitMQ takes it. Raises InvalidPolicy with all reasons."""
    if not isinstance(definition, Mapping):
        raise InvalidPolicy(CRASHED, CRASHED)
    ordered = dict(sorted(definition.items()))
    complaints = (
        _complaint_of_definition(ordered, profile, operators=operators),
        _complaint_of_apply_to(apply_to, profile),
        _complaint_of_pattern(pattern, profile),
        None if _is_number(priority) else f"priority should be a number, actually was {erlang_json(priority, profile)}",
    )
    reasons = [complaint for complaint in complaints if complaint is not None]
    if CRASHED in reasons:
        raise InvalidPolicy(CRASHED, CRASHED)
    if reasons:
        text = "\n".join(reasons)
        # 3.10 and 4.0 make a web page of it, but not of an operator policy's.
        shown = html.escape(text, quote=False) if profile.escapes_policy_reasons and not operators else text
        raise InvalidPolicy(f"Validation failed\n\n{shown}\n", text)
    return Policy(name, pattern, ordered, priority, apply_to)


def _complaint_of_apply_to(apply_to: Any, profile: Profile) -> str | None:
    if apply_to in profile.policies_apply_to:
        return None
    if not isinstance(apply_to, str) and apply_to is not None:
        return CRASHED
    word = "null" if apply_to is None else apply_to
    return f"apply-to '{word}' unrecognised; should be {profile.policies_apply_to_text}"


def _complaint_of_pattern(pattern: Any, profile: Profile) -> str | None:
    if not isinstance(pattern, str):
        return f"pattern should be a binary but was {erlang_json(pattern, profile)}"
    beginning = "pattern should be regular expression but is invalid: "
    try:
        check_pattern(pattern, profile)
    except InvalidPattern as invalid:
        return beginning + invalid.described(column=len(beginning))
    return None


def _complaint_of_definition(definition: Mapping[str, Any], profile: Profile, *, operators: bool) -> str | None:
    """The first bad value in the order of the keys, else all keys that are not known."""
    if not definition:
        return "no policy provided"
    known = _OPERATORS_CHECKS if operators else _CHECKS
    unknown_here = profile.unknown_operator_policy_keys if operators else profile.unknown_policy_keys
    first = profile.checks_master_locator_first
    for key in sorted(definition, key=lambda key: (key == "queue-master-locator") != first):
        if key in known and key not in unknown_here:
            complaint = known[key](key, definition[key], profile)
            if complaint is not None:
                return complaint
    complaint = _complaint_of_delayed_retries(definition) if "delayed-retry-min" not in unknown_here else None
    if complaint is None and not _MIRRORING.isdisjoint(definition) and "ha-mode" in known.keys() - unknown_here:
        complaint = _complaint_of_mirroring(definition, profile)
    if complaint is not None:
        return complaint
    unknown = [(key, value) for key, value in definition.items() if key not in known or key in unknown_here]
    if not unknown:
        return None
    return f"{erlang_json(unknown, profile)} are not recognised policy settings"


def _complaint_of_delayed_retries(definition: Mapping[str, Any]) -> str | None:
    kind, least, most = (definition.get(f"delayed-retry-{what}") for what in ("type", "min", "max"))
    if kind not in (None, "disabled") and least is None:
        return f"delayed-retry-min is required when delayed-retry-type is {kind}"
    if least is not None and most is not None and most < least:
        return f"delayed-retry-max ({most}) must not be smaller than delayed-retry-min ({least})"
    return None


def _complaint_of_mirroring(definition: Mapping[str, Any], profile: Profile) -> str | None:
    if "ha-mode" not in definition:
        return "ha-mode must be specified to specify ha-params, ha-sync-mode or ha-promote-on-shutdown"
    mode = definition["ha-mode"]
    if not isinstance(mode, str):
        return CRASHED
    params = definition.get("ha-params")
    shown = "none" if params is None else erlang_json(params, profile)
    if mode == "all" and params is not None:
        return 'ha-mode="all" does not take parameters'
    if mode == "exactly" and not is_integer(params):
        return f'ha-mode="exactly" takes an integer, {shown} given'
    if mode == "nodes" and params == []:
        return 'ha-mode="nodes" list must be non-empty'
    if mode == "nodes" and not isinstance(params, list):
        return f'ha-mode="nodes" takes a list, {shown} given'
    if mode not in ("all", "exactly", "nodes"):
        return f"{erlang_json(mode, profile)} is not a valid ha-mode value"
    for key, words in (
        ("ha-sync-mode", ("manual", "automatic")),
        ("ha-promote-on-shutdown", ("always", "when-synced")),
        ("ha-promote-on-failure", ("always", "when-synced")),
    ):
        if key in definition and definition[key] not in words:
            return f'{key} must be "{words[0]}" or "{words[1]}", got {erlang_json(definition[key], profile)}'
    size = definition.get("ha-sync-batch-size", 1)
    if not is_integer(size) or size < 1:
        return f"ha-sync-batch-size takes an integer greater than 0, {erlang_json(size, profile)} given"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _integer(what: str, least: int, most: int | None = None) -> _Check:
    def check(key: str, value: Any, profile: Profile) -> str | None:
        if is_integer(value) and value >= least and (most is None or value <= most):
            return None
        return f"{erlang_json(value, profile)} is not a valid {what}"

    return check


def _text(what: str) -> _Check:
    def check(key: str, value: Any, profile: Profile) -> str | None:
        return None if isinstance(value, str) else f"{erlang_json(value, profile)} is not a valid {what}"

    return check


def _one_of(what: str, *words: object) -> _Check:
    def check(key: str, value: Any, profile: Profile) -> str | None:
        if any(value == word and type(value) is type(word) for word in words):
            return None
        return f"{erlang_json(value, profile)} is not a valid {what}"

    return check


def _delivery_limit(key: str, value: Any, profile: Profile) -> str | None:
    if is_integer(value) and (value >= 0 or profile.quorum_negative_limit_is_none):
        return None
    return f"{erlang_json(value, profile)} is not a valid delivery limit"


def _max_age(key: str, value: Any, profile: Profile) -> str | None:
    if value == [] and not profile.crashes_on_max_age:
        return "[] is not a valid max age"
    if not isinstance(value, str) or (profile.crashes_on_max_age and not value[:1].isdecimal()):
        return CRASHED
    return None if parse_max_age(value) else f"{erlang_json(value, profile)} is not a valid max age"


def _master_locator(key: str, value: Any, profile: Profile) -> str | None:
    if not profile.permits("queue_master_locator"):
        return "use of deprecated queue-master-locator argument is not permitted"
    if value in ("client-local", "random", "min-masters"):
        return None
    if profile.major < 4:
        return f"{erlang_json(value, profile)} invalid queue-master-locator value"
    return f"{erlang_json(value, profile)} is not a valid master locator"


def _with_the_rest(key: str, value: Any, profile: Profile) -> str | None:
    """Checked together with its kin."""
    return None


_OPERATORS_CHECKS: dict[str, _Check] = {
    "delayed-retry-max": _integer("delayed retry maximum delay. Must be a positive integer", 1),
    "delayed-retry-min": _integer("delayed retry minimum delay. Must be a positive integer", 1),
    "delayed-retry-type": _one_of(
        "delayed retry type. Must be one of: all, failed, returned, disabled", "all", "failed", "returned", "disabled"
    ),
    "delivery-limit": _delivery_limit,
    "expires": _integer("queue expiry", 1),
    "max-in-memory-bytes": _integer("maximum memory in bytes", 0),
    "max-in-memory-length": _integer("maximum memory in bytes", 0),
    "max-length": _integer("maximum length", 0),
    "max-length-bytes": _integer("maximum length in bytes", 0),
    "message-ttl": _integer("message TTL", 0),
    "overflow": _one_of("overflow value", "drop-head", "reject-publish", "reject-publish-dlx"),
    "queue-master-locator": _master_locator,
    "queue-version": _one_of("queue-version value", 1, 2),
    "target-group-size": _integer("qq target count value", 1),
}

_CHECKS: dict[str, _Check] = {
    **_OPERATORS_CHECKS,
    **dict.fromkeys(sorted(_MIRRORING), _with_the_rest),
    "alternate-exchange": _text("alternate exchange name"),
    "consumer-disconnected-timeout": _integer("consumer disconnected timeout", 0),
    "consumer-timeout": _integer("consumer timeout", 0),
    "dead-letter-exchange": _text("dead letter exchange name"),
    "dead-letter-routing-key": _text("dead letter routing key"),
    "dead-letter-strategy": _one_of("dead letter strategy", "at-most-once", "at-least-once"),
    "initial-cluster-size": _integer("cluster size", 0),
    "max-age": _max_age,
    "queue-leader-locator": _one_of(
        "queue leader locator value", "client-local", "balanced", "random", "least-leaders"
    ),
    "queue-mode": _one_of("queue-mode value", "default", "lazy"),
    "stream-filter-size-bytes": _integer("filter size. Valid range is 16-255", FILTER_SIZES[0], FILTER_SIZES[-1]),
    "stream-max-segment-size-bytes": _integer("segment size", 0, LARGEST_SEGMENT),
}
