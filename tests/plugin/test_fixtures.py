"""The fixtures: a broker of each test's own, with pika on it while the test runs."""

from __future__ import annotations

import socket
from importlib.metadata import entry_points

import pika
import pika.exceptions
import pytest
from pika import BlockingConnection

import fakeamqp


def test_pika_is_on_the_broker_however_it_was_imported(fakeamqp_broker: fakeamqp.Broker) -> None:
    for connect in (pika.BlockingConnection, BlockingConnection):
        connection = connect(pika.ConnectionParameters("localhost"))
        connection.channel().queue_declare("orders")
        connection.close()
    assert fakeamqp_broker.queue("orders").ready == 0


def test_the_connection_is_pikas_own_and_leads_to_the_broker(
    fakeamqp_broker: fakeamqp.Broker, fakeamqp_connection: pika.BlockingConnection
) -> None:
    assert type(fakeamqp_connection) is pika.BlockingConnection
    assert fakeamqp_broker.connections == 1


def test_the_channel_is_one_of_the_connection(fakeamqp_broker, fakeamqp_connection, fakeamqp_channel) -> None:
    assert fakeamqp_channel.connection is fakeamqp_connection
    fakeamqp_channel.queue_declare("orders")
    assert fakeamqp_broker.queue("orders").consumers == 0


def test_a_test_may_close_the_connection_itself(fakeamqp_connection: pika.BlockingConnection) -> None:
    fakeamqp_connection.close()


def test_a_channel_error_does_not_hinder_the_end(fakeamqp_channel) -> None:
    with pytest.raises(pika.exceptions.ChannelClosedByBroker):
        fakeamqp_channel.queue_declare("not there", passive=True)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nothing_is_left_of_another_test(fakeamqp_broker, fakeamqp_channel, turn: str) -> None:
    assert fakeamqp_broker.clock.now() == 0
    assert fakeamqp_broker.snapshot().vhosts["/"].queues == {}
    fakeamqp_channel.queue_declare(f"of the {turn}")
    fakeamqp_broker.clock.advance(10)


def test_the_broker_has_the_version_and_the_seed_of_the_marker(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.fakeamqp(version="3.10", seed=7)
        def test_by_name(fakeamqp_broker):
            assert (fakeamqp_broker.version, fakeamqp_broker.seed) == ("3.10", 7)

        @pytest.mark.fakeamqp("4.0", 8)
        def test_by_position(fakeamqp_broker):
            assert (fakeamqp_broker.version, fakeamqp_broker.seed) == ("4.0", 8)

        def test_without(fakeamqp_broker):
            assert (fakeamqp_broker.version, fakeamqp_broker.seed) == ("4.3", 0)
    """)
    pytester.runpytest("--strict-markers").assert_outcomes(passed=3)


def test_the_connection_is_let_in_whoever_may_come_in(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.fakeamqp(users={"ada": "s3cret"}, vhosts=["shop"], addresses=["rabbit.internal:5673"])
        def test_it(fakeamqp_channel):
            fakeamqp_channel.queue_declare("orders")
    """)
    pytester.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ('(verson="3.10")', "fakeamqp.Broker has no argument 'verson'; it has version, seed, addresses"),
        ('(version="3.9")', "RabbitMQ '3.9' is not recorded; the recorded versions are 3.10, 4.0, 4.3"),
        ('(idle="sleep")', 'idle is "return", "raise" or "interrupt", not \'sleep\''),
        ('("4.0", 1, True)', "only version and seed can be given by position"),
        ('("4.0", version="3.10")', "version is given twice"),
    ],
)
def test_bad_arguments_of_a_marker_are_told_with_the_marker_and_the_test(
    pytester: pytest.Pytester, marker: str, told: str
) -> None:
    pytester.makepyfile(
        test_shop=f"""
        import pytest

        @pytest.mark.fakeamqp{marker}
        def test_orders(fakeamqp_broker):
            pass
    """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    (line,) = (line for line in result.outlines if told in line)
    assert line.startswith("@pytest.mark.fakeamqp(")
    assert " of test_shop.py::test_orders: " in line
    assert "Traceback" not in result.stdout.str()


def test_a_version_that_is_not_recorded_is_told_with_the_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_orders(fakeamqp_broker): pass")
    result = pytester.runpytest("--fakeamqp-version", "4.1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["the setting --fakeamqp-version 4.1 of *::test_orders: RabbitMQ '4.1' is not recorded*"]
    )


def test_pika_is_itself_again_after_a_test_that_failed(pytester: pytest.Pytester) -> None:
    with socket.socket() as listener:  # an address of our own, so that a real RabbitMQ on this machine changes nothing
        listener.bind(("127.0.0.1", 0))
        refused = listener.getsockname()[1]
    pytester.makepyfile(f"""
        import pika
        import pytest

        def test_that_fails(fakeamqp_broker):
            assert False

        def test_after_it():
            with pytest.raises(pika.exceptions.AMQPConnectionError):
                pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", {refused}))
    """)
    pytester.runpytest("-p", "no:randomly").assert_outcomes(passed=1, failed=1)


_WITH_A_WORKER = """
    import threading
    import pika
    import pytest

    consuming = threading.Event()
    may_end = threading.Event()

    def work():
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("orders")
        channel.basic_consume("orders", lambda *_: None, auto_ack=True)
        consuming.set()
        try:
            channel.start_consuming()
        except pika.exceptions.ConnectionClosedByBroker:
            pass
        may_end.wait(10)

    worker = threading.Thread(target=work, name="the worker", daemon=True)

    def start(connection):
        worker.start()
        assert consuming.wait(10)
        connection.sleep(3600)  # virtual: it is over as soon as the worker waits, too
"""


def test_a_thread_that_waits_in_the_broker_has_ended_when_the_test_has(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        _WITH_A_WORKER
        + """
    def test_with_a_worker(fakeamqp_connection):
        may_end.set()
        start(fakeamqp_connection)

    def test_after_it():
        assert not worker.is_alive()
    """
    )
    pytester.runpytest("-p", "no:randomly").assert_outcomes(passed=2)


def test_a_thread_that_goes_on_without_its_broker_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        _WITH_A_WORKER
        + """
    @pytest.mark.fakeamqp(thread_grace=0.01)
    def test_with_a_worker(fakeamqp_connection):
        start(fakeamqp_connection)

    def test_after_it():
        may_end.set()
        worker.join(10)
        assert not worker.is_alive()
    """
    )
    result = pytester.runpytest("-p", "no:randomly", "-W", "default")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(["*still running after their broker was closed: 'the worker'*"])


def test_tests_in_the_manner_of_unittest_can_use_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import unittest
        import pika
        import pytest

        @pytest.mark.usefixtures("fakeamqp_broker")
        class OrdersTest(unittest.TestCase):
            def test_it(self):
                pika.BlockingConnection().close()
    """)
    pytester.runpytest().assert_outcomes(passed=1)


def test_the_tests_may_run_in_several_processes_and_in_any_order(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", range(12))
        def test_orders(fakeamqp_broker, fakeamqp_channel, number):
            assert fakeamqp_broker.snapshot().vhosts["/"].queues == {}
            assert fakeamqp_channel.queue_declare("").method.queue
            fakeamqp_channel.queue_declare(f"orders {number}")
    """)
    installed = {entry.name for entry in entry_points(group="pytest11")}
    pytester.runpytest_subprocess(*(["-n", "2"] if "xdist" in installed else [])).assert_outcomes(passed=12)


def test_generated_names_are_the_same_in_every_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        names = set()

        @pytest.mark.parametrize("turn", range(3))
        def test_orders(fakeamqp_channel, turn):
            queue = fakeamqp_channel.queue_declare("").method.queue
            names.add((queue, fakeamqp_channel.basic_consume(queue, print)))
            assert len(names) == 1
    """)
    pytester.runpytest().assert_outcomes(passed=3)


def test_a_livelock_is_told_once(pytester: pytest.Pytester) -> None:
    """Closing the connection at the end would go round once more."""
    pytester.makepyfile(
        """
        def test_it(fakeamqp_broker, fakeamqp_channel):
            fakeamqp_broker.scheduler.rounds.most_callbacks = 1000
            fakeamqp_channel.queue_declare("q")
            fakeamqp_broker.publish("", "q", b"poison")
            fakeamqp_channel.basic_consume("q", lambda ch, m, p, body: ch.basic_nack(m.delivery_tag, requeue=True))
            fakeamqp_channel.start_consuming()
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*Livelock: 1,000 callbacks at one instant (0 s) and no end: round and round go message *"]
    )
