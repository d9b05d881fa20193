"""At which addresses a broker can be reached, and from which it cannot at present."""

from __future__ import annotations

from collections import deque
from typing import Literal

from fakeamqp.world import asked
from fakeamqp.world.asked import DEFAULT_PORTS, Address


class Listening:
    """The addresses of one broker.

    addresses: those at which it listens; None is every host at the usual ports.
    refusals: how many attempts to connect are still to be refused, wherever they are made.
    delays: how long the next attempts take to be answered, one after the other, in microseconds.
    is_stopped: True while the node does not run.
    """

    def __init__(self, addresses: list[Address] | None) -> None:
        self.addresses = addresses
        self.refusals = 0
        self.delays: deque[int] = deque()
        self.is_stopped = False
        self._down: set[Address] | Literal["all"] = set()
        self._told_of: set[Address] = set()
        self._served: list[Address] = []

    def end(self) -> None:
        """Whatever was wrong is so no more."""
        self.refusals = 0
        self.delays.clear()
        self.is_stopped = False

    @property
    def first(self) -> Address:
        """An address at which it listens."""
        return self.addresses[0] if self.addresses else ("localhost", DEFAULT_PORTS[0])

    @property
    def is_refusing(self) -> bool:
        """True if the next attempt to connect is to be refused."""
        return self.refusals > 0

    @property
    def is_down(self) -> bool:
        """True if it does not answer at some address at which it listens."""
        return bool(self._down)

    def answers(self, address: Address) -> bool:
        """False if the attempt to connect that is made now gets no answer, though somebody may listen there."""
        if self.refusals:
            self.refusals -= 1
            return False
        return not self.is_stopped and self._down != "all" and address not in self._down

    def delay(self) -> int:
        """How long the attempt to connect that is made now takes to be answered, in microseconds."""
        return self.delays.popleft() if self.delays else 0

    def open(self, address: Address) -> None:
        """It listens there, too, behind a port of this machine."""
        self._served.append(address)

    def close(self, address: Address) -> None:
        """End what `open` began."""
        self._served.remove(address)

    def includes(self, address: Address) -> bool:
        """True if it listens there."""
        if address in self._served:
            return True
        return address[1] in DEFAULT_PORTS if self.addresses is None else address in self.addresses

    def is_news(self, address: Address) -> bool:
        """True once for each address."""
        if address in self._told_of:
            return False
        self._told_of.add(address)
        return True

    def take_down(self, *addresses: str | Address) -> None:
        """It answers no more at these addresses; at none at all if none is given. Raises as `asked.address` does."""
        given = set(map(asked.address, addresses))
        if not addresses or self._down == "all":
            self._down = "all"
        else:
            self._down |= given

    def bring_up(self, *addresses: str | Address) -> None:
        """It answers again at these addresses; at all if none is given.

        Raises ValueError if some are to come back and it is down at all.
        """
        if not addresses:
            self._down = set()
        elif self._down == "all":
            raise ValueError("it is down at every address; up() brings all back, then down(…) takes some away")
        else:
            self._down -= set(map(asked.address, addresses))

    def __str__(self) -> str:
        served = [f"{host}:{port}" for host, port in self._served]
        if self.addresses is None:
            return ", ".join(["any host at ports 5672 and 5671", *served])
        return ", ".join([*(f"{host}:{port}" for host, port in self.addresses), *served])
