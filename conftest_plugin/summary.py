"""What went through the brokers of a whole run, said at its end (`--fakeamqp-summary`)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fakeamqp import Broker

_COUNTS: pytest.StashKey[Counter[str]] = pytest.StashKey()
_KEY = "fakeamqp_summary"


def add_up(config: pytest.Config, broker: Broker) -> None:
    """A test is through with its broker."""
    counts = config.stash.setdefault(_COUNTS, Counter())
    counts["tests"] += 1
    counts["messages"] += broker.model.last_message
    counts["virtual_us"] += broker.clock.now_us


class Summary:
    """Registered where it is asked for. Under pytest-xdist each worker hands its counts to the controller."""

    NAME = "fakeamqp-summary"

    def __init__(self, config: pytest.Config) -> None:
        config.stash[_COUNTS] = Counter()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            counts = session.config.stash[_COUNTS]
            output[_KEY] = dict(counts)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        counts: Counter[str] = node.config.stash[_COUNTS]
        counts.update(getattr(node, "workeroutput", {}).get(_KEY, {}))

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        counts = config.stash[_COUNTS]
        if counts["tests"]:
            terminalreporter.section("fakeamqp", sep="-")
            hours = counts["virtual_us"] / 3_600_000_000
            terminalreporter.write_line(
                f"{counts['tests']:,} tests had a broker: {counts['messages']:,} messages in {hours:,.1f} hours of "
                "virtual time"
            )
