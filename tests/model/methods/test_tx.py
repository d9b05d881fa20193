"""Transactions and confirms exclude each other; what is held back happens at commit or not at all."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, delivered, ended, of, refusal


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.channel().declare()
    return rig


def selected(rig: Rig):
    channel = rig.channel()
    channel(ask.SelectTransactions)
    return channel


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (ask.SelectConfirms, ask.SelectTransactions, "cannot switch from confirm to tx mode"),
        (ask.SelectTransactions, ask.SelectConfirms, "cannot switch from tx to confirm mode"),
    ],
)
def test_a_channel_has_one_mode(rig, first, second, text):
    channel = rig.channel()
    channel(first)
    (again,) = channel(first)
    assert isinstance(again, effects.SelectConfirmsOk | effects.SelectTransactionsOk)
    assert refusal(channel(second)) == f"PRECONDITION_FAILED - {text}"


@pytest.mark.parametrize("kind", [ask.Commit, ask.Rollback])
def test_there_must_be_a_transaction(rig, kind):
    assert refusal(rig.channel()(kind)) == "PRECONDITION_FAILED - channel is not transactional"


def test_publishes_come_before_settlements_and_the_answer_last(rig):
    channel = selected(rig)
    channel.publish("q", "a")
    channel(ask.Commit)
    channel.get()
    channel(ask.Ack, 1)
    assert channel.publish("q", "b") == []
    assert channel.publish("nowhere", "c", mandatory=True) == []
    done = channel(ask.Commit)
    assert [type(effect) for effect in done] == [
        effects.Routed, effects.Dropped, effects.Returned, effects.Settled, effects.CommitOk,
    ]  # fmt: skip
    assert [type(effect) for effect in channel(ask.Commit)] == [effects.CommitOk], "nothing is left"


def test_what_is_settled_in_a_transaction_frees_nobody_before_commit(rig):
    channel = selected(rig)
    channel(ask.Qos, prefetch_count=1)
    channel.consume()
    rig.channel().publish("q", "a", "b")
    assert channel(ask.Ack, 1) == []
    assert delivered(channel(ask.Commit)) == ["b"]


def test_a_tag_is_settled_once_even_before_commit(rig):
    channel = selected(rig)
    rig.channel().publish("q", "a")
    channel.get()
    channel(ask.Nack, 1)
    assert refusal(channel(ask.Ack, 1)) == "PRECONDITION_FAILED - unknown delivery tag 1"
    assert rig.waiting() == ["a"]


def test_rollback_forgets_publishes_and_gives_tags_back_in_order(rig):
    channel = selected(rig)
    rig.channel().publish("q", *"abc")
    for _ in "abc":
        channel.get()
    channel(ask.Ack, 2)
    channel(ask.Nack, 3)
    channel.publish("q", "d")
    assert ended(channel(ask.Rollback)) == ["rolled back"]
    assert list(rig.broker.channels[channel.key].unacked) == [1, 2, 3]
    channel(ask.Ack, 2, multiple=True)
    (settled,) = of(effects.Settled, channel(ask.Commit))
    assert settled.copies == (1, 2)
    assert rig.waiting() == []


def test_a_refusing_queue_fails_the_commit_which_stays_done(rig):
    channel = selected(rig)
    channel.declare("full", {"x-max-length": 0, "x-overflow": "reject-publish"})
    channel.publish("q", "a")
    channel.publish("full", "b")
    channel.publish("q", "c")
    assert refusal(channel(ask.Commit)) == "PRECONDITION_FAILED - partial tx completion"
    assert rig.waiting() == ["a", "c"]


def test_a_publish_that_is_wrong_in_itself_is_refused_at_once(rig):
    channel = selected(rig)
    assert refusal(channel.publish("q", "a", exchange="missing")) == "NOT_FOUND - no exchange 'missing' in vhost '/'"
