"""What is refused again and again ends, and what succeeds in the end is let try."""

from __future__ import annotations

import threading
import time

import pika
import pika.exceptions
import pytest

import fakeamqp
from fakeamqp import Broker, Livelock, WouldBlockForever
from fakeamqp.world.actors import LockStep
from fakeamqp.world.machine_time import Machine
from fakeamqp.world.virtual_time import VirtualTime

DAY = 86_400


@pytest.fixture
def broker():
    with Broker(addresses=["rabbit:5672"], thread_grace=0.05) as broker:
        few(broker)
        yield broker


def few(broker: Broker) -> None:
    """Let fewer tries be enough than usual."""
    broker.scheduler.tries.most_tries = 100
    broker.scheduler.tries.few_tries = 20


def connect_for_ever(host: str, sleep=None):
    """A reconnect loop as programs have it."""
    while True:
        try:
            return pika.BlockingConnection(pika.ConnectionParameters(host))
        except pika.exceptions.AMQPConnectionError:
            if sleep is not None:
                sleep(5)


def consume_for_ever(queue: str, sleep=None):
    """A worker's loop: it begins anew whatever the broker says."""
    while True:
        try:
            channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit")).channel()
            channel.basic_consume(queue, lambda *delivery: None, auto_ack=True)
            return channel
        except pika.exceptions.AMQPError:
            if sleep is not None:
                sleep(5)


class TestAnAddress:
    def test_that_nobody_listens_at_ends_the_loop(self, broker):
        with fakeamqp.patch_pika(broker), pytest.raises(WouldBlockForever) as caught:
            connect_for_ever("rabit")
        assert str(caught.value) == (
            "100 times in a row, while nothing else happened: a connection to rabit:5672 is refused, because the "
            "broker listens at rabbit:5672. It will never be otherwise"
        )
        assert broker.scheduler.raised == [caught.value]

    def test_ends_one_that_sleeps_in_virtual_time(self, broker):
        with fakeamqp.patch_pika(broker, patch_time=True), pytest.raises(WouldBlockForever, match="rabit:5672"):
            connect_for_ever("rabit", time.sleep)
        assert broker.clock.now() == 99 * 5

    def test_ends_one_that_sleeps_for_real(self, broker, monkeypatch):
        """It takes a while, so that fewer tries are enough."""
        real = [0.0]

        def sleep(seconds):
            real[0] += seconds

        monkeypatch.setattr(Machine, "monotonic", lambda: real[0])
        with fakeamqp.patch_pika(broker), pytest.raises(WouldBlockForever, match=r"^20 times .* rabit:5672"):
            connect_for_ever("rabit", sleep)

    def test_that_is_down_for_ever_ends_it(self, broker):
        broker.down()
        with fakeamqp.patch_pika(broker), pytest.raises(WouldBlockForever, match=r"broker\.up\(\) was not"):
            connect_for_ever("rabbit")

    def test_ends_a_select_loop_that_reconnects(self, broker):
        def reconnect(connection, error):
            connection.ioloop.call_later(5, lambda: connect(connection.ioloop))

        def connect(loop=None):
            return pika.SelectConnection(
                pika.ConnectionParameters("rabit"), on_open_error_callback=reconnect, custom_ioloop=loop
            )

        with fakeamqp.patch_pika(broker), pytest.raises(WouldBlockForever, match="rabit:5672"):
            connect().ioloop.start()

    def test_that_will_listen_again_is_reached_however_late(self, broker):
        broker.faults.refuse_connections(150)
        with fakeamqp.patch_pika(broker, patch_time=True):
            assert connect_for_ever("rabbit", time.sleep).is_open
        assert broker.clock.now() == 150 * 5

    def test_that_another_thread_brings_back_is_reached(self):
        with Broker(thread_grace=5) as broker, fakeamqp.patch_pika(broker):
            few(broker)
            broker.down()
            tried = threading.Event()

            def repair():
                tried.wait(5)
                broker.up()

            thread = threading.Thread(target=repair)
            thread.start()
            count = 0
            while True:
                count += 1
                if count > 110:
                    tried.set()
                try:
                    assert pika.BlockingConnection().is_open
                    break
                except pika.exceptions.AMQPConnectionError:
                    pass
            thread.join()

    def test_that_a_timer_of_another_connection_brings_back_is_reached(self, broker):
        with fakeamqp.patch_pika(broker, patch_time=True):
            other = fakeamqp.connect(broker)
            other.call_later(150 * 5, broker.up)
            broker._down = "all"

            def sleep(seconds):
                other.sleep(seconds)

            assert connect_for_ever("rabbit", sleep).is_open


class TestACloseOfTheBroker:
    @pytest.mark.parametrize("patch_time", [False, True])
    def test_with_the_same_words_each_time_ends_the_loop(self, broker, patch_time):
        with fakeamqp.patch_pika(broker, patch_time=patch_time), pytest.raises(WouldBlockForever) as caught:
            consume_for_ever("missing", time.sleep if patch_time else None)
        assert "the broker says 404 NOT_FOUND - no queue 'missing' in vhost '/'" in str(caught.value)

    def test_of_a_connection_does_too(self, broker):
        def open_for_ever():
            while True:
                with pytest.raises(pika.exceptions.AMQPError):
                    pika.BlockingConnection(pika.ConnectionParameters("rabbit", virtual_host="nowhere"))

        with fakeamqp.patch_pika(broker), pytest.raises(WouldBlockForever, match="530 NOT_ALLOWED - vhost nowhere not"):
            open_for_ever()

    def test_ends_when_another_thread_declares(self):
        with Broker(thread_grace=5) as broker, fakeamqp.patch_pika(broker):
            few(broker)
            tried = threading.Event()

            def declare():
                tried.wait(5)
                pika.BlockingConnection().channel().queue_declare("late")

            thread = threading.Thread(target=declare)
            thread.start()
            count = 0
            channel = None
            while channel is None:
                count += 1
                if count > 105:
                    tried.set()
                try:
                    channel = pika.BlockingConnection().channel()
                    channel.basic_consume("late", print)
                except pika.exceptions.ChannelClosedByBroker:
                    channel = None
            thread.join()

    def test_is_tried_once_more_if_the_last_other_thread_declares_in_between(self, monkeypatch):
        with Broker(thread_grace=5) as broker, fakeamqp.patch_pika(broker):
            few(broker)
            told = threading.Event()

            def declare():
                told.wait(5)
                pika.BlockingConnection().channel().queue_declare("late")

            thread = threading.Thread(target=declare)
            thread.start()
            others = broker.scheduler.others
            stir, calls = others.stir, []

            def declared_before_this_is_looked_at(grace):
                calls.append(grace)
                if len(calls) == 2:
                    told.set()
                    thread.join()
                return stir(grace)

            monkeypatch.setattr(others, "stir", declared_before_this_is_looked_at)
            channel = None
            while channel is None:
                try:
                    channel = pika.BlockingConnection().channel()
                    channel.basic_consume("late", print)
                except pika.exceptions.ChannelClosedByBroker:
                    channel = None
            assert len(calls) == 2

    def test_that_time_will_end_is_waited_for(self, broker):
        """Exclusive to another: until the queue expires, which takes it 900 s."""
        with fakeamqp.patch_pika(broker, patch_time=True):
            owner = pika.BlockingConnection(pika.ConnectionParameters("rabbit", heartbeat=0)).channel()
            owner.queue_declare("own", exclusive=True, arguments={"x-expires": 900_000})
            while True:
                try:
                    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit")).channel()
                    channel.queue_declare("own")
                    break
                except pika.exceptions.ChannelClosedByBroker:
                    time.sleep(5)
        assert broker.clock.now() == 900

    def test_with_other_words_each_time_is_nothing(self, broker):
        with fakeamqp.patch_pika(broker):
            connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit"))
            for number in range(110):
                with pytest.raises(pika.exceptions.ChannelClosedByBroker):
                    connection.channel().queue_declare(f"q{number}", passive=True)

    def test_while_messages_move_is_nothing(self, broker):
        with fakeamqp.patch_pika(broker):
            connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit"))
            for _ in range(110):
                channel = connection.channel()
                channel.basic_publish("missing", "", b"")
                broker.publish("", "nowhere", b"")
                with pytest.raises(pika.exceptions.ChannelClosedByBroker):
                    channel.queue_declare("missing", passive=True)


class TestConnections:
    def test_that_each_return_the_same_message_are_a_livelock(self, broker):
        """A consumer that breaks at a message, and a loop around it that begins anew."""

        def work(channel, method, properties, body):
            raise ValueError("poison")

        def serve_for_ever():
            while True:
                connection = fakeamqp.connect(broker)
                channel = connection.channel()
                channel.queue_declare("work")
                channel.basic_consume("work", work)
                try:
                    channel.start_consuming()
                except ValueError:
                    connection.close()

        fakeamqp.connect(broker).channel().queue_declare("work")
        broker.publish("", "work", b"poison")
        with pytest.raises(Livelock, match=r"100 connections in a row.* message 1 in queue 'work' was delivered"):
            serve_for_ever()

    def test_that_do_nothing_of_the_kind_are_let_be(self, broker):
        fakeamqp.connect(broker).channel().queue_declare("work")
        broker.publish("", "work", b"job")
        for _ in range(130):
            fakeamqp.connect(broker).close()


class TestUnderRun:
    """Programs in lock step, each with a loop of its own."""

    def play(self, broker, *programs):
        broker.idle = "interrupt"
        lock_step = LockStep(broker)
        actors = [lock_step.add(f"p{number}", program) for number, program in enumerate(programs)]
        clock = broker.clock
        sleeps = VirtualTime(
            clock, lambda: lock_step.here() is not None, lock_step.sleep, lock_step.clock_read, waits_too=True
        )
        with fakeamqp.patch_pika(broker), sleeps:
            lock_step.run()
        return [actor.error for actor in actors]

    @pytest.mark.parametrize("sleep", [None, time.sleep])
    def test_a_refused_address_ends_its_program(self, broker, sleep):
        (error,) = self.play(broker, lambda: connect_for_ever("rabit", sleep and (lambda seconds: time.sleep(seconds))))
        assert isinstance(error, WouldBlockForever)
        assert "rabit:5672 is refused" in str(error)

    def test_so_do_two_that_wait_for_each_other_in_this_way(self, broker):
        errors = self.play(broker, *[lambda: consume_for_ever("missing", lambda seconds: time.sleep(seconds))] * 2)
        assert [type(error) for error in errors] == [WouldBlockForever, WouldBlockForever]
        assert "no queue 'missing'" in str(errors[0])

    def test_one_that_only_sleeps_is_no_hope_for_another(self, broker):
        def doze():
            while True:
                time.sleep(1)

        errors = self.play(broker, lambda: consume_for_ever("missing", lambda seconds: time.sleep(60)), doze)
        assert [type(error) for error in errors] == [WouldBlockForever, KeyboardInterrupt]

    def test_a_queue_that_another_program_declares_is_found_however_late(self, broker):
        def declare():
            time.sleep(200)
            channel = fakeamqp.connect(broker).channel()
            channel.queue_declare("late", durable=True)
            channel.basic_publish("", "late", b"job")

        got = []

        def consume():
            channel = consume_for_ever("late", lambda seconds: time.sleep(seconds))
            got.append(next(channel.consume("late", auto_ack=True))[2] if not channel.consumer_tags else b"subscribed")

        errors = self.play(broker, consume, declare)
        assert errors == [None, None]
        assert got == [b"subscribed"]
