"""A broker lives in the process that made it: in a forked child it says so instead of seeming to work."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from fakeamqp.world.scheduler import Scheduler

_schedulers: weakref.WeakSet[Scheduler] = weakref.WeakSet()


class Elsewhere:
    """In place of every lock of a broker whose process is another one."""

    def __enter__(self) -> NoReturn:
        raise RuntimeError(
            "this fakeamqp broker lives in the process that made it, and this is a forked child of that: what it did "
            "here would stay here. Serve the broker instead, with fakeamqp.serve(broker), and give the child its url."
        )

    def __exit__(self, *exc: object) -> None:
        """Never entered."""


def guard(scheduler: Scheduler) -> None:
    """See to it that a forked child cannot use the scheduler's broker."""
    _schedulers.add(scheduler)


def _in_child() -> None:
    locked_out: Any = Elsewhere()
    for scheduler in list(_schedulers):
        scheduler.broker.lock = locked_out
        scheduler.lock_out(locked_out)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
