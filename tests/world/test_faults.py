"""What goes wrong in a line, and which of pika's exceptions its user sees."""

from __future__ import annotations

import asyncio
import contextlib

import pika
import pika.exceptions as seen
import pytest
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.adapters.utils.connection_workflow import AMQPConnectorStackTimeout

import fakeamqp
from fakeamqp import Broker

PERSISTENT = pika.BasicProperties(delivery_mode=2)


@pytest.fixture
def broker():
    with fakeamqp.patch_pika() as broker:
        yield broker


@pytest.fixture
def connection(broker):
    return pika.BlockingConnection()


@pytest.fixture
def channel(connection):
    channel = connection.channel()
    channel.queue_declare("q", durable=True)
    return channel


class TestRefusedConnections:
    def test_each_attempt_of_that_number_is_refused(self, broker):
        broker.faults.refuse_connections(2)
        for _ in range(2):
            with pytest.raises(seen.AMQPConnectionError) as refused:
                pika.BlockingConnection()
            assert "ConnectionRefusedError" in repr(refused.value)
        assert pika.BlockingConnection().is_open

    def test_attempts_are_made_again_after_the_delay_in_virtual_time(self, broker):
        broker.faults.refuse_connections(2)
        parameters = pika.ConnectionParameters(connection_attempts=3, retry_delay=30)
        assert pika.BlockingConnection(parameters).is_open
        assert broker.clock.now() == pytest.approx(60, abs=1)

    def test_too_few_attempts_fail(self, broker):
        broker.faults.refuse_connections(3)
        with pytest.raises(seen.AMQPConnectionError):
            pika.BlockingConnection(pika.ConnectionParameters(connection_attempts=3, retry_delay=30))


class TestDelayedConnections:
    def test_a_connect_takes_that_much_virtual_time(self, broker):
        broker.faults.delay_connections(5)
        assert pika.BlockingConnection().is_open
        assert broker.clock.now() == 5
        assert pika.BlockingConnection().is_open
        assert broker.clock.now() == 5

    def test_longer_than_the_socket_timeout_is_too_long(self, broker):
        broker.faults.delay_connections(60)
        with pytest.raises(seen.AMQPConnectionError) as late:
            pika.BlockingConnection(pika.ConnectionParameters(socket_timeout=8))
        assert "TCP connection attempt timed out" in repr(late.value)
        assert broker.clock.now() == 8

    def test_the_next_attempt_may_be_in_time(self, broker):
        broker.faults.delay_connections(60)
        parameters = pika.ConnectionParameters(socket_timeout=8, connection_attempts=2, retry_delay=1)
        assert pika.BlockingConnection(parameters).is_open
        assert broker.clock.now() == 9

    def test_a_broker_that_greets_late_is_waited_for(self, broker):
        broker.faults.delay_connections(10, handshake=True)
        assert pika.BlockingConnection().is_open
        assert broker.clock.now() == 10

    def test_but_no_longer_than_the_stack_timeout(self, broker):
        broker.faults.delay_connections(60, handshake=True)
        with pytest.raises(AMQPConnectorStackTimeout, match="Timeout during AMQP handshake"):
            pika.BlockingConnection(pika.ConnectionParameters(stack_timeout=20))
        assert broker.clock.now() == 20
        broker.clock.advance(60)
        assert broker.connections == 0

    def test_on_another_loop_time_has_to_be_moved(self, broker):
        broker.faults.delay_connections(5)
        opened = []

        async def connect():
            AsyncioConnection(pika.ConnectionParameters(), on_open_callback=opened.append)
            await broker.settled()
            before = len(opened)
            await broker.advance(5)
            return before, len(opened)

        assert asyncio.run(connect()) == (0, 1)

    def test_time_does_not_run_backwards(self, broker):
        with pytest.raises(ValueError, match="time does not run backwards"):
            broker.faults.delay_connections(-1)


class TestHangingUp:
    def test_a_proxy_without_a_broker_takes_connects_and_ends_them(self, broker):
        broker.faults.hang_up_on_connections(2)
        for _ in range(2):
            with pytest.raises(seen.IncompatibleProtocolError):
                pika.BlockingConnection()
        assert pika.BlockingConnection().is_open
        assert broker.connections == 1


class TestHalfOpenConnections:
    def test_the_client_notices_by_its_heartbeat(self, broker, channel):
        channel.basic_consume("q", lambda *_: None)
        broker.faults.silence()
        with pytest.raises(seen.AMQPHeartbeatTimeout):
            channel.start_consuming()
        assert broker.clock.now() == 130  # pika looks every 65 seconds, and had got something in the first of them

    def test_without_a_heartbeat_it_never_does(self, broker):
        channel = pika.BlockingConnection(pika.ConnectionParameters(heartbeat=0)).channel()
        broker.faults.silence()
        with pytest.raises(fakeamqp.WouldBlockForever):
            channel.queue_declare("q")

    def test_the_broker_keeps_what_is_unacked_until_it_notices_itself(self, broker, connection, channel):
        broker.publish("", "q", b"work")
        channel.basic_get("q")
        broker.faults.silence(connection)
        broker.clock.advance(179)
        assert (broker.queue("q").ready, broker.connections) == (0, 1)
        broker.clock.advance(1)
        assert (broker.queue("q").ready, broker.connections) == (1, 0)

    def test_another_consumer_waits_for_that(self, broker, connection, channel):
        broker.publish("", "q", b"work")
        channel.basic_get("q")
        broker.faults.silence(connection)
        method, _, body = next(pika.BlockingConnection().channel().consume("q"))
        assert (body, method.redelivered) == (b"work", True)
        assert broker.clock.now() == 180

    def test_what_the_client_says_does_not_arrive(self, broker, channel):
        broker.faults.silence()
        channel.basic_publish("", "q", b"lost")
        broker.settle()
        assert broker.queue("q").ready == 0

    def test_others_go_on(self, broker, connection):
        other = pika.BlockingConnection()
        broker.faults.silence(connection)
        other.sleep(1000)
        assert other.is_open


class TestSlowHeartbeats:
    def test_a_broker_that_is_heard_too_seldom_is_given_up(self, broker, channel):
        channel.basic_consume("q", lambda *_: None)
        broker.faults.slow_heartbeats(300)
        with pytest.raises(seen.AMQPHeartbeatTimeout):
            channel.start_consuming()
        assert broker.clock.now() == 130

    def test_one_within_its_patience_is_not(self, broker, connection):
        broker.faults.slow_heartbeats(60, connection)
        connection.sleep(1000)
        assert connection.is_open


class TestDroppedConnections:
    def test_the_next_call_finds_out(self, broker, connection, channel):
        broker.faults.drop_connections()
        with pytest.raises(seen.StreamLostError):
            channel.queue_declare("other")
        assert connection.is_closed

    def test_a_consumer_finds_out(self, broker, connection, channel):
        channel.basic_consume("q", lambda *_: broker.faults.drop_connections())
        broker.publish("", "q", b"last words")
        with pytest.raises(seen.StreamLostError):
            channel.start_consuming()

    def test_what_was_unacknowledged_is_ready_again(self, broker, channel):
        broker.publish("", "q", b"work")
        channel.basic_get("q")
        broker.faults.drop_connections()
        (message,) = broker.queue("q").messages
        assert message.redelivered

    @pytest.mark.parametrize("name", ["connection", "channel", "number"])
    def test_one_alone(self, broker, connection, channel, name):
        other = pika.BlockingConnection()
        which = {"connection": connection, "channel": channel, "number": 1}[name]
        broker.faults.drop_connections(which)
        other.process_data_events()
        with pytest.raises(seen.StreamLostError):
            connection.process_data_events()

    def test_one_that_is_not_there_is_an_error(self, broker, connection):
        connection.close()
        with pytest.raises(LookupError, match="no open connection of this broker"):
            broker.faults.drop_connections(connection)


class TestClosing:
    def test_a_channel(self, broker, connection, channel):
        other = connection.channel()
        broker.faults.close_channels(406, "PRECONDITION_FAILED - delivery acknowledgement timed out", channel)
        with pytest.raises(seen.ChannelClosedByBroker) as closed:
            channel.queue_declare("q", passive=True)
        assert closed.value.reply_code == 406
        assert closed.value.reply_text == "PRECONDITION_FAILED - delivery acknowledgement timed out"
        assert other.is_open

    def test_all_channels_of_a_connection(self, broker, connection, channel):
        others = [connection.channel(), pika.BlockingConnection().channel()]
        broker.faults.close_channels(404, "NOT_FOUND - gone", connection)
        broker.settle()
        connection.process_data_events()
        assert [each.is_open for each in (channel, *others)] == [False, False, True]

    def test_a_connection(self, broker, connection):
        broker.faults.close_connections(320, "CONNECTION_FORCED - go away")
        with pytest.raises(seen.ConnectionClosedByBroker, match="go away") as closed:
            connection.process_data_events()
        assert closed.value.reply_code == 320


class TestBlockedPublishers:
    @pytest.fixture
    def told(self, connection):
        told = []
        connection.add_on_connection_blocked_callback(lambda _, frame: told.append(frame.method.reason))
        connection.add_on_connection_unblocked_callback(lambda _, frame: told.append("unblocked"))
        return told

    def test_who_publishes_is_told_and_held_up(self, broker, connection, channel, told):
        """Seen on RabbitMQ 3.10.8 and 4.3.6: nothing from that publish on is carried out before the alarm is over."""
        broker.faults.block_publishers()
        connection.process_data_events()
        assert told == []
        channel.basic_publish("", "q", b"1")
        channel.basic_publish("", "q", b"2")
        connection.process_data_events()
        assert told == ["low on memory"]
        assert broker.queue("q").ready == 0
        broker.faults.unblock_publishers()
        connection.process_data_events()
        assert told == ["low on memory", "unblocked"]
        assert [message.body for message in broker.queue("q").messages] == [b"1", b"2"]

    def test_a_connection_made_meanwhile_is_held_up_too(self, broker):
        broker.faults.block_publishers("low on disk")
        channel = pika.BlockingConnection().channel()
        channel.queue_declare("late")
        channel.basic_publish("", "late", b"x")
        assert broker.queue("late").ready == 0
        broker.faults.unblock_publishers()
        assert broker.queue("late").ready == 1

    def test_who_does_not_publish_notices_nothing(self, broker, connection, channel, told):
        broker.publish("", "q", b"work")
        broker.faults.block_publishers()
        method, _, _ = channel.basic_get("q")
        channel.basic_ack(method.delivery_tag)
        connection.process_data_events()
        assert told == []
        assert broker.queue("q").unacked == 0

    def test_a_confirm_waited_for_says_what_it_waits_for(self, broker, channel):
        channel.confirm_delivery()
        broker.faults.block_publishers()
        with pytest.raises(fakeamqp.WouldBlockForever, match=r"low on memory.*faults\.unblock_publishers"):
            channel.basic_publish("", "q", b"x")

    def test_the_blocked_connection_timeout_ends_the_connection_in_virtual_time(self, broker):
        connection = pika.BlockingConnection(pika.ConnectionParameters(blocked_connection_timeout=300))
        channel = connection.channel()
        channel.confirm_delivery()
        broker.faults.block_publishers()
        with pytest.raises(seen.ConnectionBlockedTimeout):
            channel.basic_publish("", "nowhere", b"x")
        assert broker.clock.now() == pytest.approx(300, abs=1)

    def test_what_a_lost_connection_had_sent_is_lost(self, broker, connection, channel):
        broker.faults.block_publishers()
        channel.basic_publish("", "q", b"x")
        broker.faults.drop_connections()
        broker.faults.unblock_publishers()
        assert broker.queue("q").ready == 0


class TestNackedPublishes:
    def test_the_next_confirm_is_negative(self, broker, channel):
        channel.confirm_delivery()
        broker.faults.nack_publishes()
        with pytest.raises(seen.NackError):
            channel.basic_publish("", "q", b"lost")
        channel.basic_publish("", "q", b"kept")
        assert [message.body for message in broker.queue("q").messages] == [b"kept"]

    def test_a_publish_without_confirms_is_not_touched(self, broker, channel):
        broker.faults.nack_publishes()
        channel.basic_publish("", "q", b"kept")
        assert broker.queue("q").ready == 1


class TestCancelledConsumers:
    def test_the_client_is_told(self, broker, channel):
        cancelled = []
        channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
        tag = channel.basic_consume("q", lambda *_: None)
        broker.faults.cancel_consumers("q")
        channel.start_consuming()
        assert cancelled == [tag]
        assert broker.queue("q").consumers == 0

    def test_a_generator_ends(self, broker, channel):
        broker.publish("", "q", b"only")
        bodies = []
        for _, _, body in channel.consume("q"):
            bodies.append(body)
            broker.faults.cancel_consumers("q")
        assert bodies == [b"only"]

    def test_what_it_holds_can_still_be_acknowledged(self, broker, channel):
        broker.publish("", "q", b"work")
        got = []
        channel.basic_consume("q", lambda channel, method, properties, body: got.append(method.delivery_tag))
        channel.start_consuming()
        broker.faults.cancel_consumers("q")
        channel.basic_ack(got[0])
        broker.settle()
        assert (broker.queue("q").ready, broker.queue("q").unacked) == (0, 0)

    def test_one_by_its_tag(self, broker, channel):
        for tag in ("a", "b"):
            channel.basic_consume("q", lambda *_: None, consumer_tag=tag)
        broker.faults.cancel_consumers("q", consumer_tag="a")
        assert broker.snapshot().vhosts["/"].queues["q"].consumers == ("b",)

    def test_a_missing_queue_is_an_error(self, broker):
        with pytest.raises(KeyError, match="no queue 'nope'"):
            broker.faults.cancel_consumers("nope")


class TestDeletedQueues:
    def test_its_consumers_are_cancelled_and_its_messages_gone(self, broker, channel):
        cancelled = []
        channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
        channel.basic_qos(prefetch_count=1)
        tag = channel.basic_consume("q", lambda *_: broker.faults.delete_queue("q"))
        broker.publish("", "q", b"1")
        broker.publish("", "q", b"2")
        channel.start_consuming()
        assert cancelled == [tag]
        with pytest.raises(seen.ChannelClosedByBroker, match="no queue 'q'"):
            channel.queue_declare("q", passive=True)

    def test_what_came_of_it_can_still_be_acknowledged(self, broker, channel):
        broker.publish("", "q", b"work")
        method, _, _ = channel.basic_get("q")
        broker.faults.delete_queue("q")
        channel.basic_ack(method.delivery_tag)
        assert channel.queue_declare("q")

    def test_a_missing_queue_is_an_error(self, broker):
        with pytest.raises(KeyError, match="no queue 'nope'"):
            broker.faults.delete_queue("nope")


class TestRedeliveries:
    def test_so_many_come_redelivered_at_their_place(self, broker, channel):
        for body in (b"1", b"2", b"3"):
            broker.publish("", "q", body)
        broker.faults.redeliver("q", 2)
        got = [channel.basic_get("q") for _ in range(3)]
        assert [(body, method.redelivered) for method, _, body in got] == [(b"1", True), (b"2", True), (b"3", False)]

    def test_there_are_no_more_than_there_are(self, broker, channel):
        broker.publish("", "q", b"only")
        broker.faults.redeliver("q", 5)
        assert [message.redelivered for message in broker.queue("q").messages] == [True]

    @pytest.mark.parametrize("version", ["3.10", "4.0", "4.3"])
    def test_a_quorum_queue_counts_them_like_a_consumer_that_died(self, version):
        told = []
        for dies_itself in (True, False):
            with fakeamqp.patch_pika(version=version) as broker:
                channel = pika.BlockingConnection().channel()
                channel.queue_declare("qq", durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 2})
                channel.basic_publish("", "qq", b"work")
                for _ in range(2):
                    if dies_itself:
                        other = pika.BlockingConnection()
                        other.channel().basic_get("qq")
                        other.close()
                    else:
                        broker.faults.redeliver("qq")
                method, properties, _ = channel.basic_get("qq")
                told.append((method.redelivered, properties.headers))
                channel.basic_nack(method.delivery_tag)
                broker.faults.redeliver("qq")
                told.append(broker.queue("qq").ready)
        assert told[:2] == told[2:]
        assert told[0][1]["x-delivery-count"] == 2

    def test_a_stream_takes_nothing_back(self, broker, channel):
        channel.queue_declare("s", durable=True, arguments={"x-queue-type": "stream"})
        with pytest.raises(ValueError, match="'s' is a stream"):
            broker.faults.redeliver("s")


class TestLostQueues:
    def test_its_consumers_are_cancelled(self, broker, channel):
        cancelled = []
        channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
        tag = channel.basic_consume("q", lambda *_: None)
        broker.faults.lose_queue("q")
        channel.start_consuming()
        assert cancelled == [tag]

    def test_who_asks_for_it_is_told_that_it_is_down(self, broker, channel):
        broker.faults.lose_queue("q")
        with pytest.raises(seen.ChannelClosedByBroker) as closed:
            channel.basic_consume("q", lambda *_: None)
        assert (closed.value.reply_code, closed.value.reply_text) == (
            404,
            "NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor",
        )

    def test_a_publisher_is_told_by_a_nack(self, broker, channel):
        channel.confirm_delivery()
        broker.faults.lose_queue("q")
        with pytest.raises(seen.NackError):
            channel.basic_publish("", "q", b"lost", PERSISTENT, mandatory=True)

    def test_its_persistent_messages_come_back_with_it(self, broker, channel):
        channel.basic_publish("", "q", b"persistent", PERSISTENT)
        channel.basic_publish("", "q", b"transient")
        channel.basic_get("q")
        broker.faults.lose_queue("q")
        broker.faults.restore_queue("q")
        assert [message.body for message in broker.queue("q").messages] == [b"persistent"]
        assert channel.basic_get("q")[2] == b"persistent"

    def test_to_lose_it_twice_is_to_lose_it_once(self, broker, channel):
        broker.faults.lose_queue("q")
        broker.faults.lose_queue("q")
        broker.faults.restore_queue("q")
        assert channel.queue_declare("q", passive=True)

    def test_a_missing_queue_is_an_error(self, broker):
        with pytest.raises(KeyError, match="no queue 'nope'"):
            broker.faults.lose_queue("nope")

    def test_what_lives_on_no_single_other_node_cannot_be_lost(self, broker, channel):
        channel.queue_declare("mine", exclusive=True)
        channel.queue_declare("replicated", durable=True, arguments={"x-queue-type": "quorum"})
        with pytest.raises(ValueError, match="exclusive: it lives on the node of its connection"):
            broker.faults.lose_queue("mine")
        with pytest.raises(ValueError, match="a quorum queue lives on several nodes"):
            broker.faults.lose_queue("replicated")


class TestRestart:
    """Seen on RabbitMQ 3.10.8 and 4.0.5, stopped and started by their operator."""

    def test_connections_are_closed_and_can_be_made_again(self, broker, connection):
        broker.restart()
        with pytest.raises(seen.ConnectionClosedByBroker) as closed:
            connection.process_data_events()
        assert closed.value.args == (
            320,
            "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
        )
        assert pika.BlockingConnection().is_open

    def test_a_consumer_learns_it_in_its_loop(self, broker, channel):
        channel.basic_consume("q", lambda *_: broker.restart())
        broker.publish("", "q", b"x", delivery_mode=2)
        with pytest.raises(seen.ConnectionClosedByBroker):
            channel.start_consuming()
        assert broker.queue("q").ready == 1

    def test_what_is_durable_survives(self, broker, channel):
        channel.queue_declare("gone")
        channel.queue_declare("mine", durable=True, exclusive=True)
        channel.queue_declare("used", durable=True, auto_delete=True)
        channel.basic_consume("used", lambda *_: None)
        channel.queue_declare("unused", durable=True, auto_delete=True)
        channel.exchange_declare("kept", durable=True)
        channel.exchange_declare("lost")
        channel.queue_bind("q", "kept", "k")
        channel.queue_bind("q", "lost", "k")
        channel.queue_bind("gone", "kept", "k")
        broker.restart()
        snapshot = broker.snapshot().vhosts["/"]
        assert list(snapshot.queues) == ["q", "unused"]
        assert [name for name in snapshot.exchanges if not name.startswith("amq.")] == ["kept"]
        assert [binding.destination.name for binding in broker.exchange("kept").bindings] == ["q"]

    def test_of_a_classic_queue_persistent_messages_survive(self, broker, channel):
        for mode in (None, 1, 2):
            broker.publish("", "q", f"{mode}", delivery_mode=mode)
        broker.restart()
        assert [message.body for message in broker.queue("q").messages] == [b"2"]

    @pytest.mark.parametrize("kind", ["classic", "quorum"])
    def test_survivors_are_redelivered_if_they_had_been_delivered(self, broker, channel, kind):
        channel.queue_declare("k", durable=True, arguments={"x-queue-type": kind})
        for number in range(4):
            broker.publish("", "k", str(number), delivery_mode=2)
        channel.basic_get("k")
        channel.basic_get("k", auto_ack=True)
        broker.restart()
        assert [(each.body, each.redelivered) for each in broker.queue("k").messages] == [
            (b"0", True),
            (b"2", False),
            (b"3", False),
        ]

    def test_quorum_queues_and_streams_keep_everything(self, broker, channel):
        for kind in ("quorum", "stream"):
            channel.queue_declare(kind, durable=True, arguments={"x-queue-type": kind})
            broker.publish("", kind, b"transient")
        broker.restart()
        assert broker.queue("quorum").ready == 1
        channel = pika.BlockingConnection().channel()
        channel.basic_qos(prefetch_count=1)
        bodies = []
        channel.basic_consume("stream", lambda *args: bodies.append(args[3]), arguments={"x-stream-offset": "first"})
        channel.start_consuming()
        assert bodies == [b"transient"]

    def test_time_to_live_goes_on(self, broker, channel):
        broker.publish("", "q", b"x", delivery_mode=2, expiration="5000")
        broker.clock.advance(3)
        broker.restart()
        broker.clock.advance(1.9)
        assert broker.queue("q").ready == 1
        broker.clock.advance(0.1)
        assert broker.queue("q").ready == 0


class TestStoppedNode:
    """Seen on RabbitMQ 3.10.8, 4.0.5 and 4.3.6, by `rabbitmqctl stop_app` and `shutdown`, and killed."""

    def test_connections_are_closed_and_refused_until_it_starts(self, broker, connection):
        broker.faults.stop_node()
        with pytest.raises(
            seen.ConnectionClosedByBroker, match="broker forced connection closure with reason 'shutdown'"
        ):
            connection.process_data_events()
        with pytest.raises(seen.AMQPConnectionError) as refused:
            pika.BlockingConnection()
        assert "ConnectionRefusedError" in repr(refused.value)
        broker.faults.start_node()
        assert pika.BlockingConnection().is_open

    def test_up_is_about_addresses_and_does_not_start_it(self, broker):
        broker.faults.stop_node()
        broker.up()
        with pytest.raises(seen.AMQPConnectionError):
            pika.BlockingConnection()

    def test_what_became_due_meanwhile_happens_when_it_starts(self, broker, channel):
        channel.queue_declare("dead", durable=True)
        letters = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
        for kind in ("classic", "quorum"):
            channel.queue_declare(
                kind, durable=True, arguments={"x-queue-type": kind, "x-message-ttl": 4000, **letters}
            )
            broker.publish("", kind, b"short", delivery_mode=2)
        broker.faults.stop_node()
        broker.clock.advance(10)
        assert broker.queue("dead").ready == 0
        broker.faults.start_node()
        deaths = [message.headers["x-death"][0] for message in broker.queue("dead").messages]
        assert [(death["queue"], death["time"].second) for death in deaths] == [("classic", 10), ("quorum", 10)]

    def test_what_is_due_later_keeps_its_instant(self, broker, channel):
        for kind in ("classic", "quorum"):
            channel.queue_declare(kind, durable=True, arguments={"x-queue-type": kind, "x-message-ttl": 30_000})
            broker.publish("", kind, b"long", delivery_mode=2)
        broker.faults.stop_node()
        broker.clock.advance(10)
        broker.faults.start_node()
        broker.clock.advance(19)
        assert [broker.queue(kind).ready for kind in ("classic", "quorum")] == [1, 1]
        broker.clock.advance(1)
        assert [broker.queue(kind).ready for kind in ("classic", "quorum")] == [0, 0]

    def test_time_without_use_goes_on_for_quorum_queues_and_begins_anew_for_classic_ones(self, broker, channel):
        for kind in ("classic", "quorum"):
            channel.queue_declare(kind, durable=True, arguments={"x-queue-type": kind, "x-expires": 4000})
        broker.faults.stop_node()
        broker.clock.advance(10)
        broker.faults.start_node()
        assert set(broker.snapshot().vhosts["/"].queues) == {"q", "classic"}
        broker.clock.advance(3)
        assert broker.queue("classic")
        broker.clock.advance(1)
        assert set(broker.snapshot().vhosts["/"].queues) == {"q"}

    def test_what_was_held_is_redelivered(self, broker, channel):
        for body in (b"1", b"2"):
            broker.publish("", "q", body, delivery_mode=2)
        channel.basic_get("q")
        broker.faults.stop_node()
        broker.faults.start_node()
        assert [message.redelivered for message in broker.queue("q").messages] == [True, False]

    def test_killed_it_breaks_connections_and_redelivers_what_classic_queues_keep(self, broker, connection, channel):
        broker.publish("", "q", b"never delivered", delivery_mode=2)
        broker.faults.stop_node(abrupt=True)
        with pytest.raises(seen.StreamLostError, match="Connection reset by peer"):
            connection.process_data_events()
        broker.faults.start_node()
        assert [message.redelivered for message in broker.queue("q").messages] == [True]

    def test_killed_it_loses_what_just_came_in_and_was_not_confirmed(self, broker, connection, channel):
        channel.basic_publish("", "q", b"written by now", PERSISTENT)
        connection.sleep(1)
        channel.basic_publish("", "q", b"lost", PERSISTENT)
        other = connection.channel()
        other.confirm_delivery()
        other.basic_publish("", "q", b"confirmed", PERSISTENT)
        broker.faults.stop_node(abrupt=True)
        broker.faults.start_node()
        assert [message.body for message in broker.queue("q").messages] == [b"written by now", b"confirmed"]

    def test_nothing_can_be_asked_of_it(self, broker):
        broker.faults.stop_node()
        broker.faults.stop_node()
        for ask in (lambda: broker.publish("", "q", b"x"), lambda: broker.ctl.add_vhost("other")):
            with pytest.raises(RuntimeError, match=r"the node is stopped, until broker\.faults\.start_node"):
                ask()
        broker.faults.start_node()
        broker.faults.start_node()
        broker.ctl.add_vhost("other")

    def test_who_waits_for_it_without_an_end_is_told(self, broker):
        broker.faults.stop_node()

        def connect_for_ever():
            while True:
                with contextlib.suppress(seen.AMQPConnectionError):
                    pika.BlockingConnection()

        with pytest.raises(fakeamqp.WouldBlockForever, match=r"faults\.stop_node\(\) was called"):
            connect_for_ever()


class OnEachVersion:
    @pytest.fixture(params=["3.10", "4.0", "4.3"])
    def broker(self, request):
        with fakeamqp.patch_pika(version=request.param) as broker:
            yield broker


class TestExpiredCredentials(OnEachVersion):
    """Seen with the plugin rabbitmq_auth_backend_oauth2 on RabbitMQ 3.10.8, 4.0.5 and 4.3.6."""

    @staticmethod
    def log_in(token):
        return pika.BlockingConnection(pika.ConnectionParameters(credentials=pika.PlainCredentials("guest", token)))

    def test_nobody_logs_in_with_them(self, broker):
        broker.faults.expire_credentials("guest", after=60, renewed="new")
        assert self.log_in("guest").is_open
        assert self.log_in("new").is_open
        broker.clock.advance(60)
        with pytest.raises(seen.ProbableAuthenticationError, match="Login was refused using authentication mechanism"):
            self.log_in("guest")
        assert self.log_in("new").is_open

    def test_who_is_logged_in_is_closed_or_refused_what_needs_a_permission(self, broker, channel):
        got = []
        channel.basic_consume("q", lambda *args: got.append(args[3]), auto_ack=True)
        broker.faults.expire_credentials("guest", after=60)
        broker.clock.advance(60)
        broker.publish("", "q", b"still delivered")
        if broker.version == "4.3":
            with pytest.raises(seen.ConnectionClosedByBroker) as closed:
                channel.start_consuming()
            assert closed.value.args == (320, "CONNECTION_FORCED - credential expired")
            return
        channel.start_consuming()
        assert got == [b"still delivered"]
        channel.queue_declare("q", passive=True)
        with pytest.raises(seen.ChannelClosedByBroker) as refused:
            channel.queue_declare("other")
        access = "access" if broker.version == "3.10" else "configure access"
        assert refused.value.args == (
            403,
            f"ACCESS_REFUSED - {access} to queue 'other' in vhost '/' refused for user 'guest', backend "
            'rabbit_auth_backend_oauth2 returned an error: "Provided JWT token has expired at timestamp 1704067260 '
            '(validated at 1704067260)"',
        )

    def test_a_password_that_changes_concerns_new_logins_alone(self, broker, connection):
        broker.ctl.change_password("guest", "new")
        connection.channel().queue_declare("other")
        with pytest.raises(seen.ProbableAuthenticationError):
            self.log_in("guest")
        assert self.log_in("new").is_open

    def test_an_unknown_user_is_an_error(self, broker):
        with pytest.raises(LookupError, match="Not Found"):
            broker.faults.expire_credentials("nobody")


if hasattr(pika.BlockingConnection, "update_secret"):

    class TestRenewedCredentials(OnEachVersion):
        """With pika from 1.3 on, which has update_secret."""

        def test_a_new_one_in_time_keeps_the_connection(self, broker, connection, channel):
            broker.faults.expire_credentials("guest", after=60, renewed="new")
            connection.update_secret("new", "about to expire")
            connection.sleep(120)
            assert channel.queue_declare("other")

        def test_before_4_3_a_new_one_mends_what_had_expired(self, broker, connection):
            if broker.version != "4.3":
                broker.faults.expire_credentials("guest", renewed="new")
                with pytest.raises(seen.ChannelClosedByBroker):
                    connection.channel().queue_declare("other")
                connection.update_secret("new", "expired")
                assert connection.channel().queue_declare("other")

        def test_what_is_no_token_closes_the_connection(self, broker, connection):
            broker.faults.expire_credentials("guest", after=60)
            with pytest.raises(seen.ConnectionClosedByBroker) as closed:
                connection.update_secret("garbage", "about to expire")
            why = "Secret update failed" if broker.version == "4.3" else "New secret was refused by one of the backends"
            assert closed.value.args == (530, f"NOT_ALLOWED - {why}")

        def test_one_that_has_expired_itself_changes_nothing_before_4_3(self, broker, connection):
            if broker.version != "4.3":
                broker.faults.expire_credentials("guest", renewed="new")
                connection.update_secret("guest", "the same again")
                with pytest.raises(seen.ChannelClosedByBroker, match="has expired"):
                    connection.channel().queue_declare("other")


class TestDown:
    def test_nobody_answers_until_it_is_up(self, broker, connection):
        broker.down()
        with pytest.raises(seen.StreamLostError):
            connection.process_data_events()
        with pytest.raises(seen.AMQPConnectionError):
            pika.BlockingConnection()
        broker.up()
        assert pika.BlockingConnection().is_open

    def test_one_address_of_several(self, broker):
        first, second = (pika.ConnectionParameters(host) for host in ("one", "two"))
        lost = pika.BlockingConnection(first)
        stays = pika.BlockingConnection(second)
        broker.down("one")
        with pytest.raises(seen.StreamLostError):
            lost.process_data_events()
        stays.process_data_events()
        assert pika.BlockingConnection((first, second))._impl.params.host == "two"
        broker.up("one")
        assert pika.BlockingConnection((first, second))._impl.params.host == "one"

    def test_one_address_cannot_come_up_while_all_are_down(self, broker):
        broker.down()
        with pytest.raises(ValueError, match="down at every address"):
            broker.up("one")


def test_a_reset_ends_every_fault(broker):
    broker.faults.refuse_connections(5)
    broker.faults.block_publishers()
    broker.faults.nack_publishes()
    broker.faults.delay_connections(100)
    broker.faults.delay_connections(100, handshake=True)
    broker.faults.hang_up_on_connections()
    broker.down()
    broker.faults.stop_node()
    broker.reset()
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("q")
    channel.confirm_delivery()
    channel.basic_publish("", "q", b"x")
    assert broker.queue("q").ready == 1


def test_heartbeats_are_lost_in_a_slow_callback(broker, connection):
    connection = pika.BlockingConnection(pika.ConnectionParameters(heartbeat=60))
    channel = connection.channel()
    channel.queue_declare("slow")
    channel.basic_consume("slow", lambda *_: broker.clock.advance(600))
    broker.publish("", "slow", b"x")
    with pytest.raises(seen.StreamLostError):
        channel.start_consuming()
    assert broker.queue("slow").ready == 1


def test_two_brokers_share_no_faults():
    one, other = Broker(), Broker()
    one.faults.refuse_connections()
    one.down()
    assert fakeamqp.connect(other).is_open
