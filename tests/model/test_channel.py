"""A channel's deliveries: their tags, and what becomes of them when it ends."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, delivered, ended, of, receivers, refusal


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.channel().declare()
    return rig


def test_tags_count_every_delivery_of_the_channel(rig):
    channel = rig.channel()
    channel.publish("q", *"abc")
    done = channel.get() + channel.get(no_ack=True) + channel.consume()
    assert [effect.delivery_tag for effect in of((effects.GetOk, effects.Delivered), done)] == [1, 2, 3]


@pytest.mark.parametrize(("tag", "left"), [(2, ["c"]), (3, []), (0, [])])
def test_multiple_settles_up_to_its_tag_and_zero_settles_all(rig, tag, left):
    channel = rig.channel()
    channel.publish("q", *"abc")
    channel.consume()
    channel(ask.Ack, tag, True)
    assert [entry.message.body.decode() for entry in rig.broker.channels[channel.key].unacked.values()] == left


@pytest.mark.parametrize(("tag", "multiple"), [(0, False), (4, False), (4, True), (2, False), (2, True)])
def test_an_unknown_tag_settles_nothing_and_closes_the_channel(rig, tag, multiple):
    channel = rig.channel()
    channel.publish("q", *"abc")
    channel.consume()
    channel(ask.Ack, 2)
    assert refusal(channel(ask.Ack, tag, multiple)) == f"PRECONDITION_FAILED - unknown delivery tag {tag}"
    assert rig.waiting() == ["a", "c"]


def test_zero_is_fine_when_nothing_is_outstanding(rig):
    assert refusal(rig.channel()(ask.Nack, 0, True)) is None


def test_what_returns_goes_back_to_each_queue_in_order(rig):
    channel = rig.channel()
    channel.declare("r")
    for queue, body in ("qa", "rb", "qc", "rd"):
        channel.publish(queue, body)
        channel.get(queue)
    done = channel(ask.Nack, 0, True)
    assert [effect.queue for effect in of(effects.Requeued, done)] == ["q", "q", "r", "r"]
    assert (rig.waiting("q"), rig.waiting("r")) == (["a", "c"], ["b", "d"])


def test_the_empty_name_is_the_queue_last_declared(rig):
    channel = rig.channel()
    assert refusal(channel.get("")) == "NOT_FOUND - no previously declared queue"
    channel = rig.channel()
    channel.declare("r")
    channel.declare("q", passive=True)
    channel.publish("q", "a")
    assert delivered(channel.get("")) == ["a"]


def test_a_closed_channel_gives_back_what_it_held_to_those_that_stay(rig):
    leaving, staying = rig.channel(), rig.channel()
    leaving.publish("q", *"ab")
    leaving.consume(tag="leaving")
    staying.consume(tag="staying")
    done = leaving.close()
    assert delivered(done) == ["a", "b"]
    assert receivers(done) == ["staying"] * 2
    assert all(effect.redelivered for effect in of(effects.Delivered, done))
    assert not of(effects.ConsumerCancelled, done)


def test_what_a_lost_connection_held_reaches_none_of_its_own_channels(rig):
    connection = rig.connection()
    first, second = rig.channel(connection), rig.channel(connection)
    first.consume(tag="first")
    second.publish("q", *"abc")
    second.consume(tag="second")
    done = rig.do(ask.CloseConnection(connection))
    assert delivered(done) == []
    assert rig.waiting() == ["a", "b", "c"]
    assert [entry.acquired for entry in rig.queue().ready] == [1, 1, 1]


def test_an_auto_delete_queue_goes_with_a_lost_connection_and_all_it_held(rig):
    connection = rig.connection()
    channel, other = rig.channel(connection), rig.channel(connection)
    channel.declare("gone", auto_delete=True)
    channel.consume("gone")
    other.publish("gone", "a")
    done = rig.do(ask.CloseConnection(connection))
    assert [effect.reason for effect in of(effects.QueueDeleted, done)] == ["auto-delete"]
    assert ended(done) == ["queue deleted"]


def test_what_a_transaction_held_is_lost_with_the_channel(rig):
    channel = rig.channel()
    channel.publish("q", *"ab")
    channel.get()
    channel(ask.SelectTransactions)
    channel(ask.Ack, 1)
    channel.publish("q", "held")
    assert ended(channel.close()) == ["channel closed"]
    assert rig.waiting() == ["a", "b"]


def test_many_multiple_acks_do_not_look_at_what_is_settled_already():
    """Ten thousand deliveries, acknowledged five by five: linear, or it would take minutes."""
    rig = Rig()
    channel = rig.channel()
    channel.declare()
    model = rig.broker.channels[channel.key]
    for tag in range(1, 10_001):
        model.unacked[tag] = None
    model.delivery_tag = 10_000
    for tag in range(5, 10_001, 5):
        assert [each for each, _ in model.take_unacked(tag, True)] == list(range(tag - 4, tag + 1))


def test_a_rolled_back_ack_can_be_given_again_with_what_came_before(rig):
    channel = rig.channel()
    channel.publish("q", *"abcd")
    channel.consume()
    channel(ask.SelectTransactions)
    channel(ask.Ack, 3, True)
    channel(ask.Rollback)
    channel(ask.Ack, 2, True)
    (settled,) = of(effects.Settled, channel(ask.Commit))
    assert settled.copies == (1, 2)
    channel(ask.Ack, 0, True)
    channel(ask.Rollback)
    channel(ask.Ack, 4, True)
    (settled,) = of(effects.Settled, channel(ask.Commit))
    assert settled.copies == (3, 4)
