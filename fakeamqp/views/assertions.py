"""What a test asserts of the messages of a broker, and what it reads when that does not hold."""

from __future__ import annotations

import difflib
import json as json_module
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from fakeamqp.model import effects as told
from fakeamqp.model.message import Message
from fakeamqp.views.explain.story import REASONS, tell_story
from fakeamqp.views.wording import exchange_named, shown
from fakeamqp.world.broker import ANY
from fakeamqp.world.live import MessageView

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

MOST_SHOWN = 5
_FIELDS = ("exchange", "routing_key", "body", "json", "headers")
_JSON_WIDTH = 60


@attrs.frozen
class Wanted:
    """What a message has to be like. Each value is compared by `==`; a pattern (re.Pattern) has to match all of a text,
    a function has to return something true. Of headers, those that are named.

    json: what the body is as JSON.
    """

    exchange: Any = ANY
    routing_key: Any = ANY
    body: Any = ANY
    json: Any = ANY
    headers: Any = ANY
    properties: Mapping[str, Any] = attrs.field(factory=dict)

    @classmethod
    def of(cls, like: Mapping[str, Any]) -> Wanted:
        """What has these names; those that are no field are basic properties."""
        fields = {name: like[name] for name in _FIELDS if name in like}
        return cls(**fields, properties={name: value for name, value in like.items() if name not in _FIELDS})

    def differences(self, message: Message) -> Iterator[str]:
        """What keeps a message from being wanted, a line for each thing."""
        for name in ("exchange", "routing_key"):
            yield from _difference(name, getattr(self, name), getattr(message, name))
        body = self.body.encode() if isinstance(self.body, str) else self.body
        if isinstance(body, re.Pattern) and isinstance(body.pattern, str):
            yield from _difference("body", body, message.body.decode(errors="replace"))
        else:
            yield from _difference("body", body, message.body)
        if self.json is not ANY:
            yield from _json_differences(self.json, message.body)
        has = message.properties.get("headers") or {}
        if callable(self.headers):
            yield from _difference("headers", self.headers, dict(has))
        elif self.headers is not ANY:
            for name, value in self.headers.items():
                yield from _difference(f"header {name!r}", value, has.get(name, MISSING))
        for name, value in self.properties.items():
            yield from _difference(name, value, message.properties.get(name, MISSING))

    def distance(self, message: Message) -> float:
        """How far a message is from being wanted; 0 if it is."""
        far = float(len(list(self.differences(message))))
        if not far:
            return 0.0
        for name in ("exchange", "routing_key", "body"):
            wanted, has = getattr(self, name), getattr(message, name)
            if isinstance(wanted, str) and wanted != has:
                text = has.decode(errors="replace") if isinstance(has, bytes) else has
                far -= difflib.SequenceMatcher(None, wanted, text).ratio()
        has_json = self.json is ANY or message.body[:1] in (b"{", b"[")
        return max(far, 0.01) + (0 if has_json else 10)

    def __str__(self) -> str:
        parts = [f"{name}={_told(getattr(self, name))}" for name in _FIELDS if getattr(self, name) is not ANY]
        parts += [f"{name}={_told(value)}" for name, value in self.properties.items()]
        return " with " + ", ".join(parts) if parts else ""


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


def assert_published(broker: Broker, wanted: Wanted, count: int | None) -> tuple[MessageView, ...]:
    """The messages that were published so. Raises AssertionError if there are none, or not as many."""
    __tracebackhide__ = True
    return _expect(broker, wanted, count, _all(broker), "published")


def assert_routed(broker: Broker, queue: str, wanted: Wanted, count: int | None) -> tuple[MessageView, ...]:
    """Those of them that a queue took, dead letters among them."""
    __tracebackhide__ = True
    taken = _known(broker, _Facts(broker).taken.get(queue, []))
    return _expect(broker, wanted, count, taken, f"routed to queue {queue!r}", why=_why_not_routed)


def assert_acked(broker: Broker, queue: str | None, wanted: Wanted, count: int | None) -> tuple[MessageView, ...]:
    """Those that were acknowledged, in a queue or in any; those that need no acknowledgement as soon as delivered."""
    __tracebackhide__ = True
    numbers = dict.fromkeys(number for where, number in _Facts(broker).acked if queue in (None, where))
    where = "" if queue is None else f" in queue {queue!r}"
    return _expect(broker, wanted, count, _known(broker, numbers), f"acknowledged{where}", why=_story_of_the_last)


def assert_dead_lettered(
    broker: Broker, queue: str | None, reason: str | None, wanted: Wanted, count: int | None
) -> tuple[MessageView, ...]:
    """Those that died in a queue or in any, for a reason or for any."""
    __tracebackhide__ = True
    if reason is not None and reason not in REASONS:
        raise ValueError(f"no message dies for {reason!r}: it is {', '.join(sorted(_DEATHS))}")
    numbers = [
        death.message_id
        for death in _Facts(broker).deaths
        if queue in (None, death.queue) and reason in (None, death.reason)
    ]
    where = "" if queue is None else f" from queue {queue!r}"
    what = f"dead-lettered{where}" + ("" if reason is None else f" because of {reason!r}")
    return _expect(broker, wanted, count, _known(broker, numbers), what, why=_story_of_the_last)


def assert_empty(broker: Broker, queues: Sequence[str], vhost: str) -> None:
    """Nothing is in these queues, or held by a client; none named are all of the virtual host."""
    __tracebackhide__ = True
    host = broker.vhost_named(vhost)
    for name in queues:
        if name not in host.queues:
            raise KeyError(f"no queue {name!r} in vhost {vhost!r}")
    full = [
        queue
        for name, queue in host.queues.items()
        if (not queues or name in queues) and (len(queue.ready) or queue.unacked)
    ]
    if full:
        lines = [f"{queue.name}: {len(queue.ready)} ready, {queue.unacked} unacked" for queue in full]
        for queue in full:
            for entry in list(queue.ready)[:MOST_SHOWN]:
                lines.append(f"  {_address(entry.message)}")
        raise AssertionError("not empty:\n" + _indented(lines))


_DEATHS = ("rejected", "expired", "maxlen", "delivery_limit")


class _Facts:
    """What the trace says of messages.

    taken: the numbers of messages by the queue that took a copy. acked: queues and messages. deaths: in order.
    """

    def __init__(self, broker: Broker) -> None:
        self.taken: dict[str, list[int]] = {}
        self.acked: list[tuple[str, int]] = []
        self.deaths: list[told.DeadLettered] = []
        copies: dict[int, tuple[str, int]] = {}
        origins: dict[int, int] = {}
        for step in broker.trace:
            for effect in step.effects:
                kind = type(effect)
                if kind is told.DeadLettered:
                    first = origins.get(effect.message_id, effect.message_id)
                    self.deaths.append(attrs.evolve(effect, message_id=first))
                    if effect.letter_id is not None:
                        origins[effect.letter_id] = first
                elif kind is told.Routed:
                    number = origins.get(effect.message_id, effect.message_id)
                    for queue, copy in zip(effect.queues, effect.copies, strict=False):
                        self.taken.setdefault(queue, []).append(number)
                        copies[copy] = (queue, number)
                elif kind is told.Settled:
                    self.acked += [copies[copy] for copy in effect.copies if copy in copies]
                elif kind in (told.Delivered, told.GetOk) and effect.no_ack and effect.copy in copies:
                    self.acked.append(copies[effect.copy])


# --- failing


def _all(broker: Broker) -> list[Message]:
    return [each.message for each in broker.published]


def _known(broker: Broker, numbers: Iterable[int]) -> list[Message]:
    """The messages with these numbers, as far as they are remembered."""
    return [message for number in numbers if (message := broker.published.get(number)) is not None]


def _expect(
    broker: Broker,
    wanted: Wanted,
    count: int | None,
    candidates: Sequence[Message],
    what: str,
    why: Callable[[Broker, Message], str] | None = None,
) -> tuple[MessageView, ...]:
    """Those of the candidates that are wanted. why: tells of a message that was published, why it is no candidate."""
    __tracebackhide__ = True
    found = [message for message in candidates if next(wanted.differences(message), None) is None]
    if found if count is None else len(found) == count:
        return _views(found)
    lines = [f"{_number(len(found), count)} {what}{wanted}"]
    if found:
        lines += [f"  {_address(message)}" for message in found[:MOST_SHOWN]]
    else:
        lines += [f"  {line}" for line in _nearest(broker, wanted, _all(broker), why)]
    if broker.published.let_go:
        lines.append(f"  ({broker.published.let_go:,} older messages are not remembered any more)")
    raise AssertionError("\n".join(lines))


def _number(found: int, count: int | None) -> str:
    if not found:
        return "no message was" if count is None else f"0 messages, not {count}, were"
    return f"{found} message{'' if found == 1 else 's'}, not {count}, {'was' if found == 1 else 'were'}"


def _nearest(
    broker: Broker, wanted: Wanted, messages: Sequence[Message], why: Callable[[Broker, Message], str] | None
) -> Iterator[str]:
    if not messages:
        yield "nothing was published at all"
        return
    rows = [(wanted.distance(message), -place, message) for place, message in enumerate(messages)]
    distance, _, message = min(rows, key=lambda row: row[:2])
    yield f"the nearest of {len(messages)} published: {_address(message)}"
    for difference in wanted.differences(message):
        for line in difference.splitlines():
            yield f"  {line}"
    if not distance and why is not None:
        yield from (f"  {line}" for line in why(broker, message).splitlines())


def _story_of_the_last(broker: Broker, message: Message) -> str:
    return str(tell_story(broker, message.id))


def _why_not_routed(broker: Broker, message: Message) -> str:
    headers = message.properties.get("headers") or {}
    return str(broker.explain(exchange=message.exchange, routing_key=message.routing_key, headers=headers))


# --- comparing


def _difference(name: str, wanted: Any, has: Any) -> Iterator[str]:
    if wanted is ANY:
        return
    if isinstance(wanted, re.Pattern):
        if not (isinstance(has, str | bytes) and isinstance(has, type(wanted.pattern)) and wanted.fullmatch(has)):
            yield f"{name} is {_told(has)}, which {_told(wanted)} does not match"
    elif callable(wanted):
        if not wanted(has):
            yield f"{name} is {_told(has)}, which {_told(wanted)} does not take"
    elif wanted != has:
        yield f"{name} is {_told(has)}, not {_told(wanted)}"


def _json_differences(wanted: Any, body: bytes) -> Iterator[str]:
    try:
        has = json_module.loads(body)
    except ValueError:
        yield f"the body is no JSON: {shown(body)}"
        return
    if callable(wanted):
        yield from _difference("json", wanted, has)
    elif wanted != has:
        yield from _paths("json", wanted, has)


def _paths(path: str, wanted: Any, has: Any) -> Iterator[str]:
    """Where two values of JSON differ, by their paths."""
    if isinstance(wanted, dict) and isinstance(has, dict):
        for key in [*wanted, *(key for key in has if key not in wanted)]:
            if key not in has:
                yield f"{path}[{key!r}] is missing, not {_told(wanted[key])}"
            elif key not in wanted:
                yield f"{path}[{key!r}] is {_told(has[key])}, and should not be there"
            elif wanted[key] != has[key]:
                yield from _paths(f"{path}[{key!r}]", wanted[key], has[key])
    elif isinstance(wanted, list) and isinstance(has, list) and len(wanted) == len(has):
        for place, (one, other) in enumerate(zip(wanted, has, strict=True)):
            if one != other:
                yield from _paths(f"{path}[{place}]", one, other)
    elif isinstance(wanted, str) and isinstance(has, str) and max(len(wanted), len(has)) > _JSON_WIDTH:
        lines = difflib.ndiff(wanted.splitlines(), has.splitlines())
        yield f"{path} differs:\n" + "\n".join(line.rstrip("\n") for line in lines)
    else:
        yield f"{path} is {_told(has)}, not {_told(wanted)}"


def _told(value: Any) -> str:
    if isinstance(value, re.Pattern):
        return f"/{value.pattern!r}/"
    if isinstance(value, bytes):
        return shown(value)
    if callable(value):
        return str(getattr(value, "__name__", repr(value)))
    return repr(value)


def _address(message: Message) -> str:
    return f"{exchange_named(message.exchange)}, key {message.routing_key!r}, body {shown(message.body)}"


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _views(messages: Sequence[Message]) -> tuple[MessageView, ...]:
    return tuple(
        MessageView(message.body, message.exchange, message.routing_key, message.properties, False, None, message.id)
        for message in messages
    )
