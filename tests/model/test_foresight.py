"""What plainly happens next is what happens when it is tried."""

from __future__ import annotations

import random

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.foresight import delivers_next
from fakeamqp.model.snapshot import fork
from tests.support.rig import Rig


def delayed(ms: int, target: str, **more) -> dict:
    return {"x-message-ttl": ms, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": target, **more}


def tried(rig, number: int) -> bool:
    copy = fork(rig.broker)
    return any(effects.recipient(effect) == number for effect in copy.fire(copy.next_deadline()))


def scene(version: str = "4.3"):
    rig = Rig(version)
    channel = rig.channel()
    channel.declare("work")
    channel.declare("delay", delayed(1_000, "work"))
    channel.publish("delay", "late")
    return rig, channel


def test_a_delayed_message_that_goes_to_a_waiting_consumer_is_seen():
    rig, channel = scene()
    channel.consume("work")
    assert delivers_next(rig.broker, {channel.key[0]}.__contains__)
    assert tried(rig, channel.key[0])


@pytest.mark.parametrize("why", ["no consumer", "another's consumer", "not free", "others before it", "expires unused"])
def test_nothing_is_said_where_it_is_not_plain(why):
    rig, channel = scene()
    other = rig.channel()
    if why == "another's consumer":
        other.consume("work")
    elif why == "not free":
        channel(ask.Qos, prefetch_count=1)
        channel.consume("work")
        channel.publish("work", "first")
    elif why == "others before it":
        channel.publish("work", "first")
    elif why == "expires unused":
        channel.declare("gone", {"x-expires": 10})
    assert not delivers_next(rig.broker, {channel.key[0]}.__contains__)


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
@pytest.mark.parametrize("seed", range(20))
def test_it_never_promises_what_does_not_come(seed, version):
    dice = random.Random(seed)
    rig = Rig(version)
    channels = [rig.channel() for _ in range(2)]
    names = ["a", "b", "c"]
    for name in names:
        kind = dice.choice(["classic", "quorum"])
        more = dice.choice([{}, {}, {"x-max-length": 1}, {"x-single-active-consumer": True}])
        ttl = dice.choice([0, 500, 1_000])
        channels[0].declare(name, delayed(ttl, dice.choice(names), **more, **{"x-queue-type": kind}))
    for number in range(60):
        channel = dice.choice(channels)
        if channel.key not in rig.broker.channels:
            continue  # it was refused something
        match dice.randrange(4):
            case 0:
                channel.publish(dice.choice(names), "m")
            case 1:
                channel(ask.Qos, prefetch_count=dice.choice([0, 1]))
                channel.consume(dice.choice(names), tag=f"c{number}", no_ack=dice.random() < 0.3)
            case 2:
                held = list(rig.broker.channels[channel.key].unacked)
                if held:
                    channel(ask.Nack, dice.choice(held), requeue=dice.random() < 0.3)
            case 3:
                rig.advance(dice.choice([0, 250, 500]))
        if rig.broker.next_deadline() is not None and delivers_next(rig.broker, {channel.key[0]}.__contains__):
            assert tried(rig, channel.key[0])
