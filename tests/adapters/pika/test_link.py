"""The seam itself: when what comes in, what is shared, and how a link ends."""

from __future__ import annotations

import itertools
import socket

import pika
import pika.exceptions
import pytest

import fakeamqp
from fakeamqp import Broker


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def connection(broker):
    connection = fakeamqp.connect(broker)
    yield connection
    if connection.is_open:
        connection.close()


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.queue_declare("q")
    return channel


def test_a_client_in_memory_has_an_address_of_its_own_the_same_in_every_run():
    for _ in range(2):
        broker = Broker()
        with fakeamqp.connect(broker), fakeamqp.connect(broker):
            peers = [session.door.peer for session in broker.sessions()]
        assert peers == [("127.0.0.1", 40_001), ("127.0.0.1", 40_002)]


class TestWhenThingsComeIn:
    def test_the_error_of_a_publish_surfaces_at_the_next_call(self, channel):
        """Real brokers were seen to raise at call 1 to 192 of a publish loop, never at call 0."""
        channel.basic_publish("missing", "key", b"")
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as caught:
            channel.basic_publish("", "q", b"")
        assert caught.value.reply_code == 404

    def test_a_loop_of_publishes_sees_it(self, channel):
        def publish():
            for _ in range(200):
                channel.basic_publish("missing", "key", b"")

        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            publish()

    def test_the_error_of_an_acknowledgement_surfaces_at_the_next_call(self, channel):
        channel.basic_ack(99)
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="unknown delivery tag 99"):
            channel.queue_declare("q")

    def test_an_answer_comes_in_the_same_call(self, channel):
        channel.basic_publish("", "q", b"")
        assert channel.queue_declare("q", passive=True).method.message_count == 1

    def test_one_poll_hands_over_what_another_connection_published(self, broker, connection, channel):
        got = []
        channel.basic_consume("q", lambda *delivery: got.append(delivery), auto_ack=True)
        broker.publish("", "q", b"")
        connection.process_data_events()
        assert len(got) == 1

    def test_nothing_is_pending_once_the_loop_has_turned(self, connection, channel):
        channel.basic_publish("", "q", b"")
        assert connection._impl._transport.get_write_buffer_size() == 0

    def test_a_confirm_is_waited_for(self, channel):
        channel.confirm_delivery()
        channel.basic_publish("", "q", b"")
        with pytest.raises(pika.exceptions.UnroutableError):
            channel.basic_publish("", "nowhere", b"", mandatory=True)

    def test_a_consumer_cancelled_in_a_callback_takes_no_more(self, channel):
        for number in range(5):
            channel.basic_publish("", "q", str(number).encode())
        got = []

        def once(ch, method, properties, body):
            got.append(body)
            ch.basic_ack(method.delivery_tag)
            ch.stop_consuming()

        channel.basic_consume("q", once)
        channel.start_consuming()
        assert got == [b"0"]
        assert channel.queue_declare("q", passive=True).method.message_count == 4


class TestWhatIsShared:
    def test_the_publisher_may_reuse_its_properties(self, channel):
        properties = pika.BasicProperties(headers={"n": [1]})
        channel.basic_publish("", "q", b"", properties)
        properties.headers["n"].append(2)
        properties.app_id = "later"
        got = channel.basic_get("q", auto_ack=True)[1]
        assert (got.headers, got.app_id) == ({"n": [1]}, None)

    def test_consumers_share_nothing(self, channel):
        channel.exchange_declare("all", "fanout")
        for name in ("one", "two"):
            channel.queue_declare(name)
            channel.queue_bind(name, "all")
        channel.basic_publish("all", "", b"", pika.BasicProperties(headers={"n": {"m": 1}}))
        first = channel.basic_get("one", auto_ack=True)[1]
        first.headers["n"]["m"] = 2
        assert channel.basic_get("two", auto_ack=True)[1].headers == {"n": {"m": 1}}

    def test_declared_arguments_may_be_reused(self, broker, channel):
        arguments = {"x-max-length": 5}
        channel.queue_declare("limited", arguments=arguments)
        arguments["x-max-length"] = 6
        assert broker.queue("limited").arguments["x-max-length"] == 5

    def test_a_large_body_comes_whole(self, channel):
        body = bytes(range(256)) * 4096
        channel.basic_publish("", "q", body)
        assert channel.basic_get("q", auto_ack=True)[2] == body


class TestCounters:
    def test_the_frames_of_a_message_are_counted(self, connection, channel):
        channel.basic_publish("", "q", b"")
        channel.basic_publish("", "q", b"tea")
        counts = [connection._impl.frames_received]
        for _ in range(2):
            channel.basic_get("q")
            counts.append(connection._impl.frames_received)
        assert [after - before for before, after in itertools.pairwise(counts)] == [2, 3]

    def test_they_move(self, connection, channel):
        impl = connection._impl
        before = impl.bytes_sent, impl.bytes_received, impl.frames_sent, impl.frames_received
        channel.basic_publish("", "q", b"body")
        channel.basic_get("q")
        after = impl.bytes_sent, impl.bytes_received, impl.frames_sent, impl.frames_received
        assert all(new > old for new, old in zip(after, before, strict=True))

    def test_the_broker_proposes_heartbeats(self, connection):
        assert connection._impl.params.heartbeat == 60

    def test_the_client_may_do_without(self, broker):
        with fakeamqp.connect(broker, heartbeat=0) as connection:
            connection.sleep(1e6)
            assert connection.is_open


class TestEnds:
    def test_closing_leaves_nothing_behind(self, broker, connection, channel):
        channel.basic_publish("", "q", b"")
        channel.basic_get("q")
        connection.close()
        assert broker.connections == 0
        assert broker.queue("q").ready == 1
        assert broker.scheduler.loops() == ()

    def test_a_broken_socket_is_a_lost_stream(self, broker, connection, channel):
        connection._impl._transport._sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(pika.exceptions.StreamLostError):
            channel.basic_publish("", "q", b"")
        assert connection.is_closed
        assert broker.connections == 0

    def test_what_is_sent_after_the_end_is_refused(self, connection, channel):
        impl = connection._impl
        connection.close()
        with pytest.raises(pika.exceptions.ConnectionWrongStateError):
            impl._send_method(1, pika.spec.Basic.Ack(1))

    def test_a_closing_broker_closes_with_320(self, broker, connection, channel):
        broker.close()
        with pytest.raises(pika.exceptions.ConnectionClosedByBroker) as caught:
            channel.queue_declare("q")
        assert (caught.value.reply_code, caught.value.reply_text) == (
            320,
            "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
        )

    def test_wrong_credentials_fail_as_in_production(self, broker):
        with pytest.raises(pika.exceptions.ProbableAuthenticationError):
            fakeamqp.connect(broker, credentials=pika.PlainCredentials("guest", "wrong"))
        assert broker.connections == 0

    def test_a_missing_vhost_fails_as_in_production(self, broker):
        with pytest.raises(pika.exceptions.ProbableAccessDeniedError, match="vhost missing not found"):
            fakeamqp.connect(broker, virtual_host="missing")
