"""What tests ask of a broker, in memory here, and on a real one with --fakeamqp-url: the answers are the same."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import Any

import pika
import pytest
from pika.adapters.asyncio_connection import AsyncioConnection

import fakeamqp
from fakeamqp.model import errors


def consume(channel: Any, queue: str, got: list[bytes], auto_ack: bool = True) -> None:
    channel.basic_consume(queue, lambda channel, method, properties, body: got.append(body), auto_ack=auto_ack)


def test_a_publish_says_where_the_message_went(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.exchange_declare("orders", "topic")
    for queue in ("us", "all"):
        fakeamqp_channel.queue_declare(queue)
    fakeamqp_channel.queue_bind("us", "orders", "*.us")
    fakeamqp_channel.queue_bind("all", "orders", "#")
    assert set(fakeamqp_broker.publish("orders", "order.us", "tea")) == {"us", "all"}
    assert fakeamqp_broker.publish("orders", "order.de", "tea") == ("all",)
    assert fakeamqp_broker.publish("", "nowhere", "tea") == ()
    assert (fakeamqp_broker.queue("us").ready, fakeamqp_broker.queue("all").ready) == (1, 2)


def test_a_publish_that_is_refused_raises(fakeamqp_broker: Any) -> None:
    with pytest.raises(errors.NotFound) as refused:
        fakeamqp_broker.publish("nope", "key")
    assert refused.value.reply_text == "NOT_FOUND - no exchange 'nope' in vhost '/'"
    assert fakeamqp_broker.publish("", "nowhere") == ()


def test_messages_have_their_properties_and_stay(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs")
    fakeamqp_broker.publish("", "jobs", "tea", headers={"lap": 1}, delivery_mode=2)
    fakeamqp_broker.publish("", "jobs", b"\xff")
    for _ in range(2):
        tea, raw = fakeamqp_broker.queue("jobs").messages
        assert (tea.body, raw.body, tea.exchange, tea.routing_key) == (b"tea", b"\xff", "", "jobs")
        assert (tea.headers, tea.properties["delivery_mode"]) == ({"lap": 1}, 2)


def test_what_is_held_is_unacked(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs")
    fakeamqp_broker.publish("", "jobs", "tea")
    got: list[bytes] = []
    consume(fakeamqp_channel, "jobs", got, auto_ack=False)
    fakeamqp_broker.settle()
    queue = fakeamqp_broker.queue("jobs")
    assert (got, queue.ready, queue.unacked, queue.consumers) == ([b"tea"], 0, 1, 1)


def test_a_quorum_queue_counts_what_is_ready_at_once(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs", durable=True, arguments={"x-queue-type": "quorum"})
    fakeamqp_broker.publish("", "jobs", "tea")
    assert (fakeamqp_broker.queue("jobs").kind, fakeamqp_broker.queue("jobs").ready) == ("quorum", 1)


def test_a_consumer_waits_for_what_comes_back_in_a_second(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs")
    fakeamqp_channel.queue_declare(
        "later",
        arguments={"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "jobs"},
    )
    fakeamqp_broker.publish("", "later", "tea")
    got: list[bytes] = []
    consume(fakeamqp_channel, "jobs", got)
    fakeamqp_channel.start_consuming()
    assert got == [b"tea"]
    assert fakeamqp_broker.clock.now() >= 1


def test_time_that_is_let_pass_has_passed_for_the_broker(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs", arguments={"x-message-ttl": 500})
    fakeamqp_broker.publish("", "jobs", "tea")
    assert fakeamqp_broker.queue("jobs").ready == 1
    fakeamqp_broker.clock.advance(0.5)
    assert fakeamqp_broker.queue("jobs").ready == 0


def test_a_connection_that_breaks_gives_back_what_it_held(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs")
    fakeamqp_broker.publish("", "jobs", "tea")
    fakeamqp_channel.basic_get("jobs")
    fakeamqp_broker.faults.drop_connections(fakeamqp_channel)
    with pytest.raises(pika.exceptions.StreamLostError):
        fakeamqp_channel.queue_declare("other")
    fakeamqp_broker.until(lambda: fakeamqp_broker.queue("jobs").ready == 1)
    assert fakeamqp_broker.queue("jobs").messages[0].redelivered


def test_an_operator_closes_a_connection(fakeamqp_broker: Any, fakeamqp_connection: Any) -> None:
    fakeamqp_broker.ctl.close_connection(fakeamqp_connection, "for a test")
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker) as closed:
        fakeamqp_connection.sleep(5)
    assert (closed.value.reply_code, closed.value.reply_text) == (320, "CONNECTION_FORCED - for a test")
    assert fakeamqp_broker.connections == 0


def test_a_consumer_of_an_empty_queue_is_cancelled(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.exchange_declare("orders", "fanout")
    fakeamqp_channel.queue_declare("jobs")
    fakeamqp_channel.queue_bind("jobs", "orders")
    cancelled: list[Any] = []
    fakeamqp_channel.add_on_cancel_callback(cancelled.append)
    consume(fakeamqp_channel, "jobs", [])
    fakeamqp_broker.faults.cancel_consumers("jobs")
    fakeamqp_broker.settle()
    assert len(cancelled) == 1
    assert fakeamqp_broker.queue("jobs").consumers == 0
    assert fakeamqp_broker.publish("orders", "", "tea") == ("jobs",)


def test_a_broker_that_is_down_is_refused_until_it_is_up(fakeamqp_broker: Any, fakeamqp_connection: Any) -> None:
    fakeamqp_broker.down()
    with pytest.raises(pika.exceptions.StreamLostError):
        fakeamqp_connection.channel()
    fakeamqp_broker.up()
    pika.BlockingConnection(pika.ConnectionParameters("rabbit.internal")).close()


@pytest.mark.fakeamqp(users={"guest": "guest", "ada": "s3cret"}, vhosts=["/", "shop"])
def test_users_and_virtual_hosts_are_those_that_were_asked_for(fakeamqp_broker: Any) -> None:
    ada = pika.PlainCredentials("ada", "s3cret")
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit", virtual_host="shop", credentials=ada))
    connection.channel().queue_declare("orders", exclusive=True)
    assert list(fakeamqp_broker.snapshot().vhosts["shop"].queues) == ["orders"]
    with pytest.raises(KeyError):
        fakeamqp_broker.queue("orders")
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        pika.BlockingConnection().channel().queue_declare("orders", passive=True)
    assert closed.value.reply_text == "NOT_FOUND - no queue 'orders' in vhost '/'"
    connection.close()


def test_permissions_hold_by_the_names_of_the_test(fakeamqp_broker: Any) -> None:
    fakeamqp_broker.ctl.add_user("ada", "s3cret")
    fakeamqp_broker.ctl.set_permissions("ada", "^mine", "", "")
    assert fakeamqp_broker.ctl.list_permissions()["ada"] == ("^mine", "", "")
    ada = pika.PlainCredentials("ada", "s3cret")
    channel = pika.BlockingConnection(pika.ConnectionParameters("rabbit", credentials=ada)).channel()
    channel.queue_declare("mine")
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="refused for user 'ada'"):
        channel.queue_declare("yours")
    assert set(fakeamqp_broker.ctl.list_users()) == {"guest", "ada"}
    fakeamqp_broker.ctl.delete_user("ada")
    with pytest.raises(LookupError):
        fakeamqp_broker.ctl.change_password("ada", "other")


def test_what_the_broker_refuses_an_operator_is_a_value_error(fakeamqp_broker: Any) -> None:
    with pytest.raises(ValueError, match="not recognised policy settings"):
        fakeamqp_broker.ctl.set_policy("bad", "^jobs", {"nope": 1})
    with pytest.raises(LookupError):
        fakeamqp_broker.ctl.clear_policy("nobody")


def test_a_wait_that_cannot_end_is_ended(fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("answers")
    with pytest.raises(fakeamqp.WouldBlockForever, match="answers"):
        next(fakeamqp_channel.consume("answers"))


@pytest.mark.fakeamqp(idle="interrupt")
def test_a_worker_may_be_ended_as_by_ctrl_c(fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs")
    consume(fakeamqp_channel, "jobs", [])
    with pytest.raises(KeyboardInterrupt):
        fakeamqp_channel.start_consuming()


def test_a_worker_in_a_thread_is_served_and_ended_with_the_broker(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs")
    got: list[bytes] = []

    def work() -> None:
        channel = pika.BlockingConnection().channel()
        consume(channel, "jobs", got)
        # In memory the connection is closed; on a real one, whose queues are deleted, the consumer may be cancelled.
        with contextlib.suppress(pika.exceptions.ConnectionClosedByBroker):
            channel.start_consuming()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    fakeamqp_broker.publish("", "jobs", "tea")
    fakeamqp_broker.until(lambda: got == [b"tea"])
    fakeamqp_broker.close()
    thread.join(10)
    assert not thread.is_alive()


def test_asyncio_is_waited_for(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    fakeamqp_channel.queue_declare("jobs")
    got: list[bytes] = []

    async def scenario() -> None:
        connection = AsyncioConnection(on_open_callback=lambda each: each.channel(on_open_callback=on_channel))
        await fakeamqp_broker.until(lambda: fakeamqp_broker.queue("jobs").consumers == 1)
        fakeamqp_broker.publish("", "jobs", "tea")
        await fakeamqp_broker.settled()
        connection.close()
        await fakeamqp_broker.settled()

    def on_channel(channel: Any) -> None:
        consume(channel, "jobs", got)

    asyncio.run(scenario())
    assert got == [b"tea"]


def test_it_can_be_emptied_and_be_made_as_new(fakeamqp_broker: Any) -> None:
    channel = pika.BlockingConnection().channel()
    channel.queue_declare("jobs")
    fakeamqp_broker.publish("", "jobs", "tea")
    fakeamqp_broker.purge()
    assert fakeamqp_broker.queue("jobs").ready == 0
    fakeamqp_broker.reset()
    assert (fakeamqp_broker.snapshot().vhosts["/"].queues, fakeamqp_broker.connections) == ({}, 0)
    fakeamqp.connect(fakeamqp_broker).close()


def test_what_somebody_took_and_did_not_acknowledge_comes_again(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    for kind in ("classic", "quorum"):
        fakeamqp_channel.queue_declare(kind, durable=True, arguments={"x-queue-type": kind})
        for body in ("1", "2", "3"):
            fakeamqp_broker.publish("", kind, body)
        fakeamqp_broker.faults.redeliver(kind, 2)
        got = [fakeamqp_channel.basic_get(kind) for _ in range(3)]
        assert [(body, method.redelivered) for method, _, body in got] == [(b"1", True), (b"2", True), (b"3", False)]
    assert got[0][1].headers["x-delivery-count"] == 1


def test_a_queue_is_deleted_from_under_its_consumer(fakeamqp_broker: Any, fakeamqp_channel: Any) -> None:
    cancelled: list[str] = []
    fakeamqp_channel.queue_declare("jobs")
    fakeamqp_channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
    fakeamqp_channel.basic_consume("jobs", lambda *_: None, consumer_tag="worker")
    fakeamqp_broker.faults.delete_queue("jobs")
    fakeamqp_channel.start_consuming()
    assert cancelled == ["worker"]
