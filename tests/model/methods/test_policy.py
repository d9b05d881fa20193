"""What policies do to queues and exchanges that are there, at once."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.policy import InvalidPolicy
from tests.support.describe import describe
from tests.support.rig import Rig, ended, of, refusal


@pytest.fixture(params=["3.10", "4.0", "4.3"])
def rig(request) -> Rig:
    return Rig(request.param)


def lay_down(rig: Rig, definition, pattern="^q", **more):
    return rig.do(ask.SetPolicy("/", "p", pattern, definition, **more))


def test_a_lower_length_drops_heads_and_says_so(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.publish("q", "a", "b", "c")
    done = lay_down(rig, {"max-length": 1})
    assert ended(done) == ["maxlen", "maxlen"]
    assert rig.waiting() == ["c"]


def test_dropped_heads_are_dead_letters_of_the_same_step(rig):
    channel = rig.channel()
    channel.declare("dead")
    channel.declare("q")
    channel.publish("q", "a", "b")
    lay_down(rig, {"max-length": 1, "dead-letter-exchange": "", "dead-letter-routing-key": "dead"})
    assert rig.waiting("dead") == ["a"]


def test_bytes_are_counted_from_when_they_are_limited(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.publish("q", "aa", "bb", "cc")
    lay_down(rig, {"max-length-bytes": 5})
    assert rig.waiting() == ["bb", "cc"]
    rig.do(ask.ClearPolicy("/", "p"))
    channel.publish("q", "dd")
    assert rig.waiting() == ["bb", "cc", "dd"]


def test_a_queue_that_refuses_before_and_after_keeps_what_it_holds(rig):
    channel = rig.channel()
    channel.declare("q")
    lay_down(rig, {"max-length": 5, "overflow": "reject-publish"})
    channel.publish("q", "a", "b", "c")
    assert lay_down(rig, {"max-length": 1, "overflow": "reject-publish"}) == []
    lay_down(rig, {"max-length": 1})
    assert rig.waiting() == ["c"]


@pytest.mark.parametrize(("queue_type", "kept"), [("classic", ["c"]), ("quorum", ["a", "b", "c"])])
def test_a_queue_that_becomes_short_and_refusing_at_once_is_shortened_first_if_it_is_classic(rig, queue_type, kept):
    channel = rig.channel()
    channel.declare("q", {"x-queue-type": queue_type}, durable=True)
    channel.publish("q", "a", "b", "c")
    lay_down(rig, {"max-length": 1, "overflow": "reject-publish"})
    assert rig.waiting() == kept


def test_a_time_to_live_is_for_what_arrives(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.publish("q", "a")
    lay_down(rig, {"message-ttl": 10})
    channel.publish("q", "b")
    assert [entry.expires_us for entry in rig.queue().ready] == [None, 10_000]


def test_expires_counts_from_the_change(rig):
    channel = rig.channel()
    channel.declare("q")
    rig.advance(50)
    lay_down(rig, {"expires": 100})
    rig.advance(99)
    assert "q" in rig.vhost.queues
    assert [effect.reason for effect in of(effects.QueueDeleted, rig.advance(1))] == ["expired"]


def test_clearing_stops_the_clock(rig):
    rig.channel().declare("q")
    lay_down(rig, {"expires": 100})
    rig.do(ask.ClearPolicy("/", "p"))
    assert rig.broker.next_deadline() is None


def test_any_change_of_a_queues_policy_starts_its_clock_anew_and_the_same_again_does_not(rig):
    channel = rig.channel()
    channel.declare("q", {"x-expires": 100})
    rig.advance(60)
    lay_down(rig, {"max-length": 5})
    assert rig.broker.next_deadline() == 160_000
    rig.advance(60)
    lay_down(rig, {"max-length": 5})
    assert rig.broker.next_deadline() == 160_000


def test_a_refused_policy_leaves_the_old_one(rig):
    rig.channel().declare("q")
    lay_down(rig, {"max-length": 1})
    before = describe(rig.broker)
    with pytest.raises(InvalidPolicy, match="-1 is not a valid maximum length"):
        lay_down(rig, {"max-length": -1})
    assert describe(rig.broker) == before


def test_clearing_undoes_setting(rig):
    channel = rig.channel()
    channel.declare("q", {"x-max-length": 5, "x-overflow": "reject-publish"})
    channel.declare("s", {"x-queue-type": "stream"}, durable=True)
    before = rig.queue("q").limits, rig.queue("s").limits
    lay_down(rig, {"max-length-bytes": 900, "alternate-exchange": "x"}, pattern="")
    assert (rig.queue("q").limits, rig.queue("s").limits) != before
    rig.do(ask.ClearPolicy("/", "p"))
    assert (rig.queue("q").limits, rig.queue("s").limits) == before


def test_what_is_not_there_cannot_be_cleared(rig):
    with pytest.raises(LookupError, match="Not Found"):
        rig.do(ask.ClearPolicy("/", "p", operators=True))


def test_an_alternate_exchange_holds_for_exchanges_of_before_and_after(rig):
    channel = rig.channel()
    channel.declare("rest")
    channel.bind("rest", "amq.fanout")
    channel(ask.DeclareExchange, "x1")
    lay_down(rig, {"alternate-exchange": "amq.fanout"}, pattern="^x")
    channel(ask.DeclareExchange, "x2")
    channel.publish("k", "a", exchange="x1")
    channel.publish("k", "b", exchange="x2")
    assert rig.waiting("rest") == ["a", "b"]


def test_policies_outlive_a_restart(rig):
    channel = rig.channel()
    channel.declare("q", durable=True)
    lay_down(rig, {"max-length": 1})
    rig.do(ask.Restart())
    rig.channel().publish("q", "a", "b", delivery_mode=2)
    assert rig.waiting() == ["b"]


def test_a_stream_lets_go_at_once(rig):
    channel = rig.channel()
    channel.declare("s", {"x-queue-type": "stream", "x-stream-max-segment-size-bytes": 100}, durable=True)
    channel.publish("s", *"abcd")
    assert ended(lay_down(rig, {"max-length-bytes": 0}, pattern="^s")) == ["retention"] * 3


# --- the default queue type


def test_a_default_type_is_for_durable_queues_that_do_not_say(rig):
    rig.do(ask.SetDefaultQueueType("/", "quorum"))
    channel = rig.channel()
    for name, flags in {
        "durable": {"durable": True},
        "transient": {},
        "auto": {"durable": True, "auto_delete": True},
    }.items():
        channel.declare(name, **flags)
    kinds = {name: queue.KIND for name, queue in rig.vhost.queues.items()}
    default = "quorum" if rig.broker.profile.has_default_queue_type else "classic"
    assert kinds == {"durable": default, "transient": "classic", "auto": "classic"}


def test_a_type_that_there_is_not_is_refused_by_4_3_and_crashes_4_0_later():
    with pytest.raises(ValueError, match="weird is not a valid queue type"):
        Rig("4.3").do(ask.SetDefaultQueueType("/", "weird"))
    rig = Rig("4.0")
    rig.do(ask.SetDefaultQueueType("/", "weird"))
    assert refusal(rig.channel().declare("q")) == "INTERNAL_ERROR"


def test_none_is_classic_again():
    rig = Rig("4.3")
    rig.do(ask.SetDefaultQueueType("/", "quorum"))
    rig.do(ask.SetDefaultQueueType("/", None))
    rig.channel().declare("q", durable=True)
    assert rig.queue().KIND == "classic"
