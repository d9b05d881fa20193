import dramatiq
import pytest
from dramatiq.brokers.rabbitmq import RabbitmqBroker

packed = []


@pytest.fixture
def pack(fakeamqp_server):
    packed.clear()
    broker = RabbitmqBroker(url=fakeamqp_server.url, confirm_delivery=True)
    worker = dramatiq.Worker(broker, worker_timeout=100)
    worker.start()
    yield dramatiq.actor(packed.append, actor_name="pack", queue_name="orders", broker=broker)
    worker.stop()
    broker.close()


def test_an_order_is_packed(fakeamqp_server, pack):
    pack.send("tea")
    fakeamqp_server.broker.until(lambda: packed == ["tea"])
