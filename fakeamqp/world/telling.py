"""What a program's error looks like to its user."""

from __future__ import annotations

import os
import runpy
import threading
import traceback
from pathlib import Path

_OURS = str(Path(__file__).resolve().parents[1]) + os.sep
_FRAMES_LEFT_OUT = (_OURS, runpy.__file__, threading.__file__)


def tell(error: BaseException) -> str:
    """The traceback that Python would print, without the frames that are not the program's."""
    told = traceback.TracebackException.from_exception(error)
    _leave_out(told, set())
    if not told.stack and told.__cause__ is None and told.__context__ is None:
        return "".join(told.format_exception_only())  # a script that cannot be compiled has not begun to run
    return "".join(told.format())


def _leave_out(told: traceback.TracebackException | None, seen: set[int]) -> None:
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    kept = [frame for frame in told.stack if not frame.filename.startswith(_FRAMES_LEFT_OUT)]
    told.stack[:] = kept
    _leave_out(told.__cause__, seen)
    _leave_out(told.__context__, seen)
    for each in getattr(told, "exceptions", None) or ():
        _leave_out(each, seen)
