"""Threads that are alive, and yet nobody to wait for: between two pieces of work, or waiting for others themselves."""

from __future__ import annotations

import sys
import threading
from types import CodeType


def rests_in_its_pool(thread: threading.Thread) -> bool:
    """True if a thread belongs to a pool, has nothing to do, and nothing waits for the pool.

    Read off its stack, where the moment between taking a piece of work and beginning it looks like rest too: ask more
    than once.
    """
    frame = sys._current_frames().get(thread.ident or 0)
    if frame is None or frame.f_code is not _worker():
        return False
    work = frame.f_locals.get("work_queue")
    return frame.f_locals.get("work_item") is None and work is not None and work.empty()


def _worker() -> CodeType | None:
    """What a thread of a pool runs; None if nobody has a pool."""
    executors = sys.modules.get("concurrent.futures.thread")
    code: CodeType | None = getattr(getattr(executors, "_worker", None), "__code__", None)
    return code


def waits_for_another(thread: threading.Thread) -> bool:
    """True if a thread is in one of Python's own waits: for a thread's end, an event, a queue, a future.

    Read off its stack; ask more than once.
    """
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is not None and frame.f_globals is vars(threading)
