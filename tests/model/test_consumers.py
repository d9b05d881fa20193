"""Whose turn it is. More of it is recorded: the areas `consume`, `prefetch`, `priority` and `single_active`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from tests.support.rig import Rig, delivered, receivers


def consumers(rig: Rig, *tags: str, prefetch: int = 0, **flags):
    """One consumer on each of several channels of queue `q`."""
    channels = {}
    for tag in tags:
        channels[tag] = rig.channel()
        channels[tag](ask.Qos, prefetch_count=prefetch)
        channels[tag].consume(tag=tag, **flags)
    return channels


@pytest.fixture
def rig() -> Rig:
    rig = Rig("3.10")
    rig.channel().declare()
    return rig


def test_consumers_take_turns_and_a_newcomer_joins_the_end(rig):
    consumers(rig, "one", "two")
    publisher = rig.channel()
    assert receivers(publisher.publish("q", "a")) == ["one"]
    consumers(rig, "three")
    assert receivers(publisher.publish("q", "b", "c", "d", "e")) == ["two", "one", "three", "two"]


def test_one_at_its_limit_is_passed_over_and_joins_the_end_when_it_is_free(rig):
    channels = consumers(rig, "one", "two", prefetch=1)
    publisher = rig.channel()
    assert receivers(publisher.publish("q", "a", "b", "c", "d")) == ["one", "two"]
    assert receivers(channels["two"](ask.Ack, 1)) == ["two"]
    assert receivers(channels["two"](ask.Ack, 2)) == ["two"]
    channels["one"](ask.Ack, 1)
    assert receivers(publisher.publish("q", "e", "f")) == ["one"], "two still holds d"


def test_a_limit_holds_for_consumers_started_after_it(rig):
    channel = rig.channel()
    channel.consume(tag="free")
    channel(ask.Qos, prefetch_count=1)
    channel.consume(tag="limited")
    assert receivers(channel.publish("q", *"abcde")) == ["free", "limited", "free", "free", "free"]


def test_no_ack_knows_no_limit(rig):
    consumers(rig, "one", prefetch=1, no_ack=True)
    assert receivers(rig.channel().publish("q", *"abc")) == ["one"] * 3


def test_the_highest_priority_is_served_first_and_others_when_all_above_are_full(rig):
    consumers(rig, "low", prefetch=1)
    consumers(rig, "high", prefetch=1, arguments={"x-priority": 5})
    consumers(rig, "high too", prefetch=1, arguments={"x-priority": 5})
    assert receivers(rig.channel().publish("q", *"abcd")) == ["high", "high too", "low"]


def test_a_blocked_consumer_that_leaves_is_forgotten(rig):
    channels = consumers(rig, "one", "two", prefetch=1)
    rig.channel().publish("q", *"abc")
    channels["one"](ask.Cancel, "one")
    assert receivers(channels["one"](ask.Ack, 1)) == []
    assert receivers(channels["two"](ask.Ack, 1)) == ["two"]


def test_both_limits_hold_together(rig):
    rig.channel().declare("r")
    channel = rig.channel()
    channel(ask.Qos, prefetch_count=2)
    channel.consume("q", "one")
    channel.consume("r", "two")
    channel(ask.Qos, prefetch_count=3, global_=True)
    done = channel.publish("q", "a", "b", "c") + channel.publish("r", "d", "e")
    assert delivered(done) == ["a", "b", "d"]
    assert delivered(channel(ask.Ack, 3)) == ["e"]
    assert delivered(channel(ask.Ack, 1)) == ["c"]


def test_at_its_own_limit_a_consumer_knows_of_the_room_before_what_came_back_goes_out(rig):
    channel = rig.channel()
    channel(ask.Qos, prefetch_count=2)
    channel.consume("q", "own")
    channel(ask.Qos, prefetch_count=3, global_=True)
    channel.publish("q", "a", "b", "c")
    channel.consume("q", "free", no_ack=True)
    assert receivers(channel(ask.Reject, 1)) == ["free"]
    assert receivers(channel.publish("q", "d")) == ["own"]


def test_lifting_the_channels_limit_serves_everybody(rig):
    channel = rig.channel()
    channel(ask.Qos, prefetch_count=1, global_=True)
    channel.consume()
    channel.publish("q", "a", "b", "c")
    assert delivered(channel(ask.Qos, prefetch_count=2, global_=True)) == ["b"]
    assert delivered(channel(ask.Qos, prefetch_count=0, global_=True)) == ["c"]


def test_deliveries_of_a_deleted_queue_free_the_channel_when_they_are_returned(rig):
    rig.channel().declare("r")
    channel = rig.channel()
    channel(ask.Qos, prefetch_count=1, global_=True)
    channel.consume("q", "one")
    channel.consume("r", "two")
    assert delivered(channel.publish("q", "a") + channel.publish("r", "b")) == ["a"]
    rig.channel()(ask.DeleteQueue, "q")
    assert delivered(channel(ask.Nack, 1)) == ["b"]


class TestOneActive:
    ARGUMENTS = {"x-single-active-consumer": True}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("version", "kind", "successor"),
        [("3.10", "classic", "high"), ("3.10", "quorum", "low"), ("4.3", "classic", "high"), ("4.3", "quorum", "high")],
    )
    def test_the_next_is_the_highest_or_the_longest_waiting(self, version, kind, successor):
        rig = Rig(version)
        rig.channel().declare(arguments={**self.ARGUMENTS, "x-queue-type": kind}, durable=True)
        first = consumers(rig, "first", arguments={"x-priority": 9})["first"]
        consumers(rig, "low")
        consumers(rig, "high", arguments={"x-priority": 5})
        publisher = rig.channel()
        assert receivers(publisher.publish("q", "a")) == ["first"]
        first(ask.Cancel, "first")
        assert receivers(publisher.publish("q", "b")) == [successor]

    @pytest.mark.parametrize(("version", "second"), [("3.10", "low"), ("4.3", "high")])
    def test_a_quorum_queue_is_taken_over_from_4_0_on(self, version, second):
        rig = Rig(version)
        rig.channel().declare(arguments={**self.ARGUMENTS, "x-queue-type": "quorum"})
        low = consumers(rig, "low")["low"]
        publisher = rig.channel()
        publisher.publish("q", "a")
        consumers(rig, "high", arguments={"x-priority": 1})
        done = publisher.publish("q", "b")
        assert receivers(done) == (["low"] if second == "low" else []), "before what it holds is settled"
        assert receivers(low(ask.Ack, 1) + publisher.publish("q", "c")) == [second] * (1 if second == "low" else 2)

    def test_a_full_one_is_waited_for(self, rig):
        rig.channel().declare("one at a time", self.ARGUMENTS)
        channel, other = rig.channel(), rig.channel()
        channel(ask.Qos, prefetch_count=1)
        channel.consume("one at a time", "active")
        other.consume("one at a time", "waiting")
        assert receivers(other.publish("one at a time", "a", "b")) == ["active"]
        assert receivers(channel(ask.Ack, 1)) == ["active"]
