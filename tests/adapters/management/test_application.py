"""The API over HTTP: as an application of aiohttp's in a thread."""

from __future__ import annotations

import base64
import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pika.exceptions
import pytest

import fakeamqp
from tests.support.serving import management_of

LOGIN = "Basic " + base64.b64encode(b"guest:guest").decode()


def call(url: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": LOGIN}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        content = answer.read()
        return answer.status, json.loads(content) if content else None


def test_what_the_api_publishes_reaches_a_consumer_of_pikas() -> None:
    with fakeamqp.Broker() as broker, management_of(broker) as url:
        assert call(f"{url}/api/queues/%2F/orders", "PUT", {"durable": True}) == (201, None)
        connection = fakeamqp.connect(broker)
        got: list[bytes] = []
        channel = connection.channel()
        channel.basic_consume("orders", lambda *args: got.append(args[3]), auto_ack=True)
        message = {"properties": {}, "routing_key": "orders", "payload": "tea", "payload_encoding": "string"}
        assert call(f"{url}/api/exchanges/%2F/amq.default/publish", "POST", message) == (200, {"routed": True})
        connection.process_data_events(0)
        assert got == [b"tea"]


def test_a_consumer_that_waits_is_woken() -> None:
    with fakeamqp.Broker() as broker, management_of(broker) as url:
        channel = fakeamqp.connect(broker).channel()
        channel.queue_declare("orders")
        message = {"properties": {}, "routing_key": "orders", "payload": "tea", "payload_encoding": "string"}
        address = f"{url}/api/exchanges/%2F/amq.default/publish"
        thread = threading.Thread(target=call, args=(address, "POST", message))
        thread.start()
        _, _, body = next(channel.consume("orders", auto_ack=True))
        thread.join()
        assert body == b"tea"


def test_a_client_is_closed_through_the_api() -> None:
    with fakeamqp.Broker() as broker, management_of(broker) as url:
        connection = fakeamqp.connect(broker)
        (row,) = call(f"{url}/api/connections")[1]
        call(f"{url}/api/connections/{urllib.request.quote(row['name'])}", "DELETE")
        with pytest.raises(pika.exceptions.ConnectionClosedByBroker, match="Closed via management plugin"):
            connection.channel()


def test_requests_of_many_threads_come_one_after_the_other() -> None:
    with fakeamqp.Broker() as broker, management_of(broker) as url, ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: call(f"{url}/api/queues/%2F/q{number % 20}", "PUT", {}), range(80)))
        assert sorted(status for status, _ in made) == [201] * 20 + [204] * 60
        assert len(list(broker.queues())) == 20


def test_a_reset_broker_is_served_on() -> None:
    with fakeamqp.Broker() as broker, management_of(broker) as url:
        call(f"{url}/api/queues/%2F/orders", "PUT", {})
        broker.reset()
        assert call(f"{url}/api/queues") == (200, [])


def test_nobody_is_asked_for_a_password() -> None:
    with fakeamqp.Broker() as broker, management_of(broker) as url:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}/api/overview")
        with refused.value as error:
            assert error.code == 401
            assert error.headers["WWW-Authenticate"] == 'Basic realm="RabbitMQ Management"'


def test_a_large_definitions_file_is_taken() -> None:
    queues = [{"name": f"{'x' * 200}{number}", "vhost": "/", "durable": True} for number in range(6000)]
    with fakeamqp.Broker() as broker, management_of(broker) as url:
        assert call(f"{url}/api/definitions", "POST", {"queues": queues}) == (204, None)
        assert len(list(broker.queues())) == 6000
