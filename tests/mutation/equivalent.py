"""Mutants that change nothing anybody can see, each with the reason: (module, the lines that change) -> why."""

from __future__ import annotations

from tests.mutation.mutants import Mutant

_REASONS: dict[tuple[str, str], str] = {}


def reason(mutant: Mutant) -> str | None:
    """Why a mutant cannot be noticed; None if it should be."""
    return _REASONS.get((mutant.module, mutant.change))
