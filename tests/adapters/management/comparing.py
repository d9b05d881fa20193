"""Comparing what the fake tells with what a real broker told."""

from __future__ import annotations

from typing import Any

from tests.adapters.management.left_out import is_left_out


def difference(fake: Any, real: Any, where: str = "") -> str | None:
    """The first thing in which they differ, in words; None if all that the fake tells is what was recorded."""
    if isinstance(fake, dict) and isinstance(real, dict):
        for key, value in fake.items():
            if key not in real:
                return f"{where}/{key}: the fake tells {value!r}, RabbitMQ nothing"
            found = difference(value, real[key], f"{where}/{key}")
            if found is not None:
                return found
        lacking = [key for key in real if key not in fake and not is_left_out(key)]
        return f"{where}: the fake does not tell {', '.join(lacking)}: {real[lacking[0]]!r}" if lacking else None
    if isinstance(fake, list) and isinstance(real, list) and len(fake) == len(real):
        for place, (one, other) in enumerate(zip(fake, real, strict=True)):
            found = difference(one, other, f"{where}/{place}")
            if found is not None:
                return found
        return None
    if type(fake) is type(real) and fake == real:
        return None
    return f"{where}: the fake tells {fake!r}, RabbitMQ {real!r}"


def first_difference(fake: list[dict[str, Any]], real: list[dict[str, Any]]) -> str | None:
    """The first answer in which they differ, in words; None if they agree."""
    for one, other in zip(fake, real, strict=False):
        found = difference(one, other)
        if found is not None:
            return f"{other['asked']} {other.get('sent', '')}: {found}"
    if len(fake) != len(real):
        return f"{len(fake)} answers, {len(real)} recorded"
    return None
