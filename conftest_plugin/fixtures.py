"""The fixtures. Each translates and decides nothing; pika and the broker are imported when one is first used."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

import pytest

from conftest_plugin.asked import Asked, asked_by, refuse
from conftest_plugin.factory import BrokerFactory
from conftest_plugin.from_start import broker_of, lent
from conftest_plugin.settings import Settings
from conftest_plugin.verdict import Verdict

if TYPE_CHECKING:
    from pika import BlockingConnection
    from pika.adapters.blocking_connection import BlockingChannel

    from fakeamqp import Broker


@pytest.fixture
def fakeamqp_broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """A RabbitMQ of this test's own. Every connection that pika makes while the test runs goes to it.

    `@pytest.mark.fakeamqp(version="3.10", …)` gives it other arguments of `fakeamqp.Broker`; `strict=True` fails the
    test if it leaves anything undone, and `allow="unacked"` says what it may; `patch_time=True` lets `time.sleep`,
    `time.time`, `datetime.now` and their kin follow the broker's clock.
    """
    asked = asked_by(request)
    shared = broker_of(request.config)
    with (
        _own(request, asked) if shared is None else lent(shared, request) as broker,
        _python_s_clock(broker, asked),
    ):
        verdict = Verdict(request, broker, asked.allow)
        yield broker
        verdict.look()
    verdict.tell()


@pytest.fixture(scope="session")
def fakeamqp_broker_factory(request: pytest.FixtureRequest) -> Iterator[BrokerFactory]:
    """Makes brokers that live until the end of the session; `factory.patched()` puts pika on one for as long."""
    factory = BrokerFactory(Settings.of(request.config))
    yield factory
    factory.close()


@pytest.fixture
def fakeamqp_connection(fakeamqp_broker: Broker) -> Iterator[BlockingConnection]:
    """A real `pika.BlockingConnection` to `fakeamqp_broker`, closed when the test ends."""
    from pika.exceptions import AMQPError

    import fakeamqp

    connection = fakeamqp.connect(fakeamqp_broker)
    yield connection
    goes_round = any(isinstance(error, fakeamqp.Livelock) for error in fakeamqp_broker.scheduler.raised)
    if connection.is_open and not goes_round:  # closing would go round once more; the broker's end drops it
        with suppress(AMQPError):  # the test may have lost it, and pika not know yet
            connection.close()


@pytest.fixture
def fakeamqp_channel(fakeamqp_connection: BlockingConnection) -> BlockingChannel:
    """A channel of `fakeamqp_connection`."""
    return fakeamqp_connection.channel()


@contextmanager
def _own(request: pytest.FixtureRequest, asked: Asked) -> Iterator[Broker]:
    from fakeamqp import Broker, patch_pika

    try:
        broker = Broker(**asked.arguments)
    except (TypeError, ValueError) as error:
        refuse(request, error)
    with patch_pika(broker):
        yield broker
        _end(broker)


def _python_s_clock(broker: Broker, asked: Asked) -> AbstractContextManager[object]:
    if not asked.patch_time:
        return nullcontext()
    from fakeamqp.world.virtual_time import time_of

    return time_of(broker)


def _end(broker: Broker) -> None:
    """Close the broker and join the threads that waited in it, while pika still leads to it and nowhere else."""
    idents = {loop.thread for loop in tuple(broker.scheduler.waiting)} - {threading.get_ident()}
    waiting = [thread for thread in threading.enumerate() if thread.ident in idents] if idents else []
    broker.close()
    for thread in waiting:
        thread.join(broker.thread_grace)
    running = ", ".join(repr(thread.name) for thread in waiting if thread.is_alive())
    if running:
        warnings.warn(f"still running after their broker was closed: {running}", stacklevel=2)
