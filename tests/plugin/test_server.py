"""The fixture `fakeamqp_server`: a test's broker behind a port, with or without pika on it."""

from __future__ import annotations

import pika
import pytest

import fakeamqp
from tests.support.clients import Connect


def test_it_is_a_broker_behind_a_port_and_pika_stays_as_it_is(
    connect: Connect, fakeamqp_server: fakeamqp.Server
) -> None:
    broker = fakeamqp_server.broker
    connection = connect(fakeamqp_server.url)
    connection.channel().queue_declare("tea")
    assert broker.queue("tea").ready == 0
    assert type(broker.sessions()[0].door).__module__ == "fakeamqp.adapters.tcp.link"


def test_with_the_broker_it_is_the_same_one_and_pika_is_on_it(
    fakeamqp_broker: fakeamqp.Broker, fakeamqp_server: fakeamqp.Server
) -> None:
    assert fakeamqp_server.broker is fakeamqp_broker
    pika.BlockingConnection(pika.ConnectionParameters("rabbit")).channel().queue_declare("tea")
    assert type(fakeamqp_broker.sessions()[0].door).__module__ == "fakeamqp.adapters.pika.link"


def test_the_order_of_the_fixtures_does_not_matter(
    fakeamqp_server: fakeamqp.Server, fakeamqp_channel: pika.adapters.blocking_connection.BlockingChannel
) -> None:
    assert fakeamqp_server.broker.connections == 1


@pytest.mark.fakeamqp(version="3.10", users={"ada": "s3cret"}, vhosts=["shop"])
def test_the_marker_says_what_the_broker_is(fakeamqp_server: fakeamqp.Server) -> None:
    assert fakeamqp_server.broker.version == "3.10"
    assert fakeamqp_server.url == f"amqp://ada:s3cret@127.0.0.1:{fakeamqp_server.port}/shop"


def test_it_runs_once_for_each_version(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_alone(fakeamqp_server):
            assert fakeamqp_server.broker.version in ("3.10", "4.0")

        def test_both(fakeamqp_server, fakeamqp_broker):
            assert fakeamqp_server.broker is fakeamqp_broker
    """)
    pytester.runpytest("--fakeamqp-version=3.10,4.0").assert_outcomes(passed=4)


def test_its_end_is_the_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import socket
        import pytest

        ports = []

        @pytest.mark.parametrize("turn", range(2))
        def test_it(fakeamqp_server, turn):
            for port in ports:
                with pytest.raises(OSError):
                    socket.create_connection(("127.0.0.1", port), timeout=5)
            ports.append(fakeamqp_server.port)
    """)
    pytester.runpytest("-p", "no:randomly").assert_outcomes(passed=2)


def test_with_a_broker_from_the_start_it_serves_that(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakeamqp_from_start = true\n")
    pytester.makepyfile("""
        import pika

        connection = pika.BlockingConnection()

        def test_it(fakeamqp_server):
            assert fakeamqp_server.broker.connections == 1
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
