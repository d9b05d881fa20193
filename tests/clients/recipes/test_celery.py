import pytest
from celery import shared_task

pytest_plugins = ["celery.contrib.pytest"]  # its fixtures make an app for each test


@shared_task(bind=True)
def pack(self, article):
    if self.request.retries == 0:
        raise self.retry(countdown=0.1)  # in real time
    return f"{article} is packed"


@pytest.fixture
def celery_config(fakeamqp_server):
    an_idle_worker_ends_in_time = {"broker_heartbeat": 10, "broker_heartbeat_checkrate": 100}
    return {"broker_url": fakeamqp_server.url, "result_backend": "rpc://", **an_idle_worker_ends_in_time}


@pytest.fixture
def celery_worker_parameters():
    return {"perform_ping_check": False}


def test_an_order_is_packed_at_the_second_try(celery_worker):
    assert pack.delay("tea").get(timeout=10) == "tea is packed"
