"""What every kind of queue has in common. Recorded: the areas `ttl`, `expiry`, `limits`, `requeue`, `get`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, delivered, ended, of, refusal


@pytest.fixture(params=["classic", "quorum"])
def kind(request: pytest.FixtureRequest) -> dict[str, str]:
    return {"x-queue-type": request.param}


@pytest.fixture
def rig() -> Rig:
    return Rig()


# --- expiry of messages


@pytest.mark.parametrize(("ttl", "own", "expires"), [(10, None, 10), (10, "4", 4), (4, "10", 4), (None, "7", 7)])
def test_a_message_expires_after_the_smaller_of_both_times_counted_from_its_arrival(rig, kind, ttl, own, expires):
    channel = rig.channel()
    channel.declare("q", kind if ttl is None else {**kind, "x-message-ttl": ttl})
    rig.advance(3)
    channel.publish("q", "a", **({} if own is None else {"expiration": own}))
    assert rig.broker.next_deadline() == (3 + expires) * 1000
    assert ended(rig.advance(expires - 1)) == []
    assert ended(rig.advance(1)) == ["expired"]
    assert rig.broker.next_deadline() is None


def test_only_the_head_expires(rig, kind):
    channel = rig.channel()
    channel.declare("q", kind)
    channel.publish("q", "long", expiration="10")
    channel.publish("q", "short", expiration="1")
    assert ended(rig.advance(9)) == []
    assert ended(rig.advance(1)) == ["expired", "expired"]


def test_what_has_expired_behind_a_fetched_head_is_counted_in_the_answer_by_quorum_queues_alone(rig, kind):
    channel = rig.channel()
    channel.declare("q", kind)
    channel.publish("q", "a")
    channel.publish("q", "b", expiration="1")
    channel.publish("q", "c")
    rig.advance(2)
    (got,) = of(effects.GetOk, channel.get())
    assert got.message_count == (2 if "quorum" in kind.values() else 1)
    assert rig.waiting() == ["c"]


def test_time_zero_is_enough_for_a_consumer_that_waits_and_no_other(rig, kind):
    channel = rig.channel()
    channel.declare("q", {**kind, "x-message-ttl": 0})
    channel(ask.Qos, prefetch_count=1)
    assert ended(channel.publish("q", "nobody there")) == ["expired"]
    channel.consume()
    done = channel.publish("q", "a", "b")
    assert (delivered(done), ended(done)) == (["a"], ["expired"])


def test_unacked_messages_do_not_expire_before_they_return(rig, kind):
    channel = rig.channel()
    channel.declare("q", {**kind, "x-message-ttl": 5})
    channel.publish("q", "a", "b")
    channel.get()
    channel.get()
    assert ended(rig.advance(3)) == []
    channel(ask.Nack, 1)
    assert rig.broker.next_deadline() == 5_000, "a return keeps the time"
    assert ended(rig.advance(7)) == ["expired"]
    assert ended(channel(ask.Nack, 2)) == ["expired"]


def test_a_deadline_follows_the_head(rig, kind):
    channel = rig.channel()
    channel.declare("q", kind)
    channel.publish("q", "a", expiration="3")
    channel.publish("q", "b", expiration="9")
    channel.get()
    assert rig.broker.next_deadline() == 9_000
    channel(ask.Nack, 1)
    assert rig.broker.next_deadline() == 3_000
    channel(ask.PurgeQueue, "q")
    assert rig.broker.next_deadline() is None


# --- expiry of queues


@pytest.mark.parametrize(
    ("use", "used"),
    [
        (lambda channel: channel.declare("q", {"x-expires": 10}), True),
        (lambda channel: channel.declare("q", passive=True), True),
        (lambda channel: channel.get(), True),
        (lambda channel: channel.publish("q", "a"), False),
        (lambda channel: channel(ask.PurgeQueue, "q"), False),
        (lambda channel: channel.bind("q", "amq.fanout"), False),
    ],
    ids=["declare", "passive", "get", "publish", "purge", "bind"],
)
def test_declaring_and_fetching_are_uses_that_keep_a_queue(rig, use, used):
    channel = rig.channel()
    channel.declare("q", {"x-expires": 10})
    rig.advance(6)
    use(channel)
    assert bool(of(effects.QueueDeleted, rig.advance(4))) is not used
    assert [effect.reason for effect in of(effects.QueueDeleted, rig.advance(6))] == ["expired"] * used


@pytest.mark.parametrize("leaves", ["cancel", "close"])
def test_time_without_use_begins_when_the_last_consumer_goes(rig, leaves):
    channel, other = rig.channel(), rig.channel()
    channel.declare("q", {"x-expires": 10})
    channel.consume(tag="one")
    other.consume(tag="two")
    rig.advance(100)
    other.close()
    rig.advance(100)
    assert "q" in rig.vhost.queues
    if leaves == "cancel":
        channel(ask.Cancel, "one")
    else:
        channel.close()
    rig.advance(9)
    assert "q" in rig.vhost.queues
    rig.advance(1)
    assert "q" not in rig.vhost.queues


# --- limits


def test_the_oldest_go_when_there_are_too_many(rig, kind):
    channel = rig.channel()
    channel.declare("q", {**kind, "x-max-length": 2})
    assert ended(channel.publish("q", *"abc")) == ["maxlen"]
    assert rig.waiting() == ["b", "c"]


def test_bytes_are_of_what_is_ready(rig):
    channel = rig.channel()
    channel.declare("q", {"x-max-length-bytes": 4})
    channel.publish("q", "aaa")
    channel.get()
    channel.publish("q", "bb", "cc")
    assert rig.waiting() == ["bb", "cc"]
    assert ended(channel(ask.Nack, 1)) == ["maxlen"]
    assert ended(channel.publish("q", "too large")) == ["maxlen"] * 3


def test_a_limit_of_nothing_lets_pass_what_a_consumer_takes_at_once(rig, kind):
    channel = rig.channel()
    channel.declare("q", {**kind, "x-max-length": 0})
    assert ended(channel.publish("q", "a")) == ["maxlen"]
    channel.consume()
    assert delivered(channel.publish("q", "b")) == ["b"]


# --- ends


def test_purge_takes_what_is_ready_and_leaves_what_is_unacked(rig, kind):
    channel = rig.channel()
    channel.declare("q", kind)
    channel.publish("q", *"abc")
    channel.get()
    done = channel(ask.PurgeQueue, "q")
    assert of(effects.PurgeQueueOk, done)[0].message_count == 2
    assert ended(done) == ["purged", "purged"]
    channel(ask.Nack, 1)
    assert rig.waiting() == ["a"]


def test_what_is_settled_after_its_queue_is_gone_is_fine(rig, kind):
    channel = rig.channel()
    channel.declare("q", {**kind, "x-dead-letter-exchange": "amq.fanout"})
    channel.publish("q", *"abc")
    for _ in "abc":
        channel.get()
    channel(ask.DeleteQueue, "q")
    channel.declare("q", kind)
    assert refusal(channel(ask.Ack, 1)) is None
    assert ended(channel(ask.Nack, 2)) == ["queue deleted"]
    assert ended(channel(ask.Nack, 3, requeue=False)) == ["rejected"], "nothing is dead-lettered any more"
    assert rig.waiting() == [], "a queue of the same name is another one"


def test_whoever_consumes_is_told_of_the_end_if_the_client_wants_to_know(rig, kind):
    channel, deaf = rig.channel(), rig.channel(rig.connection(consumer_cancel_notify=False))
    channel.declare("q", kind)
    channel.consume(tag="one")
    deaf.consume(tag="two")
    done = rig.channel()(ask.DeleteQueue, "q")
    assert [effect.consumer_tag for effect in of(effects.ConsumerCancelled, done)] == ["one"]
    assert refusal(deaf.declare("q", kind)) is None


def test_auto_delete_waits_for_a_first_consumer_and_goes_with_the_last(rig):
    channel = rig.channel()
    channel.declare("q", auto_delete=True)
    channel.publish("q", "a")
    channel.get()
    channel.consume(tag="one")
    channel.consume(tag="two")
    assert not of(effects.QueueDeleted, channel(ask.Cancel, "one"))
    assert of(effects.QueueDeleted, channel(ask.Cancel, "two"))


def test_a_channel_that_only_fetched_does_not_use_the_queue_by_leaving(rig):
    channel = rig.channel()
    channel.declare("q", {"x-expires": 10})
    channel.publish("q", "a")
    channel.get()
    rig.advance(6)
    channel.close()
    rig.advance(4)
    assert "q" not in rig.vhost.queues
