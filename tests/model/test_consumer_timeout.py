"""The consumer timeout. Recorded: the area `consumer_timeout`; here what takes longer than a recording may."""

from __future__ import annotations

import random

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import consumer_timeout, effects
from fakeamqp.model.consumer_timeout import timeout_of
from tests.support.rig import Rig, RigChannel, of

MINUTE = 60_000
QUORUM = {"x-queue-type": "quorum"}
VERSIONS = ("3.10", "4.0", "4.3")


def held(version: str, arguments: dict[str, object] | None = None, **options: object) -> tuple[Rig, RigChannel]:
    """A channel whose consumer holds a message."""
    rig = Rig(version, **options)
    channel = rig.channel()
    channel.declare("q", QUORUM if arguments is None else arguments)
    channel.publish("q", "tea")
    channel.consume("q", "slow")
    return rig, channel


def closed(done: list[effects.Effect]) -> list[str]:
    return [effect.reply_text for effect in of(effects.ChannelClosed, done)]


def cancelled(done: list[effects.Effect]) -> list[str]:
    return [effect.consumer_tag for effect in of(effects.ConsumerCancelled, done)]


class TestTheDefault:
    @pytest.mark.parametrize("version", ["3.10", "4.0"])
    @pytest.mark.parametrize("arguments", [{}, QUORUM], ids=["classic", "quorum"])
    def test_half_an_hour_until_the_channel_is_closed(self, version, arguments):
        rig, _ = held(version, arguments)
        assert closed(rig.advance(30 * MINUTE)) == []
        (text,) = closed(rig.advance(MINUTE))
        assert text == (
            "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms. "
            "This timeout value can be configured, see consumers doc guide to learn more"
        )
        assert rig.waiting() == ["tea"]

    def test_half_an_hour_until_a_quorum_queues_consumer_is_cancelled(self):
        rig, _ = held("4.3")
        assert cancelled(rig.advance(30 * MINUTE - 1)) == []
        assert cancelled(rig.advance(1)) == ["slow"]
        assert rig.waiting() == ["tea"]

    def test_none_for_a_classic_queue_of_4_3(self):
        rig, _ = held("4.3", {})
        assert rig.advance(48 * 60 * MINUTE) == []

    @pytest.mark.parametrize("version", VERSIONS)
    def test_another_one(self, version):
        rig, _ = held(version, consumer_timeout_us=90_000_000)
        assert rig.advance(1.4 * MINUTE) == []
        done = rig.advance(MINUTE)
        assert closed(done) or cancelled(done)

    @pytest.mark.parametrize("version", VERSIONS)
    def test_none_at_all(self, version):
        rig, _ = held(version, consumer_timeout_us=None)
        assert rig.broker.next_due() is None
        assert rig.advance(48 * 60 * MINUTE) == []


class TestWhatEndsIt:
    @pytest.mark.parametrize("version", VERSIONS)
    def test_an_acknowledgement(self, version):
        rig, channel = held(version)
        channel(ask.Ack, 1)
        assert rig.advance(24 * 60 * MINUTE) == []
        assert rig.broker.next_due() is None

    @pytest.mark.parametrize("version", VERSIONS)
    def test_the_end_of_the_channel(self, version):
        rig, channel = held(version)
        channel.close()
        assert rig.broker.next_due() is None

    @pytest.mark.parametrize("version", VERSIONS)
    def test_nobody_waits_for_it(self, version):
        rig, _ = held(version)
        assert rig.broker.next_deadline() is None
        assert rig.broker.next_due() is not None


class TestWhichDeliveryCounts:
    @pytest.mark.parametrize("version", ["3.10", "4.0"])
    def test_the_oldest_that_is_still_held(self, version):
        rig, channel = held(version)
        rig.advance(20 * MINUTE)
        channel.publish("q", "cups")
        channel(ask.Ack, 1)
        assert rig.advance(30 * MINUTE) == []
        assert len(closed(rig.advance(MINUTE))) == 1

    @pytest.mark.parametrize("version", VERSIONS)
    def test_each_that_comes_to_an_idle_channel(self, version):
        rig, channel = held(version)
        channel(ask.Ack, 1)
        rig.advance(50 * MINUTE)
        channel.publish("q", "cups")
        assert rig.advance(29 * MINUTE) == []
        done = rig.advance(2 * MINUTE)
        assert closed(done) or cancelled(done)

    @pytest.mark.parametrize("version", ["4.0", "4.3"])
    def test_one_of_a_more_patient_queue_before_it_is_no_obstacle_to_looking(self, version):
        rig = Rig(version)
        channel = rig.channel()
        channel.declare("patient", QUORUM)
        channel.declare("hasty", {**QUORUM, "x-consumer-timeout": 10_000})
        channel.consume("patient", "patient")
        channel.consume("hasty", "hasty")
        channel.publish("patient", "tea")
        channel.publish("hasty", "cups")
        channel(ask.Ack, 1)
        done = rig.advance(MINUTE)
        assert closed(done) or cancelled(done) == ["hasty"]

    @pytest.mark.parametrize("version", ["4.0", "4.3"])
    def test_one_that_was_got_while_others_are_held(self, version):
        rig, channel = held(version)
        channel.declare("hasty", {**QUORUM, "x-consumer-timeout": 10_000})
        channel.publish("hasty", "cups")
        channel.get("hasty")
        channel(ask.Ack, 1)
        assert len(closed(rig.advance(MINUTE))) == 1

    @pytest.mark.parametrize("version", ["4.0", "4.3"])
    def test_a_hasty_queue_s_behind_one_that_was_got_from_a_patient_one(self, version):
        rig = Rig(version)
        channel = rig.channel()
        channel.declare("patient", QUORUM)
        channel.declare("hasty", {**QUORUM, "x-consumer-timeout": 10_000})
        channel.publish("patient", "tea")
        channel.consume("hasty", "hasty")
        channel.get("patient")
        channel.publish("hasty", "cups")
        channel(ask.Ack, 1)
        done = rig.advance(MINUTE)
        assert closed(done) or cancelled(done) == ["hasty"]

    def test_a_stream_s_as_well_before_4_3(self):
        rig = Rig("4.0")
        channel = rig.channel()
        channel.declare("log", {"x-queue-type": "stream"}, durable=True)
        channel.publish("log", "tea")
        channel(ask.Qos, prefetch_count=10)
        channel.consume("log", "reader", arguments={"x-stream-offset": "first"})
        assert len(closed(rig.advance(31 * MINUTE))) == 1


class TestArguments:
    @pytest.mark.parametrize(
        ("version", "queue", "consumer", "timeout_ms"),
        [
            ("3.10", {"x-consumer-timeout": 5}, {}, 1_800_000),
            ("4.0", {"x-consumer-timeout": 5}, {"x-consumer-timeout": 7}, 5),
            ("4.0", {"x-consumer-timeout": "5"}, {}, 1_800_000),
            ("4.3", {"x-consumer-timeout": 5}, {}, 5),
            ("4.3", {"x-consumer-timeout": 5}, {"x-consumer-timeout": 7}, 7),
            ("4.3", {}, {"x-consumer-timeout": 7}, 7),
        ],
    )
    def test_whose_counts(self, version, queue, consumer, timeout_ms):
        rig = Rig(version)
        channel = rig.channel()
        channel.declare("q", {**QUORUM, **queue})
        channel.consume("q", "slow", arguments=consumer)
        (started,) = rig.queue().consumers
        assert timeout_of(rig.queue(), started) == timeout_ms * 1000

    def test_no_time_at_all(self):
        rig, _ = held("4.3", {**QUORUM, "x-consumer-timeout": 0})
        assert cancelled(rig.advance(1)) == ["slow"]
        assert rig.advance(MINUTE) == []


class TestTimedOutDeliveries:
    def timed_out(self) -> tuple[Rig, RigChannel]:
        rig = Rig("4.3")
        channel = rig.channel()
        channel.declare("q", QUORUM)
        channel.declare("p", {})
        channel.publish("q", "tea", "cups")
        channel.publish("p", "sugar")
        channel.consume("q", "slow")
        rig.advance(31 * MINUTE)
        channel.get("p")
        return rig, channel

    def test_a_multiple_ack_settles_them_among_others(self):
        _, channel = self.timed_out()
        done = channel(ask.Ack, 3, multiple=True)
        assert [effect.copies for effect in of(effects.Settled, done)] == [(3,)]
        assert [each.consumer_tag for each in of(effects.Delivered, done)] == ["slow", "slow"], "it is served again"

    def test_a_multiple_ack_up_to_one_of_them(self):
        rig, channel = self.timed_out()
        channel(ask.Ack, 2, multiple=True)
        assert list(rig.broker.channels[channel.key].unacked) == [3, 4, 5]

    def test_an_unknown_tag_settles_none(self):
        _, channel = self.timed_out()
        assert closed(channel(ask.Nack, 9, multiple=True)) == ["PRECONDITION_FAILED - unknown delivery tag 9"]

    def test_recover_settles_all(self):
        rig, channel = self.timed_out()
        done = channel(ask.Recover, requeue=True)
        assert [effect.copy for effect in of(effects.Requeued, done)] == [3]
        assert rig.waiting("p") == ["sugar"]

    def test_a_consumer_that_was_cancelled_meanwhile_is_not_served_again(self):
        rig, channel = self.timed_out()
        channel(ask.Cancel, "slow")
        assert of(effects.Delivered, channel(ask.Ack, 0, multiple=True)) == []
        assert rig.waiting() == ["tea", "cups"]

    def test_the_end_of_the_channel_forgets_them(self):
        rig, channel = self.timed_out()
        channel.close()
        assert rig.waiting() == ["tea", "cups"]

    def test_a_single_active_consumer_is_active_again_if_there_is_no_other(self):
        rig = Rig("4.3")
        channel = rig.channel()
        channel.declare("q", {**QUORUM, "x-single-active-consumer": True})
        channel.publish("q", "tea")
        channel.consume("q", "slow")
        assert cancelled(rig.advance(31 * MINUTE)) == ["slow"]
        assert rig.waiting() == ["tea"]
        done = channel(ask.Ack, 1)
        assert [each.consumer_tag for each in of(effects.Delivered, done)] == ["slow"]


class TestAPolicy:
    """Recorded: the scenarios `consumer_timeout/*policy*`; here the instants."""

    def lay_down(self, rig: Rig) -> None:
        rig.do(ask.SetPolicy("/", "p", "^q", {"consumer-timeout": 10_000}))

    def test_4_0_what_it_says_when_it_is_looked(self):
        rig, _ = held("4.0")
        rig.advance(MINUTE * 0.9)
        self.lay_down(rig)
        (text,) = closed(rig.advance(MINUTE * 0.2))
        assert "Timeout value used: 10000 ms" in text

    def test_4_0_one_that_is_gone_when_it_is_looked_does_not_count(self):
        rig, _ = held("4.0")
        self.lay_down(rig)
        rig.do(ask.ClearPolicy("/", "p"))
        assert closed(rig.advance(29 * MINUTE)) == []
        assert len(closed(rig.advance(2 * MINUTE))) == 1

    def test_4_3_one_that_comes_later_does_not_reach_a_consumer(self):
        rig, channel = held("4.3")
        self.lay_down(rig)
        channel.publish("q", "cups")
        assert cancelled(rig.advance(29 * MINUTE)) == []
        channel.consume("q", "later")
        channel.publish("q", "sugar")
        channel.publish("q", "milk")
        assert cancelled(rig.advance(10_000)) == ["later"]

    @pytest.mark.parametrize("arguments", [{}, QUORUM], ids=["classic", "quorum"])
    def test_4_3_what_was_got_keeps_the_one_it_was_got_with(self, arguments):
        rig = Rig("4.3")
        channel = rig.channel()
        channel.declare("q", arguments)
        channel.publish("q", "tea")
        channel.publish("q", "cups")
        channel.get("q")
        self.lay_down(rig)
        assert closed(rig.advance(MINUTE)) == []
        channel.get("q")
        assert len(closed(rig.advance(10_000))) == (arguments == QUORUM)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_has_expired_when_it_comes_back_is_dead_lettered_at_once(version):
    rig = Rig(version)
    channel = rig.channel()
    channel.declare("dead")
    dies = {"x-message-ttl": 1_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    channel.declare("q", {**QUORUM, **dies})
    channel.publish("q", "tea")
    channel.consume("q", "slow")
    rig.advance(31 * MINUTE)
    assert rig.waiting("dead") == ["tea"]


def test_the_least_timeout_of_a_channel_is_known_whoever_comes_and_goes():
    dice = random.Random(1)
    rig = Rig("4.3")
    channel = rig.channel()
    channel.declare("q", QUORUM)
    for number in range(300):
        tags = list(rig.broker.channels[channel.key].consumers)
        if tags and dice.random() < 0.45:
            channel(ask.Cancel, dice.choice(tags))
        else:
            channel(ask.Consume, "q", f"c{number}", arguments={"x-consumer-timeout": dice.randrange(1, 9) * 600_000})
        if dice.random() < 0.6:
            owner = rig.broker.channels[channel.key]
            expected = min((each.timeout_us for each in owner.consumers.values()), default=None)
            assert consumer_timeout._least_timeout(owner) == expected
