"""pytest-socket forbids sockets; none is opened."""

from __future__ import annotations

import pytest


def test_nothing_here_needs_a_socket(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import socket
        import pika
        import pytest
        import pytest_socket

        def test_that_sockets_are_forbidden():
            with pytest.raises(pytest_socket.SocketBlockedError):
                socket.socket()

        def test_a_round_trip(fakeamqp_broker):
            with pika.BlockingConnection(pika.URLParameters("amqp://guest:guest@rabbitmq/%2F")) as connection:
                channel = connection.channel()
                channel.queue_declare("orders")
                channel.basic_publish("", "orders", b"tea")
                assert next(channel.consume("orders", auto_ack=True))[2] == b"tea"

        def test_a_select_connection(fakeamqp_broker):
            opened = []
            connection = pika.SelectConnection(on_open_callback=opened.append)
            connection.ioloop.start()
            assert opened == [connection]
    """)
    pytester.runpytest_subprocess("--disable-socket").assert_outcomes(passed=3)
