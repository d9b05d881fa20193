"""The sentence that says what is missing."""

from __future__ import annotations

import fakeamqp
from fakeamqp import Broker
from fakeamqp.world.missing import what_is_missing


def test_messages_nobody_consumes():
    broker = Broker()
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("one")
    channel.basic_publish("", "one", b"")
    assert what_is_missing(broker) == "1 message waits in 'one', which has no consumer"


def test_a_queue_of_another_vhost_is_named_with_it():
    broker = Broker(vhosts=("/", "test"))
    channel = fakeamqp.connect(broker, virtual_host="test").channel()
    channel.queue_declare("one")
    for _ in range(2):
        channel.basic_publish("", "one", b"")
    assert what_is_missing(broker) == "2 messages wait in 'one' of vhost 'test', which has no consumer"


def test_the_waiters_own_empty_queues():
    broker = Broker()
    channel = fakeamqp.connect(broker).channel()
    for name in ("one", "two"):
        channel.queue_declare(name)
        channel.basic_consume(name, print)
    assert what_is_missing(broker, lambda connection: True) == "nothing is on its way to 'one', 'two'"
    assert what_is_missing(broker, lambda connection: False) == "nothing is on its way to it, and no timer is set"
