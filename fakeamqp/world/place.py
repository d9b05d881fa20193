"""Which line of a program is behind something, read off a stack."""

from __future__ import annotations

import os.path
import sys
from types import FrameType

# What stands between a program's own line and the broker.
_BETWEEN = ("fakeamqp.", "pika.")
_RUNNERS = ("conftest_plugin", "fakeamqp", "_pytest", "pluggy")


def program_s(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is neither ours nor pika's; None if that is a test runner's, a thread's or a loop's."""
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_BETWEEN):
        frame = frame.f_back
    if frame is None:
        return None
    owner = frame.f_globals.get("__name__", "").partition(".")[0]
    return None if owner in sys.stdlib_module_names or owner in _RUNNERS else frame


def line_of(frame: FrameType | None) -> str | None:
    """The same as "file:line"."""
    found = program_s(frame)
    return None if found is None else f"{found.f_code.co_filename}:{found.f_lineno}"


def short(place: str | None) -> str:
    """A place without its folder; empty for None."""
    return "" if place is None else os.path.basename(place)
