"""The broker that tests hold: how it is made, what can be done without a client, how it ends."""

from __future__ import annotations

import logging
from datetime import datetime, timezone

import pika
import pika.exceptions
import pytest

import fakeamqp
from fakeamqp.model.errors import AccessRefused, NotFound, PreconditionFailed
from fakeamqp.world.broker import Broker


@pytest.fixture
def broker():
    with Broker() as broker:
        yield broker


@pytest.fixture
def channel(broker):
    return fakeamqp.connect(broker).channel()


# --- how it is made


def test_a_version_that_is_not_recorded_names_those_that_are():
    with pytest.raises(ValueError, match=r"'3\.8' is not recorded; the recorded versions are 3\.10, 4\.0, 4\.3"):
        Broker("3.8")


def test_it_says_where_it_can_be_found():
    broker = Broker(addresses=["mq.example:5673", ("other", 1), "plain"], users={"me": "a/b"}, vhosts=["a b", "c"])
    assert broker.url == "amqp://me:a%2Fb@mq.example:5673/a%20b"
    assert broker.accepts("plain", 5672)
    assert (broker.address, broker.credentials, broker.first_vhost) == (("mq.example", 5673), ("me", "a/b"), "a b")


@pytest.mark.parametrize("port", [5672, 5671])
def test_every_host_will_do_at_the_usual_ports(broker, port):
    assert broker.accepts("anywhere", port)
    assert not broker.accepts("anywhere", port + 10)


def test_a_refused_login_is_warned_of_with_the_way_in(broker, caplog):
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        fakeamqp.connect(broker, credentials=pika.PlainCredentials("billing", "s3cret"))
    (warning,) = [record.getMessage() for record in caplog.records if record.name == "fakeamqp"]
    assert warning == (
        "login as 'billing' refused: name and password have to be those of a user; this fakeamqp broker was made with "
        'users for guest, and Broker(users="any") would let everybody in'
    )


def test_a_refused_address_is_warned_of_once_with_the_way_in(broker, caplog):
    with caplog.at_level(logging.WARNING, "fakeamqp"):
        for _ in range(2):
            assert not broker.accepts("mq", 1234)
        assert not broker.accepts("mq", 1235)
    assert [record.getMessage() for record in caplog.records] == [
        f"connection to mq:{port} refused: this fakeamqp broker listens at any host at ports 5672 and 5671; "
        f"Broker(addresses=[('mq', {port})]) would let it in"
        for port in (1234, 1235)
    ]


def test_parameters_lead_to_it_and_can_be_overridden(broker):
    parameters = broker.parameters(heartbeat=5)
    assert isinstance(parameters, pika.ConnectionParameters)
    assert (parameters.host, parameters.port, parameters.virtual_host) == ("localhost", 5672, "/")
    assert parameters.heartbeat == 5


def test_users_and_virtual_hosts_are_its_own():
    with Broker(users={"me": "secret"}, vhosts=["v"]) as broker:
        with pytest.raises(pika.exceptions.ProbableAuthenticationError):
            fakeamqp.connect(broker, credentials=pika.PlainCredentials("me", "wrong"))
        with pytest.raises(pika.exceptions.ProbableAccessDeniedError):
            fakeamqp.connect(broker, virtual_host="/")
        assert fakeamqp.connect(broker).is_open


# --- doing without a client


def test_a_publish_tells_who_took_it(broker, channel):
    for name in ("q", "r"):
        channel.queue_declare(name)
        channel.queue_bind(name, "amq.topic", f"{name}.*")
    channel.queue_bind("r", "amq.topic", "#")
    assert broker.publish("amq.topic", "q.1", "text") == ("q", "r")
    assert broker.publish("", "nowhere") == ()
    assert [message.body for message in broker.queue("q").messages] == [b"text"]


def test_a_publish_does_not_tell_of_dead_letters(broker, channel):
    channel.queue_declare("lost")
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "lost", "x-max-length": 0}
    channel.queue_declare("full", arguments={**arguments, "x-overflow": "reject-publish-dlx"})
    channel.queue_declare("passing", arguments=arguments)
    assert broker.publish("", "full", "a") == ()
    assert broker.publish("", "passing", "b") == ("passing",)
    assert [message.body for message in broker.queue("lost").messages] == [b"a", b"b"]


@pytest.mark.parametrize(
    ("exchange", "properties", "error"),
    [("none", {}, NotFound), ("amq.rabbitmq.trace", {}, AccessRefused), ("", {"expiration": "x"}, PreconditionFailed)],
)
def test_what_rabbitmq_would_refuse_is_raised(broker, channel, exchange, properties, error):
    with pytest.raises(error):
        broker.publish(exchange, "k", **properties)
    assert channel.is_open


def test_a_published_message_is_the_brokers_own(broker, channel):
    channel.queue_declare("q")
    headers = {"list": [1]}
    broker.publish("", "q", headers=headers, reply_to=None)
    headers["list"].append(2)
    (message,) = broker.queue("q").messages
    assert message.headers == {"list": [1]}
    assert "reply_to" not in message.properties


def test_a_route_is_told_and_nothing_is_published(broker, channel):
    channel.queue_declare("q")
    channel.queue_declare("r")
    channel.queue_bind("q", "amq.headers", arguments={"x-match": "any", "kind": "a"})
    assert broker.route("amq.headers", "", {"kind": "a", "CC": ["k"]}) == ["q"]
    assert broker.route("", "q", {"BCC": ["r"]}) == ["q", "r"]
    assert broker.route("amq.headers", "") == []
    assert broker.queue("q").ready == 0
    with pytest.raises(KeyError, match="no exchange 'none' in vhost '/'"):
        broker.route("none", "k")


@pytest.mark.parametrize(
    "look",
    [lambda broker: broker.queue("q", "none"), lambda broker: broker.exchange("x", "none"),
     lambda broker: broker.bindings("none"), lambda broker: broker.route("", "q", vhost="none"),
     lambda broker: broker.publish("", "q", vhost="none")],
)  # fmt: skip
def test_a_missing_virtual_host_is_told_with_those_there_are(broker, look):
    with pytest.raises(KeyError, match="no vhost 'none' in this broker; there are /"):
        look(broker)


def test_bindings_are_told_of_all_exchanges(broker, channel):
    channel.queue_declare("q")
    channel.queue_bind("q", "amq.topic", "a")
    channel.exchange_bind("amq.fanout", "amq.direct", "b")
    assert [(each.source, each.destination.name) for each in broker.bindings()] == [
        ("amq.direct", "amq.fanout"),
        ("amq.topic", "q"),
    ]


# --- steps


def test_a_step_is_carried_out_at_the_clocks_instant(broker, channel):
    channel.queue_declare("q", arguments={"x-message-ttl": 250})
    broker.clock.advance(1.5)
    broker.publish("", "q", "a")
    assert broker.trace[-1].at_us == 1_500_000
    assert broker.next_deadline() == 1_750_000
    (dropped,) = broker.fire_next()
    assert (dropped.reason, broker.clock.now(), broker.trace[-1].command) == ("expired", 1.75, None)
    assert broker.fire_next() == []
    assert broker.next_deadline() is None


def test_looking_ahead_changes_nothing(broker, channel):
    channel.queue_declare("q", arguments={"x-message-ttl": 250})
    broker.publish("", "q", "a")
    ahead = broker.fork()
    ahead.fire(250_000)
    assert len(ahead.vhosts["/"].queues["q"].ready) == 0
    assert (broker.queue("q").ready, broker.clock.now(), len(broker.trace)) == (1, 0, len(broker.trace))


# --- ends


def test_a_broker_that_ends_closes_its_connections_as_a_shutdown_does(broker):
    connection = fakeamqp.connect(broker)
    channel = connection.channel()
    broker.close()
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker, match=r"320.*CONNECTION_FORCED"):
        channel.queue_declare("q")
    assert broker.connections == 0


def test_a_reset_is_a_new_beginning(broker, channel):
    channel.queue_declare("q")
    broker.clock.advance(5)
    broker.reset()
    assert (broker.clock.now(), len(broker.trace)) == (0, 0)
    assert broker.snapshot() == Broker().snapshot()
    assert fakeamqp.connect(broker).channel().queue_declare("").method.queue == (
        fakeamqp.connect(Broker()).channel().queue_declare("").method.queue
    )


def test_clients_of_the_time_before_a_reset_do_not_reach_those_after_it(broker, channel):
    broker.reset()
    assert broker.connections == 0
    later = fakeamqp.connect(broker).channel()
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker):
        channel.queue_declare("q")
    assert later.queue_declare("q").method.message_count == 0
    assert broker.connections == 1
    assert later.basic_consume("q", print) == fakeamqp.connect(Broker()).channel()._impl._generate_consumer_tag()


def test_a_purge_leaves_all_but_what_waits(broker, channel):
    channel.queue_declare("q")
    channel.queue_declare("log", durable=True, arguments={"x-queue-type": "stream"})
    for body in "ab":
        broker.publish("", "q", body)
        broker.publish("", "log", body)
    method, _, _ = channel.basic_get("q")
    broker.purge()
    assert (broker.queue("q").ready, broker.queue("q").unacked, len(broker.queue("log"))) == (0, 1, 2)
    channel.basic_nack(method.delivery_tag)
    channel.connection.process_data_events()
    assert broker.queue("q").ready == 1


def test_two_brokers_share_nothing():
    with Broker() as one, Broker() as other:
        fakeamqp.connect(one).channel().queue_declare("q")
        one.clock.advance(5)
        assert (other.clock.now(), other.connections) == (0, 0)
        assert other.snapshot().vhosts["/"].queues == {}


def test_it_says_what_it_is(broker):
    assert repr(Broker("4.0")) == "<fakeamqp.Broker 4.0 at 0 s, 0 connections>"
    assert broker.clock.today() == datetime(2024, 1, 1, tzinfo=timezone.utc)
