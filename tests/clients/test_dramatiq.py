"""dramatiq with its broker for RabbitMQ, which is pika's, over the socket."""

from __future__ import annotations

from collections.abc import Iterator

import dramatiq
import pytest
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.middleware import Retries

import fakeamqp
from tests.clients.contract import PATIENCE, consumes


class Shop:
    """An application. packed: what its actor has been given, in order."""

    def __init__(self, url: str) -> None:
        self.broker = RabbitmqBroker(
            url=url, confirm_delivery=True, middleware=[Retries(min_backoff=10, max_retries=1)]
        )
        self.packed: list[str] = []
        self.pack = dramatiq.actor(self._pack, queue_name="orders", broker=self.broker, actor_name="pack")

    def _pack(self, article: str) -> None:
        self.packed.append(article)
        if article == "bad" or (article == "again" and self.packed.count("again") == 1):
            raise ValueError(article)


@pytest.fixture
def shop(broker: fakeamqp.Broker, fakeamqp_server: fakeamqp.Server) -> Iterator[Shop]:
    shop = Shop(fakeamqp_server.url)
    worker = dramatiq.Worker(shop.broker, worker_threads=1, worker_timeout=100)
    worker.start()
    broker.until(lambda: consumes(broker, "orders"), timeout=PATIENCE)
    yield shop
    worker.stop()
    shop.broker.close()


def test_a_message_is_worked_on_and_acknowledged(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.pack.send("tea")
    orders = broker.queue("orders")
    broker.until(lambda: shop.packed and not orders.unacked, timeout=PATIENCE)
    assert shop.packed == ["tea"]
    assert orders.ready == 0


def test_a_publish_that_the_broker_refuses_is_made_again(broker: fakeamqp.Broker, shop: Shop) -> None:
    broker.faults.nack_publishes()
    shop.pack.send("tea")
    broker.until(lambda: shop.packed, timeout=PATIENCE)
    assert shop.packed == ["tea"]


def test_a_retry_waits_in_the_delay_queue(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.pack.send("again")
    broker.until(lambda: len(shop.packed) == 2, timeout=PATIENCE)
    assert shop.packed == ["again", "again"]


def test_a_message_that_fails_too_often_is_a_dead_letter(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.pack.send("bad")
    dead = broker.queue("orders.XQ")
    broker.until(lambda: dead.ready, timeout=PATIENCE)
    (message,) = dead.messages
    (death,) = message.properties["headers"]["x-death"]
    assert (death["reason"], death["queue"], death["count"]) == ("rejected", "orders", 1)
    assert shop.packed == ["bad", "bad"]


def test_dead_letters_are_kept_for_a_week_of_the_brokers_clock(broker: fakeamqp.Broker, shop: Shop) -> None:
    broker.publish("", "orders.XQ", b"tea")
    broker.clock.advance(7 * 86_400 - 1)
    assert broker.queue("orders.XQ").ready == 1
    broker.clock.advance(1)
    assert broker.queue("orders.XQ").ready == 0


def test_a_broken_link_is_mended(broker: fakeamqp.Broker, shop: Shop) -> None:
    broker.faults.drop_connections()
    shop.pack.send("tea")
    broker.until(lambda: shop.packed, timeout=PATIENCE)
    assert shop.packed == ["tea"]
