"""Waiting, in real time, for what another thread is about to do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def eventually(condition: Callable[[], object]) -> bool:
    """True as soon as the condition is; False if it is not within half a minute, however busy the machine."""
    ends = time.monotonic() + 30
    while not condition():
        if time.monotonic() > ends:
            return False
        threading.Event().wait(0.001)
    return True
