"""What a scenario is, and the register of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from .play import Play

PROFILES = ("3.10", "4.0", "4.3")
"""The RabbitMQ versions that recordings are kept of."""

OLDEST_PIKA = "1.2.1"


@attrs.frozen
class Scenario:
    """A few calls to a broker that show one rule.

    area: the module it is written in, and the folder of its recording.
    name: the rule in a few words.
    rule: the rule in a sentence (the docstring).
    versions: those of PROFILES it can be played on.
    perform: makes the calls.
    pika: the oldest release of pika that can make these calls and read the answers right.
    deny: the deprecated features that the broker's configuration denies; without any, as RabbitMQ is installed.
    cluster: True if it is played on a cluster of two nodes, of which one goes down and comes back.
    """

    area: str
    name: str
    rule: str
    versions: tuple[str, ...]
    perform: Callable[[Play], None]
    pika: str = OLDEST_PIKA
    deny: frozenset[str] = frozenset()
    cluster: bool = False

    @property
    def id(self) -> str:
        return f"{self.area}/{self.name}"

    def is_for(self, pika: str) -> bool:
        """True if this release of pika can play it."""
        return _numbers(pika) >= _numbers(self.pika)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(number) for number in release.split(".")[:3])


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    *,
    versions: Sequence[str] = PROFILES,
    pika: str = OLDEST_PIKA,
    deny: Iterable[str] = (),
    cluster: bool = False,
) -> Callable[[Callable[[Play], None]], Callable[[Play], None]]:
    """Register the decorated function; its module is the area, its docstring the rule."""

    def register(perform: Callable[[Play], None]) -> Callable[[Play], None]:
        if not perform.__doc__:
            raise ValueError(f"scenario {perform.__name__} states no rule: give it a docstring")
        area = perform.__module__.rpartition(".")[2]
        rule = " ".join(perform.__doc__.split())
        made = Scenario(area, perform.__name__, rule, tuple(versions), perform, pika, frozenset(deny), cluster)
        if made.id in SCENARIOS:
            raise ValueError(f"two scenarios are called {made.id}")
        SCENARIOS[made.id] = made
        return perform

    return register


def all_scenarios() -> list[Scenario]:
    """Every scenario there is, in the order of the files and of the functions in them."""
    from . import scenarios  # noqa: F401  registers them

    return list(SCENARIOS.values())
