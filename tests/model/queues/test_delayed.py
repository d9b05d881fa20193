"""What is delayed is ready again in the order of its instants."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.message import Message
from fakeamqp.model.queues.delayed import Delayed
from fakeamqp.model.queues.entry import Entry
from tests.support.rig import Rig, RigChannel, delivered, ended, of


def entry(queue, copy: int) -> Entry:
    return Entry(Message("", "q", {}, b""), queue, copy, None)


def test_it_is_taken_out_by_instants_and_then_in_the_order_of_coming():
    rig, _ = retrying()
    delayed = Delayed()
    for copy, until_us in ((1, 30), (2, 10), (3, 20), (4, 10)):
        delayed.add(entry(rig.queue(), copy), until_us, "nack", 5)
    assert [each.copy for each in delayed] == [2, 4, 3, 1]
    assert (len(delayed), delayed.next(), delayed.bytes) == (4, 10, 20)
    assert [each.copy for each, _ in delayed.pop_due(20)] == [2, 4, 3]
    assert (len(delayed), delayed.next(), delayed.bytes) == (1, 30, 5)
    assert [each.copy for each in delayed.clear()] == [1]
    assert (len(delayed), delayed.next(), delayed.bytes) == (0, None, 0)


def retrying(version: str = "4.3", **more: object) -> tuple[Rig, RigChannel]:
    """A quorum queue that delays by a second all that comes back."""
    rig = Rig(version)
    channel = rig.channel()
    asked = {"x-delayed-retry-type": "all", "x-delayed-retry-min": 1_000}
    more = {f"x-{name.replace('_', '-')}": value for name, value in more.items()}
    channel.declare("q", {"x-queue-type": "quorum", **asked, **more})
    return rig, channel


def test_it_is_ready_to_the_microsecond():
    rig, channel = retrying()
    channel.publish("q", "tea")
    channel.get()
    (effect,) = of(effects.Delayed, channel(ask.Nack, 1))
    assert (effect.reason, effect.until_us) == ("nack", 1_000_000)
    assert (rig.waiting(), len(rig.queue().delayed), rig.queue().unacked) == ([], 1, 0)
    assert rig.advance(999.999) == []
    (effect,) = of(effects.Requeued, rig.advance(0.001))
    assert effect.reason == "nack"
    assert (rig.waiting(), rig.queue().delayed) == (["tea"], ())


@pytest.mark.parametrize("version", ["3.10", "4.0"])
def test_earlier_versions_do_not_know_it(version):
    rig, channel = retrying(version)
    channel.publish("q", "tea")
    channel.get()
    channel(ask.Nack, 1)
    assert rig.waiting() == ["tea"]


@pytest.mark.parametrize("kind", ["most", 1, [], {}])
def test_a_type_that_is_none_delays_nothing(kind):
    rig, channel = retrying(delayed_retry_type=kind)
    channel.publish("q", "tea")
    channel.get()
    channel(ask.Nack, 1)
    assert rig.waiting() == ["tea"]


def test_the_longest_delay_is_the_maximum():
    rig, channel = retrying(delayed_retry_max=2_500)
    channel.publish("q", "tea")
    delays = []
    for tag in range(1, 5):
        channel.get()
        (effect,) = of(effects.Delayed, channel(ask.Reject, tag))
        delays.append((effect.until_us - rig.now_us) // 1_000)
        rig.advance(2_500)
    assert delays == [1_000, 2_000, 2_500, 2_500]


def test_what_does_not_expire_meanwhile_keeps_its_time_to_live():
    rig, channel = retrying(message_ttl=1_500)
    channel.publish("q", "tea")
    channel.get()
    channel(ask.Nack, 1)
    assert ended(rig.advance(1_499)) == []
    assert ended(rig.advance(1)) == ["expired"]


def test_it_goes_with_its_queue():
    rig, channel = retrying()
    channel.publish("q", "tea")
    channel.get()
    channel(ask.Nack, 1)
    (dropped,) = of(effects.Dropped, channel(ask.DeleteQueue, "q"))
    assert dropped.reason == "queue deleted"
    assert rig.broker.next_deadline() is None


def test_it_outlives_a_restart_and_is_ready_at_the_same_instant():
    """Seen on RabbitMQ 4.3.6, whose application was stopped and started meanwhile."""
    rig, channel = retrying()
    channel.publish("q", "tea")
    channel.get()
    channel(ask.Nack, 1)
    rig.do(ask.Restart())
    rig.advance(999)
    assert (rig.waiting(), len(rig.queue().delayed)) == ([], 1)
    rig.advance(1)
    assert rig.waiting() == ["tea"]


def test_a_limit_that_shrinks_drops_what_is_ready_only():
    rig, channel = retrying()
    channel.publish("q", *"abc")
    channel.get()
    channel(ask.Nack, 1)
    done = rig.do(ask.SetPolicy("/", "p", "^q", {"max-length": 1}))
    assert ended(done) == ["maxlen", "maxlen"]
    rig.advance(1_000)
    assert rig.waiting() == ["a"]


def test_a_consumer_that_was_full_gets_it_when_it_is_free():
    rig, channel = retrying()
    channel(ask.Qos, prefetch_count=1)
    channel.consume()
    channel.publish("q", *"ab")
    assert delivered(channel(ask.Nack, 1)) == ["b"]
    assert delivered(rig.advance(1_000)) == []
    assert delivered(channel(ask.Ack, 2)) == ["a"]
