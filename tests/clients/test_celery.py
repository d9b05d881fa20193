"""A Celery worker over the socket. Its countdowns pass in its own process's real time, so they are short here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.exceptions import Reject
from kombu import Queue

import fakeamqp
from tests.clients.contract import PATIENCE, TO_REJECTED, consumes

LATER = {"x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "orders"}
QUEUES = [
    Queue("orders", queue_arguments=TO_REJECTED),
    Queue("rejected"),
    Queue("later", queue_arguments=LATER),
]


class Shop:
    """An application. packed: what its task has been given, in order. goes_on: set while the task may end."""

    def __init__(self, url: str) -> None:
        self.app = Celery("shop", broker=url, backend="rpc://", set_as_current=False)
        self.app.conf.update(
            broker_transport_options={"confirm_publish": True},
            task_queues=QUEUES,
            task_default_queue="orders",
            task_acks_late=True,
            worker_prefetch_multiplier=2,
            worker_cancel_long_running_tasks_on_connection_loss=True,
            # A worker that is to end looks up at its next heartbeat check, ten seconds divided by the rate.
            broker_heartbeat=10,
            broker_heartbeat_checkrate=100,
        )
        self.packed: list[str] = []
        self.goes_on = threading.Event()
        self.goes_on.set()

        @self.app.task(name="pack", bind=True, shared=False)
        def pack(task: Any, article: str) -> str:
            return self._pack(task, article)

        self.pack = pack

    def _pack(self, task: Any, article: str) -> str:
        self.packed.append(article)
        if article == "bad":
            raise Reject(article, requeue=False)
        if article == "again" and not task.request.retries:
            raise task.retry(countdown=0.1)
        self.goes_on.wait(PATIENCE)
        return f"{article} is packed"


@pytest.fixture
def shop(broker: fakeamqp.Broker, fakeamqp_server: fakeamqp.Server) -> Iterator[Shop]:
    shop = Shop(fakeamqp_server.url)
    with shop.app.connection_for_write() as connection:
        for queue in QUEUES:
            queue(connection.channel()).declare()
    with start_worker(shop.app, pool="solo", concurrency=1, queues=["orders"], perform_ping_check=False):
        broker.until(lambda: consumes(broker, "orders"), timeout=PATIENCE)
        yield shop
        shop.goes_on.set()
    shop.app.close()


def test_a_task_is_done_and_its_result_comes_back(broker: fakeamqp.Broker, shop: Shop) -> None:
    assert shop.pack.delay("tea").get(timeout=PATIENCE) == "tea is packed"
    orders = broker.queue("orders")
    broker.until(lambda: not orders.unacked, timeout=PATIENCE)
    assert orders.ready == 0


def test_a_countdown_passes_in_the_workers_real_time(broker: fakeamqp.Broker, shop: Shop) -> None:
    assert shop.pack.apply_async(["tea"], countdown=0.1).get(timeout=PATIENCE) == "tea is packed"
    assert broker.clock.now() == 0


def test_a_retry_is_another_message(broker: fakeamqp.Broker, shop: Shop) -> None:
    assert shop.pack.delay("again").get(timeout=PATIENCE) == "again is packed"
    assert shop.packed == ["again", "again"]


def test_what_is_rejected_is_a_dead_letter(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.pack.delay("bad")
    rejected = broker.queue("rejected")
    broker.until(lambda: rejected.ready, timeout=PATIENCE)
    (message,) = rejected.messages
    (death,) = message.properties["headers"]["x-death"]
    assert (death["reason"], death["queue"], death["count"]) == ("rejected", "orders", 1)


def test_a_task_that_waits_in_a_queue_does_so_on_the_brokers_clock(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.pack.apply_async(["tea"], queue="later")
    broker.clock.advance(59)
    assert broker.queue("later").ready == 1
    broker.clock.advance(1)
    broker.until(lambda: shop.packed, timeout=PATIENCE)
    assert shop.packed == ["tea"]


def test_no_more_tasks_than_the_prefetch_are_taken(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.goes_on.clear()
    for number in range(5):
        shop.pack.delay(str(number))
    orders = broker.queue("orders")
    broker.until(lambda: shop.packed and orders.unacked == 2 and orders.ready == 3, timeout=PATIENCE)
    assert shop.packed == ["0"]


def test_a_broken_link_is_mended(broker: fakeamqp.Broker, shop: Shop) -> None:
    broker.faults.drop_connections()
    shop.pack.delay("tea")
    broker.until(lambda: shop.packed, timeout=PATIENCE)
    assert shop.packed == ["tea"]
