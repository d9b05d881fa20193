"""Waiting in tests, with asyncio and with threads."""

from __future__ import annotations

import asyncio
import socket
import threading

import pika
import pika.exceptions
import pytest
from pika.adapters.asyncio_connection import AsyncioConnection

import fakeamqp
from fakeamqp import patch_pika

RETRY = {"x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}


class Worker:
    """An application on asyncio: a task of its own for each message, and a retry a minute later for those that fail."""

    def __init__(self):
        self.done = []
        self.tasks = set()
        self.connection = AsyncioConnection(on_open_callback=lambda connection: connection.channel(None, self.opened))

    def opened(self, channel):
        self.channel = channel
        channel.queue_declare("work")
        channel.queue_declare("retry", arguments=RETRY)
        channel.basic_consume("work", self.on_message)

    def on_message(self, channel, method, properties, body):
        task = asyncio.ensure_future(self.handle(method, body))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def handle(self, method, body):
        for _ in range(20):
            await asyncio.sleep(0)
        self.channel.basic_ack(method.delivery_tag)
        if body.startswith(b"!"):
            self.channel.basic_publish("", "retry", body[1:])
        else:
            self.done.append(body)


def in_loop(test):
    """Run a coroutine function of a broker in a loop of its own, with pika patched."""

    def run(self):
        async def patched():
            with patch_pika() as broker:
                await test(self, broker)

        asyncio.run(patched())

    run.__name__ = test.__name__
    return run


class TestInALoop:
    @in_loop
    async def test_settled_waits_for_the_handshake_and_what_it_leads_to(self, broker):
        worker = Worker()
        await broker.settled()
        assert worker.connection.is_open
        assert broker.queue("work").consumers == 1

    @in_loop
    async def test_settled_waits_for_the_tasks_that_callbacks_start(self, broker):
        worker = Worker()
        await broker.settled()
        for body in ("a", "b"):
            broker.publish("", "work", body)
        await broker.settled()
        assert worker.done == [b"a", b"b"]
        assert broker.queue("work").unacked == 0
        assert broker.clock.now() == 0

    @in_loop
    async def test_settled_does_not_wait_for_a_task_that_only_gives_way(self, broker):
        async def spin():
            while True:
                await asyncio.sleep(0)

        spinning = asyncio.ensure_future(spin())
        worker = Worker()
        await broker.settled()
        assert worker.connection.is_open
        spinning.cancel()

    @in_loop
    async def test_advance_lets_the_loop_settle_at_each_instant(self, broker):
        worker = Worker()
        await broker.settled()
        broker.publish("", "work", "!!late")
        await broker.advance(119)
        assert worker.done == []
        await broker.advance(1)
        assert worker.done == [b"late"]
        assert broker.clock.now() == 120

    @in_loop
    async def test_time_does_not_run_backwards(self, broker):
        with pytest.raises(ValueError, match="backwards"):
            await broker.advance(-1)

    @in_loop
    async def test_until_waits_for_what_other_threads_bring(self, broker):
        worker = Worker()
        await broker.settled()
        thread = threading.Thread(target=broker.publish, args=("", "work", "from a thread"))
        thread.start()
        assert await broker.until(lambda: worker.done) == [b"from a thread"]
        thread.join()

    @in_loop
    async def test_until_says_what_is_missing_and_when_more_comes(self, broker):
        Worker()
        await broker.settled()
        broker.publish("", "work", "!late")
        with pytest.raises(TimeoutError, match=r"1 message waits in 'retry'.*more comes in 60 virtual seconds"):
            await broker.until(lambda: False, timeout=0)
        assert broker.clock.now() == 0


class TestInAThread:
    def test_until_returns_what_the_condition_returned(self):
        with patch_pika() as broker:
            assert broker.until(lambda: "yes") == "yes"

    def test_own_consumers_are_served_meanwhile_and_time_moves(self):
        with patch_pika() as broker:
            channel = pika.BlockingConnection().channel()
            channel.queue_declare("work")
            channel.queue_declare("retry", arguments=RETRY)
            got = []
            channel.basic_consume("work", lambda *args: got.append(args[3]), auto_ack=True)
            broker.publish("", "retry", "late")
            assert broker.until(lambda: got, timeout=90) == [b"late"]
            assert broker.clock.now() == 60

    def test_a_consumer_in_another_thread_is_waited_for(self):
        with patch_pika() as broker:
            got = []

            def consume():
                channel = pika.BlockingConnection().channel()
                channel.queue_declare("work")
                channel.basic_consume("work", lambda *args: got.append(args[3]), auto_ack=True)
                with pytest.raises(pika.exceptions.ConnectionClosedByBroker):
                    channel.start_consuming()

            thread = threading.Thread(target=consume, daemon=True)
            thread.start()
            broker.until(lambda: "work" in broker.snapshot().vhosts["/"].queues)
            broker.publish("", "work", "hello")
            assert broker.until(lambda: got) == [b"hello"]
            broker.close()
            thread.join()

    def test_too_late_is_an_error_at_that_instant(self):
        with patch_pika() as broker:
            with pytest.raises(TimeoutError, match="not true within 30 s: nothing is on its way"):
                broker.until(lambda: False, timeout=30)
            assert broker.clock.now() == 30


def test_one_name_serves_both():
    broker = fakeamqp.Broker()

    async def inside():
        return await broker.until(lambda: "in a loop")

    assert asyncio.run(inside()) == "in a loop"
    assert broker.until(lambda: "outside") == "outside"


def test_a_client_that_is_yet_to_connect_over_a_socket_is_waited_for_in_real_time():
    begin, end, address = threading.Event(), threading.Event(), []

    def connect():
        begin.wait(30)
        with socket.create_connection(*address) as client:
            client.sendall(b"AMQP\x00\x00\x09\x01")
            end.wait(30)

    client = threading.Thread(target=connect)
    client.start()
    with fakeamqp.Broker() as broker, fakeamqp.serve(broker) as server:
        broker.publish("", "nowhere", b"tea")
        address.append((server.host, server.port))
        assert broker.until(lambda: begin.set() or broker.sessions(), timeout=30)
        assert broker.clock.now() == 0
        end.set()
        client.join(30)


def test_a_served_broker_is_waited_for_no_longer_than_said():
    with fakeamqp.Broker() as broker:
        with fakeamqp.serve(broker), pytest.raises(TimeoutError, match=r"not true within 0\.01 s"):
            broker.until(lambda: False, timeout=0.01)
        assert broker.clock.now() == 0
