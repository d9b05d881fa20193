"""pika's loop in virtual time: what SelectConnection programs use of it."""

from __future__ import annotations

import socket
import threading

import pika
import pytest

from fakeamqp import Broker, connect, patch_pika
from fakeamqp.adapters.pika.loop import VirtualLoop


@pytest.fixture
def broker():
    with patch_pika() as broker:
        yield broker


@pytest.fixture
def loop(broker):
    return pika.adapters.select_connection.IOLoop()


class TestTimers:
    def test_they_fire_in_order_of_their_instants(self, broker, loop):
        fired = []
        loop.call_later(2, lambda: fired.append(("two", broker.clock.now())))
        loop.call_later(1, lambda: fired.append(("one", broker.clock.now())))
        loop.start()
        assert fired == [("one", 1.0), ("two", 2.0)]

    def test_those_of_one_instant_fire_as_armed(self, loop):
        fired = []
        for number in range(5):
            loop.call_later(1, lambda number=number: fired.append(number))
        loop.start()
        assert fired == [0, 1, 2, 3, 4]

    def test_a_removed_one_does_not_fire(self, broker, loop):
        loop.remove_timeout(loop.call_later(1, lambda: pytest.fail("fired")))
        loop.start()
        assert broker.clock.now() == 0.0

    def test_one_removed_by_another_of_its_instant_does_not_fire(self, loop):
        handles = []
        loop.call_later(1, lambda: loop.remove_timeout(handles[0]))
        handles.append(loop.call_later(1, lambda: pytest.fail("fired")))
        loop.start()

    def test_a_negative_delay_is_refused(self, loop):
        with pytest.raises(ValueError, match="non-negative"):
            loop.call_later(-1, print)

    def test_no_callback_is_refused(self, loop):
        with pytest.raises(TypeError):
            loop.call_later(1, None)
        with pytest.raises(TypeError):
            loop.add_callback_threadsafe(None)


class TestRunning:
    def test_stop_ends_it(self, loop):
        loop.call_later(1, loop.stop)
        loop.call_later(2, lambda: pytest.fail("went on"))
        loop.start()

    def test_a_stop_before_the_start_ends_it_at_once(self, broker, loop):
        loop.call_later(5, print)
        loop.stop()
        loop.start()
        assert broker.clock.now() == 0.0

    def test_it_is_not_reentrant(self, loop):
        def again():
            with pytest.raises(RuntimeError, match="not reentrant"):
                loop.start()

        loop.call_later(0, again)
        loop.start()

    def test_another_thread_may_stop_it(self, loop):
        thread = threading.Timer(0.01, loop.add_callback_threadsafe, [loop.stop])
        thread.start()
        loop.start()
        thread.join()

    def test_a_program_of_callbacks_runs_to_its_end(self, broker):
        """Open, declare, publish, consume, acknowledge, close: each step from the callback of the one before."""
        got = []

        def on_open(connection):
            connection.channel(on_open_callback=on_channel)

        def on_channel(channel):
            channel.queue_declare("q", callback=lambda frame: on_queue(channel))

        def on_queue(channel):
            channel.basic_publish("", "q", b"hello")
            channel.basic_consume("q", on_message)

        def on_message(channel, method, properties, body):
            got.append(body)
            channel.basic_ack(method.delivery_tag)
            channel.connection.close()

        connection = pika.SelectConnection(
            on_open_callback=on_open, on_close_callback=lambda connection, error: connection.ioloop.stop()
        )
        connection.ioloop.start()
        assert got == [b"hello"]
        assert (connection.is_closed, broker.connections) == (True, 0)

    def test_two_connections_share_a_loop(self, broker, loop):
        opened = []
        for _ in range(2):
            pika.SelectConnection(on_open_callback=opened.append, custom_ioloop=loop)
        loop.start()
        assert len(opened) == 2
        assert broker.connections == 2


class TestSocketsOfTheProgram:
    def test_they_are_watched_beside_the_connection(self, broker, loop):
        ours, theirs = socket.socketpair()
        got = []

        def readable(fd, events):
            got.append(ours.recv(10))
            loop.remove_handler(fd)
            loop.stop()

        def on_open(connection):
            loop.add_handler(ours.fileno(), readable, loop.READ)
            theirs.send(b"beside")

        pika.SelectConnection(on_open_callback=on_open, custom_ioloop=loop)
        loop.start()
        loop.close()
        ours.close()
        theirs.close()
        assert got == [b"beside"]

    def test_timers_fire_beside_them(self, loop):
        ours, theirs = socket.socketpair()
        loop.add_handler(ours.fileno(), print, loop.READ)
        loop.call_later(0.001, loop.stop)
        loop.start()
        loop.close()
        ours.close()
        theirs.close()

    def test_another_thread_wakes_it(self, loop):
        ours, theirs = socket.socketpair()
        loop.add_handler(ours.fileno(), print, loop.READ)
        thread = threading.Timer(0.01, loop.add_callback_threadsafe, [loop.stop])
        thread.start()
        loop.start()
        thread.join()
        loop.close()
        ours.close()
        theirs.close()


def test_a_timer_counts_as_a_callback_of_the_program_under_any_wrapping():
    """What a blocking connection arms is recognised by the program's own function, not by pika's wrapper."""
    broker = Broker()
    connection = connect(broker)
    connection.call_later(1, print)
    loop = connection._impl.ioloop
    assert isinstance(loop, VirtualLoop)
    assert loop.next_timer() == 1_000_000
    connection.sleep(1)
    assert loop.next_timer() is None
    connection.close()
