"""Routing keys written together: `order.{created,paid}`."""

from __future__ import annotations

import re
from itertools import product


def alternatives(language: str) -> list[str]:
    """The texts that a text stands for in which `{a,b}` is one of several.

    Raises ValueError for braces that do not fit.
    """
    parts = re.split(r"\{([^{}]*)\}", language)
    if any(brace in part for part in parts for brace in "{}"):
        raise ValueError(f"{language!r} has braces that do not fit; one of several words is {{created,paid}}")
    choices = [part.split(",") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]
