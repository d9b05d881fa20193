"""What is demanded of a user, and what a channel remembers of it."""

from __future__ import annotations

import pytest

from fakeamqp.model import commands as ask
from fakeamqp.model.access import Guard
from fakeamqp.model.connection import Connection
from fakeamqp.model.errors import AccessRefused
from fakeamqp.model.message import Message
from tests.support.rig import Rig


@pytest.fixture
def rig() -> Rig:
    rig = Rig(users={"guest": "guest"})
    rig.do(ask.AddUser("ada", "guest"))
    return rig


def ada() -> Connection:
    connection = Connection(1)
    connection.username = "ada"
    return connection


def guard(rig: Rig, configure: str = "", write: str = "", read: str = "") -> Guard:
    allow(rig, configure, write, read)
    return Guard(rig.broker, ada(), rig.vhost)


def allow(rig: Rig, configure: str = "", write: str = "", read: str = "") -> None:
    rig.do(ask.SetPermissions("ada", "/", configure, write, read))


def topics(rig: Rig, write: str = "", read: str = "") -> None:
    rig.do(ask.SetTopicPermissions("ada", "/", "amq.topic", write, read))


def refuses(demand, *args: object) -> bool:
    try:
        demand(*args)
    except AccessRefused:
        return True
    return False


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("3.10", "ACCESS_REFUSED - access to queue 'q' in vhost '/' refused for user 'ada'"),
        ("4.3", "ACCESS_REFUSED - read access to queue 'q' in vhost '/' refused for user 'ada'"),
    ],
)
def test_a_refusal_says_what_and_who(version, text):
    rig = Rig(version, users={"guest": "guest"})
    rig.do(ask.AddUser("ada", "guest"))
    with pytest.raises(AccessRefused) as refused:
        guard(rig).demand("read", "queue", "q")
    assert refused.value.reply_text == text


def test_the_default_exchange_goes_by_another_name(rig):
    demand = guard(rig, write="^amq.default$").demand
    demand("write", "exchange", "")
    with pytest.raises(AccessRefused, match=r"exchange 'amq\.default'"):
        demand("read", "exchange", "")


@pytest.mark.parametrize("right", ["configure", "write", "read"])
def test_any_permission_will_do_to_look(rig, right):
    guard(rig, **{right: "q"}).demand_any("queue", "q")


def test_who_may_do_nothing_may_not_even_look(rig):
    with pytest.raises(AccessRefused, match="configure access"):
        guard(rig).demand_any("queue", "q")


def test_what_was_allowed_is_remembered_for_that_resource_and_right(rig):
    own = guard(rig, read="q")
    own.demand("read", "queue", "q")
    allow(rig)
    own.demand("read", "queue", "q")
    assert refuses(own.demand, "read", "exchange", "q")
    assert refuses(own.demand, "write", "queue", "q")
    assert refuses(Guard(rig.broker, ada(), rig.vhost).demand, "read", "queue", "q")


def test_twelve_are_remembered_and_using_one_again_does_not_keep_it(rig):
    own = guard(rig, read="q")
    for number in (*range(12), 0, 12):
        own.demand("read", "queue", f"q{number}")
    allow(rig)
    assert [number for number in range(13) if refuses(own.demand, "read", "queue", f"q{number}")] == [0]


@pytest.mark.parametrize(("pause_ms", "forgotten"), [(999, False), (1000, True)])
def test_a_second_of_rest_makes_it_forget(rig, pause_ms, forgotten):
    own = guard(rig, read="q")
    own.demand("read", "queue", "q")
    rig.advance(pause_ms)
    allow(rig)
    assert refuses(own.demand, "read", "queue", "q") is forgotten


def test_each_question_starts_the_rest_anew(rig):
    own = guard(rig, read="q")
    own.demand("read", "queue", "q")
    for _ in range(3):
        rig.advance(600)
        allow(rig)
        own.demand("read", "queue", "q")


def test_only_topic_exchanges_with_a_row_restrict_keys(rig):
    topics(rig, write="^k")
    own = guard(rig)
    exchanges = rig.vhost.exchanges
    own.demand_topic("write", exchanges["amq.direct"], "other")
    own.demand_topic("write", None, "other")
    own.demand_topic("write", exchanges["amq.topic"], "key")
    with pytest.raises(AccessRefused, match=r"write access to topic 'other' in exchange 'amq\.topic' in vhost '/'"):
        own.demand_topic("write", exchanges["amq.topic"], "other")


def test_a_message_is_published_under_each_of_its_keys(rig):
    topics(rig, write="^k")
    own = guard(rig)
    message = Message("amq.topic", "key")
    own.demand_topics(message)
    message.copied_to = ("other",)
    assert refuses(own.demand_topics, message)


def test_keys_are_remembered_apart_and_forgotten_on_demand(rig):
    own, topic = guard(rig, write="amq"), rig.vhost.exchanges["amq.topic"]
    own.demand_topic("write", topic, "k")
    own.demand("write", "exchange", "amq.topic")
    topics(rig)
    allow(rig)
    own.demand_topic("write", topic, "k")
    own.demand("write", "exchange", "amq.topic")
    assert refuses(own.demand_topic, "write", topic, "l")
    own.forget()
    assert refuses(own.demand_topic, "write", topic, "k")
    assert refuses(own.demand, "write", "exchange", "amq.topic")
