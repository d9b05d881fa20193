"""The upgrade check of a test suite: looks at each test's broker when the test ends, and tells of all at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fakeamqp import Broker
    from fakeamqp.views.upgrade import Change

NAME = "fakeamqp-upgrade-check"
"""Under which pytest knows the plugin."""

_HANDED_OVER = "fakeamqp_upgrade_check"


class UpgradeCheck:
    """target: the version that is held against what tests ask for. Raises pytest.UsageError for one not recorded."""

    def __init__(self, target: str) -> None:
        from fakeamqp.world.broker import profile_of

        try:
            profile_of(target)
        except ValueError as error:
            raise pytest.UsageError(f"--fakeamqp-upgrade-check {target}: {error}") from None
        self.target = target
        self._found: list[tuple[str, Change]] = []
        self._looked_at = 0

    def look(self, broker: Broker, test: str) -> None:
        """A test is at its end. test: its id."""
        from fakeamqp.views.upgrade import changes

        self._looked_at += 1
        self._found += [(test, change) for change in changes(broker, self.target)]

    def look_before(self, broker: Broker) -> None:
        """The first test is about to get the broker of the whole run, of which applications may have asked already."""
        if not self._looked_at:
            self.look(broker, "what came before the first test")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker of pytest-xdist hands over what it has found."""
        handed: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if handed is not None:
            rows = [(test, each.rule, each.severity, each.message, each.place) for test, each in self._found]
            handed[_HANDED_OVER] = (self._looked_at, rows)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist is done."""
        from fakeamqp.views.upgrade import Change

        looked_at, rows = getattr(node, "workeroutput", {}).get(_HANDED_OVER, (0, []))
        self._looked_at += looked_at
        self._found += [(test, Change(*row)) for test, *row in rows]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What the tests ask for that the version would not do as now."""
        from fakeamqp.views.upgrade import told

        terminalreporter.section(f"upgrade to RabbitMQ {self.target}")
        lines = told(self._found)
        if lines:
            for line in lines:
                terminalreporter.write_line(line)
        else:
            terminalreporter.write_line(f"nothing to change in what {self._looked_at} brokers were asked for")
