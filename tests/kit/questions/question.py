"""What all questions share: the register, and answers that JSON can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.kit.asking import Asking

Question = Callable[[Asking], Any]
QUESTIONS: dict[str, Question] = {}

QUORUM, STREAM = {"x-queue-type": "quorum"}, {"x-queue-type": "stream"}
DEAD = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}


def question(ask: Question) -> Question:
    """Register a question under its name."""
    QUESTIONS[ask.__name__] = ask
    return ask


def shown(properties: Any) -> Any:
    """Properties as JSON, in the order they came in, without instants and without what is None."""
    fields = {name: value for name, value in vars(properties).items() if value is not None}
    return _plain(fields)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if key != "time"}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def end(ask: Asking, *queues: str) -> None:
    """Delete queues. A channel of RabbitMQ 3.10 remembers a quorum queue, and breaks on another one of the name."""
    for queue in queues:
        ask.channel.queue_delete(queue)
    ask.renew()


def patience(ask: Asking, queue: str) -> None:
    """Wait until something is in a queue."""
    for _ in range(20):
        ask.connection.sleep(0.1)
        ask.settle()
        if ask.channel.queue_declare(queue, passive=True).method.message_count:
            return
