"""The node stops and starts: what survives, what becomes due meanwhile, what is refused."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.methods.node import NodeIsStopped
from fakeamqp.model.snapshot import fork
from tests.support.rig import Rig, ended, of


@pytest.fixture
def rig():
    return Rig()


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


def test_time_passes_for_a_stopped_node_and_nothing_happens(rig):
    rig.channel().declare("q", {"x-message-ttl": 1000}, durable=True)
    rig.channel().publish("q", "a", delivery_mode=2)
    rig.do(ask.StopNode())
    assert rig.broker.next_due() is None
    rig.advance(5000)
    assert rig.waiting("q") == ["a"]
    assert ended(rig.do(ask.StartNode())) == ["expired"]


def test_what_is_due_later_is_due_then(rig):
    rig.channel().declare("q", {"x-message-ttl": 1000}, durable=True)
    rig.channel().publish("q", "a", delivery_mode=2)
    rig.do(ask.StopNode())
    rig.advance(400)
    assert rig.do(ask.StartNode()) == []
    assert rig.advance(599) == []
    assert ended(rig.advance(1)) == ["expired"]


def test_a_retry_that_became_due_meanwhile_is_ready(rig):
    channel = rig.channel()
    channel.declare("q", {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 1000})
    channel.publish("q", "a")
    channel.get("q")
    channel(ask.Reject, 1, True)
    rig.do(ask.StopNode())
    rig.advance(2000)
    assert rig.waiting("q") == []
    rig.do(ask.StartNode())
    assert rig.waiting("q") == ["a"]


def test_a_stopped_node_does_nothing_but_start(rig):
    rig.do(ask.StopNode())
    with pytest.raises(NodeIsStopped, match="AddVirtualHost: the node is stopped"):
        rig.do(ask.AddVirtualHost("other"))
    assert rig.do(ask.StopNode()) == []
    rig.do(ask.CloseConnection(7))
    rig.do(ask.StartNode())
    rig.do(ask.AddVirtualHost("other"))
    assert "other" in rig.broker.vhosts


def test_a_copy_of_a_stopped_node_is_stopped(rig):
    rig.do(ask.StopNode())
    with pytest.raises(NodeIsStopped):
        fork(rig.broker).apply(ask.AddVirtualHost("other"), 0)


def test_a_killed_node_keeps_what_was_there_before_this_instant_or_is_confirmed(rig):
    sure, unsure = rig.channel(), rig.channel()
    sure(ask.SelectConfirms)
    sure.declare("q", durable=True)
    unsure.publish("q", "earlier", delivery_mode=2)
    rig.advance(1)
    sure.publish("q", "confirmed", delivery_mode=2)
    unsure.publish("q", "lost", delivery_mode=2)
    rig.do(ask.StopNode(abrupt=True))
    assert rig.waiting("q") == ["earlier", "confirmed"]
    assert all(entry.redelivered for entry in rig.queue().ready)
