"""What a failing test is told about its broker."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fakeamqp import Broker

BROKER: pytest.StashKey[Any] = pytest.StashKey()
"""The broker of a test, from when it has one until its end; then None."""


def show_on_failure(item: pytest.Item, broker: Broker) -> None:
    """Add a section on this broker to the report of the test, if it fails."""
    item.stash[BROKER] = broker
    if not item.config.pluginmanager.has_plugin(_Sections.NAME):
        item.config.pluginmanager.register(_Sections(), _Sections.NAME)


class _Sections:
    """Registered once the first test has a broker: others pay nothing for it."""

    NAME = "fakeamqp-failure"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        broker = item.stash.get(BROKER, None)
        if broker is not None and report.failed and call.when != "setup":
            told = _tell(broker)
            if told:
                report.sections.append(("fakeamqp", told))
        if call.when == "teardown":
            item.stash[BROKER] = None
        return report


def _tell(broker: Broker) -> str:
    from fakeamqp.views.report import report

    return report(broker)
