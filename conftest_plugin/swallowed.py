"""Which errors of a broker nobody saw: WouldBlockForever and Livelock that the code under test caught and dropped."""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType, TracebackType
from typing import Any

import pytest

# Where an error that came this far is reported or was expected: pytest itself, pytest.raises and assertRaises.
_SEEN_BY = ("_pytest.", "pluggy.", "unittest.")


def swallowed(raised: Iterable[BaseException], test: pytest.Item) -> list[BaseException]:
    """Those of the errors that ended neither in the test function nor in the test's runner.

    A traceback begins where the error was caught, so its first frame tells who has seen it.
    """
    code = _code_of(test)
    return [error for error in raised if not _was_seen(error.__traceback__, code)]


def _was_seen(traceback: TracebackType | None, test: CodeType | None) -> bool:
    if traceback is None:  # unittest's assertRaises takes it off
        return True
    frame = traceback.tb_frame
    return frame.f_code is test or frame.f_globals.get("__name__", "").startswith(_SEEN_BY)


def _code_of(test: pytest.Item) -> CodeType | None:
    """The code of the function a test consists of, under whatever wraps it; None if it is no Python function."""
    function: Any = getattr(test, "function", None)
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None
