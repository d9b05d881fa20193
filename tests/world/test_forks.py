"""A broker in a forked child of its process."""

from __future__ import annotations

import pytest

import fakeamqp
from fakeamqp import Broker
from fakeamqp.world import forks


@pytest.fixture
def child():
    """What a fork leaves in the child, without one: threads of the test runner make a real one unsafe."""
    broker = Broker()
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    channel.queue_declare("q")
    lock, condition = broker.lock, broker.scheduler.others.changed
    others = [scheduler for scheduler in forks._schedulers if scheduler is not broker.scheduler]
    for scheduler in others:
        forks._schedulers.discard(scheduler)
    forks._in_child()
    yield broker, channel
    broker.lock, broker.scheduler.others.changed = lock, condition
    for scheduler in others:
        forks._schedulers.add(scheduler)
    connection.close()


def test_it_says_so_and_points_to_serve(child):
    broker, _ = child
    with pytest.raises(RuntimeError, match=r"forked child.*fakeamqp\.serve"):
        broker.publish("", "q", b"")


def test_a_connection_of_the_parent_does_not_seem_to_work(child):
    _, channel = child
    with pytest.raises(RuntimeError, match="forked child"):
        channel.basic_publish("", "q", b"")


def test_a_new_connection_is_refused_in_plain_words(child):
    broker, _ = child
    with pytest.raises(RuntimeError, match="forked child"):
        fakeamqp.connect(broker)


def test_a_new_broker_works(child):
    with Broker() as broker:
        channel = fakeamqp.connect(broker).channel()
        assert channel.queue_declare("q").method.queue == "q"
