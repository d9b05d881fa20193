"""x-random and x-local-random. Recorded: exchange_types/random_*, local_random_*."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges import LocalRandom, Random
from fakeamqp.model.message import Message
from fakeamqp.model.profile import PROFILES
from tests.model.exchanges.bindings import binding
from tests.support.rig import Rig

PLUGINS = ("rabbitmq_random_exchange",)


def bound(seed: int = 0, kind: str = "x-random", **options) -> Rig:
    rig = Rig(seed=seed, plugins=PLUGINS, **options)
    channel = rig.channel()
    channel(ask.DeclareExchange, "x", kind)
    for queue in "abc":
        channel.declare(queue)
        channel.bind(queue, "x")
    for number in range(30):
        channel.publish("k", f"{number}", exchange="x")
    return rig


def spread(rig: Rig) -> dict[str, list[str]]:
    return {queue: rig.waiting(queue) for queue in "abc"}


@pytest.mark.parametrize("kind", ["x-random", "x-local-random"])
def test_every_message_goes_to_one_queue_and_every_queue_gets_some(kind):
    queues = spread(bound(kind=kind))
    assert sorted(int(body) for bodies in queues.values() for body in bodies) == list(range(30))
    assert all(queues.values())


def test_the_seed_decides():
    assert spread(bound(1)) == spread(bound(1))
    assert spread(bound(1)) != spread(bound(2))


def test_a_test_may_decide_itself():
    assert spread(bound(choose=lambda options, what: options[-1])) == {
        "a": [],
        "b": [],
        "c": [f"{n}" for n in range(30)],
    }


def test_looking_where_a_message_would_go_changes_nothing():
    rig, other = bound(1), bound(1)
    rig.vhost.preview("x", "k", {})
    for each in (rig, other):
        each.channel().publish("k", "more", exchange="x")
    assert spread(rig) == spread(other)


def test_a_queue_bound_twice_has_two_chances():
    exchange = Random("x", profile=PROFILES["4.3"])
    for queue, key in (("a", "k"), ("a", "l"), ("b", "k")):
        exchange.bind(binding(queue, key))
    offered: list[str] = []

    def choose(options, what):
        offered.extend(one.name for one in options)
        return options[0]

    assert [one.name for one in exchange.route_message(Message("x", "k"), choose)] == ["a"]
    assert offered == ["a", "a", "b"]


def test_local_random_takes_queues_with_an_empty_key():
    profile = PROFILES["4.3"]
    LocalRandom.check_binding(binding("q"), profile)
    with pytest.raises(PreconditionFailed, match="Non empty binding 'k' key"):
        LocalRandom.check_binding(binding("q", "k"), profile)
    with pytest.raises(PreconditionFailed, match="Destination not found"):
        LocalRandom.check_binding(Binding("x", Destination("exchange", "y"), ""), profile)
