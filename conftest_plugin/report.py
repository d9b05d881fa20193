"""A page about each test that had a broker, and a list of them: `--fakeamqp-report DIR`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from conftest_plugin.failure import BROKER
from fakeamqp.views.index import Entry, index
from fakeamqp.views.page import page
from fakeamqp.views.scene import Scene, scene

_SCENE: pytest.StashKey[Scene] = pytest.StashKey()
_OUTCOME: pytest.StashKey[str] = pytest.StashKey()
_ATTRIBUTE = "fakeamqp_page"  # of a test's last report: from a worker of pytest-xdist it travels with that

_LONGEST_NAME = 100


class Report:
    """Looks at the broker when a test has run, before its connections are closed; writes when its outcome is known.

    folder: where to. only_failed: True to write nothing about tests that pass or are skipped.
    """

    NAME = "fakeamqp-report"

    def __init__(self, folder: Path, only_failed: bool) -> None:
        self._folder = folder
        self._only_failed = only_failed
        self._entries: list[Entry] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Called for the setup, the call and the teardown of a test."""
        broker = item.stash.get(BROKER, None)  # before it is let go of
        if broker is not None and call.when != "teardown":
            item.stash[_SCENE] = scene(broker, title=item.nodeid, with_gone=True)
        report = yield
        if not report.passed or item.stash.get(_OUTCOME, None) is None:
            item.stash[_OUTCOME] = report.outcome
        if report.failed and _SCENE in item.stash:
            report.sections.append(("fakeamqp report", str(self._folder / name_of(item.nodeid))))
        if call.when == "teardown" and _SCENE in item.stash:
            self._write(item, report)
        return report

    def _write(self, item: pytest.Item, report: pytest.TestReport) -> None:
        outcome = item.stash[_OUTCOME]
        if self._only_failed and outcome != "failed":
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        shown, name = item.stash[_SCENE], name_of(item.nodeid)
        (self._folder / name).write_text(page(shown), encoding="utf-8", newline="\n")
        setattr(report, _ATTRIBUTE, list(Entry.of(shown, name, outcome)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called with each report where the run is looked after, not in the workers of pytest-xdist."""
        told = getattr(report, _ATTRIBUTE, None)
        if told is not None:
            self._entries.append(Entry(*told))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the list."""
        if hasattr(session.config, "workerinput"):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        entries = sorted(self._entries, key=lambda entry: entry.title)
        (self._folder / "index.html").write_text(index(entries), encoding="utf-8", newline="\n")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell where the list is."""
        count = len(self._entries)
        terminalreporter.write_line(f"fakeamqp: {count} page{'s' * (count != 1)}, see {self._folder / 'index.html'}")


def name_of(node_id: str) -> str:
    """The name of the file about a test: its own as far as files may have that, and what tells it from others."""
    readable = re.sub(r"[^A-Za-z0-9_.-]+", "-", node_id).strip("-.")[-_LONGEST_NAME:]
    return f"{readable}-{hashlib.sha256(node_id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.html"
