"""What a broker that is left alone will send, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from fakeamqp.model import broker as model
from fakeamqp.model import effects
from fakeamqp.model.effects import Effect
from fakeamqp.model.foresight import delivers_next, may_deliver
from fakeamqp.world.errors import Livelock
from fakeamqp.world.loop import Loop
from fakeamqp.world.missing import what_is_missing

if TYPE_CHECKING:
    from fakeamqp.world.scheduler import Scheduler


class LookAhead:
    """Finds out by trying: a copy of the model runs ahead, deadline by deadline, without clients.

    To make one takes as long as there are queues, bindings and clients: none is made where it is plain what comes, or
    that nothing does.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._found: _Found | None = None

    def forget(self) -> None:
        """The broker is another one."""
        self._found = None

    def first_arrival(self, loops: list[Loop], until_us: int) -> int | None:
        """When the broker, left alone, first sends something to a connection of these loops; None if not by then."""
        scheduler = self._scheduler
        broker = scheduler.broker
        deadline_us = broker.next_deadline()
        if deadline_us is None or deadline_us > until_us:
            return None
        known = self._found
        if known is not None and known.at_us > broker.clock.now_us and known.holds(scheduler.traffic, loops):
            return known.at_us

        def serves(number: int) -> bool:
            return any(loop.serves(number) for loop in loops)

        if delivers_next(broker.model, serves):
            return deadline_us
        if not may_deliver(broker.model, serves):
            return None
        at_us = self._first(lambda effect: _is_sent_to(effect, serves), until_us)
        if at_us is not None:
            self._found = _Found(scheduler.traffic, tuple(loops), at_us)
        return at_us

    def first_change(self, until_us: int) -> int | None:
        """When the broker, left alone, first puts a message into a queue, or takes a queue away; None if not by then.

        Who polls may see that.
        """
        return self._first(_can_be_seen, until_us)

    def _first(self, wanted: Callable[[Effect], bool], until_us: int) -> int | None:
        scheduler = self._scheduler
        copy = scheduler.broker.fork(briefly=True)
        fired = 0
        # Each message that waits has a deadline of its own, and maybe some more as a dead letter.
        waiting = sum(len(queue.ready) + queue.delayed_count for queue in scheduler.broker.queues())
        most = scheduler.rounds.most_callbacks + 10 * waiting
        while (deadline_us := copy.next_deadline()) is not None and deadline_us <= until_us:
            if any(wanted(effect) for effect in self._fire(copy, deadline_us)):
                return deadline_us
            fired += 1
            if fired > most:
                raise scheduler.remember(
                    Livelock(
                        f"the broker's deadlines follow each other without an end: {what_is_missing(scheduler.broker)}"
                    )
                )
        return None

    def _fire(self, copy: model.Broker, due_us: int) -> list[Effect]:
        try:
            return copy.fire(due_us)
        except Livelock as error:
            raise self._scheduler.remember(error) from None


@attrs.frozen
class _Found:
    """When something is first sent to one of these loops, if nothing is sent before."""

    traffic: int
    loops: tuple[Loop, ...]
    at_us: int

    def holds(self, traffic: int, loops: list[Loop]) -> bool:
        return self.traffic == traffic and self.loops == tuple(loops)


def _is_sent_to(effect: Effect, serves: Callable[[int], bool]) -> bool:
    number = effects.recipient(effect)
    return number is not None and serves(number)


def _can_be_seen(effect: Effect) -> bool:
    kind = type(effect)
    return kind in (effects.QueueDeleted, effects.Requeued) or (kind is effects.Routed and bool(effect.queues))
