"""The plugin's own connection."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp.adapters.management.answers import Refused
from fakeamqp.adapters.management.caller import Caller
from fakeamqp.adapters.management.client import CHANNEL, Client, Closed, carry_out
from fakeamqp.model import commands

GUEST = Caller("guest", "guest", frozenset({"administrator"}))


def test_nothing_of_it_is_left() -> None:
    broker = fakeamqp.Broker()
    carry_out(broker, GUEST, "/", commands.DeclareQueue(CHANNEL, "orders"))
    assert broker.queue("orders").ready == 0
    assert broker.model.connections == {}
    assert broker.connections == 0


def test_what_closes_its_channel_is_refused_without_the_name_of_the_code() -> None:
    broker = fakeamqp.Broker()
    for command, status, reason in (
        (commands.BindQueue(CHANNEL, "nope", "amq.topic"), 404, "no queue 'nope' in vhost '/'"),
        (commands.DeclareQueue(CHANNEL, "amq.x"), 401, "Access refused."),
        (commands.DeclareExchange(CHANNEL, "e", "nope"), 400, "unknown exchange type 'nope'"),
    ):
        with pytest.raises(Refused) as refused:
            carry_out(broker, GUEST, "/", command)
        assert (refused.value.status, refused.value.reason) == (status, reason)
    assert broker.model.connections == {}


def test_it_says_whether_the_channel_or_the_connection_was_closed() -> None:
    broker = fakeamqp.Broker()
    broker.publish("", "nope")
    for command, ends in ((commands.Get(CHANNEL, "nope"), False), (commands.Recover(CHANNEL), True)):
        with pytest.raises(Closed) as closed, Client(broker, GUEST, "/") as client:
            client.do(command)
        assert closed.value.ends_connection is ends


def test_it_holds_what_it_has_fetched() -> None:
    broker = fakeamqp.Broker()
    carry_out(broker, GUEST, "/", commands.DeclareQueue(CHANNEL, "orders"))
    broker.publish("", "orders", "tea")
    with Client(broker, GUEST, "/") as client:
        client.do(commands.Get(CHANNEL, "orders"))
        assert client.held(1).body == b"tea"
        assert broker.queue("orders").unacked == 1
    assert broker.queue("orders").ready == 1
