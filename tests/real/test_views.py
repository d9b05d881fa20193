"""Views of a real broker: members and errors as of those in memory, answers as recorded."""

from __future__ import annotations

import pytest

from fakeamqp.adapters.pika.side import ClosedByBroker, Side
from fakeamqp.real import views
from fakeamqp.real.broker import RealBroker
from fakeamqp.real.errors import NotOnARealBroker
from fakeamqp.real.views import RealExchangeView, RealQueueView
from fakeamqp.world.live import ExchangeView, QueueView


@pytest.mark.parametrize(("real", "fake"), [(RealQueueView, QueueView), (RealExchangeView, ExchangeView)])
def test_a_view_has_the_members_of_that_in_memory(real: type, fake: type) -> None:
    assert {name for name in vars(fake) if name[0] != "_" or name == "__len__"} <= set(vars(real))


def test_what_is_in_a_classic_queue_is_asked_of_the_queue(broker: RealBroker) -> None:
    queue = broker.queue("jobs")
    assert (queue.ready, queue.unacked, len(queue)) == (2, 1, 2)
    assert (queue.kind, queue.durable, queue.arguments["x-message-ttl"]) == ("classic", True, 1000)
    assert queue.policy == "parking"


def test_what_is_in_a_quorum_queue_is_asked_by_a_passive_declaration(
    broker: RealBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Side, "counts", lambda side, queue: (7, 2))
    queue = broker.queue("raft")
    assert (queue.kind, queue.ready, queue.consumers) == ("quorum", 7, 2)


def test_what_only_statistics_tell_waits_until_they_are_new(
    broker: RealBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(RealBroker, "wait", lambda broker, seconds: waits.append(seconds))
    assert broker.queue("raft").unacked == 0
    assert waits == [views.STATISTICS]


def test_messages_of_an_exclusive_queue_cannot_be_had(broker: RealBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(side: Side, queue: str) -> None:
        raise ClosedByBroker(405, "RESOURCE_LOCKED")

    monkeypatch.setattr(Side, "messages", locked)
    with pytest.raises(NotOnARealBroker, match=r"queue\('jobs'\).messages .* the queue is exclusive"):
        broker.queue("jobs").messages  # noqa: B018


def test_messages_of_a_stream_cannot_be_had(broker: RealBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = broker.queue("jobs")
    row = {"type": "stream"}
    monkeypatch.setattr(type(queue._vhost), "queues", lambda vhost: {"jobs": row})
    with pytest.raises(NotOnARealBroker, match=r"no basic\.get for streams"):
        queue.messages  # noqa: B018


def test_what_is_not_there_is_told_as_in_memory(broker: RealBroker) -> None:
    with pytest.raises(KeyError, match="no queue 'orders' in vhost '/'; there are: jobs, raft"):
        broker.queue("orders")
    with pytest.raises(KeyError, match=r"no exchange 'jobs' in vhost '/'; there are: , amq\.direct"):
        broker.exchange("jobs")
    with pytest.raises(KeyError, match="no vhost 'shop' in this broker; there are /"):
        broker.queue("orders", vhost="shop")


def test_exchanges_and_bindings_are_those_that_were_declared(broker: RealBroker) -> None:
    exchange = broker.exchange("orders")
    assert (exchange.type, exchange.durable, exchange.policy, exchange.arguments) == ("topic", True, None, {})
    (binding,) = exchange.bindings
    assert broker.bindings() == (binding,)
    assert (binding.destination, binding.routing_key) == (("queue", "jobs"), "order.*")


def test_a_snapshot_has_what_can_be_had(broker: RealBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Side, "messages", lambda side, queue: [])
    monkeypatch.setattr(Side, "counts", lambda side, queue: (0, 0))
    snapshot = broker.snapshot()
    (vhost,) = snapshot.vhosts.values()
    assert (vhost.name, set(vhost.queues)) == ("/", {"jobs", "raft"})
    assert (vhost.queues["jobs"].unacked, vhost.exchanges["orders"].type) == (1, "topic")
    assert snapshot.channels == ()
    assert (vhost.queues["jobs"].in_force.max_length, vhost.exchanges["orders"].alternate) == (None, None)
