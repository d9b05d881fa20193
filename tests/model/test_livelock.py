"""A message that dies again and again goes round for ever."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model.livelock import Livelock
from tests.support.rig import Rig


def ladder(rig, *, ttl_ms: int = 1_000):
    """A queue whose rejected messages come back to it after a while."""
    channel = rig.channel()
    channel.declare("work", {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "delay"})
    channel.declare(
        "delay", {"x-message-ttl": ttl_ms, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    )
    return channel


def reject_all(rig, channel, rounds: int, ttl_ms: int = 1_000) -> None:
    for _ in range(rounds):
        while rig.queue("work").ready:
            channel.get("work")
        channel(ask.Nack, 0, multiple=True, requeue=False)
        rig.advance(ttl_ms)


@pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
@pytest.mark.parametrize("ttl_ms", [1, 60_000])
def test_a_message_that_died_too_often_goes_round(version, ttl_ms):
    rig = Rig(version, watched=False)
    rig.broker.deaths.most_deaths = 300
    channel = ladder(rig, ttl_ms=ttl_ms)
    channel.publish("work", "poison")
    with pytest.raises(Livelock) as caught:
        reject_all(rig, channel, 200, ttl_ms)
    assert str(caught.value) == (
        "message 1 has died 301 times and goes round: 151 times rejected in queue 'work', "
        "150 times expired in queue 'delay'"
    )


def test_a_message_that_dies_as_often_as_it_may_goes_on():
    rig = Rig(watched=False)
    rig.broker.deaths.most_deaths = 300
    channel = ladder(rig)
    channel.publish("work", "stubborn")
    reject_all(rig, channel, 150)
    assert len(rig.queue("work").ready) == 1


def test_many_that_go_round_together_are_found_before_one_of_them_has_died_too_often():
    rig = Rig(watched=False)
    rig.broker.deaths.often, rig.broker.deaths.most_late_deaths = 20, 1_000
    channel = ladder(rig)
    for _ in range(50):
        channel.publish("work", "poison")
    with pytest.raises(Livelock, match=r"message 1\d?, one of those .* 1,001 letters .* has died 41 times"):
        reject_all(rig, channel, 200)


def test_many_messages_that_die_a_few_times_each_do_not():
    rig = Rig(watched=False)
    rig.broker.deaths.often, rig.broker.deaths.most_late_deaths = 20, 1_000
    channel = ladder(rig)
    for _ in range(200):
        channel.publish("work", "job")
    reject_all(rig, channel, 10)
    assert len(rig.queue("work").ready) == 200


def test_deaths_that_a_client_made_up_do_not_count():
    rig = Rig("3.10", watched=False)
    rig.broker.deaths.most_deaths = 300
    channel = ladder(rig)
    death = {"count": 9_999, "reason": "rejected", "queue": "work", "exchange": "", "routing-keys": ["work"]}
    channel.publish("work", "job", headers={"x-death": [death]})
    reject_all(rig, channel, 10)
    assert len(rig.queue("work").ready) == 1


def test_what_is_left_goes_on_after_it():
    rig = Rig(watched=False)
    rig.broker.deaths.most_deaths = 300
    channel = ladder(rig)
    channel.publish("work", "poison")
    with pytest.raises(Livelock):
        reject_all(rig, channel, 200)
    channel.publish("work", "job")
    reject_all(rig, channel, 10)
    assert len(rig.queue("work").ready) == 1
