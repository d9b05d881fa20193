"""What a transaction holds back, and where it goes when its queues change before the commit."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, of


@pytest.fixture(params=["3.10", "4.0", "4.3"])
def rig(request) -> Rig:
    return Rig(request.param)


def test_a_message_is_routed_when_it_is_published(rig):
    channel = rig.channel()
    channel.declare("early")
    channel(ask.SelectTransactions)
    channel.publish("late", "a")
    channel.publish("early", "b")
    channel.declare("late")
    channel(ask.Commit)
    assert rig.waiting("early") == ["b"]
    assert rig.waiting("late") == (["a"] if rig.broker.profile.name == "3.10" else [])


def test_a_commit_that_crashes_gives_back_what_it_was_to_settle(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.declare("gone", durable=True, arguments={"x-queue-type": "stream"})
    channel.publish("q", "held")
    channel(ask.SelectTransactions)
    channel.get("q")
    channel(ask.Ack, 1, False)
    channel.publish("gone", "lost")
    channel.publish("q", "after")
    channel(ask.DeleteQueue, "gone")
    done = channel(ask.Commit)
    if rig.broker.profile.name == "3.10":
        assert rig.waiting("q") == ["after"]
    else:
        assert of(effects.ConnectionClosed, done)[0].reply_code == 506
        assert rig.waiting("q") == ["held"]
        assert {effect.reason for effect in of(effects.Dropped, done)} == {"lost", "channel closed"}


def test_each_publish_is_accounted_for_when_a_queue_is_gone(rig):
    channel = rig.channel()
    channel.declare("gone", durable=True, arguments={"x-queue-type": "quorum"})
    channel(ask.SelectTransactions)
    channel.publish("gone", "m")
    channel(ask.DeleteQueue, "gone")
    assert len(of(effects.Dropped, channel(ask.Commit))) == 1
