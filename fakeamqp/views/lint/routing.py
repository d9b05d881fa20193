"""Rules for exchanges, bindings and keys: what reaches nothing, and what adds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fakeamqp.model.exchanges.headers_match import PRESENT, Asked, wanted
from fakeamqp.model.exchanges.topic_trie import ANY_WORDS, ONE_WORD, words_of
from fakeamqp.model.profile import Profile
from fakeamqp.views.lint.finding import Said, Where, rule
from fakeamqp.views.lint.keys import Key
from fakeamqp.views.lint.topology import Binding, Topology, VirtualHost
from fakeamqp.views.lint.words import OTHER, Patterns, holds

LONGEST_KEY = 255
"""What a routing key may be long, in bytes: AMQP 0-9-1 has a short string for it."""

_LOOKS_AT_ARGUMENTS = ("headers", "x-jms-topic")
_WILDCARDS = (ONE_WORD, ANY_WORDS)


@rule("binding-end-missing", "error")
def binding_end_missing(topology: Topology) -> Iterator[Said]:
    """A binding from or to what the file does not declare.

    RabbitMQ 3.10 passes over it without a word; from 4.0 on the import is refused, and what comes after it is not
    there.
    """
    for vhost in topology.vhosts.values():
        for binding in vhost.lacking:
            missing = []
            if binding.source not in vhost.exchanges:
                missing.append(f"exchange '{binding.source}'")
            kind, name = binding.destination
            if name not in (vhost.queues if kind == "queue" else vhost.exchanges):
                missing.append(f"{kind} '{name}'")
            yield (
                binding.where,
                f"{binding.where} has no {' and no '.join(missing)} to bind; declare what is missing, or take the "
                "binding away",
            )


@rule("binding-never-matches", "warning")
def binding_never_matches(topology: Topology) -> Iterator[Said]:
    """A binding that no message can satisfy.

    A headers binding whose `x-match` is `any` and that names no header to compare (those that begin with `x-` do not
    count under `any`); a binding to a topic or direct exchange whose keys would all be longer than the 255 bytes that a
    routing key may have.
    """
    for vhost, binding in topology.bindings():
        kind = vhost.type_of(binding.source)
        if kind == "headers":
            mode, asked = _asked(binding.arguments, topology.profile)
            if mode == "any" and not asked:
                yield (
                    binding.where,
                    f"{binding.where} asks for any of no headers, which no message has; name a header to compare"
                    + _skipped(binding.arguments),
                )
        elif kind in ("topic", "direct"):
            shortest = _shortest(binding.key, is_topic=kind == "topic")
            if shortest > LONGEST_KEY:
                yield (
                    binding.where,
                    f"{binding.where} waits for keys of {shortest} bytes or more, and a routing key has {LONGEST_KEY} "
                    "at most; shorten it",
                )


def _skipped(arguments: Mapping[str, Any]) -> str:
    skipped = [name for name in arguments if name.startswith("x-") and name != "x-match"]
    return f", or have x-match any-with-x, which looks at {', '.join(skipped)}" if skipped else ""


def _shortest(key: str, *, is_topic: bool) -> int:
    words = words_of(key)
    literal = [word for word in words if not is_topic or word != ANY_WORDS]
    dots = max(len(literal) - 1, 0)
    return dots + sum(len(word.encode()) for word in literal if not is_topic or word != ONE_WORD)


@rule("binding-shadowed", "warning")
def binding_shadowed(topology: Topology) -> Iterator[Said]:
    """A binding that adds nothing: whatever it takes, another one takes from the same source to the same destination.

    A queue gets one copy of a message however many bindings match, so the binding may go, or was meant otherwise:
    `order.#` beside `order.*.us`, a second binding of a queue to a fanout exchange, a headers binding that asks for all
    that another one asks for, and for more. Not looked at where bindings are weights, as for x-consistent-hash.
    """
    for vhost in topology.vhosts.values():
        groups: dict[tuple[str, object], list[Binding]] = {}
        for binding in vhost.bindings:
            groups.setdefault((binding.source, binding.destination), []).append(binding)
        for (source, _), group in groups.items():
            if len(group) > 1:
                yield from _shadowed(vhost.type_of(source), group, topology.profile)


def _shadowed(kind: str | None, group: list[Binding], profile: Profile) -> Iterator[Said]:
    if kind == "topic":
        pairs = _topics(group)
    elif kind == "headers":
        pairs = _headers(group, profile)
    elif kind in ("direct", "fanout"):
        pairs = _equals(group, by_key=kind == "direct")
    else:
        return
    for binding, wider in pairs:
        yield (
            binding.where,
            f"{binding.where} adds nothing to {_of(wider)}, which takes all that it takes; take one of them away",
        )


def _of(binding: Binding) -> str:
    arguments = ", ".join(f"{name}: {value}" for name, value in binding.arguments.items())
    told = [f"key '{binding.key}'"] if binding.key or not arguments else []
    told += [f"arguments {arguments}"] if arguments else []
    return f"that with {' and '.join(told)}"


def _equals(group: list[Binding], *, by_key: bool) -> Iterator[tuple[Binding, Binding]]:
    first: dict[str, Binding] = {}
    for binding in group:
        known = first.setdefault(binding.key if by_key else "", binding)
        if known is not binding:
            yield binding, known


def _topics(group: list[Binding]) -> Iterator[tuple[Binding, Binding]]:
    """Each binding that another one holds, with that one. Of two that hold each other the later one is shadowed."""
    yield from _equals(group, by_key=True)
    patterns: Patterns[int] = Patterns()
    alone = list({binding.key: binding for binding in reversed(group)}.values())[::-1]
    words = [words_of(binding.key) for binding in alone]
    for place, binding in enumerate(alone):
        patterns.add(binding.key, place)
    for place, binding in enumerate(alone):
        # One key of the narrow pattern leaves few of the others: each that holds it takes this key, too.
        hardest = [OTHER if word in _WILDCARDS else word for word in words[place]]
        for other in patterns.match(hardest):
            if other != place and holds(words[other], words[place]):
                if other > place and holds(words[place], words[other]):
                    continue
                yield binding, alone[other]
                break


def _headers(group: list[Binding], profile: Profile) -> Iterator[tuple[Binding, Binding]]:
    asked = [_asked(binding.arguments, profile) for binding in group]
    counts = _counted(asked)
    by_sign = _by_rarest_sign(asked, counts)
    for place, (mode, own) in enumerate(asked):
        if mode == "any" and not own:
            continue  # never matches, which is told elsewhere
        # What one of several implies each of them implies: the rarest has the fewest to be compared with.
        signs = own if mode == "all" else [min(own, key=counts.__getitem__)]
        candidates = (
            other
            for sign in (_NOTHING, *signs, *((name, PRESENT) for name, _ in signs))
            for other in by_sign.get(sign, ())
            if other != place
        )
        for other in candidates:
            if _implies(asked[place], asked[other]) and (other < place or not _implies(asked[other], asked[place])):
                yield group[place], group[other]
                break


_Condition = tuple[str, "dict[Asked, None]"]
_NOTHING: Asked = ("", None)


def _asked(arguments: Mapping[str, Any], profile: Profile) -> _Condition:
    """What a headers binding asks for: `all` or `any` of these."""
    mode = arguments.get("x-match", "all")
    mode = mode if isinstance(mode, str) else "all"
    with_x = mode.endswith("-with-x")
    return (
        "any" if mode.startswith("any") else "all",
        {
            (name, PRESENT if value is None else wanted(value, profile)): None
            for name, value in arguments.items()
            if name != "x-match" and (with_x or not name.startswith("x-"))
        },
    )


def _counted(conditions: list[_Condition]) -> dict[Asked, int]:
    counts: dict[Asked, int] = {}
    for _, asked in conditions:
        for sign in asked:
            counts[sign] = counts.get(sign, 0) + 1
    return counts


def _by_rarest_sign(conditions: list[_Condition], counts: Mapping[Asked, int]) -> dict[Asked, list[int]]:
    """Where to find those that a condition may imply: of what all of must be there, the rarest will do."""
    found: dict[Asked, list[int]] = {}
    for place, (mode, asked) in enumerate(conditions):
        rarest = [min(asked, key=counts.__getitem__)] if asked else [_NOTHING]
        for sign in rarest if mode == "all" else asked:
            found.setdefault(sign, []).append(place)
    return found


def _implies(narrow: _Condition, wide: _Condition) -> bool:
    """True if every message that satisfies the one satisfies the other, too."""
    (narrow_mode, narrow_asked), (wide_mode, wide_asked) = narrow, wide
    if wide_mode == "all" and not wide_asked:
        return True
    if narrow_mode == "all":
        met = (_is_met(sign, narrow_asked) for sign in wide_asked)
        return all(met) if wide_mode == "all" else any(met)
    if wide_mode == "all":
        return all(_is_met(wide_sign, {sign: None}) for sign in narrow_asked for wide_sign in wide_asked)
    return all(any(_is_met(wide_sign, {sign: None}) for wide_sign in wide_asked) for sign in narrow_asked)


def _is_met(sign: Asked, asked: Mapping[Asked, None]) -> bool:
    name, value = sign
    return sign in asked or (value is PRESENT and any(name == other for other, _ in asked))


@rule("wildcard-is-literal", "warning")
def wildcard_is_literal(topology: Topology) -> Iterator[Said]:
    """A `*` or `#` that is no wildcard.

    A direct exchange compares keys as they are, and in the pattern of a topic exchange only a whole word between dots
    is a wildcard: `order*` and `order.#x` wait for these very letters.
    """
    for vhost, binding in topology.bindings():
        kind = vhost.type_of(binding.source)
        words = words_of(binding.key)
        if kind == "direct" and any(word in _WILDCARDS for word in words):
            yield (
                binding.where,
                f"{binding.where} waits for this very key, as exchange '{binding.source}' is a direct one; for "
                "wildcards it has to be a topic exchange",
            )
        elif kind == "topic":
            odd = [word for word in words if word not in _WILDCARDS and any(sign in word for sign in _WILDCARDS)]
            if odd:
                yield (
                    binding.where,
                    f"{binding.where} waits for the very word '{odd[0]}': a wildcard is a whole word between dots",
                )


@rule("binding-arguments-ignored", "info")
def binding_arguments_ignored(topology: Topology) -> Iterator[Said]:
    """Arguments of a binding that route nothing.

    Only headers exchanges, and those of the JMS plugin, look at them; elsewhere they tell two bindings apart, and that
    is all. In a headers binding those that begin with `x-` count under `all-with-x` and `any-with-x` alone.
    """
    for vhost, binding in topology.bindings():
        kind = vhost.type_of(binding.source)
        if kind not in _LOOKS_AT_ARGUMENTS and binding.arguments:
            yield (
                binding.where,
                f"{binding.where} has the arguments {', '.join(binding.arguments)}, at which a {kind} exchange "
                "does not look; take them away, or make it a headers exchange",
            )
        elif kind == "headers" and not str(binding.arguments.get("x-match", "all")).endswith("-with-x"):
            skipped = [name for name in binding.arguments if name.startswith("x-") and name != "x-match"]
            if skipped:
                mode = binding.arguments.get("x-match", "all")
                yield (
                    binding.where,
                    f"{binding.where} does not look at {', '.join(skipped)}: under x-match {mode} names that "
                    f"begin with x- do not count; {mode}-with-x compares them",
                )


@rule("exchange-unreachable", "warning")
def exchange_unreachable(topology: Topology) -> Iterator[Said]:
    """An internal exchange that no message can come to.

    Clients may not publish to it, no binding leads there, and it is nobody's alternate or dead-letter exchange.
    """
    for vhost, exchange, where in topology.exchanges():
        if exchange.internal and exchange.name not in _ways_to_exchanges(vhost):
            yield (
                where,
                f"{where} is internal, so nobody may publish to it, and no binding, alternate exchange or dead-letter "
                "exchange leads there; bind it to an exchange, or take it away",
            )


def _ways_to_exchanges(vhost: VirtualHost) -> set[str]:
    bound = {binding.destination.name for binding in vhost.bindings if binding.destination.kind == "exchange"}
    others = {exchange.alternate for exchange in vhost.exchanges.values()}
    dead = {queue.dead_letter_exchange for queue in vhost.queues.values()}
    return bound | {name for name in others | dead if name is not None}


@rule("exchange-without-queue", "warning")
def exchange_without_queue(topology: Topology) -> Iterator[Said]:
    """An exchange from which no queue can be reached: whatever is published to it is lost.

    Unless consumers declare and bind queues of their own, which no definitions file shows.
    """
    for vhost, exchange, where in topology.exchanges():
        if not vhost.routes.has_way(exchange.name):
            yield (
                where,
                f"{where} leads to no queue, so what is published to it is lost, unless consumers bind queues of their "
                "own; bind a queue, or give it an alternate exchange",
            )


@rule("alternate-missing", "error")
def alternate_missing(topology: Topology) -> Iterator[Said]:
    """An alternate exchange that there is not: what an exchange has no way for is lost all the same."""
    for vhost, exchange, where in topology.exchanges():
        if exchange.alternate and exchange.alternate not in vhost.exchanges:
            yield (
                where,
                f"{where} has the alternate exchange '{exchange.alternate}', which there is not: what it has no "
                f"way for is lost; declare '{exchange.alternate}'",
            )


@rule("key-unroutable", "error")
def key_unroutable(topology: Topology) -> Iterator[Said]:
    """A key of `--keys` that reaches no queue, or whose exchange there is not.

    Of a language such as `order.{created,paid}.*` every key is tried that makes a difference, and the shortest that is
    lost is told.
    """
    for key in topology.keys:
        where = Where(key.vhost, "key", key.written, None, key.line)
        vhost = _vhost_of(key, topology)
        if isinstance(vhost, str):
            yield where, f"key '{key.written}' cannot be tried: {vhost}"
            continue
        for text in key.texts:
            lost = vhost.routes.lost_key(key.exchange, words_of(text))
            if lost is not None:
                yield (
                    where,
                    f"routing key '{lost}' reaches no queue from exchange '{key.exchange}' in vhost '{vhost.name}'"
                    + _waiting_for(vhost, key.exchange)
                    + "; bind a queue for it, or give the exchange an alternate exchange",
                )
                break


_MOST_TOLD = 5


def _waiting_for(vhost: VirtualHost, exchange: str) -> str:
    keys = list(dict.fromkeys(f"'{binding.key}'" for binding in vhost.by_source.get(exchange, ())))
    if not keys:
        return ", which has no bindings"
    told = ", ".join(keys[:_MOST_TOLD]) + (f" and {len(keys) - _MOST_TOLD} more" if len(keys) > _MOST_TOLD else "")
    return f", whose bindings wait for {told}"


def _vhost_of(key: Key, topology: Topology) -> VirtualHost | str:
    """Where a key is published; or why that is not known."""
    vhosts = topology.vhosts
    if key.vhost is not None:
        vhost = vhosts.get(key.vhost)
        if vhost is None:
            return f"there is no vhost '{key.vhost}'"
        missing = vhost.type_of(key.exchange) is None
        return f"there is no exchange '{key.exchange}' in vhost '{key.vhost}'" if missing else vhost
    having = [vhost for vhost in vhosts.values() if vhost.type_of(key.exchange) is not None]
    if len(having) == 1:
        return having[0]
    if not having:
        return f"there is no exchange '{key.exchange}'"
    return (
        f"exchange '{key.exchange}' is in the vhosts {', '.join(vhost.name for vhost in having)}: --vhost says in which"
    )
