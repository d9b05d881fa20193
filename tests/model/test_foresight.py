"""What plainly happens next, or never, is what happens when it is tried."""

from __future__ import annotations

import random

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.foresight import delivers_next, may_deliver
from fakeamqp.model.livelock import Livelock
from fakeamqp.model.snapshot import fork
from tests.support.rig import Rig, RigChannel


def delayed(ms: int, target: str, **more) -> dict:
    return {"x-message-ttl": ms, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": target, **more}


def tried(rig, number: int) -> bool:
    copy = fork(rig.broker)
    return any(effects.recipient(effect) == number for effect in copy.fire(copy.next_deadline()))


def tried_to_the_end(rig, number: int) -> bool:
    """True as well if that has no end: a Livelock has to be told by who tries."""
    copy = fork(rig.broker)
    copy.deaths.most_deaths = 200
    try:
        while (due_us := copy.next_deadline()) is not None:
            if any(effects.recipient(effect) == number for effect in copy.fire(due_us)):
                return True
    except Livelock:
        return True
    return False


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


def by_way_of(exchange: str, kind: str, key: str = "work") -> tuple[Rig, RigChannel]:
    rig = Rig("4.3")
    channel = rig.channel()
    channel.declare("work")
    channel(ask.DeclareExchange, exchange, kind)
    channel.declare("delay", {"x-message-ttl": 1_000, "x-dead-letter-exchange": exchange})
    channel.bind("work", exchange, key)
    channel.publish("delay", "late")
    channel.consume("work")
    return rig, channel


@pytest.mark.parametrize(("kind", "key"), [("direct", "delay"), ("fanout", ""), ("topic", "#"), ("headers", "")])
def test_a_delayed_message_is_seen_behind_an_exchange_as_well(kind, key):
    rig, channel = by_way_of("x", kind, key)
    assert delivers_next(rig.broker, {channel.key[0]}.__contains__)
    assert tried(rig, channel.key[0])


def test_nothing_is_said_of_what_goes_through_two_exchanges():
    rig, channel = by_way_of("x", "direct", "other")
    channel(ask.DeclareExchange, "y", "fanout")
    channel(ask.BindExchange, "y", "x", "delay")
    channel.bind("work", "y")
    assert not delivers_next(rig.broker, {channel.key[0]}.__contains__)
    assert may_deliver(rig.broker, {channel.key[0]}.__contains__)


def test_who_has_no_queue_that_a_message_can_come_to_waits_in_vain():
    rig, channel = by_way_of("x", "direct")
    stranger = rig.channel()
    stranger.declare("elsewhere")
    stranger.consume("elsewhere")
    stranger.declare("idle", {"x-expires": 1_000})
    assert not may_deliver(rig.broker, {stranger.key[0]}.__contains__)
    assert may_deliver(rig.broker, {channel.key[0]}.__contains__)


def test_what_somebody_holds_too_long_may_come_to_another():
    rig = Rig("4.3")
    holder, waiter = rig.channel(), rig.channel()
    holder.declare("q", {"x-queue-type": "quorum"})
    holder.declare("busy", {"x-message-ttl": 10_000_000})
    holder.publish("busy", "m")
    holder.publish("q", "m")
    holder(ask.Qos, prefetch_count=1)
    holder.consume("q")
    waiter.consume("q")
    assert tried_to_the_end(rig, waiter.key[0])
    assert may_deliver(rig.broker, {waiter.key[0]}.__contains__)


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
@pytest.mark.parametrize("seed", range(15))
def test_it_never_rules_out_what_comes(seed, version):
    dice = random.Random(seed)
    rig = Rig(version, consumer_timeout_us=dice.choice([None, 1_000_000, 200_000_000]))
    channels = [rig.channel() for _ in range(3)]
    names, exchanges = ["a", "b", "c", "d"], ["x", "y", "z"]
    for exchange in exchanges:
        more = dice.choice([{}, {"alternate-exchange": dice.choice(exchanges)}])
        channels[0](ask.DeclareExchange, exchange, dice.choice(["direct", "fanout", "topic"]), arguments=more)
    for name in names:
        dead = {"x-dead-letter-exchange": dice.choice(["", *exchanges])}
        key = dice.choice([{}, {"x-dead-letter-routing-key": dice.choice(names)}])
        ttl = dice.choice([{}, {"x-message-ttl": dice.choice([0, 500, 90_000])}])
        more = dice.choice([{}, {"x-max-length": 1}, {"x-single-active-consumer": True}, {"x-expires": 1_000}])
        kind = {"x-queue-type": dice.choice(["classic", "quorum"])}
        channels[0].declare(name, {**dice.choice([{}, {**dead, **key}]), **ttl, **more, **kind})
    for _ in range(4):
        source = dice.choice(exchanges)
        if dice.random() < 0.7:
            channels[0].bind(dice.choice(names), source, dice.choice(names))
        else:
            channels[0](ask.BindExchange, dice.choice(exchanges), source, dice.choice(names))
    for number in range(40):
        channel = dice.choice(channels)
        if channel.key not in rig.broker.channels:
            continue  # it was refused something
        match dice.randrange(5):
            case 0 | 1:
                channel.publish(dice.choice(names), "m")
            case 2:
                channel(ask.Qos, prefetch_count=dice.choice([0, 1]))
                name = dice.choice(names)
                if name in rig.vhost.queues:
                    channel.consume(name, tag=f"c{number}", no_ack=dice.random() < 0.3)
            case 3:
                held = list(rig.broker.channels[channel.key].unacked)
                if held:
                    channel(ask.Nack, dice.choice(held), requeue=dice.random() < 0.3)
            case 4:
                rig.advance(dice.choice([0, 250, 500]))
        for each in channels:
            if not may_deliver(rig.broker, {each.key[0]}.__contains__):
                assert not tried_to_the_end(rig, each.key[0])
