"""What exchange types of plugins promise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pika
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.model.invariants import check
from fakeamqp.model.profile import PROFILES
from tests.kit.support import Client, quick

VERSIONS = tuple(PROFILES)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_consistent_hash_is_consistent(version: str) -> None:
    """A key has one queue and keeps it; weights are shares; who comes later takes keys, and moves no other."""
    client = Client(version, plugins=["rabbitmq_consistent_hash_exchange"])
    client.channel.exchange_declare("h", "x-consistent-hash")
    for queue, weight in (("a", "10"), ("b", "30")):
        client.channel.queue_declare(queue)
        client.channel.queue_bind(queue, "h", weight)
    keys = [f"key {number}" for number in range(400)]
    before = {key: client.broker.route("h", key) for key in keys}
    assert all(len(queues) == 1 for queues in before.values())
    assert before == {key: client.broker.route("h", key) for key in keys}
    counts = Counter(queues[0] for queues in before.values())
    assert 60 <= counts["a"] <= 140
    client.channel.queue_declare("c")
    client.channel.queue_bind("c", "h", "40")
    after = {key: client.broker.route("h", key) for key in keys}
    moved = {key for key in keys if before[key] != after[key]}
    assert all(after[key] == ["c"] for key in moved)
    assert 140 <= len(moved) <= 260
    client.channel.queue_delete("c")
    assert before == {key: client.broker.route("h", key) for key in keys}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_hash_of_a_header_goes_by_its_value(version: str) -> None:
    client = Client(version, plugins=["rabbitmq_consistent_hash_exchange"])
    client.channel.exchange_declare("h", "x-consistent-hash", arguments={"hash-header": "id"})
    for queue in ("a", "b", "c"):
        client.channel.queue_declare(queue)
        client.channel.queue_bind(queue, "h", "10")
    for values in (
        [*map(str, range(60))],
        [*range(-30, 30)],
        [*range(2**40, 2**40 + 60)],
        [f"ü{n}" * 9 for n in range(60)],
    ):
        routed = [client.broker.route("h", "", {"id": value}) for value in values]
        assert all(len(queues) == 1 for queues in routed)
        assert min(Counter(queues[0] for queues in routed).values()) >= 8
        assert len(Counter(queues[0] for queues in routed)) == 3
        assert routed == [client.broker.route("h", "other", {"id": value}) for value in values]


@quick(40)
@given(st.lists(st.tuples(st.sampled_from((None, -5, 0, 1, 5, 250, 1000, "1")), st.integers(0, 3)), max_size=5))
def test_a_delayed_message_comes_at_its_time(published: list[tuple[Any, int]]) -> None:
    client = Client(plugins=["rabbitmq_delayed_message_exchange"])
    client.channel.exchange_declare("d", "x-delayed-message", arguments={"x-delayed-type": "topic"})
    client.channel.queue_declare("q")
    client.channel.queue_bind("q", "d", "a.*")
    now, due = 0, []
    for number, (delay, pause) in enumerate(published):
        headers = {} if delay is None else {"x-delay": delay}
        client.channel.basic_publish("d", "a.b", b"%d" % number, pika.BasicProperties(headers=headers))
        client.channel.basic_publish("d", "b", b"elsewhere", pika.BasicProperties(headers=headers))
        client.broker.settle()
        due.append((now + (delay if isinstance(delay, int) and delay > 0 else 0), b"%d" % number))
        client.broker.clock.advance(pause / 1000)
        now += pause
    for later in (0, 1, 3, 200, 300, 1000):
        client.broker.clock.advance(later / 1000)
        now += later
        assert sorted(client.bodies("q")) == sorted(body for at, body in due if at <= now)


A, B, C = (f"{{'ident',<<\"{name}\">>}}" for name in "abc")
SELECTORS: tuple[tuple[str, Any], ...] = (  # as the client's library sends them: Erlang's terms
    (f"{{'=',{A},1}}.", lambda h: h.get("a") == 1),
    (f"{{'<>',{A},1}}.", lambda h: "a" in h and h["a"] != 1),
    (f"{{'and',{{'>',{A},1}},{{'<=',{B},2}}}}.", lambda h: h.get("a", 0) > 1 and h.get("b", 9) <= 2),
    (f"{{'between',{A},{{range,1,2}}}}.", lambda h: 1 <= h.get("a", 0) <= 2),
    (f"{{'or',{{'=',{A},3}},{{'=',{B},2}}}}.", lambda h: h.get("a") == 3 or h.get("b") == 2),
    (f'{{\'in\',{C},[<<"xy">>,<<"q">>]}}.', lambda h: h.get("c") in ("xy", "q")),
    (f"{{'not_in',{C},[<<\"xy\">>]}}.", lambda h: "c" in h and h["c"] != "xy"),
    (f"{{'like',{C},<<\"x%\">>,no_escape}}.", lambda h: h.get("c", "").startswith("x")),
    (f"{{'not_like',{C},<<\"_y\">>,no_escape}}.", lambda h: "c" in h and h["c"] != "xy"),
    (f"{{'is_null',{A}}}.", lambda h: "a" not in h),
    (f"{{'not_null',{C}}}.", lambda h: "c" in h),
    (
        f"{{'=',{{'+',{A},1}},{{'-',{{'*',{B},2}},1}}}}.",
        lambda h: "a" in h and "b" in h and h["a"] + 1 == h["b"] * 2 - 1,
    ),
    (f"{{'<',{A},1.5e0}}.", lambda h: "a" in h and h["a"] < 1.5),
    (f"{{'not',{{'>=',{B},2.5}}}}.", lambda h: "b" in h and h["b"] < 2.5),
    (f"{{'=',{A},{{'-',1}}}}.", lambda h: h.get("a") == -1),
)
HEADERS = [
    {**({} if a is None else {"a": a}), **({} if b is None else {"b": b}), **({} if c is None else {"c": c})}
    for a in (None, -1, 1, 2, 3)
    for b in (None, 1, 2, 3)
    for c in (None, "xy", "x_z", "q")
]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_selector_selects(version: str) -> None:
    client = Client(version, plugins=["rabbitmq_jms_topic_exchange"])
    client.channel.exchange_declare("j", "x-jms-topic")
    for number, (selector, _) in enumerate(SELECTORS):
        client.channel.queue_declare(f"q{number}")
        client.channel.queue_bind(f"q{number}", "j", str(number), arguments={"rjms_erlang_selector": selector})
    for headers in HEADERS:
        selected = [f"q{number}" for number, (_, is_selected) in enumerate(SELECTORS) if is_selected(headers)]
        assert sorted(client.broker.route("j", "", headers)) == sorted(selected), headers


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recent_history_is_told_to_who_comes_later(version: str) -> None:
    client = Client(version, plugins=["rabbitmq_recent_history_exchange"])
    client.channel.exchange_declare("r", "x-recent-history", arguments={"x-recent-history-length": 3})
    for number in range(5):
        client.channel.basic_publish("r", "", b"%d" % number)
    client.channel.queue_declare("q")
    client.channel.queue_bind("q", "r")
    client.channel.queue_bind("q", "r")
    assert client.bodies("q") == [b"2", b"3", b"4"]
    client.channel.basic_publish("r", "", b"5")
    assert client.bodies("q") == [b"2", b"3", b"4", b"5"]


def test_what_is_held_in_a_virtual_host_goes_with_it() -> None:
    client = Client(plugins=["rabbitmq_delayed_message_exchange"], vhosts=["/", "v"])
    connection = fakeamqp.connect(client.broker, virtual_host="v")
    channel = connection.channel()
    channel.exchange_declare("d", "x-delayed-message", arguments={"x-delayed-type": "fanout"})
    channel.queue_declare("q")
    channel.queue_bind("q", "d")
    channel.basic_publish("d", "", b"1", pika.BasicProperties(headers={"x-delay": 1000}))
    channel.queue_declare("q", passive=True)
    client.broker.ctl.delete_vhost("v")
    client.broker.clock.advance(10)
    check(client.broker.model)
    assert client.broker.next_deadline() is None
