"""A stream is a list that is read from somewhere on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pika
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeamqp.model.profile import PROFILES
from tests.kit.support import Client, quick

OFFSETS = st.one_of(st.sampled_from(("first", "last", "next", None)), st.integers(0, 8))


@pytest.mark.parametrize("version", PROFILES)
def test_a_stream_is_read_from_an_offset_on(version: str) -> None:
    @quick(30)
    @given(st.integers(0, 6), OFFSETS, st.integers(1, 3), st.integers(0, 4))
    def law(before: int, offset: Any, prefetch: int, after: int) -> None:
        client = Client(version)
        stream = {"x-queue-type": "stream"}
        client.channel.queue_declare("s", durable=True, arguments=stream)
        bodies = [b"%d" % number for number in range(before + after)]

        def write(body: bytes) -> None:
            client.channel.basic_publish("", "s", body)
            client.broker.settle()

        for body in bodies[:before]:
            write(body)
        client.channel.basic_qos(prefetch_count=prefetch)
        client.consume("s", arguments={} if offset is None else {"x-stream-offset": offset})
        for body in bodies[before:]:
            write(body)
        start = {"first": 0, "last": max(before - 1, 0), "next": before, None: before}.get(offset, offset)
        expected = bodies[start:]
        seen = 0
        while seen < len(client.heard):
            if version != "3.10":  # 3.10 delivers whole chunks
                assert len(client.heard) - seen <= prefetch
            seen = len(client.heard)
            client.channel.basic_ack(client.heard[-1][1], multiple=True)
            client.broker.settle()
        assert [body for _, _, body in client.heard] == expected
        assert [tag for _, tag, _ in client.heard] == list(range(1, len(expected) + 1))
        assert client.bodies("s") == bodies

    law()


@pytest.mark.parametrize("version", PROFILES)
def test_what_a_stream_does_not_serve_is_refused(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    assert client.refusal("basic_get", "s") == 540
    client.channel.basic_qos(prefetch_count=0)
    assert client.refusal("basic_consume", "s", lambda *_: None) == 406
    client.channel.basic_qos(prefetch_count=1)
    assert client.refusal("basic_consume", "s", lambda *_: None, arguments={"x-stream-offset": "odd"}) in (406, 541)


@pytest.mark.parametrize("version", PROFILES)
def test_a_stream_forgets_its_oldest_segments(version: str) -> None:
    client = Client(version)
    arguments = {"x-queue-type": "stream", "x-max-length-bytes": 3000, "x-stream-max-segment-size-bytes": 1000}
    client.channel.queue_declare("s", durable=True, arguments=arguments)
    bodies = [b"%03d" % number + bytes(297) for number in range(40)]
    for body in bodies:
        client.channel.basic_publish("", "s", body)
        client.broker.settle()
    kept = client.bodies("s")
    assert kept == bodies[-len(kept) :]
    assert 3 <= len(kept) <= 20
    client.channel.basic_qos(prefetch_count=50)
    client.consume("s", arguments={"x-stream-offset": "first"})
    assert [body for _, _, body in client.heard] == kept
    aged = {"x-queue-type": "stream", "x-max-age": "1h", "x-stream-max-segment-size-bytes": 1000}
    client.channel.queue_declare("aged", durable=True, arguments=aged)
    for body in bodies[:20]:
        client.broker.publish("", "aged", body)
        client.broker.clock.advance(600)
    assert client.bodies("aged") == bodies[20 - len(client.bodies("aged")) : 20]
    assert 6 <= len(client.bodies("aged")) < 20


def test_a_filter_lets_its_values_pass() -> None:
    for version in ("4.0", "4.3"):
        client = Client(version)
        client.channel.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
        for number, value in enumerate(("a", "b", None, "a", "c")):
            headers = {} if value is None else {"x-stream-filter-value": value}
            client.channel.basic_publish("", "s", b"%d" % number, pika.BasicProperties(headers=headers))
            client.broker.settle()
        for asked, unfiltered, expected in (("a", False, {b"0", b"3"}), ("b", True, {b"1", b"2"})):
            client.heard.clear()
            client.channel.basic_qos(prefetch_count=10)
            arguments = {"x-stream-offset": "first", "x-stream-filter": asked, "x-stream-match-unfiltered": unfiltered}
            client.consume("s", tag=asked, arguments=arguments)
            assert {body for _, _, body in client.heard} >= expected


@pytest.mark.parametrize("version", PROFILES)
def test_a_stream_is_read_from_an_instant_on(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    for number in range(6):
        client.broker.publish("", "s", b"%d" % number)
        client.broker.clock.advance(60)
    for minutes, expected in ((0, 0), (1, 1), (3.5, 4), (5, 5), (-5, 0), (60, 6)):
        client.heard.clear()
        at = client.broker.clock.starts_at + timedelta(minutes=minutes)
        client.channel.basic_qos(prefetch_count=100)
        client.consume("s", tag=f"at {minutes}", arguments={"x-stream-offset": at})
        bodies = [body for _, _, body in client.heard]
        assert bodies == [b"%d" % number for number in range(expected, 6)], minutes


@pytest.mark.parametrize("version", PROFILES)
def test_an_instant_is_exact_after_weeks(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    client.broker.clock.advance(3_000_000)
    for number in range(3):
        client.broker.publish("", "s", b"%d" % number)
        client.broker.clock.advance(0.7)
    at = client.broker.clock.starts_at + timedelta(seconds=3_000_001)
    client.channel.basic_qos(prefetch_count=100)
    client.consume("s", arguments={"x-stream-offset": at})
    assert [body for _, _, body in client.heard] == [b"2"]


@pytest.mark.parametrize("version", PROFILES)
def test_of_a_stream_the_policy_counts_and_not_the_smaller_number(version: str) -> None:
    kept = []
    for policy in (None, 20_000):
        client = Client(version)
        if policy is not None:
            client.broker.ctl.set_policy("p", "^s$", {"max-length-bytes": policy})
        arguments = {
            "x-queue-type": "".join(("str", "eam")),  # as it comes off a wire: equal to the constant, not the same
            "x-max-length-bytes": 2000,
            "x-stream-max-segment-size-bytes": 500,
        }
        client.channel.queue_declare("s", durable=True, arguments=arguments)
        for _ in range(60):
            client.channel.basic_publish("", "s", bytes(200))
            client.broker.settle()
        kept.append(len(client.bodies("s")))
    assert kept[0] < 20 < kept[1]
