"""x-recent-history. Recorded: exchange_types/history_*."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model.errors import PreconditionFailed
from fakeamqp.model.exchanges import KINDS, RecentHistory
from fakeamqp.model.profile import PROFILES
from tests.support.rig import Rig, RigChannel, refusal


def history(version: str = "4.3", **arguments) -> tuple[Rig, RigChannel]:
    rig = Rig(version, plugins=("rabbitmq_recent_history_exchange",))
    channel = rig.channel()
    given = {name.replace("_", "-"): value for name, value in arguments.items()}
    channel(ask.DeclareExchange, "x", "x-recent-history", arguments=given)
    channel.declare("q")
    return rig, channel


def test_a_new_binding_gets_the_last_messages():
    rig, channel = history(x_recent_history_length=2)
    channel.publish("k", "a", "b", "c", exchange="x")
    channel.bind("q", "x", "any")
    assert rig.waiting() == ["b", "c"]


def test_without_a_length_it_is_twenty():
    rig, channel = history()
    channel.publish("k", *(f"{number}" for number in range(23)), exchange="x")
    channel.bind("q", "x")
    assert rig.waiting() == [f"{number}" for number in range(3, 23)]


def test_the_same_binding_again_gets_nothing():
    rig, channel = history()
    channel.publish("k", "a", exchange="x")
    channel.bind("q", "x", "k")
    channel.bind("q", "x", "k")
    assert rig.waiting() == ["a"]
    channel.bind("q", "x", "l")
    assert rig.waiting() == ["a", "a"]


def test_a_message_may_ask_not_to_be_remembered():
    rig, channel = history()
    channel.publish("k", "a", exchange="x", headers={"x-recent-history-no-store": True})
    channel.publish("k", "b", exchange="x", headers={"x-recent-history-no-store": False})
    channel.bind("q", "x")
    assert rig.waiting() == ["b"]


def test_looking_where_a_message_would_go_is_not_remembered():
    rig, channel = history()
    assert rig.vhost.preview("x", "k", {}) == []
    channel.bind("q", "x")
    assert rig.waiting() == []


def test_remembered_messages_go_on_through_an_exchange():
    rig, channel = history()
    channel(ask.DeclareExchange, "y", "fanout")
    channel.bind("q", "y")
    channel.publish("k", "a", exchange="x")
    assert refusal(channel(ask.BindExchange, "y", "x", "")) is None
    assert rig.waiting() == ["a"]


@pytest.mark.parametrize(
    ("version", "text", "kept"),
    [
        ("3.10", "INTERNAL_ERROR", 0),
        ("4.0", "INTERNAL_ERROR - could not find queue/exchange ''", 1),
        ("4.3", "INTERNAL_ERROR - could not find queue/exchange ''", 1),
    ],
)
def test_a_remembered_message_without_a_way_crashes_the_binding(version, text, kept):
    rig, channel = history(version)
    channel(ask.DeclareExchange, "y", "fanout")
    channel.publish("k", "a", exchange="x")
    assert refusal(channel(ask.BindExchange, "y", "x", "")) == text
    assert len(rig.vhost.exchanges["x"].bindings) == kept


@pytest.mark.parametrize(
    ("length", "shown"), [(0, "0"), (-1, "-1"), ("5", '<<"5">>'), (True, "true"), (None, "undefined")]
)
def test_a_length_is_a_positive_integer(length, shown):
    with pytest.raises(PreconditionFailed, match=f"^Invalid argument {shown}, 'x-recent-history-length' must be"):
        RecentHistory.check_arguments({"x-recent-history-length": length}, PROFILES["4.3"], KINDS)
