"""The story: who did what with which message, and where it went, read from the trace alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pika
import pytest

import fakeamqp
from fakeamqp.demo.story import Event, Story, when


@pytest.fixture
def broker() -> fakeamqp.Broker:
    return fakeamqp.Broker(users="any", trace="all")


@pytest.fixture
def channel_of(broker: fakeamqp.Broker) -> Callable[[str], Any]:
    """A channel of the program that logs in by this name."""

    def connect(who: str) -> Any:
        return fakeamqp.connect(broker, credentials=pika.PlainCredentials(who, "")).channel()

    return connect


def told(broker: fakeamqp.Broker) -> list[tuple[str, str, str, str]]:
    return [(event.who, event.verb, event.message, event.way) for event in Story(broker)]


def test_a_publish_tells_exchange_key_and_the_queues_it_reached(broker, channel_of):
    channel = channel_of("shop")
    channel.exchange_declare("orders", "topic")
    for queue in ("packing", "customs"):
        channel.queue_declare(queue)
        channel.queue_bind(queue, "orders", "order.*")
    channel.basic_publish("orders", "order.us", "tea")
    channel.basic_publish("", "packing", "cups")
    channel.connection.close()
    assert told(broker) == [
        ("shop", "publishes", "tea", "orders order.us → packing, customs"),
        ("shop", "publishes", "cups", "→ packing"),
    ]


def test_an_exchange_without_a_key_is_told_without_one(broker, channel_of):
    channel = channel_of("shop")
    channel.queue_declare("packing")
    channel.queue_bind("packing", "amq.fanout")
    channel.basic_publish("amq.fanout", "", "tea")
    channel.connection.close()
    assert told(broker) == [("shop", "publishes", "tea", "amq.fanout → packing")]


def test_what_becomes_of_a_delivery_is_told_by_who_had_it(broker, channel_of):
    shop, packer = channel_of("shop"), channel_of("packer")
    packer.queue_declare("packing")
    packer.basic_consume("packing", lambda *_: None)
    for body in ("tea", "cups"):
        shop.basic_publish("", "packing", body)
    broker.settle()
    packer.basic_nack(2, requeue=False)
    packer.basic_ack(1)
    broker.settle()
    assert told(broker)[2:] == [("packer", "rejects", "cups", ""), ("packer", "is done with", "tea", "")]


def test_a_subscriber_hears_and_stands_for_its_queue(broker, channel_of):
    board, shop = channel_of("board"), channel_of("shop")
    queue = board.queue_declare("", exclusive=True).method.queue
    board.queue_bind(queue, "amq.fanout")
    board.basic_consume(queue, lambda *_: None, auto_ack=True)
    shop.basic_publish("amq.fanout", "", "closing time")
    shop.basic_publish("amq.fanout", "", "good night")
    broker.settle()
    hears = [event for event in told(broker) if event[1] == "hears"]
    assert hears == [("board", "hears", "closing time", ""), ("board", "hears", "good night", "")]
    assert ("shop", "publishes", "good night", "amq.fanout → board") in told(broker)


def test_a_question_is_asked_and_answered_and_not_done_with(broker, channel_of):
    prices, shop = channel_of("prices"), channel_of("shop")
    prices.queue_declare("prices")

    def answer(channel, method, properties, body):
        channel.basic_publish("", properties.reply_to, b"4 EUR")
        channel.basic_ack(method.delivery_tag)

    prices.basic_consume("prices", answer)
    shop.basic_consume("amq.rabbitmq.reply-to", lambda *_: None, auto_ack=True)
    shop.basic_publish("", "prices", "tea", pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
    broker.settle()
    assert told(broker) == [
        ("shop", "asks", "tea", "→ prices"),
        ("prices", "answers", "4 EUR", "→ whoever asked"),
    ]


def test_a_dead_letter_is_moved_by_the_broker_with_its_words_and_reason(broker, channel_of):
    channel = channel_of("shop")
    letters = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "lost"}
    channel.queue_declare("lost")
    channel.queue_declare("packing", arguments=letters)
    channel.queue_declare("tomorrow", arguments={**letters, "x-message-ttl": 60_000})
    channel.basic_publish("", "packing", "tea")
    channel.basic_publish("", "tomorrow", "cups")
    channel.basic_consume("packing", lambda ch, method, *_: ch.basic_reject(method.delivery_tag, requeue=False))
    broker.settle()
    broker.clock.advance(60)
    moves = [event for event in Story(broker) if event.verb == "moves"]
    assert moves == [
        Event(0, "rabbitmq", "moves", "tea", "packing (turned away) → lost"),
        Event(60_000_000, "rabbitmq", "moves", "cups", "tomorrow (time is up) → lost"),
    ]


def test_a_dead_letter_that_no_exchange_takes_is_not_told(broker, channel_of):
    channel = channel_of("shop")
    channel.queue_declare("tomorrow", arguments={"x-message-ttl": 1000, "x-dead-letter-exchange": "gone"})
    channel.basic_publish("", "tomorrow", "cups")
    channel.connection.close()
    broker.clock.advance(1)
    assert [verb for _, verb, _, _ in told(broker)] == ["publishes"]


def test_a_dead_letter_keeps_its_words_when_it_dies_again(broker, channel_of):
    channel = channel_of("shop")
    channel.queue_declare("lost")
    for queue, then in (("second", "lost"), ("first", "second")):
        arguments = {"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": then}
        channel.queue_declare(queue, arguments=arguments)
    channel.basic_publish("", "first", "tea")
    channel.connection.close()
    broker.clock.advance(5)
    assert [(event.at_us, event.message, event.way) for event in Story(broker)][1:] == [
        (1_000_000, "tea", "first (time is up) → second"),
        (2_000_000, "tea", "second (time is up) → lost"),
    ]


def test_a_story_can_be_told_again(broker, channel_of):
    channel = channel_of("shop")
    channel.queue_declare("packing")
    channel.basic_publish("", "packing", "tea")
    channel.connection.close()
    story = Story(broker)
    assert list(story) == list(story) != []


@pytest.mark.parametrize(
    ("starts", "seconds", "said"),
    [
        ((9, 0, 0), 0, "day 1 09:00"),
        ((9, 0, 0), 15 * 60 + 59.999999, "day 1 09:15"),
        ((9, 0, 30), 14.5 * 60, "day 1 09:15"),
        ((23, 59, 59), 1, "day 2 00:00"),
        ((9, 0, 0), 2 * 86_400, "day 3 09:00"),
    ],
)
def test_an_instant_is_told_by_the_day_and_the_clock(starts, seconds, said):
    assert when(datetime(2024, 1, 1, *starts, tzinfo=timezone.utc), round(seconds * 1_000_000)) == said
