"""Common mistakes: what the trace and the state of a broker show of them, with the culprit and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from fakeamqp.views.mistakes import letters, losing, refused, routing, waiting
from fakeamqp.views.mistakes.history import History
from fakeamqp.views.mistakes.mistake import Mistake
from fakeamqp.world.broker import Broker

_FINDERS: tuple[Callable[[Broker, History], Iterable[Mistake]], ...] = (
    refused.find,
    routing.find,
    letters.find,
    losing.find,
    waiting.find,
)


@attrs.frozen
class Mistakes:
    """What looks like a mistake, what was refused first. A sequence of `Mistake`."""

    found: tuple[Mistake, ...]

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, place: int) -> Mistake:
        return self.found[place]

    def __str__(self) -> str:
        return "\n".join(map(str, self.found)) or "nothing looks wrong"


def find_mistakes(broker: Broker) -> Mistakes:
    """What looks like a mistake in what has happened so far; of what the trace has let go of, nothing is known."""
    history = History(broker)
    found = dict.fromkeys(mistake for find in _FINDERS for mistake in find(broker, history))
    return Mistakes(tuple(found))


__all__ = ["Mistake", "Mistakes", "find_mistakes"]
