"""What is tried again and again, and never succeeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from fakeamqp.world.errors import Livelock, WouldBlockForever
from fakeamqp.world.loop import Loop
from fakeamqp.world.machine_time import Machine
from fakeamqp.world.others import Grace

if TYPE_CHECKING:
    from fakeamqp.world.scheduler import Scheduler

MOST_TRIES = 1_000
# So few are enough for a program in lock step, of which it is known that nobody can change anything; and after a minute
# for who sleeps for real between the tries, and would take too long for more.
FEW_TRIES = 100
SLOW_SECONDS = 60
# How many times more are allowed while time moves and something may yet happen by itself.
PATIENCE = 10


class Tries:
    """How often in a row the broker has refused one and the same thing while nothing else happened.

    Refused is an address nobody listens at, or a channel or connection that the broker closes with the same words. A
    message that was published, delivered for good or dropped ends the row, and so does another refusal. Refusals that
    `faults.refuse_connections()` has counted out come to an end, and do not count.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.most_tries = MOST_TRIES
        self.few_tries = FEW_TRIES
        self._rows: dict[int, _Row] = {}
        self._connections = 0
        self._heads: dict[tuple[str, str], tuple[int, int]] = {}
        self._looks = 0
        self._state = (0, 0)

    def forget(self) -> None:
        """What went before does not count."""
        self._rows.clear()

    def refused(self, loop: Loop, what: str) -> None:
        """The client of this loop is told no. what: in words. Raises WouldBlockForever if that never changes."""
        scheduler = self._scheduler
        if scheduler.is_closed:
            return
        state = self._state_now()
        row = self._rows.get(loop.thread)
        if row is None or row.what != what or row.state != state:
            row = self._rows[loop.thread] = _Row(what, state, scheduler.broker.clock.now_us, Machine.monotonic())
        else:
            scheduler.traffic_in_vain += scheduler.traffic - row.traffic
        row.traffic = scheduler.traffic
        row.count += 1
        if scheduler.turns is not None:
            if not scheduler.turns.refused(loop, row.count >= self.few_tries):
                return
        elif not self._is_enough(row, loop) or scheduler.others.stir(row.grace):
            return
        elif row.grace.ends and not row.is_last:
            row.is_last = True  # the last of the others may have mended it since this was refused
            return
        del self._rows[loop.thread]
        raise scheduler.remember(
            WouldBlockForever(
                f"{row.count:,} times in a row, while nothing else happened: {what}. It will never be otherwise"
            )
        )

    def _is_enough(self, row: _Row, loop: Loop) -> bool:
        time_moves = self._scheduler.broker.clock.now_us > row.since_us
        if row.count < self.most_tries:
            return row.count >= self.few_tries and not time_moves and Machine.monotonic() - row.began > SLOW_SECONDS
        if row.count >= PATIENCE * self.most_tries:
            return True
        return not (time_moves and self._scheduler.may_happen(loop))

    def connected(self) -> None:
        """A client connects. Raises Livelock if all that ever comes of it is that the same messages come back."""
        self._connections += 1
        if self._connections % (self.most_tries // 10):
            return
        before, heads, state = self._heads, {}, self._state_now()
        came_back = ""
        for queue in self._scheduler.broker.queues():
            head = queue.ready.head()
            if head is None:
                continue
            key = queue.vhost.name, queue.name
            heads[key] = (head.copy, head.acquired)
            copy, acquired = before.get(key, (0, 0))
            if copy == head.copy and head.acquired >= acquired + self.most_tries // 20:
                came_back = f"message {head.message.id} in queue {queue.name!r} was delivered {head.acquired:,} times"
        self._looks = self._looks + 1 if came_back and state == self._state else 0
        self._heads, self._state = heads, state
        if self._looks >= 10:
            self._looks = 0
            raise self._scheduler.remember(
                Livelock(
                    f"{self.most_tries:,} connections in a row, while nothing else happened: {came_back}, and came "
                    "back each time"
                )
            )

    def _state_now(self) -> tuple[int, int]:
        """What is another whenever a message has moved on."""
        broker = self._scheduler.broker
        waiting = sum(len(queue.ready) + queue.delayed_count + queue.unacked for queue in broker.queues())
        return broker.model.last_message, waiting


@attrs.define
class _Row:
    """Refusals of one thread's clients, one after the other.

    state: of the messages, which has not changed since. since_us, began: when it began, in virtual microseconds and in
    seconds of the machine's clock. is_last: True once there is nobody left who could change it.
    """

    what: str
    state: tuple[int, int]
    since_us: int
    began: float
    count: int = 0
    traffic: int = 0
    is_last: bool = False
    grace: Grace = attrs.field(factory=lambda: Grace("what is refused"))
