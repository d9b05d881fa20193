"""Streams. Recorded: the area `streams`; here what a recording cannot ask."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.snapshot import fork
from tests.support.rig import Rig, RigChannel, delivered, ended, of, receivers, refusal

STREAM = {"x-queue-type": "stream"}
START = datetime(2024, 1, 1, tzinfo=timezone.utc)


def stream(version: str = "4.3", bodies: str = "", *, prefetch: int = 10, **options) -> tuple[Rig, RigChannel]:
    arguments = {name.replace("_", "-"): options.pop(name) for name in list(options) if name.startswith("x_")}
    rig = Rig(version, **options)
    channel = rig.channel()
    channel(ask.Qos, 0, prefetch)
    channel.declare("s", {**STREAM, **arguments}, durable=True)
    if bodies:
        channel.publish("s", *bodies)
    return rig, channel


def read(channel: RigChannel, offset: object = "first", tag: str = "t", **arguments) -> list:
    given = {name.replace("_", "-"): value for name, value in arguments.items()}
    return channel.consume("s", tag, arguments={"x-stream-offset": offset, **given})


def test_reading_ends_nothing():
    rig, channel = stream(bodies="abc")
    read(channel)
    channel(ask.Ack, 3, True)
    assert rig.waiting("s") == ["a", "b", "c"]
    assert delivered(read(channel, tag="u")) == ["a", "b", "c"]


def test_retention_ends_copies():
    _, channel = stream(x_max_length_bytes=4_000, x_stream_max_segment_size_bytes=1_000)
    done = [effect for _ in range(8) for effect in channel.publish("s", "x" * 1000)]
    assert set(ended(done)) == {"retention"}


def test_a_deleted_stream_ends_its_copies():
    rig, channel = stream(bodies="abc")
    read(channel)
    done = channel(ask.DeleteQueue, "s")
    assert ended(done) == ["queue deleted"] * 3
    assert [effect.message_count for effect in of(effects.DeleteQueueOk, done)] == [0]
    assert refusal(channel(ask.Ack, 3, True)) is None
    assert "s" not in rig.vhost.queues


@pytest.mark.parametrize(
    ("offset", "bodies"),
    [
        ("first", "abcd"),
        ("last", "d"),
        ("next", ""),
        (2, "cd"),
        (-1, "abcd"),
        (99, ""),
        (START, "abcd"),
        (START + timedelta(seconds=2), "cd"),
        (START + timedelta(hours=1), ""),
        ("2s", "bcd"),
        ("1h", "abcd"),
    ],
)
def test_an_offset_says_where_to_begin(offset, bodies):
    rig, channel = stream()
    for body in "abcd":
        channel.publish("s", body)
        rig.advance(1000)
    rig.advance(-1000)
    assert "".join(delivered(read(channel, offset))) == bodies


def chunks(sizes: list[int]):
    """A choice that makes chunks of these sizes."""
    plan = [place > 0 for size in sizes for place in range(size)][1:]

    def choose(options, what):
        return plan.pop(0) if what == "joins a stream's chunk" else options[0]

    return choose


@pytest.mark.parametrize(("version", "bodies"), [("3.10", "abc"), ("4.0", "ab"), ("4.3", "ab")])
def test_credit_counts_between_chunks_on_3_10_else_between_messages(version, bodies):
    _, channel = stream(version, "abcdef", prefetch=2, choose=chunks([3, 3]))
    assert "".join(delivered(read(channel))) == bodies


def test_last_is_the_first_message_of_the_last_chunk():
    _, channel = stream(bodies="abcdef", choose=chunks([2, 4]))
    assert "".join(delivered(read(channel, "last"))) == "cdef"


def test_chunks_are_of_one_instant():
    rig, channel = stream(bodies="a", choose=lambda options, what: options[-1])
    rig.advance(1)
    channel.publish("s", "b")
    assert [record.chunk for record in rig.queue("s").log] == [0, 1]


def test_an_acknowledgement_is_credit_for_one():
    _, channel = stream(bodies="abcde", prefetch=2)
    assert delivered(read(channel)) == ["a", "b"]
    assert delivered(channel(ask.Ack, 1)) == ["c"]
    assert delivered(channel(ask.Ack, 3, True)) == ["d", "e"]


@pytest.mark.parametrize("version", ["4.0", "4.3"])
@pytest.mark.parametrize(
    "how", [lambda ch: ch(ask.Nack, 1), lambda ch: ch(ask.Reject, 1), lambda ch: ch(ask.Recover, True)]
)
def test_returns_count_as_acknowledgements(version, how):
    rig, channel = stream(version, "ab", prefetch=1)
    read(channel)
    done = how(channel)
    assert delivered(done) == ["b"]
    assert not any(effect.redelivered for effect in of(effects.Delivered, done))
    assert rig.queue("s").unacked == 1


def test_3_10_refuses_returns_and_what_else_was_held_comes_back():
    rig, channel = stream("3.10", "a")
    channel.declare("q")
    channel.publish("q", "m")
    channel.get("q")
    read(channel)
    assert refusal(channel(ask.Nack, 2, True)) == (
        "NOT_IMPLEMENTED - basic.nack and basic.reject not supported by stream queues queue 's' in vhost '/'"
    )
    assert rig.waiting("q") == ["m"]


def test_3_10_refuses_a_return_in_a_transaction_at_commit():
    rig, channel = stream("3.10", "a")
    channel(ask.SelectTransactions)
    channel.publish("s", "lost")
    read(channel)
    assert refusal(channel(ask.Nack, 1)) is None
    assert "NOT_IMPLEMENTED" in str(refusal(channel(ask.Commit)))
    assert rig.waiting("s") == ["a"]


def test_consumers_of_a_channel_are_served_in_descending_order_of_their_tags():
    _, channel = stream()
    for tag in ("b", "c", "a"):
        read(channel, tag=tag)
    assert receivers(channel.publish("s", "m")) == ["c", "b", "a"]


def test_declare_tells_what_was_counted_at_the_last_tick():
    rig, channel = stream(bodies="abc")

    def counted() -> int:
        (ok,) = of(effects.DeclareQueueOk, channel(ask.DeclareQueue, "s", passive=True))
        return ok.message_count

    assert counted() == 0
    rig.advance(4999)
    assert counted() == 0
    rig.advance(1)
    assert counted() == 3
    channel.publish("s", "d")
    assert counted() == 3
    rig.advance(5000)
    assert counted() == 4


def test_a_filter_keeps_messages_back_and_costs_no_credit():
    _, channel = stream(prefetch=1)
    for body, value in (("a", "red"), ("b", "blue"), ("c", "red")):
        channel.publish("s", body, headers={"x-stream-filter-value": value})
    assert delivered(read(channel, x_stream_filter=["blue"])) == ["b"]
    assert delivered(channel(ask.Ack, 1)) == []


@pytest.mark.parametrize(("version", "stored"), [("3.10", []), ("4.0", ["a"]), ("4.3", ["a"])])
def test_dead_letters_are_lost_on_3_10(version, stored):
    rig, channel = stream(version)
    channel.declare("q", {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "s"})
    channel.publish("q", "a")
    channel.get("q")
    channel(ask.Reject, 1, False)
    assert rig.waiting("s") == stored


def test_a_dead_letter_that_cannot_be_stored_is_dropped():
    """A publish of it would close the publisher's connection."""
    rig, channel = stream("4.3")
    channel.declare("q", {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "s"})
    channel.publish("q", "a", headers={"price": Decimal(1)})
    channel.get("q")
    done = channel(ask.Reject, 1, False)
    assert refusal(done) is None
    assert rig.waiting("s") == []


def test_a_message_that_a_stream_cannot_store_is_kept_by_other_queues():
    rig, channel = stream()
    for queue in ("q", "s", "z"):
        if queue != "s":
            channel.declare(queue)
        channel.bind(queue, "amq.fanout")
    assert refusal(channel.publish("", "m", exchange="amq.fanout", headers={"price": Decimal(1)})) == "INTERNAL_ERROR"
    assert (rig.waiting("q"), rig.waiting("s"), rig.waiting("z")) == (["m"], [], ["m"])


def test_a_copy_of_the_broker_reads_on_by_itself():
    rig, channel = stream(bodies="abc", prefetch=1)
    read(channel)
    twin = fork(rig.broker)
    assert delivered(twin.apply(ask.Ack(channel.key, 1), 0)) == ["b"]
    assert rig.queue("s").unacked == 1
    assert delivered(channel(ask.Ack, 1)) == ["b"]
