"""The reference follows a broker, says where it differs, and is silent about what it does not know."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp.model import effects
from fakeamqp.strategies import Differs, Reference


def followed(reference: Reference, broker: fakeamqp.Broker) -> Reference:
    for step in broker.trace:
        reference.follow(step)
    reference.compare(broker)
    return reference


def test_it_follows_what_clients_do() -> None:
    broker = fakeamqp.Broker("4.0", trace="all")
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("later", arguments={"x-message-ttl": 5, "x-dead-letter-exchange": ""})
    channel.queue_declare("q")
    channel.basic_publish("", "later", b"1")
    channel.basic_publish("", "q", b"2")
    channel.basic_get("q")
    broker.clock.advance(1)
    reference = followed(Reference("4.0"), broker)
    assert reference.silent is None
    assert [len(queue.ready) for queue in reference.queues.values()] == [0, 0]
    assert len(reference.channels[1, 1].held) == 1


def test_another_answer_is_told() -> None:
    broker = fakeamqp.Broker(trace="all")
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("q")
    (declared,) = (each for step in broker.trace for each in step.effects if isinstance(each, effects.DeclareQueueOk))
    object.__setattr__(declared, "message_count", 7)
    with pytest.raises(Differs, match=r"DeclareQueue\(queue='q'\).* should be told .*0, 0.*, and was told .*7, 0"):
        followed(Reference("4.3"), broker)


def test_another_queue_is_told() -> None:
    broker = fakeamqp.Broker(trace="all")
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("q")
    reference = followed(Reference("4.3"), broker)
    reference.queues["q"].ready.append(reference._read(broker_message(), None))
    with pytest.raises(Differs, match="queue 'q' should have"):
        reference.compare(broker)


def broker_message() -> object:
    from fakeamqp.model.message import Message

    return Message("", "q", {}, b"1")


def test_about_streams_it_is_silent() -> None:
    broker = fakeamqp.Broker(trace="all")
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
    assert "streams" in str(followed(Reference("4.3"), broker).silent)
