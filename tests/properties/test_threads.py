"""Programs with several threads, under load: nothing is lost, nothing hangs, and misuse is told."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import pika
import pika.exceptions
import pytest

from fakeamqp import patch_pika

MESSAGES = 400


@pytest.fixture
def broker():
    with patch_pika() as broker:
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("work", durable=True)
        yield broker


@contextmanager
def running(broker, *functions):
    """Threads of these functions, ended in the end by closing the broker."""
    threads = [threading.Thread(target=partial(until_closed, function), daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    yield threads
    broker.close()
    for thread in threads:
        thread.join()


def until_closed(function):
    with suppress(pika.exceptions.ConnectionClosedByBroker, pika.exceptions.StreamLostError):
        function()


def consume(on_message):
    channel = pika.BlockingConnection().channel()
    channel.basic_qos(prefetch_count=5)
    channel.basic_consume("work", on_message)
    channel.start_consuming()


def test_consumers_in_threads_share_the_work(broker):
    done = Counter()
    takers = set()

    def on_message(channel, method, properties, body):
        done[body] += 1
        takers.add(threading.get_ident())
        channel.basic_ack(method.delivery_tag)

    with running(broker, *[partial(consume, on_message)] * 4):
        broker.until(lambda: broker.queue("work").consumers == 4)
        for number in range(MESSAGES):
            broker.publish("", "work", str(number))
        broker.until(lambda: len(done) == MESSAGES)
        broker.until(lambda: broker.queue("work").unacked == 0)
    assert set(done.values()) == {1}
    assert len(takers) == 4


def test_work_is_acknowledged_from_a_pool_by_callbacks(broker):
    acknowledged = []

    def work(channel, tag):
        def acknowledge():
            channel.basic_ack(tag)
            acknowledged.append(tag)

        channel.connection.add_callback_threadsafe(acknowledge)

    with ThreadPoolExecutor(4) as pool:

        def on_message(channel, method, properties, body):
            pool.submit(work, channel, method.delivery_tag)

        for number in range(MESSAGES):
            broker.publish("", "work", str(number))
        with running(broker, partial(consume, on_message)):
            broker.until(lambda: len(acknowledged) == MESSAGES)
            broker.until(lambda: broker.queue("work").unacked == 0)
            assert broker.queue("work").ready == 0


def test_connections_go_round_in_a_pool(broker):
    pool = queue.Queue()
    for _ in range(3):
        channel = pika.BlockingConnection().channel()
        channel.confirm_delivery()
        pool.put(channel)

    def publish():
        for _ in range(MESSAGES // 8):
            channel = pool.get()
            channel.basic_publish("", "work", b"x")
            pool.put(channel)

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broker.queue("work").ready == MESSAGES


def test_a_connection_for_each_thread(broker):
    here = threading.local()

    def publish(number):
        if not hasattr(here, "channel"):
            here.channel = pika.BlockingConnection().channel()
        here.channel.basic_publish("", "work", str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(publish, range(MESSAGES)))
    assert sorted(int(each.body) for each in broker.queue("work").messages) == list(range(MESSAGES))


def test_virtual_time_moves_while_every_thread_waits(broker):
    channel = pika.BlockingConnection().channel()
    arguments = {"x-message-ttl": 3_600_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    channel.queue_declare("retry", arguments=arguments)
    got = []
    broker.publish("", "retry", "late")
    with running(broker, partial(consume, lambda channel, method, properties, body: got.append(body))):
        assert broker.until(lambda: got, timeout=4_000) == [b"late"]


def test_a_thread_that_dies_keeps_nobody_waiting(broker):
    def fail(channel, method, properties, body):
        raise ZeroDivisionError

    def die():
        with pytest.raises(ZeroDivisionError):
            consume(fail)

    broker.publish("", "work", "poison")
    with running(broker, die) as (thread,):
        broker.until(lambda: not thread.is_alive())
        with pytest.raises(TimeoutError, match="nothing is on its way"):
            broker.until(lambda: broker.queue("work").ready, timeout=60)
        assert broker.queue("work").unacked == 1
        broker.faults.drop_connections()
        assert broker.queue("work").ready == 1


def test_one_connection_in_two_threads_at_once_is_told_with_both_names(broker):
    channel = pika.BlockingConnection().channel()
    channel.basic_consume("work", lambda *_: None)
    with running(broker, channel.start_consuming) as (thread,):
        thread.name = "the consumer"
        broker.until(lambda: broker.scheduler.waiting)
        with pytest.raises(RuntimeError, match=r"by 'MainThread' while 'the consumer' waits in start_consuming\(\)"):
            channel.basic_publish("", "work", b"x")
        with pytest.raises(RuntimeError, match="add_callback_threadsafe"):
            channel.connection.process_data_events()


def test_one_connection_in_two_threads_in_turn_is_fine(broker):
    connection = pika.BlockingConnection()
    thread = threading.Thread(target=lambda: connection.channel().queue_declare("there"))
    thread.start()
    thread.join()
    connection.channel().queue_declare("here")
    assert {"there", "here"} <= set(broker.snapshot().vhosts["/"].queues)
