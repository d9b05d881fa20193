"""The machine's own time, whatever a test has done to Python's: by its own patch, by freezegun or by time-machine."""

from __future__ import annotations

import datetime
import sys
import time
from typing import Any, ClassVar

FUNCTIONS = (
    "time",
    "time_ns",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "sleep",
    "localtime",
    "gmtime",
    "ctime",
    "asctime",
    "strftime",
)


def _stock(module: Any, name: str) -> Any:
    # freezegun may have replaced it already; it keeps what it has replaced.
    frozen = sys.modules.get("freezegun.api")
    return getattr(frozen, f"real_{name}", None) or getattr(module, name)


class Machine:
    """Python's functions and classes as they came.

    Kept in a class because freezegun replaces what it finds in modules.
    """

    functions: ClassVar[dict[str, Any]] = {name: _stock(time, name) for name in FUNCTIONS}
    date: Any = _stock(datetime, "date")
    datetime: Any = _stock(datetime, "datetime")

    @staticmethod
    def monotonic() -> float:
        """`time.monotonic()`."""
        seconds: float = Machine.functions["monotonic"]()
        return seconds
