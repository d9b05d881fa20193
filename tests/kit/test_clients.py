"""Clients that hold on too long, ask each other, or let messages fail again and again."""

from __future__ import annotations

import pika
import pytest

import fakeamqp
from fakeamqp.model.profile import PROFILES
from tests.kit.support import Client

VERSIONS = tuple(PROFILES)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", ["classic", "quorum"])
@pytest.mark.parametrize("fetched", [False, True])
def test_what_is_held_too_long_comes_back(version: str, kind: str, fetched: bool) -> None:
    """RabbitMQ 4.3 looks after quorum queues alone, at once; the others look once a minute, and close the channel."""
    client = Client(version, consumer_timeout=600)
    client.channel.queue_declare("q", durable=True, arguments={"x-queue-type": kind})
    client.channel.basic_publish("", "q", b"1")
    client.broker.settle()
    if fetched:
        client.channel.basic_get("q")
    else:
        client.consume("q")
    client.broker.clock.advance(599)
    client.broker.settle()
    assert client.broker.queue("q").unacked == 1
    client.broker.clock.advance(122)
    client.broker.settle()
    never = version == "4.3" and kind == "classic"
    assert (client.broker.queue("q").ready, client.broker.queue("q").unacked) == ((0, 1) if never else (1, 0))
    if never:
        return
    if version == "4.3" and not fetched:
        client.channel.queue_declare("q", passive=True)  # cancelled, and alive
        assert client.broker.queue("q").consumers <= 1
    else:
        with pytest.raises((pika.exceptions.AMQPChannelError, pika.exceptions.ChannelWrongStateError)):
            client.channel.queue_declare("q", passive=True)


@pytest.mark.parametrize("version", ["4.0", "4.3"])
def test_a_queue_has_a_timeout_of_its_own(version: str) -> None:
    client = Client(version, consumer_timeout=None)
    arguments = {"x-queue-type": "quorum", "x-consumer-timeout": 120_000}
    client.channel.queue_declare("q", durable=True, arguments=arguments)
    client.channel.basic_publish("", "q", b"1")
    client.broker.settle()
    client.consume("q")
    client.broker.clock.advance(119)
    assert client.broker.queue("q").unacked == 1
    client.broker.clock.advance(122)
    assert client.broker.queue("q").unacked == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_a_request_is_answered_directly(version: str) -> None:
    client, server = Client(version), None
    client.channel.queue_declare("rpc")
    answers: list[bytes] = []
    client.channel.basic_consume(
        "amq.rabbitmq.reply-to", lambda channel, method, properties, body: answers.append(body), auto_ack=True
    )
    client.channel.basic_publish("", "rpc", b"2", pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
    client.broker.settle()
    server = Client(broker=client.broker)
    _, properties, body = server.channel.basic_get("rpc", auto_ack=True)
    assert properties.reply_to.startswith("amq.rabbitmq.reply-to.")
    for answer in (body * 2, body * 3):
        server.channel.basic_publish("", properties.reply_to, answer)
        client.broker.settle()
    assert answers == [b"22", b"222"]
    assert server.refusal("queue_declare", properties.reply_to, passive=True) == 0
    issued = properties.reply_to
    inside = range(len("amq.rabbitmq.reply-to."), len(issued))
    others = [issued[:place] + ("A" if issued[place] != "A" else "B") + issued[place + 1 :] for place in inside]
    for forged in (issued[:-1], issued + "x", "amq.rabbitmq.reply-to.g1h.99", *others):
        assert server.refusal("queue_declare", forged, passive=True) != 0
        server.refusal("basic_publish", "", forged, b"forged")
        client.broker.settle()
    assert answers == [b"22", b"222"]
    client.connection.close()
    server.channel.basic_publish("", properties.reply_to, b"late")
    server.broker.settle()
    assert answers == [b"22", b"222"]
    other = Client(version)
    asked = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to")
    assert other.refusal("basic_publish", "", "there", b"", asked) == 406
    assert other.refusal("basic_consume", "amq.rabbitmq.reply-to", lambda *_: None) == 406


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("limit", [None, 0, 3])
def test_a_quorum_queue_gives_up_at_its_limit(version: str, limit: int | None) -> None:
    client = Client(version)
    arguments = {"x-queue-type": "quorum", "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
    client.channel.queue_declare("dead")
    client.channel.queue_declare(
        "q", durable=True, arguments=arguments | ({} if limit is None else {"x-delivery-limit": limit})
    )
    client.channel.basic_publish("", "q", b"1")
    client.broker.settle()
    times = 0
    while times < 40 and (method := client.channel.basic_get("q")[0]) is not None:
        assert method.redelivered == (times > 0)
        times += 1
        client.channel.basic_reject(method.delivery_tag)
        client.broker.settle()
    default = 40 if version == "3.10" else 21
    assert times == (default if limit is None else limit + 1)
    assert client.broker.queue("dead").ready == (times < 40)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_quorum_queue_remembers_priorities(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    for body, priority in ((b"0", 0), (b"1", 9), (b"2", 1), (b"3", 9), (b"4", 9), (b"5", 9)):
        client.broker.publish("", "q", body, priority=priority)
    expected = {
        "3.10": [b"0", b"1", b"2", b"3", b"4", b"5"],
        "4.0": [b"1", b"3", b"0", b"4", b"5", b"2"],  # two of high priority, then the older of both heads
        "4.3": [b"1", b"3", b"4", b"5", b"2", b"0"],
    }[version]
    assert client.bodies("q") == expected
    assert [client.channel.basic_get("q", auto_ack=True)[2] for _ in expected] == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_limits_for_a_whole_channel_hold_back_its_consumers(version: str) -> None:
    if version == "4.3":
        return  # has none
    client = Client(version)
    client.channel.queue_declare("q")
    client.channel.basic_qos(prefetch_count=2, global_qos=True)
    for body in (b"1", b"2", b"3", b"4"):
        client.broker.publish("", "q", body)
    client.consume("q", "a")
    client.consume("q", "b")
    assert [body for _, _, body in client.heard] == [b"1", b"2"]
    client.channel.basic_ack(1)
    client.broker.settle()
    assert [body for _, _, body in client.heard] == [b"1", b"2", b"3"]
    client.channel.basic_nack(0, multiple=True, requeue=True)
    client.broker.settle()
    assert client.broker.queue("q").unacked == 2


def test_a_retry_waits_its_time() -> None:
    """RabbitMQ 4.3: what comes back to a quorum queue may be delayed, the longer the more often it has failed."""
    client = Client("4.3")
    arguments = {
        "x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 10, "x-delayed-retry-max": 25
    }  # fmt: skip
    client.channel.queue_declare("q", durable=True, arguments=arguments)
    client.broker.publish("", "q", b"1")
    for wait in (10, 20, 25, 25):
        method = client.channel.basic_get("q")[0]
        client.channel.basic_reject(method.delivery_tag)
        client.broker.settle()
        assert (client.bodies("q"), client.broker.queue("q").delayed) == ([], 1)
        client.broker.clock.advance((wait - 1) / 1000)
        assert client.bodies("q") == []
        client.broker.clock.advance(0.001)
        assert (client.bodies("q"), client.broker.queue("q").delayed) == ([b"1"], 0)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_queue_is_lost_with_its_node_and_comes_back(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("q", durable=True)
    for body, mode in ((b"1", 2), (b"2", 1), (b"3", 2)):
        client.broker.publish("", "q", body, delivery_mode=mode)
    client.broker.faults.lose_queue("q")
    assert client.refusal("queue_declare", "q", passive=True) == 404
    assert client.refusal("basic_get", "q") == 404
    client.broker.publish("", "q", b"4", delivery_mode=2)
    client.broker.faults.restore_queue("q")
    assert client.refusal("queue_declare", "q", durable=True) == 0
    assert client.bodies("q") == [b"1", b"3"]


@pytest.mark.parametrize("version", VERSIONS)
def test_publishers_are_told_what_became_of_it(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("q", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    client.channel.confirm_delivery()
    client.channel.basic_publish("", "q", b"1")
    with pytest.raises(pika.exceptions.NackError):
        client.channel.basic_publish("", "q", b"2")
    with pytest.raises(pika.exceptions.UnroutableError):
        client.channel.basic_publish("", "missing", b"3", mandatory=True)
    client.channel.basic_publish("", "missing", b"4")
    assert client.bodies("q") == [b"1"]


def test_livelocks_are_named() -> None:
    """RabbitMQ 3.10 believes in rejections that a client tells of, and lets such messages go round."""
    client = Client("3.10")
    for queue, other in (("a", "b"), ("b", "a")):
        arguments = {"x-max-length": 0, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": other}
        client.channel.queue_declare(queue, arguments=arguments)
    told = {"x-death": [{"reason": "rejected", "queue": "c", "count": 1}]}
    with pytest.raises(fakeamqp.Livelock, match="go"):
        client.broker.publish("", "a", b"1", headers=told)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("highest", [None, 0, 1, 3, 255])
def test_a_classic_queue_sorts_by_priority(version: str, highest: int | None) -> None:
    client = Client(version)
    client.channel.queue_declare("q", arguments={} if highest is None else {"x-max-priority": highest})
    priorities = [0, 2, None, 1, 5, 3, 255, 0, 1]
    for number, priority in enumerate(priorities):
        client.broker.publish("", "q", b"%d" % number, **({} if priority is None else {"priority": priority}))
    most = 0 if highest is None or (version == "3.10" and not highest) else highest or 1
    order = sorted(range(len(priorities)), key=lambda number: (-min(priorities[number] or 0, most), number))
    assert client.bodies("q") == [b"%d" % number for number in order]
    tags = [client.channel.basic_get("q")[0].delivery_tag for _ in range(5)]
    client.channel.basic_nack(tags[-1], multiple=True, requeue=True)
    assert [client.channel.basic_get("q", auto_ack=True)[2] for _ in order] == [b"%d" % number for number in order]


@pytest.mark.parametrize("version", VERSIONS)
def test_who_waits_is_given_what_time_brings(version: str) -> None:
    client = Client(version)
    arguments = {"x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q"}
    client.channel.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
    client.channel.queue_declare("later", arguments=arguments)
    for number in range(3):
        client.channel.basic_publish("", "later", b"%d" % number, pika.BasicProperties(headers={"n": [number]}))
        client.connection.sleep(10)
    came = []
    for method, properties, body in client.channel.consume("q"):
        came.append((client.broker.clock.now(), body, properties.headers["n"]))
        client.channel.basic_ack(method.delivery_tag)
        if len(came) == 3:
            break
    assert came == [(60, b"0", [0]), (70, b"1", [1]), (80, b"2", [2])]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_virtual_host_has_a_type_of_queue_for_who_does_not_say(version: str) -> None:
    client = Client(version)
    client.broker.ctl.set_default_queue_type("quorum")
    client.channel.queue_declare("a", durable=True)
    client.channel.queue_declare("b", durable=True, exclusive=True)
    client.broker.ctl.set_default_queue_type(None)
    client.channel.queue_declare("c", durable=True)
    kinds = [client.broker.queue(name).kind for name in "abc"]
    assert kinds == ["classic" if version == "3.10" else "quorum", "classic", "classic"]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_dies_of_its_limit_makes_room_in_3_10_alone(version: str) -> None:
    client = Client(version)
    client.channel.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 0})
    for body in (b"1", b"2", b"3", b"4"):
        client.broker.publish("", "q", body)
    client.channel.basic_qos(prefetch_count=1)
    client.consume("q")
    assert client.broker.queue("q").unacked == 1
    client.channel.basic_reject(1)
    client.broker.settle()
    assert client.broker.queue("q").unacked == (2 if version == "3.10" else 1)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_exchange_of_an_unknown_type_is_refused(version: str) -> None:
    for kind in ("odd", "Odd"):
        client = Client(version)
        with pytest.raises(pika.exceptions.AMQPError) as refused:
            client.channel.exchange_declare("x", kind)
        # 3.10 knows the words that have been atoms, and closes the connection.
        word = "invalid" if version == "3.10" and kind == "Odd" else "unknown"
        assert f"{word} exchange type '{kind}'" in str(refused.value)
        assert client.connection.is_open is (version != "3.10")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_queue_may_have_any_name(version: str) -> None:
    """Those before and behind that of direct reply-to in the alphabet, too."""
    client = Client(version)
    for name in ("A", "a", "amq", "b", "~", "é"):
        client.channel.queue_declare(name)
        client.broker.publish("", name, name.encode())
        client.consume(name, tag=name)
        assert client.heard[-1][::2] == (name, name.encode())
