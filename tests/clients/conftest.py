"""What these tests share: a broker behind a port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import fakeamqp
from fakeamqp.adapters.tcp import Server
from tests.clients.contract import PATIENCE


@pytest.fixture
def fakeamqp_broker() -> Iterator[fakeamqp.Broker]:
    """A broker that is reached over the socket alone: pika stays as it is."""
    with fakeamqp.Broker(thread_grace=PATIENCE) as broker:
        yield broker


@pytest.fixture
def fakeamqp_server(fakeamqp_broker: fakeamqp.Broker) -> Iterator[Server]:
    """The same broker behind a port of its own."""
    with fakeamqp.serve(fakeamqp_broker) as server:
        yield server
