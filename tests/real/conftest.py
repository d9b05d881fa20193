"""What the tests of a real broker share: a stub of its management API, and no AMQP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakeamqp.adapters.pika.side import Side
from fakeamqp.real.address import Address
from fakeamqp.real.broker import RealBroker
from tests.support.management import Stub, serving


@pytest.fixture(params=["3.10.8", "4.0.5", "4.3.6"])
def stub(request: pytest.FixtureRequest) -> Iterator[Stub]:
    """The recorded management API of each version."""
    with serving(request.param) as stub:
        yield stub


@pytest.fixture
def address(stub: Stub) -> Address:
    return Address.of("amqp://guest:guest@127.0.0.1:1", stub.url)


@pytest.fixture
def make(address: Address, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes brokers that stand on the stub."""
    monkeypatch.setattr(Side, "open", lambda side: None)
    return lambda **arguments: RealBroker(address, **arguments)


@pytest.fixture
def broker(make: Any) -> Iterator[RealBroker]:
    with make() as broker:
        yield broker
