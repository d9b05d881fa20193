"""Whose turn it is. More of it is recorded: the areas `consume`, `prefetch`, `priority` and `single_active`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model import commands as ask
from fakeamqp.model.consumers import Consumer, Consumers, CreditedConsumers
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


class Line:
    """The rule, word by word: everybody is looked at each time."""

    def __init__(self, *, credited: bool) -> None:
        self.credited = credited
        self.line: list[Consumer] = []
        self.blocked: dict[Consumer, bool] = {}

    def join(self, consumer: Consumer) -> None:
        self.line.append(consumer)
        self.line.sort(key=lambda each: -each.priority)  # stable: behind those of its own priority

    def leave(self, consumer: Consumer) -> None:
        if self.blocked.pop(consumer, None) is None:
            self.line.remove(consumer)

    def next_able(self) -> Consumer | None:
        while self.line:
            consumer = self.line.pop(0)
            if consumer.able:
                if self.credited and not consumer.no_ack and 0 < consumer.prefetch <= consumer.unacked + 1:
                    self.blocked[consumer] = True
                else:
                    self.join(consumer)
                return consumer
            self.blocked[consumer] = consumer.is_full
        return None

    def unblock(self) -> bool:
        freed = [one for one, is_own in self.blocked.items() if one.able and (is_own or not one.channel.holds_back)]
        for consumer in freed:
            del self.blocked[consumer]
            self.join(consumer)
        return bool(freed)


class Crowd:
    """Consumers of one queue on two channels, without a broker."""

    def __init__(self, consumers: Consumers) -> None:
        self.consumers = consumers
        self.queue = SimpleNamespace(supports_global_prefetch=True)
        self.channels = [
            SimpleNamespace(
                key=(number, 1),
                connection=SimpleNamespace(is_congested=False),
                global_prefetch=0,
                counted=0,
                holds_back=False,
            )
            for number in range(2)
        ]
        self.count = 0

    def newcomer(self, channel: int, prefetch: int, priority: int, no_ack: bool) -> Consumer:
        self.count += 1
        owner: Any = self.channels[channel]
        given: Any = {"no_ack": no_ack, "exclusive": False, "prefetch": prefetch, "priority": priority}
        return Consumer(owner, self.queue, f"c{self.count}", arguments={}, **given)  # type: ignore[arg-type]

    def take(self, consumer: Consumer) -> None:
        if not consumer.no_ack:
            consumer.unacked += 1
            consumer.channel.counted += 1

    def settle(self, consumer: Consumer) -> None:
        consumer.unacked -= 1
        consumer.channel.counted -= 1
        if consumer.is_blocked:
            self.consumers.has_settled(consumer)


ARRIVALS = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 1), st.booleans())
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), ARRIVALS),
        st.tuples(st.sampled_from(("remove", "suspend", "resume", "settle")), st.integers(0, 50)),
        st.tuples(st.sampled_from(("deliver", "deliver", "unblock")), st.none()),
        st.tuples(st.sampled_from(("congest", "limit", "hold back")), st.integers(0, 1)),
    ),
    max_size=60,
)


@given(EVENTS, st.booleans())
def test_whose_turn_it_is_does_not_depend_on_who_is_looked_at(events, credited):
    consumers = CreditedConsumers() if credited else Consumers()
    crowd, rule = Crowd(consumers), Line(credited=credited)
    there: list[Consumer] = []
    suspended: list[Consumer] = []
    for what, given_value in events:
        everybody = there + suspended
        if what == "add":
            newcomer = crowd.newcomer(*given_value)
            consumers.add(newcomer)
            rule.join(newcomer)
            there.append(newcomer)
        elif what in ("congest", "limit", "hold back"):
            channel = crowd.channels[given_value]
            if what == "congest":
                channel.connection.is_congested = not channel.connection.is_congested
            elif what == "limit":
                channel.global_prefetch = 0 if channel.global_prefetch else 2
            else:
                channel.holds_back = not channel.holds_back
        elif what == "deliver":
            found = consumers.next_able()
            assert found is rule.next_able()
            if found is not None:
                crowd.take(found)
        elif what == "unblock":
            assert consumers.unblock() == rule.unblock()
        elif what == "settle":
            holders = [each for each in everybody if each.unacked]
            if holders:
                crowd.settle(holders[given_value % len(holders)])
        elif what == "resume":
            if suspended:
                back = suspended.pop(given_value % len(suspended))
                consumers.resume(back)
                rule.join(back)
                there.append(back)
        elif there:
            gone = there.pop(given_value % len(there))
            rule.leave(gone)
            if what == "suspend":
                consumers.suspend(gone)
                suspended.append(gone)
            else:
                consumers.remove(gone)
        consumers.check()


@pytest.mark.parametrize(
    "arguments", [{}, {"x-max-length-bytes": 1_000}, {"x-message-ttl": 10}, {"x-single-active-consumer": True}]
)
def test_who_is_alone_and_has_no_limit_gets_all_at_once_and_in_order(arguments):
    rig = Rig()
    channel = rig.channel()
    channel.declare("q", arguments)
    channel.publish("q", *"abcd")
    assert delivered(channel.consume("q")) == list("abcd")
    assert len(rig.queue("q").ready) == rig.queue("q").ready_bytes == 0


def test_of_a_higher_priority_one_gets_all_and_of_its_own_every_other(rig):
    publisher = rig.channel()
    publisher.publish("q", *"abcd")
    held = rig.channel()
    assert delivered(held.consume(tag="first")) == list("abcd")
    consumers(rig, "second")
    consumers(rig, "high", arguments={"x-priority": 1})
    assert receivers(held.close()) == ["high"] * 4
