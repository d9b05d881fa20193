"""A broker behind a port: real sockets, real pika, a thread of its own."""

from __future__ import annotations

import socket
import threading
import warnings

import pika
import pika.exceptions
import pytest

import fakeamqp
from fakeamqp.serving.server import _is_loopback
from tests.support.clients import Connect


def test_pika_works_over_the_port(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker) as server:
        connection = connect(server.url)
        channel = connection.channel()
        channel.queue_declare("tea")
        channel.confirm_delivery()
        channel.basic_publish("", "tea", b"green", mandatory=True)
        assert broker.queue("tea").ready == 1
        method, _, body = channel.basic_get("tea")
        assert body == b"green"
        channel.basic_ack(method.delivery_tag)
        connection.close()
        assert broker.until(lambda: broker.connections == 0)


def test_virtual_time_moves_what_is_served(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker) as server:
        connection = connect(server.url)
        channel = connection.channel()
        arguments = {"x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "late"}
        channel.queue_declare("tea", arguments=arguments)
        channel.queue_declare("late")
        channel.confirm_delivery()
        channel.basic_publish("", "tea", b"green")
        got: list[bytes] = []
        channel.basic_consume("late", lambda *message: got.append(message[3]), auto_ack=True)
        broker.clock.advance(60)
        while not got:
            connection.process_data_events(time_limit=1)
        assert got == [b"green"]
        connection.close()


def test_a_waiting_test_sees_what_a_client_in_another_thread_does(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker) as server:

        def work() -> None:
            connection = connect(server.url)
            connection.channel().queue_declare("tea")
            connection.channel().basic_publish("", "tea", b"green")
            connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        assert broker.until(lambda: "tea" in broker.snapshot().vhosts["/"].queues and broker.queue("tea").ready == 1)
        thread.join()


def test_a_listener_without_clients_keeps_nobody_waiting(connect: Connect) -> None:
    broker = fakeamqp.Broker(thread_grace=60)
    with fakeamqp.serve(broker), fakeamqp.patch_pika(broker):
        channel = connect(pika.ConnectionParameters()).channel()
        channel.queue_declare("tea")
        channel.basic_consume("tea", lambda *message: None)
        channel.start_consuming()
        channel.connection.sleep(3600)
        assert broker.clock.now() == 3600


def test_pika_in_memory_reaches_the_port_too_without_a_socket(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker) as server, fakeamqp.patch_pika(broker):
        connection = connect(server.url)
        assert broker.connections == 1
        assert not broker.sessions()[0].door.has_mail
        assert type(broker.sessions()[0].door).__module__ == "fakeamqp.adapters.pika.link"
        connection.close()
    assert not broker.accepts("127.0.0.1", server.port)


def test_faults_are_seen_over_the_port(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker) as server:
        connection = connect(server.url)
        broker.faults.drop_connections()
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            connection.channel()
        broker.faults.refuse_connections()
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            connect(server.url)
        broker.down()
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            connect(server.url)
        broker.up()
        connect(server.url).close()


def test_a_wrong_password_is_refused_as_rabbitmq_refuses_it(connect: Connect) -> None:
    with fakeamqp.serve(fakeamqp.Broker()) as server:
        parameters = pika.ConnectionParameters(
            server.host, server.port, credentials=pika.PlainCredentials("guest", "wrong")
        )
        with pytest.raises(pika.exceptions.ProbableAuthenticationError, match="ACCESS_REFUSED"):
            connect(parameters)


def test_its_url_has_what_the_broker_has(connect: Connect) -> None:
    broker = fakeamqp.Broker(users={"ada": "s3/cret"}, vhosts=["a shop"])
    with fakeamqp.serve(broker) as server:
        assert server.url == f"amqp://ada:s3%2Fcret@127.0.0.1:{server.port}/a%20shop"
        connect(server.url).close()
        assert repr(server) == f"<fakeamqp.Server {server.url}>"
    assert repr(server).endswith("(closed)>")


def test_its_end_ends_the_connections_and_not_the_broker(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    server = fakeamqp.serve(broker)
    connection = connect(server.url)
    connection.channel().queue_declare("tea")
    server.close()
    server.close()
    assert broker.connections == 0
    assert broker.queue("tea").ready == 0
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        connection.channel()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((server.host, server.port), timeout=5)


def test_a_broker_that_is_served_no_more_is_waited_for_in_virtual_time() -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker):
        assert broker.scheduler.others.is_served()
    assert not broker.scheduler.others.is_served()


def test_the_end_of_the_broker_is_told_to_clients(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker) as server:
        connection = connect(server.url)
        broker.close()
        with pytest.raises(pika.exceptions.ConnectionClosedByBroker, match="CONNECTION_FORCED"):
            connection.sleep(5)
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            connect(server.url)


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        before = threading.active_count()
        with pytest.raises(OSError, match=f"cannot listen at 127.0.0.1:{port} .*choose another port, or 0"):
            fakeamqp.serve(fakeamqp.Broker(), port)
        assert threading.active_count() == before


def test_two_servers_of_one_broker_share_it(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker) as one, fakeamqp.serve(broker) as other:
        connect(one.url).channel().queue_declare("tea")
        connect(other.url).channel().queue_declare("tea", passive=True)


def test_a_clock_that_is_neither_is_refused() -> None:
    with pytest.raises(ValueError, match="clock='sun': it is 'virtual' or 'wall'"):
        fakeamqp.serve(fakeamqp.Broker(), clock="sun")  # type: ignore[arg-type]


def test_by_the_wall_time_passes_by_itself(connect: Connect) -> None:
    broker = fakeamqp.Broker()
    with fakeamqp.serve(broker, clock="wall") as server:
        connection = connect(server.url)
        channel = connection.channel()
        arguments = {"x-message-ttl": 1, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "late"}
        channel.queue_declare("tea", arguments=arguments)
        channel.queue_declare("late")
        channel.basic_publish("", "tea", b"green")
        got = next(channel.consume("late", inactivity_timeout=30))
        assert got[2] == b"green"
        assert broker.clock.now() > 0


def test_other_machines_are_let_in_only_with_a_warning() -> None:
    with (
        pytest.warns(fakeamqp.ReachableWarning, match="can be reached from other machines at 0.0.0.0"),
        fakeamqp.serve(fakeamqp.Broker(), host="0.0.0.0") as server,
    ):
        assert server.port
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fakeamqp.serve(fakeamqp.Broker(), host="localhost").close()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("db", False)],
)
def test_what_is_the_loopback(host: str, loopback: bool) -> None:
    assert _is_loopback(host) is loopback


def test_without_a_management_api_its_address_says_how_to_have_one() -> None:
    with fakeamqp.serve(fakeamqp.Broker()) as server:
        assert not server.has_management
        with pytest.raises(RuntimeError, match="management_port=0"):
            _ = server.management_url
