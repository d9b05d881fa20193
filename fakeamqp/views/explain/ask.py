"""`broker.explain(…)`: what is asked about decides what is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.views.explain.route import RouteExplanation, explain_route
from fakeamqp.views.explain.story import Story, tell_story
from fakeamqp.views.mistakes import Mistake, Mistakes, find_mistakes
from fakeamqp.views.mistakes.history import History, Refusal
from fakeamqp.views.mistakes.refused import understand
from fakeamqp.views.wording import shown
from fakeamqp.world.live import MessageView

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker

Explanation = RouteExplanation | Story | Mistakes | Mistake


def explain(
    broker: Broker,
    subject: object = None,
    *,
    exchange: str | None,
    routing_key: str,
    headers: Mapping[str, Any] | None,
    body: bytes | str | None,
    vhost: str,
) -> Explanation:
    """See `fakeamqp.Broker.explain`."""
    if exchange is not None:
        if subject is not None or body is not None:
            raise TypeError("explain() tells of an exchange, of a message or of an error: ask one at a time")
        with broker.lock:
            return explain_route(broker.vhost_named(vhost), exchange, routing_key, headers)
    if body is not None:
        return tell_story(broker, _published_with(broker, body))
    if subject is None:
        return find_mistakes(broker)
    if isinstance(subject, BaseException):
        return _explain_error(broker, subject)
    if isinstance(subject, MessageView):
        if subject.id is None:
            raise LookupError("this message was not looked at in a broker in memory")
        return tell_story(broker, subject.id)
    if isinstance(subject, int):
        return tell_story(broker, subject)
    raise TypeError(
        f"explain() tells of a message (one of broker.queue(…).messages, or its number), of an error, of an exchange=, "
        f"or of a body=; not of {subject!r}"
    )


def _published_with(broker: Broker, body: bytes | str) -> int:
    """The number of the last message with this body. Raises LookupError if there is none."""
    wanted = body.encode() if isinstance(body, str) else body
    found = [each.message.id for each in broker.published if each.message.body == wanted]
    if not found:
        last = [shown(each.message.body) for each in broker.published][-3:]
        raise LookupError(
            f"no message with body {shown(wanted)} was published; the last were {', '.join(last) or 'none'}"
        )
    return found[-1]


def _explain_error(broker: Broker, error: BaseException) -> Mistake | Mistakes:
    """What a refusal is about; for any other error, all that looks like a mistake."""
    text = str(getattr(error, "reply_text", "") or error)
    history = History(broker)
    for refusal in reversed(history.refusals):
        if refusal.text in text or text in refusal.text:
            return understand(broker, history, refusal) or _as_it_is(refusal)
    return find_mistakes(broker)


def _as_it_is(refusal: Refusal) -> Mistake:
    who = f"connection {refusal.connection}"
    if refusal.channel is not None:
        who = f"channel {refusal.channel} of {who}"
    command = type(refusal.step.command).__name__
    does = re.sub(r"(?<!^)([A-Z])", r" \1", command).lower() if refusal.step.command is not None else "nothing"
    return Mistake(
        "refused",
        f"the broker has closed {who} at {refusal.step.at:g} s, after {does}: {refusal.code} {refusal.text}",
        "see the text of the broker's own",
        refusal.step.place,
    )
