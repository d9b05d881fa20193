"""What the broker has refused, and so closed a channel or a connection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fakeamqp.model import commands as ask
from fakeamqp.views.explain.near import did_you_mean, nearest
from fakeamqp.views.mistakes.history import History, Refusal
from fakeamqp.views.mistakes.mistake import Mistake
from fakeamqp.views.wording import GONE
from fakeamqp.world.broker import Broker
from fakeamqp.world.place import short

_INEQUIVALENT = re.compile(r"inequivalent arg '([^']*)' for (queue|exchange) '(.*)' in vhost '(.*)': (.*)")
_MISSING = re.compile(r"NOT_FOUND - no (queue|exchange) '(.*)' in vhost '(.*)'")
_LOCKED = re.compile(r"RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '(.*)' in vhost '([^']*)'")
_UNKNOWN_TAG = re.compile(r"PRECONDITION_FAILED - unknown delivery tag (\d+)")
_EXCLUSIVE_USE = re.compile(r"ACCESS_REFUSED - queue '(.*)' in vhost '(.*)' in exclusive use")


def find(broker: Broker, history: History) -> Iterator[Mistake]:
    """A mistake for each refusal that is understood."""
    for refusal in history.refusals:
        mistake = understand(broker, history, refusal)
        if mistake is not None:
            yield mistake


def understand(broker: Broker, history: History, refusal: Refusal) -> Mistake | None:
    """What a refusal is about; None if these rules do not know it."""
    for pattern, explain in _RULES:
        match = pattern.search(refusal.text)
        if match is not None:
            mistake: Mistake | None = explain(broker, history, refusal, *match.groups())
            return mistake
    return None


def _inequivalent(
    broker: Broker, history: History, refusal: Refusal, argument: str, kind: str, name: str, vhost: str, difference: str
) -> Mistake:
    first = history.declared.get((kind, vhost, name))
    if first is None:
        made = "it was there from the start"
    else:
        at = f" at {short(first.place)}" if first.place else ""
        made = f"it was declared{at} with {_arguments(first.command, refusal.step.command)}"
    now = _arguments(refusal.step.command, None if first is None else first.command)
    return Mistake(
        f"{kind} declared twice, and differently",
        f"{kind} {name!r} is declared with {now}, but {made}; {argument!r}: {difference}",
        "declare it the same everywhere, with passive=True where it has to be there already, or delete it first; "
        "what can change later belongs into a policy",
        refusal.step.place,
    )


def _arguments(command: Any, other: Any) -> str:
    """How it is declared, where that is not as the other one has it."""
    fields = [name for name in ("durable", "exclusive", "auto_delete", "internal", "type") if hasattr(command, name)]
    shown = [
        f"{name}={getattr(command, name)!r}"
        for name in fields
        if other is None or getattr(command, name) != getattr(other, name, None)
    ]
    theirs = {} if other is None else dict(other.arguments or {})
    mine = dict(command.arguments or {})
    different = {name: value for name, value in mine.items() if name not in theirs or theirs[name] != value}
    missing = sorted(set(theirs) - set(mine))
    if different:
        shown.append(f"arguments={different!r}")
    if missing:
        shown.append(f"no {', '.join(missing)}")
    return ", ".join(shown) or "the same"


def _missing(broker: Broker, history: History, refusal: Refusal, kind: str, name: str, vhost: str) -> Mistake | None:
    host = broker.model.vhosts.get(vhost)
    if host is None:
        return None
    who = _who(refusal)
    does = _DOES.get(type(refusal.step.command), "asks for")
    deleted = [each for each in history.deleted if (each[1].vhost, each[1].queue) == (vhost, name)]
    if kind == "queue" and deleted:
        step, effect = deleted[-1]
        why = GONE.get(effect.reason, effect.reason)
        return Mistake(
            "queue that is gone",
            f"{who} {does} queue {name!r}, which went at {step.at:g} s: {why}",
            "declare it anew after each connect, or let it live longer: exclusive=False, auto_delete=False",
            refusal.step.place,
        )
    elsewhere = [
        other.name
        for other in broker.model.vhosts.values()
        if other is not host and name in (other.queues if kind == "queue" else other.exchanges)
    ]
    names = list(host.queues if kind == "queue" else host.exchanges)
    if elsewhere:
        return Mistake(
            "wrong virtual host",
            f"{who} {does} {kind} {name!r} in vhost {vhost!r}; it is in vhost {elsewhere[0]!r}",
            f"connect with virtual_host={elsewhere[0]!r}",
            refusal.step.place,
        )
    near = nearest(name, names)
    if near is not None:
        return Mistake(
            f"wrong {kind} name",
            f"{who} {does} {kind} {name!r}, which does not exist in vhost {vhost!r}; there is {near!r}",
            f"name it {near!r}, or declare {name!r} first",
            refusal.step.place,
        )
    return Mistake(
        f"{kind} never declared",
        f"{who} {does} {kind} {name!r}, which nobody has declared in vhost {vhost!r}; {did_you_mean(name, names)}",
        f"declare it before: channel.{kind}_declare({name!r})",
        refusal.step.place,
    )


def _locked(broker: Broker, history: History, refusal: Refusal, name: str, vhost: str) -> Mistake:
    queue = broker.model.vhosts[vhost].queues.get(name) if vhost in broker.model.vhosts else None
    first = history.declared.get(("queue", vhost, name))
    number = None if queue is None else queue.owner
    at = f", at {short(first.place)}" if first is not None and first.place else ""
    by = f"connection {number}" if number is not None else "another connection"
    return Mistake(
        "exclusive queue from another connection",
        f"{_who(refusal)} uses queue {name!r}, which {by} has declared exclusive{at}",
        "use it on that connection alone, or declare it without exclusive=True",
        refusal.step.place,
    )


def _unknown_tag(broker: Broker, history: History, refusal: Refusal, text: str) -> Mistake:
    tag, channel = int(text), (refusal.connection, refusal.channel or 0)
    command: Any = refusal.step.command
    does = {ask.Nack: "nacks", ask.Reject: "rejects"}.get(type(command), "acknowledges")
    key = (channel, tag)
    delivery = history.deliveries.get(key)
    what = f"{_who(refusal)} {does} delivery {tag}"
    if delivery is not None and delivery.no_ack:
        return Mistake(
            f"auto_ack, and {does.removesuffix('s')} all the same",
            f"{what} from queue {delivery.queue!r}, which was consumed with auto_ack=True and so is done with already",
            "consume with auto_ack=False, or leave the acknowledgement out",
            refusal.step.place,
        )
    if key in history.settled:
        at = short(history.settled[key].place)
        return Mistake(
            "acknowledged twice",
            f"{what}, which was settled before{f', at {at}' if at else ''}",
            "acknowledge each delivery once; multiple=True settles all before it as well",
            refusal.step.place,
        )
    others = [other for other, number in history.deliveries if number == tag and other != channel]
    if others:
        connection, number = others[-1]
        return Mistake(
            "acknowledged on another channel",
            f"{what}, which it has never had; channel {number} of connection {connection} has had a delivery {tag}",
            "acknowledge on the channel that the message came on: tags count for each channel by itself",
            refusal.step.place,
        )
    return Mistake(
        "unknown delivery tag",
        f"{what}, which it has never had",
        "pass on method.delivery_tag of the delivery itself",
        refusal.step.place,
    )


def _exclusive_use(broker: Broker, history: History, refusal: Refusal, name: str, vhost: str) -> Mistake:
    holders = [key for key, step in history.consumed.items() if getattr(step.command, "queue", None) == name]
    holder = holders[0] if holders else None
    by = f"consumer {holder[1]!r} of connection {holder[0][0]}" if holder else "another consumer"
    return Mistake(
        "queue that is consumed exclusively",
        f"{_who(refusal)} consumes from queue {name!r}, which is not to be shared: {by} is there already",
        "consume without exclusive=True, or let the others wait with x-single-active-consumer",
        refusal.step.place,
    )


_DOES: dict[type, str] = {
    ask.Publish: "publishes to",
    ask.Consume: "consumes from",
    ask.Get: "gets from",
    ask.BindQueue: "binds",
    ask.BindExchange: "binds",
    ask.DeclareQueue: "asks for",
    ask.DeclareExchange: "asks for",
    ask.PurgeQueue: "purges",
}
_RULES: tuple[tuple[re.Pattern[str], Any], ...] = (
    (_INEQUIVALENT, _inequivalent),
    (_MISSING, _missing),
    (_LOCKED, _locked),
    (_UNKNOWN_TAG, _unknown_tag),
    (_EXCLUSIVE_USE, _exclusive_use),
)


def _who(refusal: Refusal) -> str:
    return f"channel {refusal.channel} of connection {refusal.connection}"
