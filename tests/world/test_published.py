"""The last messages that were published: with their content, within bounds, without those that were refused."""

from __future__ import annotations

import pytest

from fakeamqp import Broker, connect
from fakeamqp.model.errors import NotFound
from fakeamqp.world import published


def test_they_are_remembered_with_their_instants_after_they_have_left_the_broker() -> None:
    broker = Broker()
    broker.publish("", "nobody", b"one")
    broker.clock.advance(2.5)
    connect(broker).channel().basic_publish("", "nobody", b"two")
    assert [(each.at_us, each.message.body) for each in broker.published] == [(0, b"one"), (2_500_000, b"two")]
    second = broker.published.get(2)
    assert second is not None
    assert second.body == b"two"
    assert broker.published.get(3) is None


def test_what_was_refused_is_not_among_them() -> None:
    broker = Broker()
    with pytest.raises(NotFound):
        broker.publish("missing", "", b"one")
    assert len(broker.published) == 0


def test_the_oldest_are_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MOST_MESSAGES", 3)
    broker = Broker()
    for number in range(5):
        broker.publish("", "nobody", str(number))
    assert [each.message.body for each in broker.published] == [b"2", b"3", b"4"]
    assert broker.published.let_go == 2


def test_large_bodies_are_let_go_of_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MOST_BYTES", 100)
    broker = Broker()
    for size in (60, 30, 50, 101):
        broker.publish("", "nobody", b"x" * size)
    assert len(broker.published) == 0
    broker.publish("", "nobody", b"x" * 100)
    assert len(broker.published) == 1


def test_without_a_trace_none_is_remembered_and_a_reset_forgets_all() -> None:
    silent = Broker(trace=None)
    silent.publish("", "nobody")
    assert len(silent.published) == 0
    broker = Broker()
    broker.publish("", "nobody")
    broker.reset()
    assert len(broker.published) == 0
