"""The state machine as a whole: steps, deadlines, ends."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.broker import Broker
from fakeamqp.model.errors import AccessRefused, NotFound, PreconditionFailed
from fakeamqp.model.message import Message
from fakeamqp.model.profile import PROFILES
from tests.support.rig import Rig, ended, of, refusal


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_step_tells_of_itself_alone(rig):
    channel = rig.channel()
    assert [type(effect) for effect in channel.declare()] == [effects.DeclareQueueOk]
    assert [type(effect) for effect in channel.publish("q", "a")] == [effects.Routed]
    assert [type(effect) for effect in channel.publish("q", "b")] == [effects.Routed]


def test_a_refusal_closes_the_channel_first_and_requeues_then(rig):
    channel = rig.channel()
    channel.declare()
    channel.publish("q", "a")
    channel.get()
    done = channel.declare("missing", passive=True)
    assert [type(effect) for effect in done] == [effects.ChannelClosed, effects.Requeued]
    assert channel.key not in rig.broker.channels
    assert channel.key[0] in rig.broker.connections


def test_a_graver_refusal_closes_the_connection_with_all_it_has(rig):
    connection = rig.connection()
    channel, other = rig.channel(connection), rig.channel(connection)
    other.declare("own", exclusive=True)
    other.consume("own")
    done = channel(ask.Flow, False)
    assert refusal(done) == "NOT_IMPLEMENTED - active=false"
    assert [type(effect) for effect in done] == [effects.ConnectionClosed, effects.QueueDeleted]
    assert not rig.broker.channels
    assert not rig.broker.connections


def test_an_exclusive_queue_goes_with_its_connection_not_with_its_channel(rig):
    channel = rig.channel()
    channel.declare("q", exclusive=True)
    channel.close()
    assert "q" in rig.vhost.queues
    (gone,) = of(effects.QueueDeleted, rig.do(ask.CloseConnection(channel.key[0])))
    assert (gone.queue, gone.reason) == ("q", "exclusive owner gone")


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (Message("missing", "k"), NotFound),
        (Message("amq.rabbitmq.trace", "k"), AccessRefused),
        (Message("", "k", {"expiration": "soon"}), PreconditionFailed),
        (Message("", "k", {}, bytes(2**24 + 1)), PreconditionFailed),
    ],
)
def test_what_is_refused_to_nobody_is_raised_and_changes_nothing(rig, message, error):
    """A publish without a client has no channel that could be closed."""
    with pytest.raises(error):
        rig.do(ask.Inject("/", message))
    assert [type(effect) for effect in rig.do(ask.Inject("/", Message("", "k")))] == [effects.Dropped]


def test_a_publish_without_a_client_is_routed_as_any_other(rig):
    rig.channel().declare()
    (routed,) = rig.do(ask.Inject("/", Message("", "q", {}, b"a")))
    assert (routed.queues, rig.waiting()) == (("q",), ["a"])


def test_deadlines_of_one_instant_fire_in_the_order_in_which_they_were_set(rig):
    channel = rig.channel()
    for name in "ba":
        channel.declare(name, {"x-message-ttl": 5})
    channel.publish("a", "first")
    channel.publish("b", "second")
    assert [effect.queue for effect in of(effects.Dropped, rig.advance(5))] == ["a", "b"]


def test_a_dead_letter_finds_the_queue_as_it_is_at_its_instant(rig):
    """Two deadlines of one instant: the first queue's letters arrive before the second one's deadline fires."""
    channel = rig.channel()
    channel.declare("q", {"x-message-ttl": 5, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "r"})
    channel.publish("q", "a")
    channel.declare("r", {"x-expires": 5})
    assert ended(rig.advance(5)) == ["expired", "queue deleted"]


def test_nothing_is_due_in_a_broker_that_waits_for_nothing(rig):
    rig.channel().declare()
    assert rig.broker.next_deadline() is None
    assert rig.broker.fire(10) == []


def test_the_wall_clock_counts_from_the_start():
    start = datetime(2030, 5, 1, tzinfo=timezone.utc)
    broker = Broker(PROFILES["4.3"], starts_at=start)
    assert broker.wall_clock == start
    broker.fire(1_500_000)
    assert broker.wall_clock == start + timedelta(seconds=1.5)


def test_messages_and_copies_are_numbered_from_one(rig):
    channel = rig.channel()
    for name in ("q", "r"):
        channel.declare(name)
        channel.bind(name, "amq.fanout")
    first, second = channel.publish("k", "a", "b", exchange="amq.fanout")
    assert (first.message_id, first.queues, first.copies) == (1, ("q", "r"), (1, 2))
    assert (second.message_id, second.copies) == (2, (3, 4))


def test_a_refusing_queue_does_not_hinder_the_others(rig):
    channel = rig.channel()
    channel.declare("full", {"x-max-length": 0, "x-overflow": "reject-publish"})
    channel.declare("q")
    for name in ("full", "q"):
        channel.bind(name, "amq.fanout")
    channel(ask.SelectConfirms)
    done = channel.publish("k", "a", exchange="amq.fanout", mandatory=True)
    assert [type(effect) for effect in done] == [effects.Routed, effects.Dropped, effects.Unconfirmed]
    assert done[0].queues == ("q",)


def test_virtual_hosts_share_nothing():
    rig = Rig(vhosts=("/", "v"))
    rig.channel().declare()
    assert rig.broker.vhosts["v"].queues == {}
    assert rig.broker.vhosts["v"].exchanges.keys() == rig.vhost.exchanges.keys()
