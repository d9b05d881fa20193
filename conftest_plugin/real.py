"""The same tests on a real broker: what the fixtures give, and what is skipped, under --fakeamqp-url.

pytest knows this module as a plugin of its own in such a run, and does not load it in any other.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from conftest_plugin.asked import asked_by, refuse
from conftest_plugin.settings import Settings, marked, markers_of
from conftest_plugin.swallowed import swallowed
from fakeamqp.real.address import Address
from fakeamqp.real.broker import RealBroker
from fakeamqp.real.errors import NotOnARealBroker, Unreachable
from fakeamqp.real.management import Management
from fakeamqp.real.server import RealServer

_SHARED: pytest.StashKey[RealBroker] = pytest.StashKey()
# What ends the brokers that are not closed: an error that is no Exception keeps pytest from ending fixtures below it.
_open: list[contextlib.ExitStack] = []
_VERSION: pytest.StashKey[str | Unreachable] = pytest.StashKey()


def address_of(settings: Settings) -> Address:
    """Where the real broker is. Raises pytest.UsageError if the settings do not say it."""
    try:
        return Address.of(str(settings.url), settings.management_url)
    except ValueError as error:
        raise pytest.UsageError(f"--fakeamqp-url or --fakeamqp-management-url: {error}") from None


def pytest_report_header(config: pytest.Config) -> str:
    """Say where the tests run, and what does not hold there."""
    settings = Settings.of(config)
    without = "; strict mode is off there" if settings.strict else ""
    return f"fakeamqp: on the real broker at {address_of(settings)}{without}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that are for the broker in memory alone, whichever way they get one."""
    for item in items:
        with contextlib.suppress(TypeError):  # the fixture tells what is wrong with a marker
            reason = marked(markers_of(item)).get("fake_only")
            if reason:
                told = f": {reason}" if isinstance(reason, str) else ""
                item.add_marker(pytest.mark.skip(reason=f"fake_only{told}"))


def pytest_unconfigure() -> None:
    """Leave no virtual host behind."""
    while _open:
        _open.pop().close()


def broker_for(request: pytest.FixtureRequest) -> Iterator[RealBroker]:
    """The life of the fixture `fakeamqp_broker` for one test."""
    asked = asked_by(request)
    _check_version(request, asked.arguments.get("version"))
    shared = request.config.stash.get(_SHARED, None)
    failed_before = request.session.testsfailed
    with _made(request, asked.arguments) if shared is None else _lent(request, shared) as broker:
        yield broker
        raised = list(broker.raised)
    errors = swallowed(raised, request.node) if raised else []
    if errors and request.session.testsfailed == failed_before:
        told = "\n".join(f"  {type(error).__name__}: {error}" for error in errors)
        pytest.fail(f"the code under test caught and dropped an error that ends a wait:\n{told}", pytrace=False)


def server_for(request: pytest.FixtureRequest) -> Iterator[RealServer]:
    """The life of the fixture `fakeamqp_server` for one test."""
    address = address_of(Settings.of(request.config))
    is_there = "fakeamqp_broker" in request.fixturenames
    for broker in [request.getfixturevalue("fakeamqp_broker")] if is_there else broker_for(request):
        yield RealServer(broker, address)


def _check_version(request: pytest.FixtureRequest, asked: str | None) -> None:
    """Skip a test that is about another version than the broker's, and fail one if the whole run asks for another."""
    version = _version_of(request.config)
    if asked is None or version.split(".")[:2] == asked.split(".")[:2]:
        return
    settings = Settings.of(request.config)
    if settings.versions == (asked,):
        told = f"the broker at {address_of(settings)} is RabbitMQ {version}, not {asked}"
        refuse(request, ValueError(told))
    pytest.skip(f"it is about RabbitMQ {asked}, and the real broker is {version}")


def _version_of(config: pytest.Config) -> str:
    """The broker's version; asked for once in a run, whatever comes of it."""
    if _VERSION not in config.stash:
        try:
            config.stash[_VERSION] = Management(address_of(Settings.of(config))).version()
        except Unreachable as error:
            config.stash[_VERSION] = error
    version = config.stash[_VERSION]
    if isinstance(version, Unreachable):
        raise pytest.fail.Exception(str(version), pytrace=False)
    return version


@contextlib.contextmanager
def _made(request: pytest.FixtureRequest, arguments: dict[str, Any]) -> Iterator[RealBroker]:
    try:
        broker = RealBroker(address_of(Settings.of(request.config)), **arguments)
    except (TypeError, ValueError, NotOnARealBroker) as error:
        refuse(request, error)
    except Unreachable as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    ending = contextlib.ExitStack()
    ending.enter_context(broker.redirecting())
    ending.callback(_end, broker)
    _open.append(ending)
    try:
        yield broker
    finally:
        if ending in _open:  # not at the end of the run, when all are ended
            _open.remove(ending)
            ending.close()


def _end(broker: RealBroker) -> None:
    """Close the broker and join the threads that waited in it, while pika still leads to it and nowhere else."""
    idents = broker.waits.threads() - {threading.get_ident()}
    broker.close()
    for thread in threading.enumerate():
        if thread.ident in idents:
            thread.join(broker.thread_grace)
    broker.let_go()


@contextlib.contextmanager
def _lent(request: pytest.FixtureRequest, broker: RealBroker) -> Iterator[RealBroker]:
    """The run's broker for one test: connections and what was declared stay, messages do not."""
    asked = marked(markers_of(request.node)).keys() - {"strict", "allow", "patch_time", "laws", "version", "fake_only"}
    if asked:
        refuse(request, ValueError(f"the broker was made at the start of the run, without {', '.join(sorted(asked))}"))
    broker.raised.clear()
    yield broker
    broker.purge()


def begin(config: pytest.Config) -> None:
    """Lead pika to a real broker until the run ends: `fakeamqp_from_start`."""
    try:
        broker = RealBroker(address_of(Settings.of(config)))
    except Unreachable as error:
        raise pytest.UsageError(str(error)) from None
    lasting = contextlib.ExitStack()
    lasting.enter_context(broker.redirecting())
    lasting.callback(_end, broker)
    config.stash[_SHARED] = broker
    config.add_cleanup(lasting.close)


class RealBrokerFactory:
    """Makes brokers that last until the end of the session; `broker.reset()` makes one as new for the next test."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lasting = contextlib.ExitStack()

    def __call__(self, **arguments: Any) -> RealBroker:
        """A new broker. arguments: those of `fakeamqp.Broker` that a real one can have."""
        return self._lasting.enter_context(RealBroker(address_of(self._settings), **arguments))

    def patched(self, **arguments: Any) -> RealBroker:
        """A new broker with pika led to it: a broker of a test's own comes before it, and it before an earlier one."""
        broker = self(**arguments)
        self._lasting.enter_context(broker.redirecting())
        return broker

    def close(self) -> None:
        """End them all, the last one first."""
        self._lasting.close()
