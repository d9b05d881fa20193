"""Which scenario shows which rule.

`queues` and `routing` number the rules as two pages of observations did that this project began with; `beyond` has what
was found since. `python -m tests.conformance.report` writes docs/conformance.md from them.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from ..scenario import Scenario
from .beyond import BEYOND
from .queues import QUEUES
from .routing import ROUTING
from .rule import Rule, Section

SECTIONS: tuple[Section, ...] = (*QUEUES, *ROUTING, *BEYOND)


def showing(rule: Rule, scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Those of the scenarios that show a rule, in their order."""
    return [one for one in scenarios if any(fnmatch.fnmatchcase(one.id, pattern) for pattern in rule.scenarios)]


__all__ = ["SECTIONS", "Rule", "Section", "showing"]
