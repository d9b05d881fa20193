"""Dead letters that go nowhere, and messages that die where nobody expects it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fakeamqp.model.queues import Queue
from fakeamqp.model.vhost import VirtualHost
from fakeamqp.views.explain.near import did_you_mean
from fakeamqp.views.explain.route import explain_route
from fakeamqp.views.mistakes.history import History
from fakeamqp.views.mistakes.mistake import Mistake
from fakeamqp.views.wording import exchange_named, messages
from fakeamqp.world.broker import Broker
from fakeamqp.world.step import Step

MANY_REQUEUES = 5


def find(broker: Broker, history: History) -> Iterator[Mistake]:
    """Mistakes with dead-lettering and expiry."""
    yield from _no_exchange(broker, history)
    yield from _no_binding(broker, history)
    yield from _not_dead_lettered(broker, history)
    yield from _requeued_for_ever(broker, history)
    yield from _behind_the_head(broker)


def _no_exchange(broker: Broker, history: History) -> Iterator[Mistake]:
    lost = [(step, death) for step, death in history.deaths if death.letter_id is None]
    for (queue, exchange), count in Counter((death.queue, death.exchange) for _, death in lost).items():
        host = _host_of(broker, queue)
        near = did_you_mean(exchange, host.exchanges) if host is not None else ""
        yield Mistake(
            "dead-letter exchange that does not exist",
            f"{messages(count)} that died in queue {queue!r} {'is' if count == 1 else 'are'} lost: its dead-letter "
            f"exchange {exchange!r} does not exist; {near}",
            f"declare exchange {exchange!r}, and a queue that is bound to it",
            _declared_at(history, queue),
        )


def _no_binding(broker: Broker, history: History) -> Iterator[Mistake]:
    letters = {death.letter_id: (step, death) for step, death in history.deaths if death.letter_id is not None}
    seen: set[tuple[str, str]] = set()
    for _, number in history.unroutable:
        if number not in letters:
            continue
        _, death = letters[number]
        if (death.queue, death.exchange) in seen:
            continue
        seen.add((death.queue, death.exchange))
        host = _host_of(broker, death.queue)
        queue = None if host is None else host.queues.get(death.queue)
        key = _key_of_letters(queue, broker, death.message_id)
        why = ""
        if host is not None and key is not None:
            route = explain_route(host, death.exchange, key)
            why = f": {route.verdicts[0].match.why}" if route.verdicts else ": it has no bindings"
        yield Mistake(
            "dead letters that reach no queue",
            f"a message that died in queue {death.queue!r} went to {exchange_named(death.exchange)} with key {key!r} "
            f"and reached no queue{why}",
            f"bind a queue to it with {key!r}, or set x-dead-letter-routing-key: without it a letter keeps its own key",
            _declared_at(history, death.queue),
        )


def _key_of_letters(queue: Queue | None, broker: Broker, message_id: int) -> str | None:
    if queue is not None and queue.limits.dead_letter_routing_key is not None:
        return queue.limits.dead_letter_routing_key
    message = broker.published.get(message_id)
    return None if message is None else message.routing_key


def _not_dead_lettered(broker: Broker, history: History) -> Iterator[Mistake]:
    rows: dict[tuple[str, str], list[Step]] = {}
    for step, drop in history.drops:
        if drop.queue is not None and drop.reason in _WITHOUT:
            rows.setdefault((drop.queue, drop.reason), []).append(step)
    for (queue, reason), steps in rows.items():
        name, what, fix = _WITHOUT[reason]
        yield Mistake(name, f"{messages(len(steps))} of queue {queue!r} {what}", fix, steps[0].place)


_WITHOUT = {
    "rejected": (
        "rejected without a dead-letter exchange",
        "dropped: rejected with requeue=False, and the queue has no x-dead-letter-exchange",
        "declare the queue with x-dead-letter-exchange, or reject with requeue=True",
    ),
    "expired": (
        "expired without a dead-letter exchange",
        "dropped: the time to live was over, and the queue has no x-dead-letter-exchange",
        "declare the queue with x-dead-letter-exchange, or let messages live longer",
    ),
    "delivery_limit": (
        "came back too often",
        "dropped: it came back more often than the delivery limit allows, and the queue has no x-dead-letter-exchange",
        "declare the queue with x-dead-letter-exchange, or raise x-delivery-limit",
    ),
}


def _requeued_for_ever(broker: Broker, history: History) -> Iterator[Mistake]:
    worst: dict[str, tuple[int, tuple[int, str, str]]] = {}
    for key, count in history.requeues.items():
        _, queue, reason = key
        if reason in ("nack", "reject") and count >= max(MANY_REQUEUES, worst.get(queue, (0, key))[0]):
            worst[queue] = (count, key)
    for queue, (count, key) in worst.items():
        yield Mistake(
            "requeued again and again",
            f"a message of queue {queue!r} was put back {count} times by {key[2]} with requeue=True, at once each time",
            "reject with requeue=False into a dead-letter exchange, and let a queue with a time to live bring it back",
            history.requeue_steps[key].place,
        )


def _behind_the_head(broker: Broker) -> Iterator[Mistake]:
    now_us = broker.clock.now_us
    for queue in broker.queues():
        if queue.KIND == "stream":
            continue
        entries = list(queue.ready)
        late = [entry for entry in entries[1:] if entry.expires_us is not None and entry.expires_us < now_us]
        if late:
            over = max(now_us - (entry.expires_us or 0) for entry in late) / 1e6
            yield Mistake(
                "expired behind the head",
                f"{messages(len(late))} in queue {queue.name!r} should have expired {over:g} s ago, but "
                "only at the head of a queue is expiry seen, and there one lives longer",
                "give all messages of a queue the same time to live (x-message-ttl), one queue for each delay",
            )


def _declared_at(history: History, queue: str) -> str | None:
    return next(
        (step.place for (kind, _, name), step in history.declared.items() if (kind, name) == ("queue", queue)), None
    )


def _host_of(broker: Broker, queue: str) -> VirtualHost | None:
    return next((host for host in broker.model.vhosts.values() if queue in host.queues), None)
