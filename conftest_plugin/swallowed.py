"""Which errors of a broker nobody saw: WouldBlockForever and Livelock that the code under test caught and dropped."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

import pytest

# Where an error that came this far is reported or was expected: pytest itself, pytest.raises and assertRaises.
_SEEN_BY = ("_pytest.", "pluggy.", "unittest.")


def swallowed(raised: Iterable[BaseException], test: pytest.Item) -> list[BaseException]:
    """Those of the errors that ended neither in the test function nor in the test's runner.

    A traceback begins where the error was caught, so its first frame tells who has seen it.
    """
    # By name: under Hypothesis and other decorators the function that pytest calls is not the one that was written.
    name = getattr(test, "originalname", None) or test.name
    return [error for error in raised if not _was_seen(error.__traceback__, name)]


def _was_seen(traceback: TracebackType | None, test: str) -> bool:
    if traceback is None:  # unittest's assertRaises takes it off
        return True
    frame = traceback.tb_frame
    return frame.f_code.co_name == test or frame.f_globals.get("__name__", "").startswith(_SEEN_BY)
