import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker

app = Celery("shop", backend="rpc://")
app.conf.update(broker_heartbeat=10, broker_heartbeat_checkrate=100)  # an idle worker ends at such a check


@app.task(bind=True)
def pack(self, article):
    if self.request.retries == 0:
        raise self.retry(countdown=0.1)  # in real time
    return f"{article} is packed"


@pytest.fixture
def worker(fakeamqp_server):
    app.conf.broker_url = fakeamqp_server.url
    with start_worker(app, pool="solo", perform_ping_check=False):
        yield
    app.close()  # the next test has another port


def test_an_order_is_packed_at_the_second_try(worker):
    assert pack.delay("tea").get(timeout=10) == "tea is packed"
