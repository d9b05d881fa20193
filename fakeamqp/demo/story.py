"""What happened, told from the trace: who did what with which message, and where it went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from fakeamqp.model.commands import Ack, Login, Nack, Publish
from fakeamqp.model.effects import DeadLettered, Delivered, Routed
from fakeamqp.world.clock import SECOND

if TYPE_CHECKING:
    from datetime import datetime

    from fakeamqp.world.broker import Broker
    from fakeamqp.world.step import Step

_REASONS = {"rejected": "turned away", "expired": "time is up"}


@attrs.frozen
class Event:
    """One line.

    at_us: microseconds since the broker was made. who: a program, by the user it logs in as, or "rabbitmq".
    verb: what it does. message: with which. way: where that goes.
    """

    at_us: int
    who: str
    verb: str
    message: str
    way: str


class Story:
    """The events of a broker whose trace keeps everything."""

    def __init__(self, broker: Broker) -> None:
        self._names: dict[int, str] = {}
        self._said: dict[int, str] = {}
        self._held: dict[tuple[Any, int], int] = {}
        self._subscribers: dict[str, str] = {}
        self._questions: set[int] = set()
        self._trace = broker.trace

    def __iter__(self) -> Iterator[Event]:
        for step in self._trace:
            self._learn(step)
            yield from self._of_command(step)
            yield from self._of_effects(step)

    def _learn(self, step: Step) -> None:
        """Who is who, and which message says what."""
        command = step.command
        if isinstance(command, Login):
            self._names[command.connection] = command.username
        for effect in step.effects:
            if isinstance(effect, Delivered):
                self._said[effect.message.id] = effect.message.body.decode()
                self._held[effect.channel, effect.delivery_tag] = effect.message.id
                if effect.queue.startswith("amq.gen-"):
                    self._subscribers[effect.queue] = self._names[effect.channel[0]]

    def _of_command(self, step: Step) -> Iterator[Event]:
        command = step.command
        if isinstance(command, Publish):
            who, message = self._names[command.channel[0]], command.message
            self._said[message.id] = message.body.decode()
            if "reply_to" in message.properties:
                self._questions.add(message.id)
            verb = "asks" if message.id in self._questions else "answers" if _is_answer(command) else "publishes"
            yield Event(step.at_us, who, verb, self._said[message.id], self._way(command, step.effects))
        elif isinstance(command, Ack | Nack):
            message_id = self._held[command.channel, command.delivery_tag]
            if message_id not in self._questions:
                verb = "is done with" if isinstance(command, Ack) else "rejects"
                yield Event(step.at_us, self._names[command.channel[0]], verb, self._said[message_id], "")

    def _of_effects(self, step: Step) -> Iterator[Event]:
        for effect in step.effects:
            if isinstance(effect, Delivered) and effect.queue in self._subscribers:
                yield Event(step.at_us, self._subscribers[effect.queue], "hears", self._said[effect.message.id], "")
            if isinstance(effect, DeadLettered) and effect.letter_id is not None:
                text = self._said[effect.letter_id] = self._said[effect.message_id]
                queues = _queues(effect.letter_id, step.effects)
                way = f"{effect.queue} ({_REASONS[effect.reason]}) → {', '.join(queues)}"
                yield Event(step.at_us, "rabbitmq", "moves", text, way)

    def _way(self, command: Publish, effects: list[Any]) -> str:
        if _is_answer(command):
            return "→ whoever asked"
        queues = [self._called(queue) for queue in _queues(command.message.id, effects)]
        if not command.exchange:
            return f"→ {', '.join(queues)}"
        key = f" {command.routing_key}" if command.routing_key else ""
        return f"{command.exchange}{key} → {', '.join(queues)}"

    def _called(self, queue: str) -> str:
        return self._subscribers.get(queue, queue)


def _is_answer(command: Publish) -> bool:
    return command.routing_key.startswith("amq.rabbitmq.reply-to")


def _queues(message_id: int, effects: list[Any]) -> tuple[str, ...]:
    for effect in effects:
        if isinstance(effect, Routed) and effect.message_id == message_id:
            return effect.queues
    return ()


def when(starts_at: datetime, at_us: int) -> str:
    """An instant as people say it: "day 2 03:00"."""
    since_midnight = starts_at.hour * 3600 + starts_at.minute * 60 + starts_at.second
    seconds = since_midnight + at_us // SECOND
    return f"day {seconds // 86_400 + 1} {seconds // 3600 % 24:02}:{seconds // 60 % 60:02}"
