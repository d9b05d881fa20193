"""What lint has to say of one object, and what a rule is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

if TYPE_CHECKING:
    from fakeamqp.views.lint.topology import Topology

Severity: TypeAlias = Literal["error", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the worst on."""


@attrs.frozen
class Where:
    """An object of a definitions file.

    vhost: None for what belongs to none. kind: `queue`, `exchange`, `binding`, `policy`, …, or `key` for a line of a
    file of keys. name: as people know it; of a binding its ends and its key.
    rows: the list of the file it stands in, such as "queues"; None if it stands in none. index: its place there; of a
    key the number of its line.
    """

    vhost: str | None
    kind: str
    name: str
    rows: str | None = None
    index: int = 0

    def __str__(self) -> str:
        # The ends of a binding are in quotes each.
        name = self.name if self.kind == "binding" else f"'{self.name}'"
        return self.kind + (f" {name}" if self.name else "") + (f" in vhost '{self.vhost}'" if self.vhost else "")


Said: TypeAlias = "tuple[Where, str]"
"""What a rule finds: the object, and what is to be said of it."""

Check: TypeAlias = "Callable[[Topology], Iterator[Said]]"


@attrs.frozen
class Finding:
    """One thing that is wrong, or may be.

    rule: its name among RULES. message: what is wrong with what, and what to do about it.
    versions: the recorded versions for which it holds. file: where it stands, None for definitions that were no file.
    line: counted from 1; None if it is not known.
    """

    rule: str
    severity: Severity
    where: Where
    message: str
    versions: tuple[str, ...]
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "
        return f"{place}{self.severity} {self.rule}: {self.message}"


@attrs.frozen
class Rule:
    """One thing that lint looks for.

    by_version: what it says depends on the version. upgrade: it belongs to the upgrade check: "always" both that which
    is new and that which has been so before, "new" only the former; None not at all.
    alone: it is looked for by the upgrade check only.
    """

    name: str
    severity: Severity
    check: Check
    by_version: bool = False
    upgrade: Literal["always", "new"] | None = None
    alone: bool = False

    @property
    def text(self) -> str:
        """What it is about, and why."""
        return inspect.cleandoc(self.check.__doc__ or "")


KNOWN: dict[str, Rule] = {}
"""The rules of the families that have been imported, by name."""


def rule(
    name: str,
    severity: Severity,
    *,
    by_version: bool = False,
    upgrade: Literal["always", "new"] | None = None,
    alone: bool = False,
) -> Callable[[Check], Check]:
    """Make a check a rule; its docstring is the rule's text."""

    def add(check: Check) -> Check:
        KNOWN[name] = Rule(name, severity, check, by_version, upgrade, alone)
        return check

    return add


_MOST_TOLD = 3


def few(queues: list[str]) -> str:
    """Names of queues, the first of them if there are many."""
    more = len(queues) - _MOST_TOLD
    shown = listed(queues[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
    return f"queue{'s' if len(queues) > 1 else ''} {shown}"


def listed(names: Iterable[object]) -> str:
    """Names in quotes, with commas."""
    return ", ".join(f"'{name}'" for name in names)
