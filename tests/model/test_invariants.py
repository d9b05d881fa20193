"""Whatever is not as it must be is noticed: one thing is spoilt at a time."""

from __future__ import annotations

import attrs
import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.deadlines import Deadline
from fakeamqp.model.invariants import BrokenLaw, Ledger, check
from tests.support.rig import Rig

TTL = Deadline("message-ttl", "/", "q")


@pytest.fixture
def rig() -> Rig:
    """Queue `q`: a ready, b and c unacked with one consumer at its limit; `own` exclusive to the same connection."""
    rig = Rig()
    channel = rig.channel()
    channel.declare("q", {"x-message-ttl": 100, "x-max-length": 5, "x-max-length-bytes": 50})
    channel.declare("own", {"x-expires": 10}, exclusive=True)
    channel.declare("single", {"x-single-active-consumer": True})
    channel.bind("q", "amq.topic", "k")
    channel.consume("amq.rabbitmq.reply-to", "replies", no_ack=True)
    channel.consume("single", "active")
    channel(ask.Qos, prefetch_count=2)
    channel.consume("q", "c")
    channel.publish("q", *"bca")
    check(rig.broker)
    rig.broker.ledger.check(rig.broker)
    return rig


def spoil_tags(rig):
    channel = rig.broker.channels[1, 1]
    channel.unacked = dict(reversed(channel.unacked.items()))


SPOILT = {
    "the broker's": lambda rig: rig.broker.channels.clear(),
    "owns 'own', which is gone": lambda rig: rig.vhost.queues.pop("own"),
    "which does not know it": lambda rig: rig.broker.connections[1].exclusive_queues.clear(),
    "exclusive to connection 9, which is gone": lambda rig: setattr(rig.queue(), "owner", 9),
    "is in confirm and tx mode": lambda rig: (
        rig.do(ask.SelectTransactions((1, 1))),
        setattr(rig.broker.channels[1, 1], "published", 0),
    ),
    "waits for answers at an address nobody finds": lambda rig: rig.broker.replies._by_address.clear(),
    "leads to a channel that is gone": lambda rig: setattr(rig.broker.channels[1, 1], "reply_consumer", None),
    "has the consumer 'c', queue 'q' has not": lambda rig: rig.queue().consumers.all.clear(),
    "has the consumer 'c', channel (1, 1) has not": lambda rig: rig.broker.channels[1, 1].consumers.pop("c"),
    "by source and by destination differ": lambda rig: rig.vhost._incoming.clear(),
    "leads nowhere": lambda rig: rig.vhost.bind(Binding("amq.topic", Destination("queue", "none"), "")),
    "is there and deleted": lambda rig: setattr(rig.queue(), "deleted", True),
    "counts 7 bytes": lambda rig: setattr(rig.queue(), "ready_bytes", 7),
    "holds more than its limits allow": lambda rig: setattr(
        rig.queue(), "limits", attrs.evolve(rig.queue().limits, max_length=0)
    ),
    "is ready and held by a consumer": lambda rig: setattr(
        rig.queue().ready.head(), "consumer", rig.queue().consumers.all[(1, 1), "c"]
    ),
    "is unacked on (1, 1) and ready in 'q'": lambda rig: (
        rig.broker.channels[1, 1].transaction is None
        and rig.do(ask.SelectTransactions((1, 1)))
        and rig.broker.channels[1, 1].transaction.taken.update({1: rig.queue().ready.head()})
    ),
    "counts 1 unacked, holds 2": lambda rig: setattr(rig.queue().consumers.all[(1, 1), "c"], "unacked", 1),
    "with a prefetch of 1": lambda rig: setattr(rig.queue().consumers.all[(1, 1), "c"], "prefetch", 1),
    "could take one": lambda rig: setattr(rig.queue().consumers.all[(1, 1), "c"], "prefetch", 3),
    "neither in line nor blocked": lambda rig: rig.queue().consumers._blocked.clear(),
    "nobody is active": lambda rig: setattr(rig.queue("single").consumers, "active", None),
    "the deadline is at 5": lambda rig: rig.broker.deadlines.set(TTL, 5),
    "the deadline is at None": lambda rig: rig.broker.deadlines.set(TTL, None),
    "was not fired": lambda rig: setattr(rig.broker, "now_us", 10**9),
    "is of a queue that is gone": lambda rig: rig.broker.deadlines.set(Deadline("expires", "/", "none"), 10**9),
    "expected: True": lambda rig: rig.broker.deadlines.set(Deadline("expires", "/", "own"), None),
    "are out of order": spoil_tags,
    "never gave out the delivery tag 2": lambda rig: setattr(rig.broker.channels[1, 1], "delivery_tag", 1),
    "counts 5 unacked": lambda rig: setattr(rig.queue(), "unacked", 5),
}


@pytest.mark.parametrize("law", SPOILT)
def test_a_spoilt_broker_is_noticed(rig, law):
    SPOILT[law](rig)
    with pytest.raises(AssertionError) as noticed:
        check(rig.broker)
    assert law in str(noticed.value)


def ledger_of_one() -> Ledger:
    ledger = Ledger()
    ledger.note([effects.Routed(1, ("q",), (1,))])
    return ledger


def delivery(*, no_ack: bool = False):
    return effects.Delivered((1, 1), "c", 1, False, "", "q", None, "q", 1, None, no_ack)


@pytest.mark.parametrize(
    "step",
    [
        [effects.Routed(2, ("q",), (1,))],
        [effects.Settled((1, 1), (1, 1))],
        [effects.Dropped(1, "purged", "q", 2)],
        [effects.Requeued(1, 1, "q", "nack")],
        [delivery(), delivery()],
        [delivery(no_ack=True), effects.Settled((1, 1), (1,))],
        [effects.DeadLettered(1, 1, "q", "expired", "", 2)],
    ],
    ids=["twice in", "twice out", "never in", "not out", "delivered twice", "ended twice", "letter lost"],
)
def test_what_cannot_be_is_noticed(step):
    with pytest.raises(BrokenLaw):
        ledger_of_one().note(step)


@pytest.mark.parametrize(
    "step",
    [
        [],
        [delivery()],
        [delivery(), effects.Requeued(1, 1, "q", "nack")],
        [delivery(), effects.Settled((1, 1), (1,))],
        [delivery(no_ack=True)],
        [effects.Dropped(1, "purged", "q", 1)],
        [effects.DeadLettered(1, 1, "q", "expired", "", 2), effects.Routed(2, (), ())],
    ],
)
def test_a_broker_that_holds_something_else_is_noticed(step):
    ledger, empty = ledger_of_one(), Rig()
    ledger.note(step)
    if ledger.ready or ledger.unacked:
        with pytest.raises(BrokenLaw):
            ledger.check(empty.broker)
    else:
        ledger.check(empty.broker)
        assert (ledger.accepted, ledger.ended) == (1, 1)


def test_a_copy_that_nobody_told_of_is_noticed(rig):
    with pytest.raises(BrokenLaw, match="by the effects"):
        Ledger().check(rig.broker)
