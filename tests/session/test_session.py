"""The grammar of a conversation, as RabbitMQ 3.10.8, 4.0.5 and 4.3.6 were seen to keep it over plain sockets."""

from __future__ import annotations

import pytest
from pika import spec
from pika.spec import Access, Basic, Channel, Confirm, Connection, Exchange, Queue, Tx

from fakeamqp.model import commands as ask
from tests.support.client import DROPPED, Client, Host

VERSIONS = ("3.10", "4.0", "4.3")
RUNNING = "CHANNEL_ERROR - unexpected method in connection state running"
OPENING = "CHANNEL_ERROR - unexpected method in connection state opening"
UNIMPLEMENTED = "COMMAND_INVALID - unimplemented method"
NOT_OPEN = "CHANNEL_ERROR - expected 'channel.open'"
OPEN_TWICE = "CHANNEL_ERROR - second 'channel.open' seen"
REFUSED = "ACCESS_REFUSED - Login was refused using authentication mechanism {}. For details see the broker logfile."


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def client(host: Host) -> Client:
    return host.client().open()


def amqplain(**fields: str) -> bytes:
    raw = {name.encode(): value.encode() for name, value in fields.items()}
    return b"".join(
        bytes([len(name)]) + name + b"S" + len(value).to_bytes(4, "big") + value for name, value in raw.items()
    )


class TestHandshake:
    def test_it_begins_with_start_and_ends_with_an_open_connection(self, host):
        client = host.client()
        assert client.read() == ["Connection.Start"]
        assert client.log_in() == ["Connection.Tune"]
        assert client.tune() == []
        assert not client.session.is_open
        assert client(Connection.Open("/"), 0) == ["Connection.OpenOk"]
        assert client.session.is_open

    def test_what_the_client_told_and_what_was_agreed_is_kept(self, host):
        client = host.client()
        client.log_in()
        client.tune(7, 10_000, 30)
        session = client.session
        assert (session.client_properties.keys(), session.mechanism) == ({"capabilities"}, "PLAIN")
        assert (session.channel_max, session.frame_max, session.heartbeat_s) == (7, 10_000, 30)

    @pytest.mark.parametrize(
        ("logged_in", "method"),
        [
            *((stage, each) for stage in (False, True)
              for each in (Connection.Open("/"), Connection.Close(200, "", 0, 0), Channel.Open())),
            (False, Connection.TuneOk(1, 4096, 0)), (True, Connection.StartOk()),
        ],
    )  # fmt: skip
    def test_before_tuning_is_done_whatever_is_out_of_place_ends_the_link_without_a_word(self, host, logged_in, method):
        client = host.client()
        if logged_in:
            client.log_in()
        client.sent.clear()
        assert client(method, 1 if isinstance(method, Channel.Open) else 0) == [DROPPED]
        assert (host.sessions, host.broker.connections) == ({}, {})

    @pytest.mark.parametrize(
        "method",
        [Connection.TuneOk(2047, 131_072, 0), Connection.Close(200, "", 0, 0), Connection.UpdateSecret("", "")],
    )
    def test_after_tuning_it_is_told_what_was_out_of_place(self, host, method):
        client = host.client()
        client.log_in()
        client.tune()
        assert client(method, 0) == [(0, 504, OPENING, 10, method.INDEX & 0xFFFF)]

    def test_no_channel_is_known_before_the_connection_is_open(self, host):
        client = host.client()
        client.log_in()
        client.tune()
        (close,) = client(Channel.Open())
        assert close[:2] == (0, 505)
        assert close[2].startswith("UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10")
        assert close[3:] == (0, 0), "a frame was at fault, not a method"

    @pytest.mark.parametrize(
        ("version", "channel_max", "frame_max", "accepted"),
        [
            *((version, channel_max, 131_072, channel_max in (1, 2047)) for version in VERSIONS
              for channel_max in (0, 1, 2047, 2048)),
            *((version, 2047, frame_max, False) for version in VERSIONS for frame_max in (0, 4095, 131_073)),
            ("3.10", 2047, 4096, True), ("4.0", 2047, 4096, True), ("4.3", 2047, 8191, False),
            ("4.3", 2047, 8192, True),
        ],
    )  # fmt: skip
    def test_what_the_client_makes_of_tune_is_within_what_was_offered(self, version, channel_max, frame_max, accepted):
        client = Host(version).client()
        client.log_in()
        assert client.tune(channel_max, frame_max) == ([] if accepted else [DROPPED])

    def test_the_heartbeat_is_the_clients(self, host):
        client = host.client()
        client.log_in()
        client.tune(heartbeat=1000)
        assert client.session.heartbeat_s == 1000

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize(
        ("mechanism", "response"),
        [("PLAIN", "\0guest\0wrong"), ("PLAIN", b"\0nobody\0guest"), ("PLAIN", "\0guest\0"), ("PLAIN", "\0\0guest"),
         ("AMQPLAIN", amqplain(LOGIN="guest", PASSWORD="wrong"))],
    )  # fmt: skip
    def test_wrong_credentials_are_told_to_clients_that_can_hear_it(self, version, mechanism, response):
        client = Host(version, users={"guest": "guest"}).client()
        assert client.log_in(response, mechanism) == [(0, 403, REFUSED.format(mechanism), 0, 0)]
        deaf = Host(version, users={"guest": "guest"}).client()
        assert deaf.log_in(response, mechanism, authentication_failure_close=False) == [DROPPED]

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize(
        ("mechanism", "response"),
        [("PLAIN", "guest"), ("PLAIN", "me\0guest\0guest"), ("PLAIN", "\0guest\0guest\0"), ("plain", "\0guest\0guest"),
         ("EXTERNAL", ""), ("RABBIT-CR-DEMO", "guest"), ("AMQPLAIN", amqplain(LOGIN="guest")), ("AMQPLAIN", b"\x05LOG"),
         ("AMQPLAIN", b"\x05LOGINI\0\0\0\x01")],
    )  # fmt: skip
    def test_what_is_no_login_at_all_ends_the_link_without_a_word(self, version, mechanism, response):
        host = Host(version)
        assert host.client().log_in(response, mechanism) == [DROPPED]
        assert (host.sessions, host.broker.connections) == ({}, {})

    @pytest.mark.parametrize("version", VERSIONS)
    def test_amqplain_is_offered_and_served(self, version):
        host = Host(version, users={"me": "secret"})
        assert host.client().log_in(amqplain(LOGIN="me", PASSWORD="secret"), "AMQPLAIN") == ["Connection.Tune"]
        assert host.broker.connections[1].username == "me"

    @pytest.mark.parametrize(
        ("version", "answer"), [("3.10", DROPPED), ("4.0", "Connection.Tune"), ("4.3", "Connection.Tune")]
    )
    def test_anybody_may_come_in_anonymously_from_4_0_on(self, version, answer):
        host = Host(version, users={"guest": "secret"})
        assert host.client().log_in("", "ANONYMOUS") == [answer]

    def test_a_missing_virtual_host_is_told(self, host):
        client = host.client()
        client.log_in()
        client.tune()
        assert client(Connection.Open("none"), 0) == [(0, 530, "NOT_ALLOWED - vhost none not found", 10, 40)]


class TestOutOfPlace:
    @pytest.mark.parametrize(
        "method",
        [Connection.StartOk(), Connection.TuneOk(), Connection.Open(), Connection.CloseOk(), Connection.Blocked(""),
         Basic.Qos(), Channel.Open(), Basic.Publish()],
    )  # fmt: skip
    def test_the_connections_own_channel_knows_two_methods(self, client, method):
        assert client(method, 0) == [(0, 504, RUNNING, method.INDEX >> 16, method.INDEX & 0xFFFF)]

    @pytest.mark.parametrize(
        "method",
        [Queue.Declare(queue="q"), Channel.Close(200, "", 0, 0), Channel.CloseOk(), Connection.Close(200, "", 0, 0),
         Basic.Publish(exchange="", routing_key="q"), Queue.DeclareOk("", 0, 0)],
    )  # fmt: skip
    def test_a_channel_must_be_open(self, client, method):
        assert client(method, 7) == [(0, 504, NOT_OPEN, method.INDEX >> 16, method.INDEX & 0xFFFF)]

    def test_a_channel_is_opened_once(self, client):
        assert client(Channel.Open()) == [(0, 504, OPEN_TWICE, 20, 10)]

    @pytest.mark.parametrize(
        "method",
        [Channel.CloseOk(), Queue.DeclareOk("q", 0, 0), Basic.Deliver("c", 1, False, "", ""),
         Connection.Close(200, "", 0, 0), Connection.UpdateSecret("", "")],
    )  # fmt: skip
    def test_what_only_brokers_send_and_what_has_no_place_on_a_channel_is_no_method(self, client, method):
        assert client(method) == [(0, 503, UNIMPLEMENTED, method.INDEX >> 16, method.INDEX & 0xFFFF)]

    def test_channels_are_counted_not_numbered(self, host):
        client = host.client().open(channel_max=2)
        assert client(Channel.Open(), 65_535) == ["Channel.OpenOk"]
        text = "NOT_ALLOWED - number of channels opened (2) has reached the negotiated channel_max (2)"
        assert client(Channel.Open(), 9) == [(0, 530, text, 0, 0)]

    def test_a_channel_that_waits_for_close_ok_counts(self, host):
        client = host.client().open(channel_max=1)
        client(Queue.Declare(queue="missing", passive=True))
        assert client(Channel.Open(), 2)[0][:2] == (0, 530)

    def test_a_grave_error_is_the_last_word_until_it_is_answered(self, host, client):
        assert len(client(Channel.Open())) == 1
        assert host.broker.connections == {}
        assert (
            client(Queue.Declare(queue="q"))
            == client(Channel.Open(), 2)
            == client(Connection.UpdateSecret("", ""), 0)
            == []
        )
        assert client(Connection.Close(200, "", 0, 0), 0) == ["Connection.CloseOk"]
        assert client(Connection.CloseOk(), 0) == [DROPPED]
        assert host.sessions == {}
        assert client(Queue.Declare(queue="q")) == []

    def test_access_was_given_up_and_is_granted(self, client):
        assert client(Access.Request()) == ["Access.RequestOk"]

    def test_a_new_secret_is_fine(self, client):
        assert client(Connection.UpdateSecret("new", "because"), 0) == ["Connection.UpdateSecretOk"]

    def test_a_channel_too_many_of_a_user_is_no_methods_fault(self, host, client):
        host.broker.apply(ask.AddUser("guest", "guest"), 0)
        host.broker.apply(ask.SetUserLimit("guest", "max-channels", 1), 0)
        ((channel, code, _, class_id, method_id),) = client(Channel.Open(), 2)
        assert (channel, code, class_id, method_id) == (0, 530, 0, 0)


class TestChannels:
    def test_a_refusal_names_the_method_at_fault(self, client):
        assert client(Queue.Declare(queue="q", passive=True)) == [
            (1, 404, "NOT_FOUND - no queue 'q' in vhost '/'", 50, 10)
        ]

    def test_what_a_client_has_sent_on_is_not_looked_at_until_it_answers(self, host, client):
        client(Queue.Declare(queue="q", passive=True))
        for method in (
            Queue.Declare(queue="q"),
            Connection.Close(200, "", 0, 0),
            Queue.DeclareOk("", 0, 0),
            Tx.Select(),
        ):
            assert client(method) == []
        client.session.publish(1, Basic.Publish(exchange="", routing_key="q"), {}, b"lost")
        assert client.read() == []
        assert client(Channel.CloseOk()) == []
        assert client(Channel.Open()) == ["Channel.OpenOk"]
        assert host.broker.vhosts["/"].queues == {}

    def test_closing_from_both_sides_needs_both_answers(self, client):
        client(Queue.Declare(queue="q", passive=True))
        assert client(Channel.Close(200, "", 0, 0)) == ["Channel.CloseOk"]
        assert client(Channel.Open()) == [(0, 504, OPEN_TWICE, 20, 10)]

    def test_after_one_answer_the_channel_is_free(self, client):
        client(Queue.Declare(queue="q", passive=True))
        client(Channel.CloseOk())
        assert client(Channel.CloseOk()) == [(0, 504, NOT_OPEN, 20, 41)]

    def test_a_closed_channel_can_be_opened_again(self, client):
        assert client(Channel.Close(200, "", 0, 0)) == ["Channel.CloseOk"]
        assert client(Channel.Open()) == ["Channel.OpenOk"]

    def test_a_publish_is_handed_on_whole(self, host, client):
        client(Queue.Declare(queue="q"))
        client.session.publish(1, Basic.Publish(exchange="", routing_key="q", mandatory=True), {"priority": 3}, b"body")
        command = host.commands[-1]
        assert isinstance(command, ask.Publish)
        assert (command.mandatory, command.immediate, command.message.properties, command.message.body) == (
            True, False, {"priority": 3}, b"body",
        )  # fmt: skip
        client(Basic.Get(queue="q", no_ack=True))

    def test_a_refused_publish_is_at_fault_itself(self, client):
        client.session.publish(1, Basic.Publish(exchange="none", routing_key="k"), {}, b"")
        assert client.read() == [(1, 404, "NOT_FOUND - no exchange 'none' in vhost '/'", 60, 40)]

    def test_a_publish_on_a_channel_that_is_not_open_is_any_other_method(self, client):
        client.session.publish(9, Basic.Publish(exchange="", routing_key="q"), {}, b"")
        assert client.read() == [(0, 504, NOT_OPEN, 60, 40)]


class TestNowait:
    @pytest.mark.parametrize(
        "method",
        [Exchange.Declare(exchange="x", type="fanout", nowait=True),
         Exchange.Bind(destination="amq.topic", source="amq.fanout", nowait=True),
         Exchange.Unbind(destination="amq.topic", source="amq.fanout", nowait=True),
         Exchange.Delete(exchange="x", nowait=True), Queue.Declare(queue="q", nowait=True),
         Queue.Bind(queue="own", exchange="amq.topic", nowait=True), Queue.Purge(queue="own", nowait=True),
         Queue.Delete(queue="own", nowait=True), Basic.Consume(queue="own", nowait=True),
         Basic.Cancel(consumer_tag="none", nowait=True), Confirm.Select(nowait=True)],
        ids=lambda method: method.NAME,
    )  # fmt: skip
    def test_the_answer_is_left_out_but_not_the_work(self, host, client, method):
        client(Queue.Declare(queue="own"))
        assert client(method) == []
        assert type(host.commands[-1]) is not ask.DeclareQueue or "q" in host.broker.vhosts["/"].queues

    def test_a_refusal_is_told_all_the_same(self, client):
        assert client(Queue.Bind(queue="none", exchange="amq.topic", nowait=True))[0][:2] == (1, 404)

    def test_what_else_comes_of_it_is_told(self, client):
        client(Queue.Declare(queue="q"))
        client(Basic.Consume(queue="q", consumer_tag="c"))
        assert client(Queue.Delete(queue="q", nowait=True)) == ["Basic.Cancel"]
        assert client(Queue.Declare(queue="q")) == ["Queue.DeclareOk"], "and it is over with the method"


class TestEnds:
    def test_a_client_that_closes_is_answered_and_gone(self, host, client):
        assert client(Connection.Close(200, "bye", 0, 0), 0) == ["Connection.CloseOk", DROPPED]
        assert (host.sessions, host.broker.connections) == ({}, {})

    def test_a_lost_link_says_nothing(self, host, client):
        client.session.lost()
        client.session.lost()
        assert client.read() == []
        assert (host.sessions, host.broker.connections) == ({}, {})

    def test_a_link_lost_while_its_close_waits_for_an_answer_ends_as_well(self, host, client):
        client(Channel.Open())
        client.session.lost()
        assert host.sessions == {}

    def test_a_broker_that_ends_says_so(self, host, client):
        client.session.force_close("shutdown")
        text = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"
        assert client.read() == [(0, 320, text, 0, 0)]
        assert host.broker.connections == {}

    def test_a_broker_that_ends_during_a_handshake_says_nothing(self, host):
        client = host.client()
        client.read()
        client.session.force_close("shutdown")
        assert client.read() == [DROPPED]

    def test_a_heartbeat_is_no_method(self, client):
        client.session.heartbeat()
        assert client.read() == []


def test_others_are_told_what_concerns_them_without_a_fault(host):
    """A consumer that loses its queue to somebody else's method hears of the cancel alone."""
    one, two = host.client().open(), host.client().open()
    one(Queue.Declare(queue="q"))
    one(Basic.Consume(queue="q", consumer_tag="c"))
    assert two(Queue.Delete(queue="q")) == ["Queue.DeleteOk"]
    assert one.read() == ["Basic.Cancel"]


@pytest.mark.parametrize("index", [index for index, kind in spec.methods.items() if index >> 16 not in (10, 30)])
def test_whatever_can_be_sent_on_a_channel_has_an_answer_or_an_error(index, client):
    """No method of the protocol makes the session raise."""
    method = spec.methods[index]()
    for name, value in vars(method).items():
        if value is None:
            setattr(method, name, False if name in ("active", "requeue", "multiple") else "")
    client(method)


class TestAlarms:
    """Seen on RabbitMQ 3.10.8 and 4.3.6 while `set_vm_memory_high_watermark 0` was in force."""

    @pytest.fixture
    def client(self, host):
        client = host.client()
        client.log_in(**{"connection.blocked": True})
        client.tune()
        client(Connection.Open("/"), 0)
        client(Channel.Open())
        client(Queue.Declare(queue="q"))
        client(Confirm.Select())
        return client

    def publish(self, client):
        client.session.publish(1, Basic.Publish(routing_key="q"), {}, b"")
        return client.read()

    def test_an_alarm_alone_changes_nothing(self, client):
        client.session.throttle("low on memory")
        assert client(Queue.Declare(queue="q")) == ["Queue.DeclareOk"]
        assert not client.session.is_blocked

    def test_from_the_first_publish_on_nothing_is_carried_out(self, host, client):
        client.session.throttle("low on memory")
        assert self.publish(client) == ["Connection.Blocked"]
        assert self.publish(client) == client(Queue.Declare(queue="q")) == []
        assert client.session.is_blocked
        assert not host.broker.vhosts["/"].queues["q"].ready

    def test_afterwards_all_of_it_is_in_order(self, client):
        client.session.throttle("low on memory")
        self.publish(client)
        client(Queue.Declare(queue="q"))
        self.publish(client)
        client.session.release()
        assert client.read() == ["Connection.Unblocked", "Basic.Ack", "Queue.DeclareOk", "Basic.Ack"]
        assert self.publish(client) == ["Basic.Ack"]

    def test_who_was_not_blocked_is_not_told_of_the_end(self, client):
        client.session.throttle("low on memory")
        client.session.release()
        assert client.read() == []

    def test_a_client_that_does_not_know_of_it_is_held_up_without_a_word(self, host):
        client = host.client().open()
        client(Queue.Declare(queue="q"))
        client.session.throttle("low on memory")
        assert self.publish(client) == []
        client.session.release()
        assert client.read() == []
        assert len(host.broker.vhosts["/"].queues["q"].ready) == 1

    def test_a_broker_that_ends_meanwhile_closes_the_connection(self, host, client):
        client.session.throttle("low on memory")
        self.publish(client)
        client.session.force_close("shutdown")
        assert client.read()[0][1] == 320
        assert client(Connection.CloseOk(), 0) == [DROPPED]
        client.session.release()
        assert not host.broker.vhosts["/"].queues["q"].ready
