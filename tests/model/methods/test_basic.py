"""Consuming, fetching, settling: what is checked, and in which order."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, delivered, of, refusal


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.channel().declare()
    return rig


def test_the_answer_comes_before_what_is_ready(rig):
    channel = rig.channel()
    channel.publish("q", "a")
    assert [type(effect) for effect in channel.consume()] == [effects.ConsumeOk, effects.Delivered]


def test_a_consumer_without_a_tag_gets_one(rig):
    (ok,) = rig.channel().consume(tag="")
    assert ok.consumer_tag.startswith("amq.ctag-")


def test_a_tag_is_used_once_on_a_channel_and_freely_on_others(rig):
    channel = rig.channel()
    channel.consume(tag="c")
    assert refusal(rig.channel().consume(tag="c")) is None
    assert refusal(channel.consume(tag="c")) == "NOT_ALLOWED - attempt to reuse consumer tag 'c'"
    assert channel.key[0] not in rig.broker.connections


@pytest.mark.parametrize("first", [True, False])
def test_an_exclusive_consumer_is_alone(rig, first):
    channel = rig.channel()
    channel.consume(tag="one", exclusive=first)
    assert refusal(rig.channel().consume(tag="two", exclusive=not first)) == (
        "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use"
    )
    channel.publish("q", "a", "b")
    assert refusal(channel.get()) is None


def test_cancelling_leaves_what_is_unacked_and_an_unknown_tag_is_fine(rig):
    channel = rig.channel()
    channel.consume(tag="c")
    channel.publish("q", "a")
    channel(ask.Cancel, "c")
    channel.publish("q", "b")
    assert [effect.consumer_tag for effect in of(effects.CancelOk, channel(ask.Cancel, "nobody"))] == ["nobody"]
    (settled,) = channel(ask.Ack, 1)
    assert settled.copies == (1,)
    assert rig.waiting() == ["b"]


def test_cancel_ok_of_a_client_ends_its_consumer_from_4_3_on(rig):
    channel = rig.channel()
    channel.consume(tag="c")
    assert channel(ask.CancelOk, "c") == []
    channel.publish("q", "a")
    assert rig.waiting() == ["a"]
    assert refusal(channel(ask.CancelOk, "c")) == "INTERNAL_ERROR"


@pytest.mark.parametrize("version", ["3.10", "4.0"])
def test_cancel_ok_of_a_client_is_no_method_before(version):
    channel = Rig(version).channel()
    channel.declare()
    channel.consume(tag="c")
    assert refusal(channel(ask.CancelOk, "c")) == "COMMAND_INVALID - unimplemented method"


def test_an_empty_queue_has_nothing(rig):
    assert [type(effect) for effect in rig.channel().get()] == [effects.GetEmpty]


def test_what_is_fetched_without_acknowledgement_is_gone(rig):
    channel = rig.channel()
    channel.publish("q", "a")
    channel.get(no_ack=True)
    assert refusal(channel(ask.Ack, 1)) == "PRECONDITION_FAILED - unknown delivery tag 1"
    assert rig.waiting() == []


def test_recover_answers_before_it_delivers_again(rig):
    channel = rig.channel()
    channel.consume()
    channel.publish("q", "a", "b")
    done = channel(ask.Recover, requeue=True)
    assert isinstance(done[0], effects.RecoverOk)
    assert delivered(done) == ["a", "b"]
    assert [effect.delivery_tag for effect in of(effects.Delivered, done)] == [3, 4]
    assert not of(effects.RecoverOk, channel(ask.Recover, requeue=True, answered=False))


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (lambda channel: channel(ask.Qos, prefetch_size=5), "prefetch_size!=0 (5)"),
        (lambda channel: channel(ask.Recover, requeue=False), "requeue=false"),
        (lambda channel: channel(ask.Flow, active=False), "active=false"),
    ],
)
def test_what_rabbitmq_never_implemented_closes_the_connection(rig, command, text):
    channel = rig.channel()
    assert refusal(command(channel)) == f"NOT_IMPLEMENTED - {text}"
    assert channel.key[0] not in rig.broker.connections


def test_flow_that_is_on_stays_on(rig):
    (ok,) = rig.channel()(ask.Flow, active=True)
    assert ok.active


@pytest.mark.parametrize("version", ["3.10", "4.3"])
def test_a_limit_for_each_consumer_lifts_the_one_for_the_channel(version):
    rig = Rig(version)
    channel = rig.channel()
    channel.declare()
    channel.consume()
    channel(ask.Qos, prefetch_count=1, global_=True)
    done = channel.publish("q", "a", "b")
    assert delivered(done) == (["a"] if version == "3.10" else ["a", "b"])
    assert delivered(done + channel(ask.Qos, prefetch_count=1)) == ["a", "b"]


def test_a_rejection_and_a_nack_for_good_both_end_a_message(rig):
    channel = rig.channel()
    channel.publish("q", *"abc")
    for _ in "abc":
        channel.get()
    channel(ask.Reject, 1, requeue=False)
    done = channel(ask.Nack, 3, multiple=True, requeue=False)
    assert [(effect.reason, effect.copy) for effect in of(effects.Dropped, done)] == [("rejected", 2), ("rejected", 3)]
