"""A fork is a broker of its own that begins where the original is. The state machine tries it everywhere."""

from __future__ import annotations

import itertools

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model.message import Message
from fakeamqp.model.snapshot import fork
from tests.support.describe import describe
from tests.support.rig import Rig, delivered


def busy() -> Rig:
    rig = Rig()
    channel = rig.channel()
    channel.declare("q", {"x-message-ttl": 10, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "r"})
    channel.declare("r", {"x-max-priority": 3, "x-single-active-consumer": True})
    channel.declare("s", {"x-queue-type": "quorum"})
    channel.bind("q", "amq.topic", "#.a.*")
    channel.bind("q", "amq.headers", arguments={"a": None})
    channel.bind("r", "amq.match")
    channel(ask.Qos, prefetch_count=1)
    channel.consume("s")
    channel.publish("q", *"abc")
    channel.publish("s", *"de")
    channel.get("q")
    rig.channel()(ask.SelectTransactions)
    rig.do(ask.AddUser("ada", "guest"))
    rig.do(ask.SetPermissions("ada", "/", "q", "q", "q"))
    rig.channel(rig.connection("ada")).get("q")
    return rig


def test_a_fork_is_alike_in_everything():
    rig = busy()
    assert describe(fork(rig.broker)) == describe(rig.broker)


def test_neither_sees_what_happens_to_the_other():
    rig = busy()
    twin, before = fork(rig.broker), describe(rig.broker)
    twin.fire(10_000)
    twin.apply(ask.CloseConnection(1), 10_000)
    assert describe(rig.broker) == before
    other, before = fork(rig.broker), describe(rig.broker)
    rig.advance(10)
    assert describe(other) == before


def test_what_was_bound_to_a_part_is_bound_to_its_twin():
    rig = Rig()
    rig.channel().declare("q")
    twin = fork(rig.broker)
    twin.apply(ask.Publish((1, 1), "", "q", Message("", "q")), 0)
    assert (len(twin.vhosts["/"].queues["q"].ready), len(rig.queue("q").ready)) == (1, 0)
    assert [type(effect).__name__ for effect in rig.do(ask.Get((1, 1), "q"))] == ["GetEmpty"]


def test_messages_are_shared():
    rig = busy()
    twin = fork(rig.broker)
    (mine, *_), (its, *_) = rig.queue("q").ready, twin.vhosts["/"].queues["q"].ready
    assert mine is not its
    assert mine.message is its.message


def test_bindings_that_ask_for_nothing_or_any_value_hold_in_a_fork():
    twin = fork(busy().broker).vhosts["/"]
    assert twin.preview("amq.match", "", {}) == ["r"]
    assert twin.preview("amq.headers", "", {"a": 5}) == ["q"]


def test_a_fork_goes_on_as_the_original_does():
    rig = busy()
    twin = fork(rig.broker)
    assert delivered(twin.apply(ask.Ack((1, 1), 1), 0)) == delivered(rig.do(ask.Ack((1, 1), 1)))


def test_long_chains_are_no_matter():
    rig = Rig(watched=False)
    channel = rig.channel()
    names = [f"x{number}" for number in range(2000)]
    for name in names:
        channel(ask.DeclareExchange, name, "fanout")
    for source, destination in itertools.pairwise(names):
        channel(ask.BindExchange, destination, source)
    channel.declare()
    channel.bind("q", names[-1])
    assert fork(rig.broker).vhosts["/"].preview(names[0], "", {}) == ["q"]


def full(version: str) -> Rig:
    """All kinds of queue, what waits in them and what came back, and much that will happen by itself."""
    rig = Rig(version, watched=False)  # an entry that is lent belongs to another one's queue
    channel = rig.channel()
    channel.declare("end")
    kinds = {
        "classic": {},
        "priority": {"x-max-priority": 5},
        "quorum": {"x-queue-type": "quorum"},
        "limited": {"x-max-length": 2},
    }
    names = list(kinds)
    for number, (name, arguments) in enumerate(kinds.items()):
        onward = names[number + 1] if number + 1 < len(names) else "end"
        dies = {"x-message-ttl": 1_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": onward}
        channel.declare(name, {**dies, **arguments})
        for each in range(4):
            properties = {"expiration": str(100 * each + 50), "priority": each}
            channel(ask.Publish, "", name, Message("", name, properties, b"m"))
        channel.publish(name, "a", "b")
    channel(ask.DeclareQueue, "log", durable=True, arguments={"x-queue-type": "stream"})
    channel.publish("log", *"abc")
    for name in names:
        channel.get(name)
        channel.get(name)
        channel(ask.Nack, channel.rig.broker.channels[channel.key].delivery_tag, requeue=True)
    rig.channel().consume("end")
    return rig


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
def test_a_brief_one_goes_on_as_the_original_does_and_changes_nothing(version):
    rig = full(version)
    brief, before = fork(rig.broker, briefly=True), describe(rig.broker)
    expected = fork(rig.broker)
    told = []
    for broker in (brief, expected):
        done = []
        while (due_us := broker.next_deadline()) is not None:
            done += [repr(effect) for effect in broker.fire(due_us)]
        done += [repr(effect) for effect in broker.apply(ask.DeleteQueue((1, 1), "log"), broker.now_us)]
        told.append(done)
    assert told[0] == told[1]
    assert len(told[0]) > 50
    assert describe(rig.broker) == before


def test_a_brief_one_copies_no_entry_that_stays():
    rig = busy()
    twin = fork(rig.broker, briefly=True)
    mine, its = list(rig.queue("q").ready), list(twin.vhosts["/"].queues["q"].ready)
    assert all(one is other for one, other in zip(mine, its, strict=True))
