"""Quorum queues. Recorded: the area `quorum`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from tests.support.rig import Rig, ended, of, refusal

QUORUM = {"x-queue-type": "quorum"}
VERSIONS = ("3.10", "4.0", "4.3")


def declared(version: str, **arguments):
    rig = Rig(version)
    channel = rig.channel()
    channel.declare("q", {**QUORUM, **{name.replace("_", "-"): value for name, value in arguments.items()}})
    return rig, channel


def counts(done) -> dict:
    (got,) = of((effects.GetOk, effects.Delivered), done)
    headers = got.headers or {}
    return {name.removeprefix("x-").removesuffix("-count"): count for name, count in headers.items()}


@pytest.mark.parametrize(
    ("version", "seen"),
    [
        ("3.10", [{"delivery": 0}, {"delivery": 1}, {"delivery": 2}, {"delivery": 3}, {"delivery": 4}]),
        ("4.0", [{}, {"delivery": 1}, {"delivery": 2}, {"delivery": 3}, {"delivery": 4}]),
        (
            "4.3",
            [
                {},
                {"acquired": 1},
                {"acquired": 2, "delivery": 1},
                {"acquired": 3, "delivery": 1},
                {"acquired": 4, "delivery": 2},
            ],
        ),
    ],
)
def test_deliveries_show_how_often_there_were_others(version, seen):
    rig, channel = declared(version)
    channel.publish("q", "a")
    shown = []
    for how, fields in ((ask.Nack, {}), (ask.Reject, {}), (ask.Recover, None)):
        shown.append(counts(channel.get()))
        tag = rig.broker.channels[channel.key].delivery_tag
        channel(how, tag, **fields) if fields is not None else channel(how, requeue=True)
    shown.append(counts(channel.get()))
    channel.close()
    channel = rig.channel()
    shown.append(counts(channel.get()))
    assert shown == seen


@pytest.mark.parametrize(
    ("version", "how", "left"),
    [
        (version, how, left)
        for version in VERSIONS
        for how, left in ((ask.Reject, False), (ask.Nack, version == "4.3"), (ask.Recover, version == "4.3"))
    ],
)
def test_a_message_dies_of_one_more_counted_return_than_the_limit(version, how, left):
    rig, channel = declared(version, x_delivery_limit=1)
    channel.publish("q", "a")
    reasons = []
    for _ in range(2):
        channel.get()
        tag = rig.broker.channels[channel.key].delivery_tag
        reasons += ended(channel(how, requeue=True) if how is ask.Recover else channel(how, tag))
    assert reasons == ([] if left else ["delivery_limit"])
    assert bool(rig.waiting()) is left


@pytest.mark.parametrize(("version", "limit"), [("3.10", None), ("4.0", 20), ("4.3", 20)])
def test_the_limit_there_is_without_asking(version, limit):
    rig, _ = declared(version)
    assert rig.queue().delivery_limit == limit


@pytest.mark.parametrize(("version", "limit"), [("3.10", None), ("4.0", None), ("4.3", 20)])
def test_a_delivery_limit_that_is_no_number_is_none_or_the_default(version, limit):
    rig, _ = declared(version, x_delivery_limit="1")
    assert rig.queue().delivery_limit == limit


@pytest.mark.parametrize(("version", "limit"), [("3.10", -1), ("4.0", None), ("4.3", None)])
def test_a_negative_limit_is_none_from_4_0_on_and_before_it_the_end_of_every_return(version, limit):
    rig, channel = declared(version, x_delivery_limit=-1)
    assert rig.queue().delivery_limit == limit
    channel.publish("q", "a")
    channel.get()
    assert ended(channel(ask.Nack, 1)) == (["delivery_limit"] if limit == -1 else [])


@pytest.mark.parametrize(("version", "order"), [("3.10", "cdba"), ("4.0", "bacd"), ("4.3", "bacd")])
def test_what_returns_comes_first_or_last(version, order):
    rig, channel = declared(version)
    channel.publish("q", *"abcd")
    channel.get()
    channel.get()
    returned = channel(ask.Nack, 2) + channel(ask.Nack, 1)
    assert "".join(rig.waiting()) == order
    assert [effect.reason for effect in of(effects.Requeued, returned)] == ["nack", "nack"]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_lost_channel_held_comes_first_in_order(version):
    rig, channel = declared(version)
    channel.publish("q", *"abcd")
    channel.get()
    channel.get()
    channel.close()
    assert rig.waiting() == list("abcd")


def test_one_more_than_the_limit_is_taken_and_then_none_until_a_fifth_is_free():
    _, channel = declared("4.3", x_max_length=10, x_overflow="reject-publish")
    channel(ask.SelectConfirms)

    def taken(count: int) -> int:
        return len(of(effects.Confirmed, channel.publish("q", *"." * count)))

    assert taken(13) == 11
    channel.get(no_ack=True)
    channel.get(no_ack=True)
    assert taken(1) == 0, "nine are more than eighty per cent of ten"
    channel.get(no_ack=True)
    assert taken(4) == 3


def test_refusing_with_dead_letters_is_dropping_the_head():
    rig, channel = declared("4.3", x_max_length=1, x_overflow="reject-publish-dlx")
    assert ended(channel.publish("q", "a", "b")) == ["maxlen"]
    assert rig.waiting() == ["b"]


@pytest.mark.parametrize(("version", "size"), [("3.10", 1), ("4.0", 1), ("4.3", 3)])
def test_properties_count_from_4_3_on(version, size):
    rig, channel = declared(version, x_max_length_bytes=10)
    channel.publish("q", "a")
    assert rig.queue().ready_bytes == size


@pytest.mark.parametrize("flags", [{"if_unused": True}, {"if_empty": True}])
def test_it_is_deleted_without_conditions(flags):
    _, channel = declared("4.3")
    (name,) = flags
    assert (refusal(channel(ask.DeleteQueue, "q", **flags)) or "").endswith(
        f"operations with {name.replace('_', '-')} flag set are not supported by quorum queues"
    )


def test_the_exclusive_flag_of_consumers_is_ignored():
    _, channel = declared("4.3")
    assert refusal(channel.consume(tag="one", exclusive=True)) is None
    assert refusal(channel.consume(tag="two", exclusive=True)) is None


@pytest.mark.parametrize(("version", "served"), [("3.10", False), ("4.0", False), ("4.3", True)])
def test_a_limit_for_the_whole_channel_serves_no_quorum_queue_where_it_is_one(version, served):
    _, channel = declared(version)
    channel(ask.Qos, prefetch_count=1, global_=True)
    assert (refusal(channel.consume()) is None) is served


def test_nothing_is_fetched_beside_a_single_active_consumer():
    _, channel = declared("4.3", x_single_active_consumer=True)
    assert (refusal(channel.get()) or "").startswith("RESOURCE_LOCKED - cannot obtain access to locked queue 'q'")
