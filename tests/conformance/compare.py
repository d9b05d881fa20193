"""Where two lists of observations part, told so that one can see the reason."""

from __future__ import annotations

import difflib

from .recording import Observations, as_json

CALLS_BEFORE = 4
"""How many agreeing calls are shown before the first that does not."""


def first_difference(recorded: Observations, played: Observations) -> str | None:
    """None if they agree, else a text with the calls that led there and a diff of the first that differs.

    The order of keys counts: the order of fields in a header table is something a client can see.
    """
    for place in range(max(len(recorded), len(played))):
        expected = as_json(recorded[place]) if place < len(recorded) else "(nothing more)"
        actual = as_json(played[place]) if place < len(played) else "(nothing more)"
        if expected != actual:
            lead = [_one_line(observation) for observation in recorded[max(0, place - CALLS_BEFORE) : place]]
            lines = difflib.ndiff(expected.splitlines(), actual.splitlines())
            body = "\n".join(line for line in lines if not line.startswith("?"))
            return "\n".join([f"call {place + 1} differs (- recorded, + played):", *lead, body])
    return None


def _one_line(observation: dict[str, object]) -> str:
    return "  " + " ".join(as_json(observation).split())
