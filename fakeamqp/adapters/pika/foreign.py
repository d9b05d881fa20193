"""Loops that run in their own time: asyncio's, Tornado's, gevent's, and a select loop of the program's own class.

The link is the same; only its turns are asked for through what every loop of pika's offers. Virtual time does not
move by itself here: nobody can tell whether such a loop has something else to do. `broker.clock.advance` moves it.
"""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakeamqp.adapters.pika.link import Link


class ForeignLoop:
    """One link's place in a loop of somebody else's.

    nbio: pika's services of that loop (`AbstractIOServices`).
    """

    thread: int | None = None  # any may use it

    def __init__(self, nbio: Any) -> None:
        self._nbio = nbio
        self._links: list[Link] = []
        self._turn_is_due = False

    def add_link(self, link: Link) -> None:
        self._links.append(link)

    def remove_link(self, link: Link) -> None:
        if link in self._links:
            self._links.remove(link)

    def check_thread(self, connection: int) -> None:
        """Its thread is the program's own affair: pika's callbacks run where the loop runs."""

    def watch_channel(self, connection: Any, number: int) -> None:
        """Its consumers are told by the loop, which ends when the program says so."""

    def consumes(self) -> bool:
        """True: whatever a program does on such a loop, it does in callbacks."""
        return True

    def is_busy(self) -> bool:
        """See `consumes`."""
        return True

    def wake(self) -> None:
        """Something arrived: take a turn soon; from any thread."""
        if not self._turn_is_due:
            self._turn_is_due = True
            opened = all(link.connection._opened for link in self._links)
            self._later(self._turn if opened else self._shake_hands)

    def refused(self, what: str) -> None:
        """Such a loop runs in its own time, and ends when the program says so."""

    def lose(self, protocol: Any, error: BaseException | None) -> None:
        """Tell a connection at the next turn that its link is gone."""
        self._later(functools.partial(protocol.connection_lost, error))

    def _shake_hands(self) -> None:
        # A handshake takes its time: a limit that is up already wins, as it does on a network.
        self._nbio.call_later(0, self._turn)

    def _turn(self) -> None:
        self._turn_is_due = False
        for link in list(self._links):
            link.hand_over()
            if link.ready():
                self.wake()

    def _later(self, callback: Any) -> None:
        # A loop that was closed with its connection open takes nothing any more (gevent's then has no hub).
        with contextlib.suppress(RuntimeError, AttributeError):
            self._nbio.add_callback_threadsafe(callback)
