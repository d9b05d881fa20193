"""Where links break: at a method that a client sends, before or after the broker has carried it out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from fakeamqp.session.methods import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeamqp.session.session import Session
    from fakeamqp.world.broker import Broker

PUBLISH = NAMES["basic.publish"]
# What a frame of a body needs besides its part of it (AMQP 0-9-1, 4.2.3).
_FRAME_OVERHEAD = 8


class Tap(Protocol):
    """Sees each method of each client, and says where links break."""

    def before(self, session: Session, method: int, frames: int) -> bool:
        """A client has sent a method, in so many frames. True breaks its link, and the method is lost."""

    def after(self, session: Session, method: int) -> bool:
        """The broker has carried a method out. True breaks the link, and the client hears of nothing."""


@attrs.define(eq=False)
class Cut:
    """One link that will break.

    method: at which one, by its number; None counts frames, whatever they are of. left: how many of them are due.
    is_late: True to break after the method has been carried out. which: the connections that count; None is all.
    """

    method: int | None
    left: int = attrs.field()
    is_late: bool
    which: frozenset[int] | None

    @left.validator
    def _check(self, attribute: object, left: object) -> None:
        if not isinstance(left, int) or left < 1:
            raise ValueError(f"the first is number 1, and there is none of number {left!r}")

    def counts(self, session: Session, method: int) -> bool:
        """True if this method is one of those that count."""
        return self.method in (None, method) and (self.which is None or session.number in self.which)


class Cuts:
    """The cuts of one broker that are due, and who else looks on.

    A session is tapped from the first cut or onlooker on; before, this costs nothing.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._due: list[Cut] = []
        self._taps: list[Tap] = []
        self._tapped: set[int] = set()

    def add(self, cut: Cut) -> None:
        """A link is to break."""
        self._due.append(cut)
        self._tap_all()

    def watch(self, tap: Tap) -> None:
        """Somebody looks on from now on."""
        self._taps.append(tap)
        self._tap_all()

    def meet(self, session: Session) -> None:
        """A client connects."""
        if self._due or self._taps:
            self._tap(session)

    def forget(self) -> None:
        """Nothing breaks any more."""
        self._due.clear()
        self._taps.clear()
        self._tapped.clear()

    def _tap_all(self) -> None:
        for session in self._broker.sessions():
            self._tap(session)

    def _tap(self, session: Session) -> None:
        """Its two entrances lead through here, on this one object alone: others are called as ever."""
        if session.number in self._tapped:
            return
        self._tapped.add(session.number)
        stock: Any = (session.method, session.publish)

        def method(channel: int, method: Any) -> None:
            self._pass(session, method.INDEX, 1, partial(stock[0], channel, method))

        def publish(channel: int, method: Any, properties: Any, body: bytes) -> None:
            room = session.frame_max - _FRAME_OVERHEAD if session.frame_max else len(body) or 1
            self._pass(
                session, PUBLISH, 2 + -(-len(body) // room), partial(stock[1], channel, method, properties, body)
            )

        vars(session).update(method=method, publish=publish)

    def _pass(self, session: Session, method: int, frames: int, carry_out: Callable[[], None]) -> None:
        is_lost = self._is_due(session, method, frames, is_late=False)
        for tap in self._taps:
            is_lost = tap.before(session, method, frames) or is_lost
        if not is_lost:
            carry_out()
            is_lost = self._is_due(session, method, frames, is_late=True)
            for tap in self._taps:
                is_lost = tap.after(session, method) or is_lost
        if is_lost:
            session.door.reset()

    def _is_due(self, session: Session, method: int, frames: int, *, is_late: bool) -> bool:
        """True if a link breaks here."""
        is_due = False
        for cut in [each for each in self._due if each.is_late == is_late and each.counts(session, method)]:
            left = cut.left - (frames if cut.method is None else 1)
            if left <= 0:
                self._due.remove(cut)
                is_due = True
            else:
                cut.left = left
        return is_due


def method_named(name: str) -> int:
    """The number of a method that a client sends. Raises ValueError for a name that none has."""
    try:
        return NAMES[name]
    except KeyError:
        raise ValueError(f"no client sends a method {name!r}; there are {', '.join(NAMES)}") from None
