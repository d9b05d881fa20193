"""Messages and queues that are gone, and nobody was told."""

from __future__ import annotations

from collections.abc import Iterator

from fakeamqp.model.effects import Dropped
from fakeamqp.views.mistakes.history import History
from fakeamqp.views.mistakes.mistake import Mistake
from fakeamqp.views.wording import GONE, messages
from fakeamqp.world.broker import Broker
from fakeamqp.world.step import Step


def find(broker: Broker, history: History) -> Iterator[Mistake]:
    """Mistakes by which messages are lost in silence."""
    yield from _overflowed(broker, history)
    yield from _refused(broker, history)
    yield from _with_their_queue(history)
    yield from _not_persistent(history)


def _rows(history: History, reason: str) -> dict[str, list[tuple[Step, Dropped]]]:
    rows: dict[str, list[tuple[Step, Dropped]]] = {}
    for step, drop in history.drops:
        if drop.reason == reason and drop.queue is not None:
            rows.setdefault(drop.queue, []).append((step, drop))
    return rows


def _overflowed(broker: Broker, history: History) -> Iterator[Mistake]:
    for name, rows in _rows(history, "maxlen").items():
        queue = next((queue for queue in broker.queues() if queue.name == name), None)
        limit = ""
        if queue is not None:
            limits = queue.limits
            limit = f" of {limits.max_length} messages" if limits.max_length is not None else ""
            limit = f" of {limits.max_bytes} bytes" if limits.max_bytes is not None and not limit else limit
        yield Mistake(
            "queue that overflows",
            f"{messages(len(rows))} dropped from the head of queue {name!r}: it is at its limit{limit}",
            "consume faster, raise x-max-length, dead-letter what overflows, or refuse it: x-overflow=reject-publish",
            rows[0][0].place,
        )


def _refused(broker: Broker, history: History) -> Iterator[Mistake]:
    for (connection, channel), count in history.nacked.items():
        yield Mistake(
            "publishes that were refused",
            f"{messages(count)} of channel {channel} of connection {connection} nacked by the broker: a queue that is "
            "full, or gone, refused them",
            "publish them again later: in confirm mode basic_publish raises NackError",
        )


def _with_their_queue(history: History) -> Iterator[Mistake]:
    for name, rows in _rows(history, "queue deleted").items():
        gone = next((each for each in history.deleted if each[1].queue == name), None)
        step, reason = (rows[0][0], "") if gone is None else (gone[0], gone[1].reason)
        why = GONE.get(reason, "it is gone")
        yield Mistake(
            "messages that went with their queue",
            f"{messages(len(rows))} gone with queue {name!r}: {why}",
            "let it live: exclusive=False, auto_delete=False; delete it with if_empty=True",
            step.place,
        )


def _not_persistent(history: History) -> Iterator[Mistake]:
    if not history.has_restarted:
        return
    for name, rows in _rows(history, "restart").items():
        yield Mistake(
            "messages that a restart loses",
            f"{messages(len(rows))} of queue {name!r} lost by a restart: not persistent, or the queue not durable",
            "declare the queue with durable=True, and publish with delivery_mode=2",
            rows[0][0].place,
        )
