"""Whose turn it is, where programs take turns."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from fakeamqp.world.loop import Belonging, Loop


class Turns(Protocol):
    """Who runs when exactly one of several programs may run at a time (see `Scheduler.turns`)."""

    @property
    def interleaves(self) -> bool:
        """True if `turned` is to be called."""

    def woken(self, thread: int) -> None:
        """Something has arrived for a loop of this thread."""

    def turned(self) -> None:
        """The caller has got as far as its next turn with the broker: somebody else may be the next to run."""

    def link_lost(self) -> None:
        """The caller's link has broken with what it has just sent; whoever was to end with that ends here."""

    def others_run(self, until: Callable[[], object] | None = None) -> bool:
        """Let all others that can run do so until each waits, or `until()` is true; False if none could."""

    def blocked_one_ends(self) -> bool:
        """Nothing can happen any more: let one that waits for an answer know. False if there is none such."""

    def cause(self) -> BaseException | None:
        """What may be behind it that somebody waits for ever: an error that another has ended with."""

    def going_on(self, end_us: int | None) -> AbstractContextManager[object]:
        """Time passes meanwhile, up to an instant; None: for as long as anything can happen."""

    def made(self, belonging: Belonging) -> None:
        """The program that runs has made this, and it goes when the program does."""

    def give_way(self, loop: Loop | None) -> bool:
        """Let the others run until each waits; None: the caller waits in no loop.

        False, at once, if no other can run; else True, when it is this one's turn again.
        """

    def pause(self) -> bool:
        """The same for a caller who has been served and goes on whatever happens."""

    def got_nothing(self) -> None:
        """The caller asked for a message and there was none: it may go on asking for ever."""

    def polled_in_vain(self, loop: Loop) -> None:
        """In place of `Scheduler.polled_in_vain`."""

    def refused(self, loop: Loop, often: bool) -> bool:
        """The caller was refused something that it may go on trying for ever: let the others run, or time pass.

        often: it was so often that it must end if nothing can change that any more. True if that is so.
        """

    def another_ends(self, loop: Loop) -> bool:
        """Nothing can ever happen, so one has to end. True if that is not for this one, or not any more."""
