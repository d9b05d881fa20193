"""What happens to a broker without a client's doing keeps the laws that commands of clients keep."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, delivered, ended, of


@pytest.fixture(params=["3.10", "4.0", "4.3"])
def rig(request) -> Rig:
    return Rig(request.param)


def test_a_restart_ends_connections_as_a_loss_does(rig):
    channel = rig.channel()
    channel.declare("q", durable=True)
    channel.publish("q", "a", "b", delivery_mode=2)
    channel.consume("q")
    done = rig.do(ask.Restart())
    assert [effect.reason for effect in of(effects.Requeued, done)] == ["channel closed"] * 2
    assert rig.broker.connections == rig.broker.channels == {}
    assert rig.waiting("q") == ["a", "b"]


def test_a_restart_drops_what_is_transient_and_says_so(rig):
    channel = rig.channel()
    channel.declare("kept", durable=True)
    channel.declare("gone", durable=False, exclusive=True)
    channel.publish("kept", "transient", "too")
    channel.publish("kept", "persistent", delivery_mode=2)
    done = rig.do(ask.Restart())
    assert ended(done) == ["restart", "restart"]
    assert [effect.queue for effect in of(effects.QueueDeleted, done)] == ["gone"]
    assert rig.waiting("kept") == ["persistent"]


@pytest.mark.parametrize("highest", [None, 5])
def test_survivors_keep_their_order(rig, highest):
    channel = rig.channel()
    channel.declare("q", {} if highest is None else {"x-max-priority": highest}, durable=True)
    for number in range(3):
        channel.publish("q", str(number), delivery_mode=2, priority=number)
    channel.get("q")
    rig.do(ask.Restart())
    assert rig.waiting("q") == (["0", "1", "2"] if highest is None else ["2", "1", "0"])


def test_an_unused_queue_expires_counting_from_the_restart(rig):
    rig.channel().declare("q", {"x-expires": 1000}, durable=True)
    rig.advance(900)
    rig.do(ask.Restart())
    rig.advance(900)
    assert "q" in rig.vhost.queues
    rig.advance(100)
    assert "q" not in rig.vhost.queues


def test_bytes_are_counted_anew_after_a_restart(rig):
    channel = rig.channel()
    channel.declare("q", {"x-max-length-bytes": 10}, durable=True)
    channel.publish("q", "transient")
    channel.publish("q", "p", delivery_mode=2)
    rig.do(ask.Restart())
    assert rig.queue().ready_bytes == 1


def test_a_cancelled_consumer_leaves_what_it_holds_to_its_channel(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.publish("q", "held")
    channel.consume("q", "c")
    (cancelled,) = rig.do(ask.CancelConsumers("/", "q"))
    assert cancelled == effects.ConsumerCancelled(channel.key, "c")
    channel.publish("q", "next")
    assert rig.waiting("q") == ["next"]
    assert of(effects.Settled, channel(ask.Ack, 1))


def test_a_client_that_does_not_know_of_cancels_is_not_told(rig):
    channel = rig.channel(rig.connection(consumer_cancel_notify=False))
    channel.declare("q")
    channel.consume("q")
    assert rig.do(ask.CancelConsumers("/", "q")) == []
    assert not rig.queue().consumers


def test_an_auto_delete_queue_goes_with_its_last_consumer(rig):
    channel = rig.channel()
    channel.declare("q", durable=True, auto_delete=True)
    for tag in ("a", "b"):
        channel.consume("q", tag)
    rig.do(ask.CancelConsumers("/", "q", "a"))
    assert "q" in rig.vhost.queues
    rig.do(ask.CancelConsumers("/", "q"))
    assert "q" not in rig.vhost.queues


def test_the_next_single_active_consumer_takes_over(rig):
    channel = rig.channel()
    channel.declare("q", {"x-single-active-consumer": True})
    for tag in ("a", "b"):
        channel.consume("q", tag)
    rig.do(ask.CancelConsumers("/", "q", "a"))
    assert delivered(channel.publish("q", "m")) == ["m"]


def test_a_failed_publish_is_lost_and_nacked_once(rig):
    channel = rig.channel()
    channel.declare("q")
    channel(ask.SelectConfirms)
    rig.do(ask.FailPublishes(1))
    lost, nack = channel.publish("q", "lost")
    assert (lost.reason, nack.delivery_tag) == ("fault", 1)
    assert isinstance(nack, effects.Unconfirmed)
    assert of(effects.Confirmed, channel.publish("q", "kept"))
    assert rig.waiting() == ["kept"]


@pytest.mark.parametrize("kind", [ask.ForceChannelClosed, ask.ForceConnectionClosed])
def test_what_is_gone_is_not_closed_again(rig, kind):
    channel = rig.channel()
    which = channel.key if kind is ask.ForceChannelClosed else channel.key[0]
    (closed,) = rig.do(kind(which, 406, "PRECONDITION_FAILED - because"))
    assert (closed.reply_code, closed.by_command) == (406, False)
    assert rig.do(kind(which, 406, "PRECONDITION_FAILED - because")) == []
