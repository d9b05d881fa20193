"""What a broker that is left alone will send, and when; looking changes nothing."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp import Broker, Livelock
from fakeamqp.world.clock import SECOND
from fakeamqp.world.look_ahead import LookAhead

FOR_EVER = 10**15


@pytest.fixture
def broker():
    with Broker() as broker:
        yield broker


@pytest.fixture
def channel(broker):
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("work")
    return channel


def delayed(channel, seconds: float, name: str = "delay", target: str = "work") -> None:
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": target}
    channel.queue_declare(name, arguments={"x-message-ttl": int(seconds * 1000), **arguments})


def arrival(broker, until_us: int = FOR_EVER) -> int | None:
    return LookAhead(broker.scheduler).first_arrival(list(broker.scheduler.loops()), until_us)


def test_a_message_that_comes_by_way_of_several_queues(broker, channel):
    delayed(channel, 5, name="first", target="second")
    delayed(channel, 7, name="second")
    channel.basic_publish("", "first", b"")
    channel.basic_consume("work", print)
    before = broker.snapshot()
    assert arrival(broker) == 12 * SECOND
    assert broker.snapshot() == before


def test_not_what_comes_too_late(broker, channel):
    delayed(channel, 5)
    channel.basic_publish("", "delay", b"")
    channel.basic_consume("work", print)
    assert arrival(broker, 5 * SECOND - 1) is None


def test_not_what_goes_to_somebody_else(broker, channel):
    delayed(channel, 5)
    channel.basic_publish("", "delay", b"")
    channel.basic_consume("work", print)
    other = fakeamqp.connect(broker)
    assert LookAhead(broker.scheduler).first_arrival([other._impl.ioloop], FOR_EVER) is None


def test_a_consumer_whose_queue_will_expire_is_told(broker, channel):
    channel.queue_declare("brief", arguments={"x-expires": 5_000})
    channel.basic_get("brief")
    assert LookAhead(broker.scheduler).first_change(FOR_EVER) == 5 * SECOND


@pytest.mark.parametrize("goes_to", ["work", "nowhere"])
def test_a_message_that_reaches_a_queue_can_be_seen(broker, channel, goes_to):
    delayed(channel, 5, target=goes_to)
    channel.basic_publish("", "delay", b"")
    assert arrival(broker) is None
    assert LookAhead(broker.scheduler).first_change(FOR_EVER) == (5 * SECOND if goes_to == "work" else None)


def test_deadlines_without_an_end_are_a_livelock(broker, channel):
    broker.scheduler.rounds.most_callbacks = 10
    # One that may go anywhere, so that it has to be tried.
    channel.queue_declare("far", arguments={"x-message-ttl": 1_000_000, "x-dead-letter-exchange": ""})
    channel.basic_publish("", "far", b"")
    for number in range(40):
        channel.queue_declare(f"q{number}", arguments={"x-expires": 1_000 * (number + 1)})
    channel.basic_consume("work", print)
    with pytest.raises(Livelock, match="deadlines follow each other without an end"):
        arrival(broker)


def test_no_copy_is_made_where_plainly_nothing_comes(broker, channel, monkeypatch):
    monkeypatch.setattr(type(broker), "fork", None)
    channel.queue_declare("waiting", arguments={"x-message-ttl": 1_000})
    channel.queue_declare("idle", arguments={"x-expires": 1_000})
    channel.basic_publish("", "waiting", b"")
    channel.basic_consume("work", print)
    assert arrival(broker) is None
