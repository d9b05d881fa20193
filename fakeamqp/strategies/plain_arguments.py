"""Which arguments a queue takes, as a table of the plainest kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_LONGEST_MS = 315_360_000_000  # ten years
_OVERFLOWS = ("drop-head", "reject-publish", "reject-publish-dlx")


def is_natural(value: Any) -> bool:
    """True for 0, 1, 2, …"""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


ARGUMENTS: dict[str, Callable[[Any], bool]] = {
    "x-message-ttl": lambda value: is_natural(value) and value <= _LONGEST_MS,
    "x-expires": lambda value: is_natural(value) and 0 < value <= _LONGEST_MS,
    "x-max-length": is_natural,
    "x-max-length-bytes": is_natural,
    "x-max-priority": lambda value: is_natural(value) and value <= 255,
    "x-overflow": lambda value: value in _OVERFLOWS,
    "x-dead-letter-exchange": lambda value: isinstance(value, str),
    "x-dead-letter-routing-key": lambda value: isinstance(value, str),
    "x-single-active-consumer": lambda value: isinstance(value, bool),
    "x-delivery-limit": lambda value: isinstance(value, int) and not isinstance(value, bool),
}

COMPARED = (*ARGUMENTS, "x-queue-mode", "x-max-in-memory-length")


def refuses_arguments(kind: str, arguments: Mapping[str, Any], flags: Any) -> bool:
    """True if a queue of this kind is not made with these arguments; flags: of its declaration."""
    if kind not in ("classic", "quorum"):
        return True
    for name, value in arguments.items():
        if name in ARGUMENTS and not ARGUMENTS[name](value):
            return True
    if "x-dead-letter-routing-key" in arguments and "x-dead-letter-exchange" not in arguments:
        return True
    if kind == "quorum":
        return "x-max-priority" in arguments or not flags.durable or flags.exclusive or flags.auto_delete
    return "x-delivery-limit" in arguments
