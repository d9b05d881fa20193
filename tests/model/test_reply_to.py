"""Direct reply-to. Recorded: the area `reply_to`."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.reply_to import PSEUDO_QUEUE
from tests.support.rig import Rig, RigChannel, delivered, of, receivers, refusal


def asking(rig: Rig, connection: int | None = None) -> tuple[RigChannel, str]:
    """A channel that waits for answers, and its address."""
    channel = rig.channel(connection)
    channel.consume(PSEUDO_QUEUE, "answers", no_ack=True)
    return channel, rig.broker.channels[channel.key].reply_consumer.address


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_request_carries_the_address_of_its_own_channel(rig):
    channel, address = asking(rig)
    asking(rig)
    channel.declare()
    channel.publish("q", "request", reply_to=PSEUDO_QUEUE)
    assert rig.queue().ready.head().message.properties["reply_to"] == address
    assert refusal(rig.channel().publish("q", "request", reply_to=PSEUDO_QUEUE)) == (
        "PRECONDITION_FAILED - fast reply consumer does not exist"
    )


def test_an_answer_goes_straight_to_who_asked(rig):
    _, address = asking(rig)
    done = rig.channel().publish(address, "answer")
    assert (delivered(done), receivers(done)) == (["answer"], ["answers"])
    assert of(effects.Delivered, done)[0].no_ack


def test_another_exchange_does_not_know_the_address(rig):
    _, address = asking(rig)
    assert delivered(rig.channel().publish(address, "answer", exchange="amq.direct")) == []


@pytest.mark.parametrize("way", ["cancel", "close", "lose"])
def test_nobody_is_answered_any_more(rig, way):
    channel, address = asking(rig)
    if way == "cancel":
        channel(ask.Cancel, "answers")
    elif way == "close":
        channel.close()
    else:
        rig.do(ask.CloseConnection(channel.key[0]))
    assert delivered(rig.channel().publish(address, "answer")) == []
    assert list(rig.broker.replies) == []


def test_a_new_consumer_has_a_new_address(rig):
    channel, address = asking(rig)
    channel(ask.Cancel, "answers")
    channel.consume(PSEUDO_QUEUE, "answers", no_ack=True)
    assert rig.broker.channels[channel.key].reply_consumer.address != address


def test_one_consumer_for_each_channel_and_no_acknowledgements(rig):
    channel, _ = asking(rig)
    assert (
        refusal(channel.consume(PSEUDO_QUEUE, "b", no_ack=True)) == "PRECONDITION_FAILED - reply consumer already set"
    )
    other = rig.channel()
    assert refusal(other.consume(PSEUDO_QUEUE)) == "PRECONDITION_FAILED - reply consumer cannot acknowledge"


def test_addresses_that_were_given_out_are_known_and_take_no_room(rig):
    """A client that asks again and again gets an address each time."""
    channel, address = asking(rig)
    for _ in range(10):
        channel(ask.Cancel, "answers")
        channel.consume(PSEUDO_QUEUE, "answers", no_ack=True)
    replies = rig.broker.replies
    assert replies.was_issued(address)
    assert not replies.was_issued(address + "x")
    assert not replies.was_issued(PSEUDO_QUEUE + ".bogus")
    assert not Rig(seed=1).broker.replies.was_issued(address)
    assert not Rig().broker.replies.was_issued(address)
    kept = [value for value in vars(replies).values() if isinstance(value, dict)]
    assert [len(each) for each in kept] == [1]


@pytest.mark.parametrize(("version", "tags"), [("3.10", [1, 1]), ("4.0", [1, 1]), ("4.3", [1, 2])])
def test_answers_are_counted_from_4_3_on(version, tags):
    rig = Rig(version)
    _, address = asking(rig)
    done = rig.channel().publish(address, "a", "b")
    assert [effect.delivery_tag for effect in of(effects.Delivered, done)] == tags


@pytest.mark.parametrize(("version", "returned"), [("3.10", True), ("4.0", True), ("4.3", False)])
def test_an_answer_counts_as_routed_from_4_3_on(version, returned):
    rig = Rig(version)
    channel, address = asking(rig)
    assert bool(of(effects.Returned, rig.channel().publish(address, "a", mandatory=True))) is returned
    channel.close()
    assert bool(of(effects.Returned, rig.channel().publish(address, "late", mandatory=True))) is returned


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
def test_declaring_an_address_tells_whether_somebody_waits_there(version):
    rig = Rig(version)
    channel, address = asking(rig)
    assert rig.channel().declare(address, passive=True)[0].consumer_count == 1
    assert refusal(rig.channel().declare(PSEUDO_QUEUE)) is None
    channel.close()
    assert refusal(rig.channel().declare(address)) == f"NOT_FOUND - no queue '{address}' in vhost '/'"
    never = refusal(rig.channel().declare(PSEUDO_QUEUE + ".never"))
    assert never == (
        "INTERNAL_ERROR" if version == "4.3" else f"NOT_FOUND - no queue '{PSEUDO_QUEUE}.never' in vhost '/'"
    )


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
@pytest.mark.parametrize(
    ("use", "text"),
    [
        (
            lambda channel, name: channel.get(name),
            "NOT_IMPLEMENTED - basic.get not supported by volatile queue '{}' in vhost '/'",
        ),
        (
            lambda channel, name: channel.bind(name, "amq.topic"),
            "ACCESS_REFUSED - cannot bind or unbind to a volatile (direct reply-to) queue",
        ),
        (lambda channel, name: channel(ask.PurgeQueue, name), None),
        (
            lambda channel, name: channel.consume(name),
            "PRECONDITION_FAILED - only creator channel may consume from queue '{}' in vhost '/'",
        ),
    ],
    ids=["get", "bind", "purge", "consume"],
)
def test_an_address_is_a_queue_of_its_own_kind_from_4_3_on_and_no_queue_before(version, use, text):
    rig = Rig(version)
    _, address = asking(rig)
    missing = f"NOT_FOUND - no queue '{address}' in vhost '/'"
    assert refusal(use(rig.channel(), address)) == ((text and text.format(address)) if version == "4.3" else missing)


def test_its_own_channel_cannot_consume_it_twice(rig):
    channel, address = asking(rig)
    assert refusal(channel.consume(address)) == (
        f"PRECONDITION_FAILED - multiple consumers are unsupported for queue '{address}' in vhost '/'"
    )
