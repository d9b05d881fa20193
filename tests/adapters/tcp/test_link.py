"""A client's link: what keeps it alive, what ends it, and what a slow or silent client may hold."""

from __future__ import annotations

import errno
import struct
from typing import Any

import pytest
from pika import spec

import fakeamqp
from fakeamqp.adapters.tcp.link import HANDSHAKE_SECONDS
from fakeamqp.wire import frames
from tests.adapters.tcp.reading import told
from tests.adapters.tcp.record import begin
from tests.adapters.tcp.scripts import QOS, Script, body, header, method, short
from tests.adapters.tcp.wired import Wire


def wire(broker: fakeamqp.Broker | None = None, *, after: Any = "channel", heartbeat: int = 0) -> Wire:
    """A client that has come so far."""
    made = Wire(broker or fakeamqp.Broker())
    if after == "nothing":
        return made
    for name, data in (
        ("header", frames.PROTOCOL_HEADER),
        ("start-ok", method(0, spec.Connection.StartOk({}, "PLAIN", "\0guest\0guest", "en_US"))),
        ("tune-ok", method(0, spec.Connection.TuneOk(2047, 131_072, heartbeat))),
        ("open", method(0, spec.Connection.Open("/"))),
        ("channel", method(1, spec.Channel.Open())),
    ):
        made.send(data)
        if name == after:
            break
    return made


def publish(key: str, content: bytes, properties: bytes = b"\0\0") -> bytes:
    sent = method(1, spec.Basic.Publish(exchange="", routing_key=key))
    return sent + header(len(content), properties) + body(content)


def names(data: bytes) -> list[Any]:
    return [answer[1] for answer in told(data)]


def test_a_client_begins_and_is_answered() -> None:
    client = wire()
    assert names(client.received) == [
        "Connection.Start",
        "Connection.Tune",
        "Connection.OpenOk",
        "Channel.OpenOk",
    ]
    assert client.broker.connections == 1


def test_bytes_may_come_one_by_one() -> None:
    whole, drop_by_drop = wire(), wire()
    data = method(1, spec.Queue.Declare(queue="q")) + publish("q", b"abc") + method(1, spec.Basic.Get(queue="q"))
    at_once = whole.send(data)
    piecemeal = b"".join(drop_by_drop.send(bytes((octet,))) for octet in data)
    assert piecemeal == at_once
    assert names(at_once) == ["Queue.DeclareOk", "Basic.GetOk", 2, 3]


def test_a_body_longer_than_a_frame_travels_in_several() -> None:
    client = Wire(fakeamqp.Broker())
    begin(Script("", "start-ok", b""), _Reader(client))
    for data in (
        method(0, spec.Connection.TuneOk(2047, 8192, 0)),
        method(0, spec.Connection.Open("/")),
        method(1, spec.Channel.Open()),
        method(1, spec.Queue.Declare(queue="q")),
    ):
        client.send(data)
    content = bytes(range(250)) * 80
    sent = method(1, spec.Basic.Publish(exchange="", routing_key="q")) + header(len(content))
    for at in range(0, len(content), 8000):
        sent += body(content[at : at + 8000])
    client.send(sent)
    answered = client.send(method(1, spec.Basic.Get(queue="q")))
    got = list(frames.Frames(8192).feed(answered))
    assert [one.kind for one in got] == [1, 2, 3, 3, 3]
    assert b"".join(one.payload for one in got[2:]) == content
    assert all(len(one.payload) + 8 <= 8192 for one in got)


class _Reader:
    """A wire as `begin` has it."""

    def __init__(self, client: Wire) -> None:
        self.send = client.send

    def read(self, seconds: float) -> bytes:
        return b"answered"


def test_properties_go_out_with_the_bytes_they_came_in_with() -> None:
    client = wire()
    properties = struct.pack(">H", 1 << 15 | 1 << 12) + short(b"text/plain") + b"\2"
    client.send(method(1, spec.Queue.Declare(queue="q")) + publish("q", b"abc", properties))
    answered = client.send(method(1, spec.Basic.Get(queue="q")))
    assert header(3, properties) in answered


def test_headers_that_the_broker_adds_are_written() -> None:
    client = wire()
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    client.send(method(1, spec.Queue.Declare(queue="q", arguments=arguments)))
    client.send(method(1, spec.Queue.Declare(queue="dead")) + publish("q", b"abc"))
    client.send(method(1, spec.Basic.Get(queue="q")) + method(1, spec.Basic.Reject(1, requeue=False)))
    got = list(frames.Frames(131_072).feed(client.send(method(1, spec.Basic.Get(queue="dead", no_ack=True)))))
    properties = spec.BasicProperties().decode(got[1].payload[12:])
    assert properties.headers["x-death"][0]["reason"] == "rejected"


# --- the handshake


def test_a_handshake_that_takes_too_long_is_ended() -> None:
    client = wire(after="start-ok")
    (timer,) = client.loop.timers
    assert timer.seconds == HANDSHAKE_SECONDS
    client.loop.fire()
    assert client.is_closed
    assert client.broker.connections == 0


def test_one_that_is_in_time_is_not() -> None:
    client = wire()
    client.loop.fire()
    assert not client.is_closed
    assert client.broker.connections == 1


def test_whoever_has_not_logged_in_holds_no_more_than_a_small_frame() -> None:
    client = wire(after="header")
    client.send(struct.pack(">BHI", 1, 0, 8000) + bytes(7000))
    assert client.link._reader._frames.held == 7007
    client.send(bytes(1001))
    client = wire(after="header")
    client.send(struct.pack(">BHI", 1, 0, 9000) + bytes(7000))
    assert client.is_closed


def test_another_protocol_is_told_the_right_one_and_hung_up_on() -> None:
    client = wire(after="nothing")
    assert client.send(b"AMQP\0\0\x09\x02") == frames.PROTOCOL_HEADER
    assert client.is_closed
    assert client.broker.connections == 0


def test_a_broker_that_takes_nobody_in_hangs_up_at_once() -> None:
    client = Wire(fakeamqp.Broker(), is_refusing=True)
    assert client.is_closed
    assert client.links == set()
    assert client.broker.connections == 0


# --- heartbeats


def beats(client: Wire, times: int) -> int:
    """Let half an interval pass so many times; how many heartbeats the broker sent meanwhile."""
    before = len(client.received)
    for _ in range(times):
        client.loop.fire()
    return client.received[before:].count(frames.HEARTBEAT_FRAME)


def test_the_broker_sends_a_heartbeat_when_it_has_nothing_else_to_say() -> None:
    client = wire(heartbeat=10)
    assert [timer.seconds for timer in client.loop.timers if timer.function] == [5.0]
    beats(client, 1)  # the handshake was just now
    assert beats(client, 1) == 1
    client.send(QOS)
    assert beats(client, 1) == 0


def test_a_client_that_is_silent_for_more_than_two_intervals_is_lost() -> None:
    client = wire(heartbeat=10)
    beats(client, 4)
    assert not client.is_closed
    beats(client, 1)
    assert client.is_closed
    assert client.broker.connections == 0


def test_a_heartbeat_is_enough_to_be_alive() -> None:
    client = wire(heartbeat=10)
    for _ in range(20):
        beats(client, 1)
        client.send(frames.HEARTBEAT_FRAME)
    assert not client.is_closed


def test_a_half_open_link_carries_nothing_and_is_lost_when_the_broker_looks() -> None:
    client = wire(heartbeat=10)
    client.broker.faults.silence()
    assert names(client.send(method(1, spec.Queue.Declare(queue="q")))) == []
    assert list(client.broker.queues()) == []
    assert beats(client, 4) == 0
    client.send(frames.HEARTBEAT_FRAME)
    beats(client, 1)
    assert client.broker.connections == 0


def test_a_client_that_says_much_is_not_sent_more_heartbeats() -> None:
    client = wire(heartbeat=10)
    before = len(client.received)
    for _ in range(5):
        client.send(frames.HEARTBEAT_FRAME)
    assert client.received[before:] == b""


def test_what_no_broker_says_arrives_as_it_is() -> None:
    client = wire()
    before = len(client.received)
    client.broker.faults.garble(b"HTTP/1.1 400 Bad Request")
    client.loop.turn()
    assert client.received[before:] == b"HTTP/1.1 400 Bad Request"


def test_slow_heartbeats_come_as_seldom_as_said() -> None:
    client = wire(heartbeat=10)
    client.broker.faults.slow_heartbeats(15)
    sent = []
    for _ in range(8):
        client.send(frames.HEARTBEAT_FRAME)
        sent.append(beats(client, 1))
    assert sum(sent) == 2


def test_without_heartbeats_nobody_looks() -> None:
    client = wire(heartbeat=0)
    assert [timer for timer in client.loop.timers if timer.function] == []


def test_a_client_that_the_broker_does_not_read_may_be_silent() -> None:
    client = wire(heartbeat=10)
    client.broker.faults.block_publishers()
    client.send(publish("q", b"abc"))
    beats(client, 20)
    assert not client.is_closed


# --- alarms and slow clients


def test_a_connection_that_publishes_during_an_alarm_is_not_read_until_it_is_over() -> None:
    broker = fakeamqp.Broker()
    client = wire(broker)
    client.send(method(1, spec.Queue.Declare(queue="q")))
    broker.faults.block_publishers()
    assert not client.is_paused
    client.send(publish("q", b"abc"))
    assert client.is_paused
    assert broker.queue("q").ready == 0
    broker.faults.unblock_publishers()
    assert not client.is_paused
    assert broker.queue("q").ready == 1


def test_a_client_that_does_not_read_is_delivered_no_more_until_it_has() -> None:
    broker = fakeamqp.Broker()
    client = wire(broker)
    client.send(method(1, spec.Queue.Declare(queue="q")) + method(1, spec.Basic.Consume(queue="q", no_ack=True)))
    client.link.pause_writing()
    for _ in range(5):
        broker.publish("", "q", b"abc")
    assert client.send(b"") == b""
    assert broker.queue("q").ready == 5
    client.link.resume_writing()
    assert names(client.send(b"")) == ["Basic.Deliver", 2, 3] * 5
    assert broker.queue("q").ready == 0


def test_what_a_slow_client_keeps_from_reading_goes_to_others() -> None:
    broker = fakeamqp.Broker()
    slow, quick = wire(broker), wire(broker)
    slow.send(method(1, spec.Queue.Declare(queue="q")) + method(1, spec.Basic.Consume(queue="q", no_ack=True)))
    quick.send(method(1, spec.Basic.Consume(queue="q", no_ack=True)))
    slow.link.pause_writing()
    for _ in range(3):
        broker.publish("", "q", b"abc")
    assert names(quick.send(b"")) == ["Basic.Deliver", 2, 3] * 3


# --- ends


def test_a_client_that_is_gone_gives_back_what_it_holds() -> None:
    broker = fakeamqp.Broker()
    client = wire(broker)
    client.send(method(1, spec.Queue.Declare(queue="q")) + publish("q", b"abc") + method(1, spec.Basic.Get(queue="q")))
    assert broker.queue("q").unacked == 1
    client.link.connection_lost(None)
    assert (broker.queue("q").ready, broker.queue("q").unacked, broker.connections) == (1, 0, 0)
    assert client.links == set()


def test_a_network_that_breaks_says_nothing() -> None:
    client = wire()
    before = client.received
    client.broker.faults.drop_connections()
    client.loop.turn()
    assert client.is_closed
    assert client.received == before
    assert client.broker.connections == 0


def test_the_last_word_is_sent_before_the_link_ends() -> None:
    client = wire()
    assert names(client.send(method(0, spec.Connection.Close(200, "bye", 0, 0)))) == ["Connection.CloseOk"]
    assert client.is_closed
    assert client.send(QOS) == b""


def test_the_end_of_the_broker_is_told() -> None:
    client = wire()
    before = len(client.received)
    client.broker.close()
    client.loop.turn()
    ((_, name, fields),) = told(client.received[before:])
    assert (name, fields["reply_code"]) == ("Connection.Close", 320)
    client.send(method(0, spec.Connection.CloseOk()))
    assert client.is_closed


def test_one_clients_nonsense_disturbs_no_other() -> None:
    broker = fakeamqp.Broker()
    bad, good = wire(broker), wire(broker)
    bad.send(frames.frame(5, 1, b"abc"))
    assert names(good.send(QOS)) == ["Basic.QosOk"]
    assert broker.connections == 2  # until the close-ok
    bad.send(method(0, spec.Connection.CloseOk()))
    assert broker.connections == 1


@pytest.mark.parametrize("version", ["3.10", "4.3"])
def test_a_body_that_is_larger_than_any_is_not_kept_and_refused_for_its_size(version: str) -> None:
    broker = fakeamqp.Broker(version)
    largest = broker.profile.max_message_size
    client = wire(broker)
    client.send(method(1, spec.Basic.Publish(exchange="", routing_key="q")) + header(largest + 1))
    piece = bytes(131_064)
    left = largest + 1
    answered = b""
    while left:
        answered += client.send(body(piece[:left]))
        left -= len(piece[:left])
    ((_, name, fields),) = told(answered)
    assert (name, fields["reply_code"]) == ("Channel.Close", 406)
    assert f"message size {largest + 1} is larger" in fields["reply_text"]


def test_what_another_thread_makes_the_broker_send_is_sent_by_the_loop() -> None:
    client = wire()
    client.send(method(1, spec.Queue.Declare(queue="q")) + method(1, spec.Basic.Consume(queue="q")))
    before = client.received
    client.broker.publish("", "q", b"abc")
    assert client.link.has_mail
    assert client.received == before
    client.loop.turn()
    assert not client.link.has_mail
    assert names(client.received[len(before) :]) == ["Basic.Deliver", 2, 3]


class _Gone(Wire):
    """The transport of a client that has broken the connection, which the broker is yet to notice."""

    def write_eof(self) -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")


def test_a_client_that_has_gone_before_the_brokers_last_word_is_let_go() -> None:
    client = _Gone(fakeamqp.Broker())
    assert client.send(b"no protocol").startswith(b"AMQP")
    client.loop.fire()
    assert client.is_closed
    assert client.broker.sessions() == ()
