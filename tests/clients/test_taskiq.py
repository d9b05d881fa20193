"""taskiq with its broker for RabbitMQ, taskiq-aio-pika, over the socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aio_pika
import pytest
from taskiq.acks import AcknowledgeType
from taskiq.api import run_receiver_task
from taskiq.exceptions import SendTaskError
from taskiq_aio_pika import AioPikaBroker, Queue, QueueType

import fakeamqp
from tests.clients.contract import PATIENCE


class Shop:
    """An application. packed: what its task has been given."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.broker = AioPikaBroker(
            url,
            qos=2,
            task_queues=[Queue(name="orders", type=QueueType.CLASSIC)],
            dead_letter_queue=Queue(name="rejected", type=QueueType.CLASSIC),
            delay_queue=Queue(name="later", type=QueueType.CLASSIC),
            reconnect_interval=0.01,
        )
        self.packed: list[str] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()

        @self.broker.task(task_name="pack")
        async def pack(article: str) -> None:
            self.packed.append(article)
            await self.goes_on.wait()

        self.pack = pack


@pytest.fixture
async def shop(broker: fakeamqp.Broker, fakeamqp_server: fakeamqp.Server) -> AsyncIterator[Shop]:
    shop = Shop(fakeamqp_server.url)
    shop.broker.is_worker_process = True
    await shop.broker.startup()
    worker = asyncio.create_task(run_receiver_task(shop.broker, ack_time=AcknowledgeType.WHEN_EXECUTED))
    await broker.until(lambda: broker.queue("orders").consumers, timeout=PATIENCE)
    yield shop
    shop.goes_on.set()
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker
    await shop.broker.shutdown()


async def test_a_task_is_done_and_acknowledged(broker: fakeamqp.Broker, shop: Shop) -> None:
    await shop.pack.kiq("tea")
    orders = broker.queue("orders")
    await broker.until(lambda: shop.packed and not orders.unacked, timeout=PATIENCE)
    assert shop.packed == ["tea"]


async def test_a_task_that_was_not_confirmed_is_told_of(broker: fakeamqp.Broker, shop: Shop) -> None:
    broker.faults.nack_publishes()
    with pytest.raises(SendTaskError):
        await shop.pack.kiq("tea")


async def test_no_more_tasks_than_the_prefetch_are_taken(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.goes_on.clear()
    for number in range(5):
        await shop.pack.kiq(str(number))
    orders = broker.queue("orders")
    await broker.until(lambda: len(shop.packed) == 2, timeout=PATIENCE)
    assert (orders.unacked, orders.ready) == (2, 3)


async def test_a_delay_passes_on_the_brokers_clock(broker: fakeamqp.Broker, shop: Shop) -> None:
    await shop.pack.kicker().with_labels(delay=3600).kiq("tea")
    assert broker.queue("later").ready == 1
    await broker.advance(3599)
    assert not shop.packed
    await broker.advance(1)
    await broker.until(lambda: shop.packed, timeout=PATIENCE)
    assert shop.packed == ["tea"]


async def test_what_is_rejected_is_a_dead_letter(broker: fakeamqp.Broker, shop: Shop) -> None:
    """taskiq rejects nothing itself; the queue that it declares has the dead-letter queue behind it."""
    async with await aio_pika.connect(shop.url) as connection:
        channel = await connection.channel()
        shop.goes_on.clear()
        for number in range(3):
            await shop.pack.kiq(str(number))
        await broker.until(lambda: len(shop.packed) == 2, timeout=PATIENCE)
        message = await (await channel.get_queue("orders", ensure=False)).get(timeout=PATIENCE)
        await message.reject(requeue=False)
        letter = await (await channel.get_queue("rejected", ensure=False)).get(timeout=PATIENCE, no_ack=True)
        (death,) = letter.headers["x-death"]
    assert (death["reason"], death["queue"]) == ("rejected", "orders")


async def test_a_broken_link_is_mended_and_the_task_done_again(broker: fakeamqp.Broker, shop: Shop) -> None:
    shop.goes_on.clear()
    await shop.pack.kiq("tea")
    await broker.until(lambda: shop.packed, timeout=PATIENCE)
    broker.faults.drop_connections()
    await broker.until(lambda: len(shop.packed) == 2, timeout=PATIENCE)
    assert shop.packed == ["tea", "tea"]
