"""The way of each message, and how full each queue was when, as the trace tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fakeamqp
from fakeamqp.views.timeline import Journey, Timeline, timeline_of, timeline_text
from fakeamqp.world.live import take_snapshot
from tests.views.stories import shop


def read(broker: fakeamqp.Broker) -> Timeline:
    return timeline_of(broker.trace, take_snapshot(broker.model))


def told(journey: Journey) -> list[tuple[str, str | None]]:
    return [(event.what, event.queue) for event in journey.events]


@pytest.fixture
def broker() -> Iterator[fakeamqp.Broker]:
    with fakeamqp.Broker(trace="all") as broker:
        yield broker


@pytest.fixture
def channel(broker: fakeamqp.Broker) -> Any:
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("q")
    return channel


def settle(channel: Any) -> None:
    channel.connection.process_data_events(0)


def test_a_message_is_published_queued_delivered_and_acknowledged(broker: fakeamqp.Broker, channel: Any) -> None:
    channel.basic_publish("", "q", "x")
    channel.basic_consume("q", lambda ch, method, *_: ch.basic_ack(method.delivery_tag), consumer_tag="c")
    settle(channel)
    (journey,) = read(broker).journeys
    assert (journey.exchange, journey.routing_key, journey.body) == ("", "q", "b'x'")
    assert told(journey) == [("published", None), ("queued", "q"), ("delivered", "q"), ("acked", "q")]
    assert [event.text for event in journey.events] == [
        "published to the default exchange with key 'q' by connection 1, channel 1",
        "in queue 'q'",
        "delivered from 'q' to consumer 'c' of connection 1",
        "acknowledged by connection 1",
    ]


def test_a_delivery_without_acknowledgement_ends_there(broker: fakeamqp.Broker, channel: Any) -> None:
    broker.publish("", "q", "x")
    channel.basic_get("q", auto_ack=True)
    timeline = read(broker)
    assert told(timeline.journeys[0])[-1] == ("acked", "q")
    assert timeline.depths["/", "q"][-1].unacked == 0


def test_what_comes_back_is_ready_again(broker: fakeamqp.Broker, channel: Any) -> None:
    broker.publish("", "q", "x")
    method, _, _ = channel.basic_get("q")
    channel.basic_nack(method.delivery_tag)
    settle(channel)
    timeline = read(broker)
    assert timeline.journeys[0].events[-1].text == "ready again (nack)"
    assert [(each.ready, each.unacked) for each in timeline.depths["/", "q"]] == [(1, 0), (0, 1), (1, 0)]


def test_dead_letters_belong_to_the_message_that_they_were() -> None:
    timeline = read(shop())
    journey = timeline.journeys[2]
    assert told(journey)[1:] == [
        ("queued", "work"),
        ("delivered", "work"),
        ("dead-lettered", "work"),
        ("queued", "wait"),
        ("dead-lettered", "wait"),
        ("queued", "work"),
        ("delivered", "work"),
        ("acked", "work"),
    ]
    assert journey.events[3].text == "dead-lettered by 'work' (rejected) to exchange 'dlx'"
    assert journey.events[5].at_us - journey.events[3].at_us == 600_000_000


def test_a_dead_letter_without_an_exchange_is_lost(broker: fakeamqp.Broker, channel: Any) -> None:
    channel.queue_declare("dying", arguments={"x-dead-letter-exchange": "nowhere", "x-message-ttl": 5})
    broker.publish("", "dying", "x")
    broker.clock.advance(1)
    timeline = read(broker)
    assert timeline.journeys[0].events[-1].text == (
        "dead-lettered by 'dying' (expired) to exchange 'nowhere', which does not exist: it is lost"
    )
    assert timeline.depths["/", "dying"][-1].ready == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"x-message-ttl": 5}, "dropped by 'other' (expired)"),
        ({"x-max-length": 0}, "dropped by 'other' (maxlen)"),
    ],
)
def test_what_is_dropped_says_why(broker: fakeamqp.Broker, channel: Any, arguments: dict[str, Any], text: str) -> None:
    channel.queue_declare("other", arguments=arguments)
    broker.publish("", "other", "x")
    broker.clock.advance(1)
    assert read(broker).journeys[0].events[-1].text == text


def test_an_unroutable_message_is_told_and_a_mandatory_one_returned(broker: fakeamqp.Broker, channel: Any) -> None:
    channel.basic_publish("", "nobody", "x", mandatory=True)
    settle(channel)
    assert [event.text for event in read(broker).journeys[0].events[1:]] == [
        "reached no queue (unroutable)",
        "returned to its publisher: NO_ROUTE",
    ]


def test_delayed_retries_are_told(broker: fakeamqp.Broker, channel: Any) -> None:
    retries = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 5_000}
    channel.queue_declare("retried", durable=True, arguments=retries)
    broker.publish("", "retried", "x")
    method, _, _ = channel.basic_get("retried")
    channel.basic_nack(method.delivery_tag)
    settle(channel)
    assert read(broker).journeys[0].events[-1].text == "came back (nack) and waits until 5 s"
    assert read(broker).depths["/", "retried"][-1].delayed == 1
    broker.clock.advance(5)
    assert read(broker).depths["/", "retried"][-1].ready == 1


def test_a_stream_keeps_what_is_read(broker: fakeamqp.Broker, channel: Any) -> None:
    channel.queue_declare("log", durable=True, arguments={"x-queue-type": "stream"})
    broker.publish("", "log", "x")
    channel.basic_qos(prefetch_count=10)
    channel.basic_consume(
        "log",
        lambda ch, method, *_: ch.basic_ack(method.delivery_tag),
        consumer_tag="c",
        arguments={"x-stream-offset": "first"},
    )
    settle(channel)
    timeline = read(broker)
    assert [event.what for event in timeline.journeys[0].events] == ["published", "queued", "delivered", "acked"]
    assert timeline.depths["/", "log"][-1].ready == 1


def test_who_consumes_is_counted_until_the_channel_or_the_connection_ends(broker: fakeamqp.Broker) -> None:
    connection = fakeamqp.connect(broker)
    first, second = connection.channel(), connection.channel()
    first.queue_declare("q")
    first.basic_consume("q", lambda *_: None, consumer_tag="a")
    first.basic_consume("q", lambda *_: None, consumer_tag="b")
    second.basic_consume("q", lambda *_: None, consumer_tag="c")
    second.close()
    first.basic_cancel("a")
    connection.close()
    assert [each.consumers for each in read(broker).depths["/", "q"]] == [1, 2, 3, 2, 1, 0]


def test_queues_are_born_and_end(broker: fakeamqp.Broker, channel: Any) -> None:
    broker.publish("", "q", "x")
    channel.queue_delete("q")
    timeline = read(broker)
    assert (timeline.born["/", "q"], timeline.ended["/", "q"]) == (1, 3)
    assert timeline.journeys[0].events[-1].text == "dropped by 'q' (queue deleted)"
    assert [(node.name, node.state, node.type) for node in timeline.gone.nodes] == [("q", "deleted", "classic")]


def test_what_a_client_holds_of_a_deleted_queue_counts_no_more(broker: fakeamqp.Broker, channel: Any) -> None:
    broker.publish("", "q", "x")
    method, _, _ = channel.basic_get("q")
    channel.queue_delete("q")
    channel.queue_declare("q")
    channel.basic_ack(method.delivery_tag)
    settle(channel)
    depths = read(broker).depths["/", "q"]
    assert [(each.ready, each.unacked) for each in depths] == [(1, 0), (0, 1), (0, 0), (0, 0)]


def test_what_is_gone_keeps_the_bindings_that_it_had(broker: fakeamqp.Broker, channel: Any) -> None:
    channel.exchange_declare("x", "topic")
    channel.queue_bind("q", "x", "a.*")
    channel.queue_delete("q")
    (edge,) = read(broker).gone.edges
    assert (edge.source, edge.target, edge.labels) == ("exchange:/:x", "queue:/:q", ("a.*",))


def test_queues_used_through_the_default_exchange_are_told() -> None:
    assert read(shop()).used == {("/", "mail")}


def test_virtual_hosts_are_told_apart() -> None:
    broker = fakeamqp.Broker(vhosts=("/", "shop"))
    for vhost in ("/", "shop"):
        fakeamqp.connect(broker, virtual_host=vhost).channel().queue_declare("q")
    broker.publish("", "q", "x", vhost="shop")
    assert ("/", "q") not in read(broker).depths
    assert read(broker).depths["shop", "q"][-1].ready == 1


def test_a_bounded_trace_knows_ways_but_no_bodies() -> None:
    journey = read(shop(trace=10_000)).journeys[2]
    assert (journey.exchange, journey.routing_key, journey.body) == ("orders", "order.created.de", None)
    assert [event.what for event in journey.events][-1] == "acked"


def test_what_the_trace_has_let_go_of_is_worked_back_from_the_end() -> None:
    broker = fakeamqp.Broker(trace=4)
    channel = fakeamqp.connect(broker).channel()
    channel.queue_declare("q")
    for _ in range(10):
        broker.publish("", "q", "x")
    timeline = read(broker)
    assert timeline.let_go > 0
    assert [each.ready for each in timeline.depths["/", "q"]] == [6, 7, 8, 9, 10]
    assert timeline_text(timeline).startswith(f"({timeline.let_go} earlier steps are not kept")


def test_the_text_has_a_line_for_each_thing_that_happened() -> None:
    text = timeline_text(read(shop()))
    assert "message 6 'nothing' b'lost'\n  0 s  published to exchange 'orders' with key 'nothing'" in text
    assert "  10 min  dead-lettered by 'wait' (expired) to exchange 'orders'\n" in text


def test_nothing_is_said_so() -> None:
    assert timeline_text(read(fakeamqp.Broker())) == "no message was published\n"


WORDS = ("publish", "get", "ack", "nack", "reject", "wait", "purge", "consume", "cancel", "delete")
ACTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(("a", "b"))), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS)
def test_at_the_end_every_queue_holds_what_the_broker_says(acts: list[tuple[str, str]]) -> None:
    with fakeamqp.Broker(trace="all") as broker:
        channel = fakeamqp.connect(broker).channel()
        limits = {
            "a": {"x-message-ttl": 5_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "b"},
            "b": {"x-max-length": 3},
        }
        for name, arguments in limits.items():
            channel.queue_declare(name, arguments=arguments)
        held: list[int] = []
        for act, queue in acts:
            do(act, queue, broker, channel, held, limits)
        settle(channel)
        timeline, snapshot = read(broker), take_snapshot(broker.model)
        for name, queue_now in snapshot.vhosts["/"].queues.items():
            depths = timeline.depths.get(("/", name))
            last = depths[-1] if depths else None
            seen = (last.ready, last.unacked, last.consumers) if last else (0, 0, 0)
            assert seen == (len(queue_now.messages), queue_now.unacked, len(queue_now.consumers))
        moments = [event.moment for journey in timeline.journeys for event in journey.events]
        assert all(0 < moment < len(timeline.moments) for moment in moments)
        assert timeline.moments == sorted(timeline.moments)


def do(
    act: str, queue: str, broker: fakeamqp.Broker, channel: Any, held: list[int], limits: dict[str, dict[str, Any]]
) -> None:
    if act == "publish":
        channel.basic_publish("", queue, "x")
    elif act == "get":
        method, _, _ = channel.basic_get(queue)
        if method is not None:
            held.append(method.delivery_tag)
    elif act in ("ack", "nack", "reject") and held:
        tag = held.pop()
        if act == "ack":
            channel.basic_ack(tag)
        else:
            channel.basic_nack(tag, requeue=act == "nack")
    elif act == "wait":
        broker.clock.advance(3)
    elif act == "purge":
        channel.queue_purge(queue)
    elif act == "consume":
        channel.basic_qos(prefetch_count=2)
        channel.basic_consume(queue, lambda *_: None)
        settle(channel)
    elif act == "cancel":
        for tag in list(channel.consumer_tags):
            channel.basic_cancel(tag)
    elif act == "delete":
        channel.queue_delete(queue)
        channel.queue_declare(queue, arguments=limits[queue])
