"""What happens to a broker without a client's doing keeps the laws that commands of clients keep."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, delivered, ended, of, refusal


@pytest.fixture(params=["3.10", "4.0", "4.3"])
def rig(request) -> Rig:
    return Rig(request.param)


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


def _lost(rig: Rig, arguments=None, **flags):
    """A channel that has published two persistent messages to a durable queue `q`, which is to be lost."""
    channel = rig.channel()
    channel.declare("q", arguments or {}, **{"durable": True, **flags})
    channel.publish("q", "a", "b", delivery_mode=2)
    return channel


def test_consumers_of_a_lost_queue_are_cancelled_in_the_order_of_their_tags(rig):
    channel = _lost(rig)
    for tag in "zay":
        channel.consume("q", tag)
    done = rig.do(ask.LoseQueue("/", "q"))
    assert [effect.consumer_tag for effect in of(effects.ConsumerCancelled, done)] == ["a", "y", "z"]


def test_a_client_that_cannot_be_told_of_cancels_is_told_nothing(rig):
    channel = rig.channel(rig.connection(consumer_cancel_notify=False))
    channel.declare("q", durable=True)
    channel.consume("q")
    assert rig.do(ask.LoseQueue("/", "q")) == []


def test_nothing_comes_of_settling_what_a_lost_queue_delivered(rig):
    channel = _lost(rig)
    channel.consume("q")
    rig.do(ask.LoseQueue("/", "q"))
    assert not any(effect.copies for effect in of(effects.Settled, channel(ask.Ack, 1)))
    assert ended(channel(ask.Reject, 2, False)) == []
    rig.do(ask.RestoreQueue("/", "q"))
    assert rig.waiting("q") == ["a", "b"]


def test_a_tag_of_a_lost_queue_can_be_settled_once(rig):
    channel = _lost(rig)
    channel.get("q")
    rig.do(ask.LoseQueue("/", "q"))
    assert refusal(channel(ask.Ack, 1)) is None
    assert refusal(channel(ask.Ack, 1)) == "PRECONDITION_FAILED - unknown delivery tag 1"


def test_what_was_unacked_is_ready_in_its_place_when_the_node_is_back(rig):
    channel = _lost(rig)
    channel.get("q")
    done = rig.do(ask.LoseQueue("/", "q"))
    assert [effect.reason for effect in of(effects.Requeued, done)] == ["node down"]
    rig.do(ask.RestoreQueue("/", "q"))
    assert rig.waiting("q") == ["a", "b"]
    redelivered = [effect.redelivered for effect in of(effects.Delivered, channel.consume("q"))]
    assert redelivered == [rig.broker.profile.name != "4.3", False]


def test_what_a_transaction_was_to_settle_stays_in_a_lost_queue(rig):
    channel = _lost(rig)
    channel(ask.SelectTransactions)
    channel.get("q")
    channel(ask.Ack, 1)
    rig.do(ask.LoseQueue("/", "q"))
    assert of(effects.CommitOk, channel(ask.Commit))
    rig.do(ask.RestoreQueue("/", "q"))
    assert rig.waiting("q") == ["a", "b"]


def test_transient_messages_go_with_the_node(rig):
    channel = _lost(rig)
    channel.publish("q", "transient")
    assert ended(rig.do(ask.LoseQueue("/", "q"))) == ["node down"]
    rig.do(ask.RestoreQueue("/", "q"))
    assert rig.waiting("q") == ["a", "b"]


def test_a_lost_queue_takes_nothing(rig):
    channel = _lost(rig)
    channel(ask.SelectConfirms)
    rig.do(ask.LoseQueue("/", "q"))
    done = channel.publish("q", "lost", mandatory=True, delivery_mode=2)
    if rig.broker.profile.name == "3.10":
        assert [of(kind, done) != [] for kind in (effects.Returned, effects.Confirmed)] == [True, True]
    else:
        assert [of(kind, done) != [] for kind in (effects.Returned, effects.Unconfirmed)] == [False, True]
    rig.do(ask.RestoreQueue("/", "q"))
    assert rig.waiting("q") == ["a", "b"]


def test_a_copy_for_a_lost_queue_counts_as_routed_where_it_is_found(rig):
    channel = _lost(rig)
    rig.do(ask.LoseQueue("/", "q"))
    done = channel.publish("nobody", "m", mandatory=True, headers={"CC": ["q"]})
    assert bool(of(effects.Returned, done)) == (rig.broker.profile.name == "3.10")


def test_an_alternate_exchange_serves_where_a_lost_queue_is_not_found(rig):
    channel = _lost(rig)
    channel.declare("rest")
    channel.bind("rest", "amq.fanout")
    channel(ask.DeclareExchange, "x", arguments={"alternate-exchange": "amq.fanout"})
    channel.bind("q", "x", "key")
    rig.do(ask.LoseQueue("/", "q"))
    channel.publish("key", "m", exchange="x")
    assert rig.waiting("rest") == (["m"] if rig.broker.profile.name == "3.10" else [])


def test_messages_of_a_lost_queue_expire_when_it_is_back(rig):
    channel = _lost(rig, {"x-message-ttl": 100, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"})
    channel.declare("dead")
    rig.do(ask.LoseQueue("/", "q"))
    assert rig.advance(200) == []
    assert ended(rig.do(ask.RestoreQueue("/", "q"))) == ["expired", "expired"]
    assert rig.waiting("dead") == ["a", "b"]


def test_a_lost_queue_does_not_expire_and_counts_anew(rig):
    _lost(rig, {"x-expires": 1000})
    rig.do(ask.LoseQueue("/", "q"))
    rig.advance(2000)
    rig.do(ask.RestoreQueue("/", "q"))
    rig.advance(999)
    assert "q" in rig.vhost.queues
    rig.advance(1)
    assert "q" not in rig.vhost.queues


def test_a_policy_that_came_meanwhile_is_obeyed_when_the_node_is_back(rig):
    _lost(rig)
    rig.do(ask.LoseQueue("/", "q"))
    rig.do(ask.SetPolicy("/", "short", "q", {"max-length": 1, "expires": 500}))
    assert rig.waiting("q") == ["a", "b"]
    rig.do(ask.RestoreQueue("/", "q"))
    assert rig.waiting("q") == ["b"]
    rig.advance(500)
    assert "q" not in rig.vhost.queues


def test_a_restart_of_the_clients_node_leaves_a_lost_queue_lost(rig):
    _lost(rig, {"x-expires": 1000})
    rig.do(ask.LoseQueue("/", "q"))
    rig.do(ask.Restart())
    rig.advance(2000)
    assert refusal(rig.channel().get("q")) is not None
    rig.do(ask.RestoreQueue("/", "q"))
    assert rig.waiting("q") == ["a", "b"]


def test_a_transient_queue_that_seems_lost_is_gone_when_its_node_is_back():
    rig = Rig("4.3")
    rig.channel().declare("q")
    rig.do(ask.LoseQueue("/", "q"))
    assert not of(effects.QueueDeleted, rig.do(ask.Restart()))
    assert of(effects.QueueDeleted, rig.do(ask.RestoreQueue("/", "q"))) == [effects.QueueDeleted("/", "q", "node down")]


def test_restoring_what_is_not_lost_changes_nothing(rig):
    _lost(rig, {"x-expires": 1000})
    rig.advance(900)
    assert rig.do(ask.RestoreQueue("/", "q")) == rig.do(ask.RestoreQueue("/", "other")) == []
    rig.advance(100)
    assert "q" not in rig.vhost.queues


def test_a_queue_that_is_removed_cancels_its_consumers(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.publish("q", "left")
    channel.get("q")
    channel.consume("q", "c")
    done = rig.do(ask.RemoveQueue("/", "q"))
    assert of(effects.ConsumerCancelled, done) == [effects.ConsumerCancelled(channel.key, "c")]
    assert [effect.reason for effect in of(effects.QueueDeleted, done)] == ["deleted"]


def test_what_is_redelivered_stays_at_its_place_and_counts(rig):
    channel = rig.channel()
    channel.declare("q", {"x-queue-type": "quorum", "x-delivery-limit": 1})
    channel.publish("q", "a", "b")
    for _ in range(2):
        done = rig.do(ask.Redeliver("/", "q", 1))
    assert rig.waiting("q") == ["b"]
    assert ended(done) == ["delivery_limit"]
