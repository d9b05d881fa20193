"""The fixtures. Each translates and decides nothing; all that they need is imported when one is first used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pika import BlockingConnection
    from pika.adapters.blocking_connection import BlockingChannel

    from conftest_plugin.factory import BrokerFactory
    from fakeamqp import Broker, Server

_asking: ContextVar[pytest.FixtureRequest] = ContextVar("fakeamqp_asking")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Note which test asks for a broker, just before it gets one.

    The fixture could ask pytest for `request` instead; then pytest would do more for a test than the broker does.
    """
    if fixturedef.argname == "fakeamqp_broker":
        _asking.set(request)


@pytest.fixture
def fakeamqp_broker() -> Iterator[Broker]:
    """A RabbitMQ of this test's own. Every connection that pika makes while the test runs goes to it.

    `@pytest.mark.fakeamqp(version="3.10", …)` gives it other arguments of `fakeamqp.Broker`; `strict=True` fails the
    test if it leaves anything undone, and `allow="unacked"` says what it may; `patch_time=True` lets `time.sleep`,
    `time.time`, `datetime.now` and their kin follow the broker's clock.
    """
    from conftest_plugin.broker import broker_for

    yield from broker_for(_asking.get())


@pytest.fixture
def fakeamqp_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A RabbitMQ of this test's own behind a port of this machine, for every client that speaks AMQP 0-9-1.

    `.url`, `.host`, `.port`, `.management_url`, and `.broker`: that of `fakeamqp_broker`, if the test asks for both.
    If not, pika is left as it is.
    """
    from conftest_plugin.server import server_for

    yield from server_for(request)


@pytest.fixture(scope="session")
def fakeamqp_broker_factory(request: pytest.FixtureRequest) -> Iterator[BrokerFactory]:
    """Makes brokers that live until the end of the session; `factory.patched()` puts pika on one for as long."""
    from conftest_plugin.factory import BrokerFactory
    from conftest_plugin.settings import Settings

    settings = Settings.of(request.config)
    factory = BrokerFactory(settings)
    if settings.url is not None:
        from conftest_plugin.real import RealBrokerFactory

        factory = RealBrokerFactory(settings)  # type: ignore[assignment] # its brokers have a Broker's members
    yield factory
    factory.close()


@pytest.fixture
def fakeamqp_connection(fakeamqp_broker: Broker) -> Iterator[BlockingConnection]:
    """A real `pika.BlockingConnection` to `fakeamqp_broker`, closed when the test ends."""
    from pika.exceptions import AMQPError

    import fakeamqp

    connection = fakeamqp.connect(fakeamqp_broker)
    yield connection
    goes_round = isinstance(fakeamqp_broker, fakeamqp.Broker) and any(
        isinstance(error, fakeamqp.Livelock) for error in fakeamqp_broker.scheduler.raised
    )
    if connection.is_open and not goes_round:  # closing would go round once more; the broker's end drops it
        with suppress(AMQPError):  # the test may have lost it, and pika not know yet
            connection.close()


@pytest.fixture
def fakeamqp_channel(fakeamqp_connection: BlockingConnection) -> BlockingChannel:
    """A channel of `fakeamqp_connection`."""
    return fakeamqp_connection.channel()
