"""The fixtures. Each translates and decides nothing; pika and the broker are imported when one is first used."""

from __future__ import annotations

import inspect
import threading
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from conftest_plugin.settings import Settings, as_written, marked, markers_of
from conftest_plugin.swallowed import swallowed

if TYPE_CHECKING:
    from pika import BlockingConnection
    from pika.adapters.blocking_connection import BlockingChannel

    from fakeamqp import Broker


@pytest.fixture
def fakeamqp_broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """A RabbitMQ of this test's own. Every connection that pika makes while the test runs goes to it.

    `@pytest.mark.fakeamqp(version="3.10", …)` gives it other arguments of `fakeamqp.Broker`.
    """
    import fakeamqp

    broker = _make_broker(request)
    with fakeamqp.patch_pika(broker):
        yield broker
        # What a thread runs into after this, its broker being gone, is no fault of the test's.
        raised = list(broker.scheduler.raised)
        _end(broker)
    errors = swallowed(raised, request.node)
    if errors:
        pytest.fail(_tell(errors), pytrace=False)


@pytest.fixture
def fakeamqp_connection(fakeamqp_broker: Broker) -> Iterator[BlockingConnection]:
    """A real `pika.BlockingConnection` to `fakeamqp_broker`, closed when the test ends."""
    import fakeamqp

    connection = fakeamqp.connect(fakeamqp_broker)
    yield connection
    if connection.is_open:
        connection.close()


@pytest.fixture
def fakeamqp_channel(fakeamqp_connection: BlockingConnection) -> BlockingChannel:
    """A channel of `fakeamqp_connection`."""
    return fakeamqp_connection.channel()


def _make_broker(request: pytest.FixtureRequest) -> Broker:
    """The broker that markers, options and ini settings ask for; fails the test, naming them, if they make no sense."""
    from fakeamqp import Broker

    settings = Settings.of(request.config)
    markers = markers_of(request.node)
    try:
        arguments = settings.arguments(getattr(request, "param", None)) | marked(markers)
        if arguments:
            _refuse_unknown(arguments, inspect.signature(Broker).parameters)
        return Broker(**arguments)
    except (TypeError, ValueError) as error:
        refusal = str(error)
    asked = " and ".join(map(as_written, markers)) or f"the setting {settings}"
    pytest.fail(f"{asked} of {request.node.nodeid}: {refusal}", pytrace=False)


def _refuse_unknown(arguments: Iterable[str], known: Iterable[str]) -> None:
    for name in arguments:
        if name not in known:
            raise TypeError(f"fakeamqp.Broker has no argument {name!r}; it has {', '.join(known)}")


def _end(broker: Broker) -> None:
    """Close the broker and join the threads that waited in it, while pika still leads to it and nowhere else."""
    idents = {loop.thread for loop in tuple(broker.scheduler.waiting)} - {threading.get_ident()}
    waiting = [thread for thread in threading.enumerate() if thread.ident in idents]
    broker.close()
    for thread in waiting:
        thread.join(broker.thread_grace)
    running = ", ".join(repr(thread.name) for thread in waiting if thread.is_alive())
    if running:
        warnings.warn(f"still running after their broker was closed: {running}", stacklevel=2)


def _tell(errors: list[BaseException]) -> str:
    told = "\n".join(f"  {type(error).__name__}: {error}" for error in errors)
    return (
        "the code under test caught and dropped an error that says it would have run for ever on a real broker:\n"
        f"{told}\n"
        "Look for a bare 'except:' or 'except BaseException:'. A test that means this to happen catches it itself, "
        "with pytest.raises in the test function."
    )
