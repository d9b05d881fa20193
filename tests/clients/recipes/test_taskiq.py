import asyncio

from taskiq.api import run_receiver_task
from taskiq_aio_pika import AioPikaBroker, Queue


async def test_an_order_is_packed_an_hour_later(fakeamqp_server):
    packed = []
    app = AioPikaBroker(fakeamqp_server.url, delay_queue=Queue(name="later"))

    @app.task
    async def pack(article):
        packed.append(article)

    app.is_worker_process = True
    await app.startup()
    worker = asyncio.create_task(run_receiver_task(app))
    await pack.kicker().with_labels(delay=3600).kiq("tea")
    await fakeamqp_server.broker.advance(3600)
    await fakeamqp_server.broker.until(lambda: packed == ["tea"])
    worker.cancel()
    await app.shutdown()
