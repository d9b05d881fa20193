"""An event loop of a client library, as the scheduler sees it."""

from __future__ import annotations

from typing import Protocol


class Loop(Protocol):
    """An event loop of a client library, as the scheduler sees it. Instants are virtual microseconds.

    thread: identity of the thread whose callbacks it runs.
    """

    thread: int

    def ready(self) -> bool:
        """Something can be handed over, or a callback run, without waiting."""

    def has_work(self) -> bool:
        """Something is ready that its callbacks can take, and none that only its owner's next call may find out."""

    def next_timer(self) -> int | None:
        """When the program's next timer is due; None if there is none."""

    def last_timer(self) -> int | None:
        """When the last of the program's timers is due; None if there is none."""

    def next_background(self) -> int | None:
        """When the next timer is due that only fires on the way; None if there is none."""

    def wait_ends(self) -> int | None:
        """When the wait that is going on in it ends by itself; None if it has no end."""

    def slip(self, elapsed_us: int) -> None:
        """Real time has passed for it while virtual time stood: its timers come nearer by that much."""

    def serves(self, connection: int) -> bool:
        """True if it carries this connection of the broker."""

    def is_busy(self) -> bool:
        """True while one of its callbacks runs, so that it can take nothing else."""

    def consumes(self) -> bool:
        """True while a call or a generator goes on in it that hands messages over until it is stopped."""

    def dispatch(self) -> None:
        """Run the callbacks that are ready."""

    def tend(self) -> None:
        """Time has moved: see to the heartbeats."""

    def abandon(self) -> None:
        """See `Belonging`."""


class Belonging(Protocol):
    """What a program leaves behind when it ends without a word: a loop, a link."""

    def abandon(self) -> None:
        """Its program has ended: the broker finds its connections gone."""


def next_alarm(loop: Loop) -> int | None:
    """When the next of a loop's timers is due, whatever it is for."""
    alarms = (loop.wait_ends(), loop.next_timer(), loop.next_background())
    return min((alarm_us for alarm_us in alarms if alarm_us is not None), default=None)
