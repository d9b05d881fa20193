"""x-delayed-message, as its documentation describes it: no broker was asked."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.exchanges import KINDS, DelayedMessage
from fakeamqp.model.profile import PROFILES
from fakeamqp.model.snapshot import fork
from tests.support.rig import Rig, RigChannel, delivered, ended, of, refusal

PLUGINS = ("rabbitmq_delayed_message_exchange", "rabbitmq_recent_history_exchange")


def delaying(kind: str = "direct") -> tuple[Rig, RigChannel]:
    rig = Rig(plugins=PLUGINS)
    channel = rig.channel()
    channel(ask.DeclareExchange, "x", "x-delayed-message", arguments={"x-delayed-type": kind})
    channel.declare("q")
    channel.bind("q", "x", "k")
    return rig, channel


def test_the_shorter_delay_comes_first():
    rig, channel = delaying()
    channel.publish("k", "late", exchange="x", headers={"x-delay": 5000})
    channel.publish("k", "early", exchange="x", headers={"x-delay": 1000})
    rig.advance(999)
    assert rig.waiting() == []
    rig.advance(1)
    assert rig.waiting() == ["early"]
    rig.advance(4000)
    assert rig.waiting() == ["early", "late"]


def test_equal_instants_keep_the_order_of_publishing():
    rig, channel = delaying()
    for body in "abc":
        channel.publish("k", body, exchange="x", headers={"x-delay": 10})
    rig.advance(10)
    assert rig.waiting() == ["a", "b", "c"]


@pytest.mark.parametrize("headers", [{}, {"x-delay": 0}, {"x-delay": -5}, {"x-delay": 2**32}, {"x-delay": True}])
def test_without_a_delay_it_routes_at_once(headers):
    rig, channel = delaying()
    channel.publish("k", "m", exchange="x", headers=headers)
    assert rig.waiting() == ["m"]


def test_the_header_is_negative_once_the_message_was_held():
    rig, channel = delaying()
    channel.publish("k", "m", exchange="x", headers={"x-delay": 10, "own": 1}, expiration="500")
    rig.advance(10)
    (entry,) = rig.queue().ready
    assert entry.message.properties == {"headers": {"x-delay": -10, "own": 1}, "expiration": "500"}
    assert entry.expires_us == 510_000


def test_it_routes_as_the_type_it_stands_for():
    rig, channel = delaying("topic")
    channel.bind("q", "x", "a.#")
    channel.publish("a.b", "m", exchange="x", headers={"x-delay": 10})
    channel.publish("b", "n", exchange="x", headers={"x-delay": 10})
    done = rig.advance(10)
    assert rig.waiting() == ["m"]
    assert ended(done) == ["unroutable"]


def test_bindings_count_when_it_is_routed():
    rig, channel = delaying()
    channel.publish("k", "m", exchange="x", headers={"x-delay": 10})
    channel(ask.UnbindQueue, "q", "x", "k")
    channel.declare("late")
    channel.bind("late", "x", "k")
    rig.advance(10)
    assert (rig.waiting("q"), rig.waiting("late")) == ([], ["m"])


def test_a_held_message_has_no_way_yet():
    """A mandatory one is returned, and delivered later all the same; a confirmed one is confirmed at once."""
    rig, channel = delaying()
    channel(ask.SelectConfirms)
    done = channel.publish("k", "m", exchange="x", mandatory=True, headers={"x-delay": 10})
    assert len(of(effects.Returned, done)) == len(of(effects.Confirmed, done)) == 1
    assert ended(done) == []
    rig.advance(10)
    assert rig.waiting() == ["m"]


def test_it_holds_what_comes_through_another_exchange():
    rig, channel = delaying("fanout")
    channel(ask.BindExchange, "x", "amq.fanout", "")
    channel.publish("k", "m", exchange="amq.fanout", headers={"x-delay": 10})
    done = rig.advance(10)
    assert rig.waiting() == ["m"]
    assert ended(done) == []


def test_a_consumer_gets_it_at_its_instant():
    rig, channel = delaying()
    channel.consume("q", no_ack=True)
    channel.publish("k", "m", exchange="x", headers={"x-delay": 10})
    assert rig.broker.next_deadline() == 10_000
    assert delivered(rig.advance(10)) == ["m"]


def test_what_is_held_goes_with_the_exchange():
    rig, channel = delaying()
    channel.publish("k", "m", exchange="x", headers={"x-delay": 10})
    assert ended(channel(ask.DeleteExchange, "x")) == ["exchange deleted"]
    assert rig.broker.next_deadline() is None


def test_a_copy_of_the_broker_holds_by_itself():
    rig, channel = delaying()
    channel.publish("k", "m", exchange="x", headers={"x-delay": 10})
    twin = fork(rig.broker)
    twin.fire(10_000)
    assert len(twin.vhosts["/"].queues["q"].ready) == 1
    assert rig.waiting() == []
    rig.advance(10)
    assert rig.waiting() == ["m"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "must be an existing exchange type"),
        ({"x-delayed-type": 5}, "must be an existing exchange type"),
        ({"x-delayed-type": "bogus"}, "must be an existing exchange type"),
        ({"x-delayed-type": "x-random"}, "must be an existing exchange type"),
        ({"x-delayed-type": "x-delayed-message"}, "can't be used for 'x-delayed-type'"),
    ],
)
def test_the_type_it_stands_for_is_one_the_broker_knows(arguments, text):
    channel = Rig(plugins=PLUGINS).channel()
    done = channel(ask.DeclareExchange, "x", "x-delayed-message", arguments=arguments)
    assert str(refusal(done)).endswith(text)


def test_without_the_plugin_the_type_is_unknown():
    channel = Rig("4.3").channel()
    done = channel(ask.DeclareExchange, "x", "x-delayed-message", arguments={"x-delayed-type": "direct"})
    assert refusal(done) == "PRECONDITION_FAILED - unknown exchange type 'x-delayed-message'"


def test_it_is_nowhere_before_it_is_declared():
    exchange = DelayedMessage("x", profile=PROFILES["4.3"], arguments={"x-delayed-type": "direct"})
    with pytest.raises(LookupError, match="'x' is in no virtual host"):
        exchange.route(["k"], {})
    assert KINDS["x-delayed-message"] is DelayedMessage
