"""What happened, a line for each step of a trace that says something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from fakeamqp.model import commands as ask
from fakeamqp.model import effects as told
from fakeamqp.views.wording import exchange_named
from fakeamqp.world.step import Step


@attrs.frozen
class Happening:
    """One step in words. at: virtual seconds. place: the line of the program that asked, as "file:line", or None."""

    at: float
    what: str
    place: str | None = None


def happenings(steps: Iterable[Step]) -> Iterator[Happening]:
    """The steps that say something, in words; handshakes and questions that change nothing are left out."""
    for step in steps:
        what = in_words(step)
        if what:
            yield Happening(step.at, what, step.place)


def in_words(step: Step) -> str:
    """What a step was, and what came of it; empty if there is nothing to tell."""
    command = step.command
    asked = _COMMANDS.get(type(command))
    parts = [asked(command)] if asked is not None else []
    parts += [text for effect in step.effects if (text := _effect(effect))]
    return "; ".join(parts)


def _effect(effect: Any) -> str:
    say = _EFFECTS.get(type(effect))
    return "" if say is None else say(effect)


def _on(channel: tuple[int, int]) -> str:
    return f"connection {channel[0]}"


def _published(command: Any) -> str:
    return f"{_on(command.channel)} publishes to {exchange_named(command.exchange)} with key {command.routing_key!r}"


def _settles(word: str) -> Callable[[Any], str]:
    def say(command: Any) -> str:
        several = " and all before it" if getattr(command, "multiple", False) else ""
        again = ", requeue" if getattr(command, "requeue", False) else ""
        return f"{_on(command.channel)} {word} {command.delivery_tag}{several}{again}"

    return say


_COMMANDS: dict[type, Callable[[Any], str]] = {
    ask.Publish: _published,
    ask.Inject: lambda command: "the test publishes",
    ask.Ack: _settles("acks"),
    ask.Nack: _settles("nacks"),
    ask.Reject: _settles("rejects"),
    ask.Recover: lambda command: f"{_on(command.channel)} recovers",
    ask.Get: lambda command: f"{_on(command.channel)} gets from {command.queue!r}",
    ask.Consume: lambda command: f"{_on(command.channel)} consumes from {command.queue!r}",
    ask.Cancel: lambda command: f"{_on(command.channel)} cancels {command.consumer_tag!r}",
    ask.DeclareQueue: lambda command: f"{_on(command.channel)} declares queue {command.queue!r}",
    ask.DeclareExchange: lambda command: (
        f"{_on(command.channel)} declares {command.type} exchange {command.exchange!r}"
    ),
    ask.BindQueue: lambda command: (
        f"{_on(command.channel)} binds {command.queue!r} to {exchange_named(command.exchange)} "
        f"with {command.routing_key!r}"
    ),
    ask.PurgeQueue: lambda command: f"{_on(command.channel)} purges {command.queue!r}",
    ask.DeleteQueue: lambda command: f"{_on(command.channel)} deletes queue {command.queue!r}",
    ask.DeleteExchange: lambda command: f"{_on(command.channel)} deletes exchange {command.exchange!r}",
    ask.CloseConnection: lambda command: f"connection {command.connection} ends",
    ask.OpenConnection: lambda command: f"connection {command.connection} opens",
    ask.Commit: lambda command: f"{_on(command.channel)} commits",
    ask.Rollback: lambda command: f"{_on(command.channel)} rolls back",
    ask.Restart: lambda command: "the broker restarts",
}


def _routed(effect: told.Routed) -> str:
    return f"-> {', '.join(map(repr, effect.queues))}" if effect.queues else "-> no queue"


def _dead(effect: told.DeadLettered) -> str:
    lost = "" if effect.letter_id is not None else ", which does not exist"
    return f"dead-lettered from {effect.queue!r} ({effect.reason}) to {exchange_named(effect.exchange)}{lost}"


def _dropped(effect: told.Dropped) -> str:
    if effect.queue is None:
        return "-> no queue" if effect.reason == "unroutable" else f"dropped ({effect.reason})"
    return f"dropped from {effect.queue!r} ({effect.reason})"


_EFFECTS: dict[type, Callable[[Any], str]] = {
    told.Routed: _routed,
    told.Delivered: lambda effect: (
        f"delivered from {effect.queue!r} to connection {effect.channel[0]} as {effect.delivery_tag}"
        + (", again" if effect.redelivered else "")
    ),
    told.GetOk: lambda effect: f"got {effect.delivery_tag}" + (", again" if effect.redelivered else ""),
    told.GetEmpty: lambda effect: "nothing there",
    told.DeadLettered: _dead,
    told.Dropped: _dropped,
    told.Requeued: lambda effect: f"back in {effect.queue!r} ({effect.reason})",
    told.Returned: lambda effect: f"returned: {effect.reply_code} {effect.reply_text}",
    told.Unconfirmed: lambda effect: "nacked",
    told.QueueDeleted: lambda effect: f"queue {effect.queue!r} is gone ({effect.reason})",
    told.ExchangeDeleted: lambda effect: f"exchange {effect.exchange!r} is gone ({effect.reason})",
    told.ConsumerCancelled: lambda effect: f"consumer {effect.consumer_tag!r} is cancelled",
    told.ChannelClosed: lambda effect: f"channel closed: {effect.reply_code} {effect.reply_text}",
    told.ConnectionClosed: lambda effect: f"connection closed: {effect.reply_code} {effect.reply_text}",
}
