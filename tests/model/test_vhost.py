"""The way of a message through a virtual host, and what falls together."""

from __future__ import annotations

import itertools

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model import effects
from fakeamqp.model.binding import Destination
from fakeamqp.model.snapshot import fork
from tests.support.rig import Rig, of


@pytest.fixture
def rig() -> Rig:
    return Rig()


def exchanges(channel, *names, **flags):
    for name in names:
        channel(ask.DeclareExchange, name, "fanout", **flags)


def route(rig, exchange, key="", headers=None):
    return rig.vhost.preview(exchange, key, headers or {})


def test_a_message_goes_through_bound_exchanges_and_visits_each_once(rig):
    channel = rig.channel()
    exchanges(channel, "x", "y", "z")
    channel.declare()
    for source, destination in ("xy", "xz", "yz", "zx"):
        channel(ask.BindExchange, destination, source)
    channel.bind("q", "y")
    channel.bind("q", "z")
    assert route(rig, "x") == route(rig, "y") == route(rig, "z") == ["q"]


def test_the_default_exchange_takes_each_key_once(rig):
    channel = rig.channel()
    channel.declare("q")
    channel.declare("r")
    assert route(rig, "", "q", {"CC": ["r", "q", "nowhere"], "BCC": ["r"]}) == ["q", "r"]


def test_an_alternate_exchange_gets_what_its_exchange_itself_routes_nowhere(rig):
    channel = rig.channel()
    exchanges(channel, "lost")
    channel(ask.DeclareExchange, "x", "direct", arguments={"alternate-exchange": "lost"})
    exchanges(channel, "dead end")
    channel(ask.BindExchange, "dead end", "x", "nowhere")
    channel.declare()
    channel.bind("q", "lost")
    assert route(rig, "x", "unknown") == ["q"]
    assert route(rig, "x", "nowhere") == [], "a binding that leads nowhere is a binding all the same"


@pytest.mark.parametrize("alternate", ["x", "y", "missing", ""])
def test_alternates_that_lead_nowhere_end_quietly(rig, alternate):
    channel = rig.channel()
    channel.declare("k")
    channel(ask.DeclareExchange, "x", "direct", arguments={"alternate-exchange": alternate})
    channel(ask.DeclareExchange, "y", "direct", arguments={"alternate-exchange": "x"})
    assert route(rig, "x", "k") == []


def test_a_deleted_exchange_takes_its_bindings_on_both_sides(rig):
    channel = rig.channel()
    exchanges(channel, "x", "y")
    channel.declare()
    channel(ask.BindExchange, "y", "x")
    channel.bind("q", "y")
    channel(ask.DeleteExchange, "y")
    assert route(rig, "x") == []
    exchanges(channel, "y")
    assert route(rig, "x") == route(rig, "y") == []


def test_an_auto_delete_exchange_goes_with_its_last_binding_as_a_source_alone(rig):
    channel = rig.channel()
    exchanges(channel, "fresh", "source", "other", auto_delete=True)
    channel.declare()
    channel.bind("q", "source")
    channel.bind("q", "source", "again")
    channel(ask.BindExchange, "source", "other")
    channel(ask.UnbindQueue, "q", "source", "again")
    assert {"fresh", "source", "other"} <= rig.vhost.exchanges.keys()
    done = channel(ask.UnbindQueue, "q", "source")
    assert [(effect.exchange, effect.reason) for effect in of(effects.ExchangeDeleted, done)] == [
        ("source", "auto-delete"),
        ("other", "auto-delete"),
    ]
    assert "fresh" in rig.vhost.exchanges


def test_two_bindings_that_go_together_delete_their_exchange_once(rig):
    channel = rig.channel()
    exchanges(channel, "x", auto_delete=True)
    channel.declare()
    channel.bind("q", "x", "one")
    channel.bind("q", "x", "two")
    assert len(of(effects.ExchangeDeleted, channel(ask.DeleteQueue, "q"))) == 1


def test_an_exchange_bound_to_itself_can_go(rig):
    channel = rig.channel()
    exchanges(channel, "x", auto_delete=True)
    channel(ask.BindExchange, "x", "x")
    done = channel(ask.UnbindExchange, "x", "x")
    assert len(of(effects.ExchangeDeleted, done)) == 1


def test_a_chain_of_auto_delete_exchanges_falls_however_long_it_is():
    """Deeper than Python's stack."""
    rig = Rig(watched=False)
    vhost = rig.vhost
    channel = rig.channel()
    channel.declare()
    names = ["q", *(f"x{number}" for number in range(3000))]
    for destination, source in itertools.pairwise(names):
        exchanges(channel, source, auto_delete=True)
        if destination == "q":
            channel.bind("q", source)
        else:
            channel(ask.BindExchange, destination, source)
    assert vhost.preview(names[-1], "", {}) == ["q"]
    done = channel(ask.DeleteQueue, "q")
    assert len(of(effects.ExchangeDeleted, done)) == 3000
    assert vhost.exchanges.keys().isdisjoint(names)


def test_a_vhost_begins_with_rabbitmqs_own_exchanges(rig):
    assert {(each.name, each.type, each.durable, each.internal) for each in rig.vhost.exchanges.values()} == {
        ("amq.direct", "direct", True, False),
        ("amq.fanout", "fanout", True, False),
        ("amq.headers", "headers", True, False),
        ("amq.match", "headers", True, False),
        ("amq.rabbitmq.trace", "topic", True, True),
        ("amq.topic", "topic", True, False),
    }


def test_binding_the_same_again_is_nothing_new(rig):
    channel = rig.channel()
    channel.declare()
    channel.bind("q", "amq.topic", "a.*", {"x": 1})
    channel.bind("q", "amq.topic", "a.*", {"x": 1})
    assert len(list(rig.vhost.incoming())) == 1
    assert [binding.destination for binding in rig.vhost.incoming()] == [Destination("queue", "q")]


def test_what_was_unbound_leaves_nothing_behind(rig):
    channel = rig.channel()
    for number in range(3):
        channel.declare(f"q{number}")
        channel.bind(f"q{number}", "amq.topic", "k")
    channel(ask.UnbindQueue, "q0", "amq.topic", "k")
    channel(ask.DeleteQueue, "q1")
    assert list(rig.vhost._incoming) == [Destination("queue", "q2")]


def test_the_predeclared_exchanges_come_first_whenever_they_are_looked_at(rig):
    channel = rig.channel()
    channel.declare("q")  # touches no exchange
    exchanges(channel, "a")
    names = list(rig.vhost.exchanges)
    assert names == ["amq.direct", "amq.fanout", "amq.headers", "amq.match", "amq.rabbitmq.trace", "amq.topic", "a"]


def test_the_predeclared_exchanges_are_the_same_at_every_look(rig):
    first = rig.vhost.exchanges
    channel = rig.channel()
    channel.declare("q")
    channel.bind("q", "amq.direct", "k")
    assert rig.vhost.exchanges is first
    assert route(rig, "amq.direct", "k") == ["q"]


def test_a_copy_made_before_anybody_looked_has_predeclared_exchanges_of_its_own(rig):
    twin = fork(rig.broker).vhosts[rig.vhost.name]
    assert list(twin.exchanges) == list(rig.vhost.exchanges)
    assert twin.exchanges["amq.topic"] is not rig.vhost.exchanges["amq.topic"]
