"""Polls in a row that bring nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.world.errors import WouldBlockForever
from fakeamqp.world.loop import Loop
from fakeamqp.world.others import Grace

if TYPE_CHECKING:
    from fakeamqp.world.scheduler import Scheduler

DRY_POLLS = 1_000
# How many times more polls or sleeps without any traffic are allowed to who sleeps, or looks at the clock between them:
# that has an end.
PATIENCE = 100
_STANDS = "Virtual time does not move for a poll without a time limit: give it one, or call broker.clock.advance()"


class Polls:
    """How often in a row somebody polled while no connection sent or received anything.

    watches_clock: True once somebody asked for the time meanwhile, or slept: a loop of polls is meant to end by it.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.watches_clock = False
        self._count = 0
        self._traffic = -1
        self._since_us = 0
        self.grace = Grace("polling")

    def forget(self) -> None:
        """What went before does not count."""
        self._count = 0

    def polled(self, loop: Loop) -> None:
        """A poll brought nothing. Raises WouldBlockForever if none ever will."""
        scheduler = self._scheduler
        now_us = scheduler.broker.clock.now_us
        traffic = scheduler.traffic - scheduler.traffic_in_vain
        if self._traffic != traffic:
            self._traffic = traffic
            self._count = 0
            self.watches_clock = False
        self._count += 1
        if self._count == 1:
            self._since_us = now_us
            self.grace = Grace("polling")
        most = DRY_POLLS * (PATIENCE if self.watches_clock else 1)
        if self._count < most or scheduler.others.stir(self.grace):
            return
        if now_us > self._since_us and scheduler.something_comes_to(loop):
            self._count = 0  # the polls have a time limit, so they will get there
            return
        self._count = 0
        advice = "" if now_us > self._since_us else f". {_STANDS}"
        raise scheduler.remember(
            WouldBlockForever(
                f"{most:,} polls in a row during which no connection sent or received anything: "
                f"{scheduler.missing(loop)}{advice}"
            )
        )
