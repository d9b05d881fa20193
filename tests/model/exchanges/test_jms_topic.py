"""x-jms-topic. Recorded: jms_topic/*."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from tests.support.rig import Rig, RigChannel, refusal

VERSIONS = ("3.10", "4.0", "4.3")


def topic(version: str = "4.3") -> tuple[Rig, RigChannel]:
    rig = Rig(version, plugins=("rabbitmq_jms_topic_exchange",))
    channel = rig.channel()
    channel(ask.DeclareExchange, "x", "x-jms-topic")
    channel.declare("q")
    return rig, channel


def selector(text: str) -> dict[str, str]:
    return {"rjms_erlang_selector": text}


def wants(value: int) -> dict[str, str]:
    return selector(f"{{'=',{{ident,<<\"h\">>}},{value}}}.")


def publish(channel: RigChannel, *values: int) -> None:
    for value in values:
        channel.publish("any", f"{value}", exchange="x", headers={"h": value})


@pytest.mark.parametrize("version", VERSIONS)
def test_headers_decide_and_keys_mean_nothing(version):
    rig, channel = topic(version)
    channel.bind("q", "x", "key", wants(1))
    publish(channel, 1, 2)
    channel.publish("key", "none", exchange="x")
    assert rig.waiting() == ["1"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_last_selector_of_a_key_counts(version):
    rig, channel = topic(version)
    channel.bind("q", "x", "key", wants(1))
    channel.bind("q", "x", "key", wants(2))
    channel.bind("q", "x", "other", wants(3))
    publish(channel, 1, 2, 3)
    assert rig.waiting() == ["2", "3"]


@pytest.mark.parametrize(("version", "left"), [("3.10", []), ("4.0", []), ("4.3", ["2"])])
@pytest.mark.parametrize("gone", [1, 2])
def test_unbinding_one_of_several_takes_it_before_4_3(version, left, gone):
    rig, channel = topic(version)
    channel.bind("q", "x", "key", wants(1))
    channel.bind("q", "x", "key", wants(2))
    channel(ask.UnbindQueue, "q", "x", "key", wants(gone))
    publish(channel, 1, 2)
    assert rig.waiting() == left
    channel(ask.UnbindQueue, "q", "x", "key", wants(3 - gone))
    publish(channel, 1, 2)
    assert rig.waiting() == left


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("arguments", [{}, {"rjms_erlang_selector": 5}, {"rjms_erlang_selector": b"true."}])
def test_without_a_selector_it_crashes(version, arguments):
    _, channel = topic(version)
    assert refusal(channel.bind("q", "x", "", arguments)) == "INTERNAL_ERROR"


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("3.10", "INTERNAL_ERROR"),
        ("4.0", "INTERNAL_ERROR"),
        ("4.3", 'PRECONDITION_FAILED - invalid JMS selector: {unknown_atom,"garbage"}'),
    ],
)
def test_a_selector_that_cannot_be_read_is_refused(version, text):
    _, channel = topic(version)
    assert refusal(channel.bind("q", "x", "", selector("garbage"))) == text


def test_what_a_selector_cannot_reckon_with_ends_the_connection():
    _, channel = topic()
    channel.bind("q", "x", "", selector("{'=',{'+',{ident,<<\"h\">>},1},2}."))
    assert refusal(channel.publish("", "m", exchange="x", headers={"h": "text"})) == "INTERNAL_ERROR"


def test_a_dead_letter_that_a_selector_cannot_take_is_lost():
    rig, channel = topic()
    channel.bind("q", "x", "", selector("{'=',{ident,<<\"h\">>},2}."))
    channel.declare("source", {"x-dead-letter-exchange": "x", "x-message-ttl": 10})
    channel.publish("source", "m", headers={"h": None})
    rig.advance(20)
    assert rig.waiting() == []
    assert rig.waiting("source") == []
