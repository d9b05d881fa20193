"""The laws that every run must keep, each broken once by a model that is made to break it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pika
import pytest

import fakeamqp
from fakeamqp.model import effects
from fakeamqp.model.consumers import Consumer, SingleActive
from fakeamqp.model.queues.store import PositionStore


@pytest.fixture
def broker():
    with fakeamqp.patch_pika() as broker:
        broker.watch_laws()
        yield broker


@pytest.fixture
def channel(broker):
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("q")
    return channel


def broken(broker: fakeamqp.Broker) -> str:
    """What is told of the law that was broken; the empty text if none was."""
    laws = broker.laws
    assert laws is not None
    laws.look_at_all()
    return str(laws.broken or "")


def publish(broker: fakeamqp.Broker, *bodies: str, queue: str = "q", **properties: Any) -> None:
    for body in bodies:
        broker.publish("", queue, body, **properties)


def consume(channel: Any, queue: str = "q", tag: str = "c", **options: Any) -> None:
    channel.basic_consume(queue, lambda *_: None, consumer_tag=tag, **options)


def keep(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, wrong: Callable[..., Any]) -> None:
    """Put a wrong method in place of a right one, which it gets as its first argument."""
    right = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args: wrong(right, *args))


class TestConservation:
    def test_a_copy_that_is_delivered_twice(self, broker, channel, monkeypatch):
        monkeypatch.setattr(PositionStore, "pop", lambda store: store._fresh[0])
        publish(broker, "a")
        for _ in range(2):
            channel.basic_get("q")
        assert broken(broker).startswith(
            "conservation: 'q' delivered copy 1 to basic.get on (1, 1), which is not ready\nthe last steps:\n"
        )

    def test_a_copy_that_is_lost(self, broker, channel, monkeypatch):
        monkeypatch.setattr(broker.model.vhosts["/"].queues["q"].ready, "push", lambda entry: None)
        publish(broker, "a")
        assert broken(broker).startswith("conservation: of what was told to be ready, copies [1] are not there")

    def test_a_copy_that_ends_twice(self, broker, channel, monkeypatch):
        emit = broker.model.emit

        def twice(effect: Any) -> None:
            emit(effect)
            if isinstance(effect, effects.Settled):
                emit(effect)

        monkeypatch.setattr(broker.model, "emit", twice)
        publish(broker, "a")
        method, _, _ = channel.basic_get("q")
        channel.basic_ack(method.delivery_tag)
        assert "copy 1 was acknowledged on (1, 1), which is not unacked" in broken(broker)

    def test_a_copy_that_comes_from_nowhere(self, broker, channel):
        entry = fakeamqp.model.queues.entry.Entry(fakeamqp.model.message.Message("", "q"), None, 7, None)
        queue = broker.model.vhosts["/"].queues["q"]
        entry.queue = queue
        queue.ready.push(entry)
        assert "copies [7] are, of which nobody was told" in broken(broker)


class TestPrefetch:
    def test_a_consumer_that_holds_too_much(self, broker, channel, monkeypatch):
        channel.basic_qos(prefetch_count=2)
        consume(channel)
        monkeypatch.setattr(Consumer, "able", True)
        publish(broker, "a", "b", "c")
        assert broken(broker).startswith(
            "prefetch: 'q' delivered copy 3 to 'c' on (1, 1), unacked 3 of 2\nthe last steps:\n"
        )

    def test_a_channel_that_holds_too_much(self, monkeypatch):
        with fakeamqp.patch_pika(version="3.10") as broker:
            broker.watch_laws()
            channel = pika.BlockingConnection().channel()
            channel.queue_declare("q")
            channel.basic_qos(prefetch_count=2, global_qos=True)
            for tag in ("c", "d"):
                consume(channel, tag=tag)
            monkeypatch.setattr(Consumer, "able", True)
            publish(broker, "a", "b", "c")
            assert "unacked 3 of 2 of its channel" in broken(broker)

    def test_what_is_acknowledged_makes_room(self, broker, channel):
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("q", lambda channel, method, *_: channel.basic_ack(method.delivery_tag))
        publish(broker, "a", "b", "c")
        channel.start_consuming()
        assert broken(broker) == ""


class TestOneActiveConsumer:
    def test_another_one_that_is_served(self, broker, channel, monkeypatch):
        channel.queue_declare("one", arguments={"x-single-active-consumer": True})
        for tag in ("a", "b"):
            consume(channel, "one", tag)
        line = iter(list(broker.model.vhosts["/"].queues["one"].consumers))
        monkeypatch.setattr(SingleActive, "next_able", lambda consumers: next(line))
        publish(broker, "1", "2", queue="one")
        assert broken(broker).startswith(
            "one active consumer: 'one' delivered copy 2 to 'b' on (1, 1), while 'a' is the active one\n"
        )

    def test_the_next_one_is_served_when_it_is_gone(self, broker, channel):
        channel.queue_declare("one", arguments={"x-single-active-consumer": True})
        for tag in ("a", "b"):
            consume(channel, "one", tag)
        publish(broker, "1", queue="one")
        channel.basic_cancel("a")
        publish(broker, "2", queue="one")
        assert broken(broker) == ""


class TestOrder:
    def test_a_queue_that_delivers_the_last_one_first(self, broker, channel, monkeypatch):
        publish(broker, "a", "b")
        monkeypatch.setattr(PositionStore, "pop", lambda store: store._fresh.pop())
        monkeypatch.setattr(PositionStore, "head", lambda store: store._fresh[-1] if store._fresh else None)
        for _ in range(2):
            channel.basic_get("q")
        assert broken(broker).startswith("order: 'q' delivered copy 1 to basic.get on (1, 1) after copy 2\n")

    def test_what_comes_back_and_what_has_priority_may_come_whenever_it_does(self, broker, channel):
        channel.queue_declare("p", arguments={"x-max-priority": 5})
        for priority in (None, 1, None, 5):
            publish(broker, "x", queue="p", priority=priority)
        publish(broker, "a", "b")
        method, _, _ = channel.basic_get("q")
        channel.basic_get("q")
        channel.basic_nack(method.delivery_tag)
        for queue in ("q", "p", "p", "p", "p"):
            channel.basic_get(queue)
        assert broken(broker) == ""


def test_steps_are_read_before_the_trace_lets_go_of_them(monkeypatch):
    with fakeamqp.patch_pika(trace=3) as broker:
        broker.watch_laws()
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("q")
        publish(broker, *"abcdefgh")
        monkeypatch.setattr(PositionStore, "pop", lambda store: store._fresh[0])
        for _ in range(2):
            channel.basic_get("q")
        for _ in range(10):
            channel.queue_declare("q", passive=True)
        assert "which is not ready" in broken(broker)


def test_what_led_to_it_is_told(broker, channel, monkeypatch):
    monkeypatch.setattr(PositionStore, "pop", lambda store: store._fresh[0])
    publish(broker, "a")
    broker.clock.advance(2)
    for _ in range(2):
        channel.basic_get("q")
    told = broken(broker)
    assert "0 s  Inject(virtual_host='/', message=None): Routed(message_id=1, queues=('q',), copies=(1,)" in told
    assert told.splitlines()[-1].startswith("  2 s  Get(channel=(1, 1), queue='q'")


def test_a_broker_without_a_trace_is_not_watched():
    broker = fakeamqp.Broker(trace=None)
    broker.watch_laws()
    assert broker.laws is None


def test_a_reset_begins_anew(broker, channel, monkeypatch):
    publish(broker, "a")
    broker.reset()
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("q")
    publish(broker, "a")
    channel.basic_get("q")
    assert broken(broker) == ""


def test_nothing_is_read_after_a_livelock(broker, channel, monkeypatch):
    """Of the step that went round for ever nobody was told."""
    broker.laws.bear([fakeamqp.WouldBlockForever()])
    publish(broker, "a", "b")
    monkeypatch.setattr(PositionStore, "pop", lambda store: store._fresh[0])
    broker.laws.bear([fakeamqp.Livelock("round and round")])
    for _ in range(2):
        channel.basic_get("q")
    assert broken(broker) == ""
