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
