"""What watches every step of the machine sees when something is wrong: each law, broken by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from fakeamqp.model import effects
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.invariants import BrokenLaw, Ledger, check
from tests.kit.support import Client


def busy() -> Any:
    """A broker in which there is something of everything."""
    client = Client("4.3", vhosts=["/", "v"])
    channel = client.channel
    channel.queue_declare("mine", exclusive=True)
    channel.queue_declare("q", arguments={"x-max-length": 9, "x-max-length-bytes": 90})
    channel.queue_declare("unused", arguments={"x-expires": 60_000})
    channel.queue_declare("held", arguments={"x-message-ttl": 60_000})
    channel.queue_declare("one", arguments={"x-single-active-consumer": True})
    retry = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 60_000}
    channel.queue_declare("retry", durable=True, arguments=retry)
    channel.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    channel.exchange_declare("x", "topic")
    channel.exchange_declare("y", "fanout")
    channel.queue_bind("q", "x", "a")
    channel.exchange_bind("y", "x", "b")
    for queue in ("q", "q", "q", "held", "retry", "s", "s"):
        client.broker.publish("", queue, b"12")
    channel.basic_nack(channel.basic_get("retry")[0].delivery_tag)
    channel.basic_get("q")
    channel.basic_qos(prefetch_count=1)
    client.consume("q", "c")
    client.consume("one", "first")
    client.consume("s", "reader", arguments={"x-stream-offset": "first"})
    client.consume("amq.rabbitmq.reply-to", "answers", auto_ack=True)
    second = client.connection.channel()
    second.confirm_delivery()
    third = client.connection.channel()
    third.tx_select()
    client.broker.settle()
    check(client.broker.model)
    return client


class Held:
    """A model, and what is in it by short names."""

    def __init__(self, client: Any) -> None:
        self.model = client.broker.model
        self.vhost = self.model.vhosts["/"]
        self.connection = next(each for each in self.model.connections.values() if each.exclusive_queues)
        self.channel = self.connection.channels[min(self.connection.channels)]
        self.consumer = self.channel.consumers["c"]

    def queue(self, name: str) -> Any:
        return self.vhost.queues[name]

    def entry(self, name: str = "q") -> Any:
        return next(iter(self.queue(name).ready))


def _set(thing: Any, name: str, value: Any) -> None:
    setattr(thing, name, value)


def _deadline(held: Held, kind: str, name: str, vhost: str = "/", at_us: int | None = 10**15) -> None:
    held.model.deadlines.set(Deadline(kind, vhost, name), at_us)


BROKEN: dict[str, Callable[[Held], Any]] = {
    "a channel is the connection's alone": lambda h: h.model.channels.pop(h.channel.key),
    "an exclusive queue is gone": lambda h: h.connection.exclusive_queues.update(
        q=type("Gone", (), {"name": "gone", "vhost": h.vhost})()
    ),
    "confirms and transactions": lambda h: _set(
        next(each for each in h.connection.channels.values() if each.published is not None),
        "transaction",
        next(each.transaction for each in h.connection.channels.values() if each.transaction is not None),
    ),
    "an address nobody finds": lambda h: _set(h.model.replies, "find", lambda address: None),
    "a consumer under another tag": lambda h: h.channel.consumers.update(d=h.consumer),
    "a consumer of another channel": lambda h: _set(
        h.consumer, "channel", next(each for each in h.connection.channels.values() if each is not h.channel)
    ),
    "an address that leads to nobody": lambda h: _set(h.channel, "reply_consumer", None),
    "a binding that its destination does not know": lambda h: h.vhost.queues.pop("q"),
    "an exchange under another name": lambda h: _set(h.vhost.exchanges["y"], "name", "z"),
    "a queue that is deleted": lambda h: _set(h.queue("q"), "deleted", True),
    "a copy twice": lambda h: _set(h.entry("held"), "copy", h.entry().copy) or h.queue("q").ready.push(h.entry("held")),
    "bytes counted wrong": lambda h: _set(h.queue("q"), "ready_bytes", 1),
    "bytes counted that need not be": lambda h: _set(h.queue("held"), "ready_bytes", 1),
    "an entry of another queue": lambda h: _set(h.entry(), "queue", h.queue("held")),
    "an entry that is held": lambda h: _set(h.entry(), "consumer", h.consumer),
    "more than the limits allow": lambda h: _limit(h.queue("q"), max_length=0),
    "an owner who is gone": lambda h: _set(h.queue("q"), "owner", 99),
    "an owner who does not know": lambda h: h.connection.exclusive_queues.clear(),
    "a lost queue that is used": lambda h: _set(h.queue("one"), "lost", True),
    "a lost queue with something unacked": lambda h: _lose_unacked(h),
    "a consumer whose channel is gone": lambda h: h.channel.consumers.pop("c"),
    "a consumer of another queue": lambda h: _set(h.consumer, "queue", h.queue("held")),
    "unacked counted wrong": lambda h: _set(h.consumer, "unacked", 0),
    "more than its prefetch": lambda h: _over_prefetch(h),
    "an exclusive consumer among others": lambda h: _set_exclusive(h),
    "an idle consumer": lambda h: _set(h.consumer, "prefetch", 2),
    "a deadline too few": lambda h: _deadline(h, "message-ttl", "held", at_us=None),
    "a deadline at another time": lambda h: _deadline(h, "message-ttl", "held", at_us=7 * 10**12),
    "a retry too few": lambda h: _deadline(h, "retry", "retry", at_us=None),
    "a retry too many": lambda h: _deadline(h, "retry", "q"),
    "no end for the unused": lambda h: _deadline(h, "expires", "unused", at_us=None),
    "an end for what has none": lambda h: _deadline(h, "expires", "q"),
    "a deadline that was not fired": lambda h: _deadline(h, "heartbeat", "1", at_us=h.model.now_us),
    "a deadline of a connection that is gone": lambda h: _deadline(h, "heartbeat", "99"),
    "a greeting of a connection that is gone": lambda h: _deadline(h, "greeting", "99"),
    "a deadline of a user who is gone": lambda h: _deadline(h, "credentials", "ada"),
    "a deadline of a queue that is gone": lambda h: _deadline(h, "message-ttl", "gone"),
    "a deadline of a virtual host that is gone": lambda h: _deadline(h, "message-ttl", "q", "gone"),
    "a deadline of an exchange that is gone": lambda h: _deadline(h, "delay", "q"),
    "a channel that is to be looked at": lambda h: h.model.background.set((99, 1), 10**15),
    "a tag that was never given out": lambda h: _set(h.channel, "delivery_tag", 1),
    "a copy ready and unacked": lambda h: _set(
        next(each for each in h.channel.unacked.values() if each.queue.name == "q"), "copy", h.entry().copy
    ),
    "a copy ready and delayed": lambda h: _set(h.queue("retry").delayed[0], "copy", h.entry().copy),
    "unacked of a queue counted wrong": lambda h: _set(h.queue("q"), "unacked", 5),
    "an offset twice": lambda h: _set(next(iter(h.queue("s").log)), "offset", 1),
    "offsets that fall": lambda h: _set(next(iter(h.queue("s").log)), "offset", 7),
    "a stream that ends too soon": lambda h: _set(h.queue("s").log, "end", 1),
    "a reader who could read on": lambda h: _set(h.channel.consumers["reader"], "prefetch", 5),
}


def _limit(queue: Any, **limits: Any) -> None:
    queue.limits = attrs.evolve(queue.limits, **limits)


def _lose_unacked(held: Held) -> None:
    queue = held.queue("held")
    queue.lost, queue.unacked = True, 1


def _over_prefetch(held: Held) -> None:
    held.consumer.unacked, held.consumer.prefetch = 2, 1
    other = next(entry for entry in held.channel.unacked.values() if entry.queue.name == "q" and entry.consumer is None)
    other.consumer = held.consumer


def _set_exclusive(held: Held) -> None:
    queue = held.queue("q")
    held.consumer.exclusive = True
    queue.consumers.all["other"] = held.channel.consumers["first"]


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_seen(what: str) -> None:
    held = Held(busy())
    BROKEN[what](held)
    with pytest.raises((BrokenLaw, AssertionError)):
        check(held.model)


def routed(*copies: int) -> Any:
    return effects.Routed(1, ("q",) * len(copies), copies)


def delayed(copy: int) -> Any:
    return effects.Delayed(1, copy, "q", "nack", 5)


def settled(*copies: int) -> Any:
    return effects.Settled((1, 1), copies)


def dead(copy: int | None, letter: int | None) -> Any:
    return effects.DeadLettered(1, copy, "q", "rejected", "", letter)


TAKEN, BACK, GONE = effects.Taken(1, 7, "q"), effects.Requeued(1, 7, "q", "nack"), effects.Dropped(1, "purged", "q", 7)
STORIES: list[tuple[list[list[Any]], bool]] = [
    ([[routed(7)]], True), ([[routed(7)], [routed(7)]], False), ([[routed(7), TAKEN, BACK, TAKEN, settled(7)]], True),
    ([[routed(7), TAKEN], [routed(7)]], False), ([[TAKEN]], False), ([[routed(7), BACK]], False),
    ([[routed(7), TAKEN, delayed(7), BACK, GONE]], True), ([[routed(7), delayed(7)]], False), ([[GONE]], False),
    ([[routed(7), GONE, GONE]], False), ([[routed(7), TAKEN, settled(7), settled(7)]], False),
    ([[dead(7, None)]], False), ([[routed(7), dead(7, None)]], True), ([[routed(7), dead(7, 9)]], False),
    ([[routed(7), dead(7, 1)]], True),
    ([[dead(None, None)]], True), ([[routed(7, 8), TAKEN, GONE, effects.Dropped(1, "purged", "q", 8)]], True),
    ([[effects.Dropped(1, "unroutable")]], True), ([[routed(7), settled(8)]], False),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "is_true"), STORIES)
def test_a_story_that_cannot_be_is_seen(steps: list[list[Any]], is_true: bool) -> None:
    ledger = Ledger()
    if is_true:
        for step in steps:
            ledger.note(step)
        assert ledger.accepted == ledger.ended + len(ledger.ready) + len(ledger.delayed) + len(ledger.unacked)
    else:
        for step in steps[:-1]:
            ledger.note(step)
        with pytest.raises(BrokenLaw):
            ledger.note(steps[-1])


@pytest.mark.parametrize("place", ["ready", "delayed", "unacked", "accepted", "ended"])
def test_what_the_effects_do_not_tell_is_seen(place: str) -> None:
    ledger, client = Ledger(), busy()
    held = Held(client)
    queues = [queue for vhost in held.model.vhosts.values() for queue in vhost.queues.values()]
    ledger.ready = {entry.copy for queue in queues for entry in queue.ready}
    ledger.delayed = {entry.copy for queue in queues for entry in queue.delayed}
    unacked = [entry for channel in held.model.channels.values() for entry in channel.unacked.values()]
    ledger.unacked = {entry.copy for entry in unacked if not entry.kept}
    ledger.accepted, ledger.ended = len(ledger.ready) + len(ledger.delayed) + len(ledger.unacked) + 4, 4
    ledger.check(held.model)
    there = getattr(ledger, place)
    setattr(ledger, place, there + 1 if isinstance(there, int) else there | {99})
    with pytest.raises(BrokenLaw):
        ledger.check(held.model)


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
def test_what_a_broker_tells_of_dead_letters_to_nowhere_and_of_lost_transactions_adds_up(version: str) -> None:
    client, ledger = Client(version), Ledger()
    nowhere = {"x-dead-letter-exchange": "none", "x-max-length": 2}
    client.channel.queue_declare("q", arguments=nowhere)
    for number in range(4):
        client.channel.basic_publish("", "q", b"%d" % number)
    client.channel.basic_reject(client.channel.basic_get("q")[0].delivery_tag, requeue=False)
    client.channel.tx_select()
    for number in range(3):
        client.channel.basic_publish("", "q", b"%d" % number)
    client.channel.tx_rollback()
    steps = list(client.broker.trace)
    for step in steps:
        ledger.note(step.effects)
    ledger.check(client.broker.model)
    lost = [each for step in steps for each in step.effects if isinstance(each, effects.Dropped)]
    assert len([each for each in lost if each.copy is None]) == 3
