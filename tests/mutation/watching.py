"""A plugin of pytest for mutants: coverage is told which test runs, and a test that never ends fails.

A mutant may go round for ever. That is told by the processor's time: where much else runs, the clock on the wall says
nothing.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest
from coverage import Coverage

LONGEST_S = 60  # of the processor's time for one test; the longest takes a third of that


class WithoutEnd(BaseException):
    """A test takes so long that it will not end. No `except Exception` on the way shall keep it alive."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch one test."""
    coverage = Coverage.current()
    if coverage is not None:
        coverage.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        if coverage is not None:
            coverage.switch_context("")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Give it its time. What is swallowed once is raised again."""
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S, 5)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _give_up(number: int, frame: FrameType | None) -> None:
    raise WithoutEnd
