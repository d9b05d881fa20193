"""What the exchanges have in common that pick one of their bindings for a message."""

from __future__ import annotations

from collections.abc import Sequence

from fakeamqp.model.binding import Binding, Destination
from fakeamqp.model.exchanges.fanout import Fanout


class OneOf(Fanout):
    """Binds as fanout does, and knows its destinations by number. One that is bound twice has two numbers."""

    def _clear(self) -> None:
        super()._clear()
        self._numbered: list[Destination] | None = None  # None if they have to be counted anew

    @property
    def destinations(self) -> Sequence[Destination]:
        """The destinations of all bindings, in the order in which they are counted."""
        if self._numbered is None:
            self._numbered = self._count()
        return self._numbered

    def _count(self) -> list[Destination]:
        """The destinations in their order: that of binding."""
        return list(self._destinations.values())

    def _add(self, binding: Binding) -> None:
        super()._add(binding)
        self._numbered = None

    def _remove(self, binding: Binding) -> None:
        super()._remove(binding)
        self._numbered = None
