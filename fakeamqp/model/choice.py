"""What RabbitMQ or AMQP leaves open, and who decides it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

Choose: TypeAlias = Callable[[Sequence[Any], str], Any]
"""Called with the options and a word for what is chosen, wherever RabbitMQ or AMQP leaves something open."""

BY_CHANCE = "by chance: "
"""How the words for what is chosen begin where RabbitMQ itself throws dice."""


def choose_first(options: Sequence[Any], what: str) -> Any:
    """What the recordings show first."""
    return options[0]


def choice_by(seed: int) -> Choose:
    """The default: what the recordings show first; where RabbitMQ throws dice, the seed and what is chosen decide.

    It remembers nothing, so that looking ahead changes nothing.
    """

    def choose(options: Sequence[Any], what: str) -> Any:
        if not what.startswith(BY_CHANCE):
            return options[0]
        digest = hashlib.sha256(f"{seed}:{what}".encode()).digest()
        return options[int.from_bytes(digest[:8], "big") % len(options)]

    return choose
