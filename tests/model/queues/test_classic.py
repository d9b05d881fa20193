"""Classic queues. Recorded: the areas `requeue`, `priority`, `limits`, `single_active`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.queues import ClassicQueue
from tests.support.rig import Rig, delivered, of


def test_what_comes_back_takes_its_old_place_in_whatever_order_it_comes():
    rig = Rig()
    channel = rig.channel()
    channel.declare()
    assert isinstance(rig.queue(), ClassicQueue)
    channel.publish("q", *"123456")
    for _ in range(4):
        channel.get()
    for tag in (3, 1, 4, 2):
        channel(ask.Nack, tag)
    assert rig.waiting() == list("123456")


@pytest.mark.parametrize(("version", "order"), [("3.10", "abc"), ("4.0", "bca"), ("4.3", "bca")])
def test_a_highest_priority_of_zero_still_lets_others_go_first_from_4_0_on(version, order):
    rig = Rig(version)
    channel = rig.channel()
    channel.declare("q", {"x-max-priority": 0})
    channel.publish("q", "a")
    channel.publish("q", "b", priority=1)
    channel.publish("q", "c", priority=9)
    assert "".join(rig.waiting()) == order


def test_without_the_argument_priorities_do_not_count():
    rig = Rig()
    channel = rig.channel()
    channel.declare()
    channel.publish("q", "a")
    channel.publish("q", "b", priority=9)
    assert rig.waiting() == ["a", "b"]


@pytest.mark.parametrize(
    ("limit", "taken"), [({"x-max-length": 2}, "aabb"), ({"x-max-length-bytes": 4}, "aabb"), ({"x-max-length": 0}, "")]
)
def test_a_full_queue_refuses_and_keeps_what_it_has(limit, taken):
    rig = Rig()
    channel = rig.channel()
    channel.declare("q", {**limit, "x-overflow": "reject-publish"})
    channel(ask.SelectConfirms)
    done = channel.publish("q", "aa", "bb", "c")
    assert "".join(rig.waiting()) == taken
    assert len(of(effects.Unconfirmed, done)) == 3 - len(taken) // 2


def test_refusing_does_not_ask_whether_a_consumer_waits():
    rig = Rig()
    channel = rig.channel()
    channel.declare("q", {"x-max-length": 0, "x-overflow": "reject-publish"})
    channel.consume()
    assert delivered(channel.publish("q", "a")) == []


def test_what_returns_is_never_refused():
    rig = Rig()
    channel = rig.channel()
    channel.declare("q", {"x-max-length": 1, "x-overflow": "reject-publish"})
    channel.publish("q", "a")
    channel.get()
    channel.publish("q", "b")
    channel(ask.Nack, 1)
    assert rig.waiting() == ["a", "b"]


@pytest.mark.parametrize(("version", "handed_over"), [("3.10", []), ("4.0", ["c"]), ("4.3", ["c"])])
def test_the_next_active_consumer_gets_what_is_ready_at_once_from_4_0_on(version, handed_over):
    rig = Rig(version)
    channel, other = rig.channel(), rig.channel()
    channel.declare("q", {"x-single-active-consumer": True})
    channel(ask.Qos, prefetch_count=1)
    channel.consume(tag="one")
    other.consume(tag="two")
    channel.publish("q", "a", "b")
    channel.get()
    channel.publish("q", "c")
    assert delivered(channel(ask.Cancel, "one")) == handed_over
    assert delivered(channel(ask.Ack, 2)) == [], "on 3.10 an acknowledgement does not wake it up either"
    assert delivered(channel(ask.Nack, 1)) == (["a", "c"] if not handed_over else ["a"])
