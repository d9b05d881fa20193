"""What is wrong with a topology before anything runs: rules for definitions files, and for an upgrade of the broker.

    for finding in lint("definitions.json", target="4.3"):
        print(finding)

`python -m fakeamqp lint` and `upgrade-check` are the same on the command line; docs/lint.md tells of each rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from fakeamqp.model.profile import PROFILES, Profile
from fakeamqp.views.lint import dead_letters, queues, routing, versions
from fakeamqp.views.lint.finding import KNOWN, SEVERITIES, Finding, Rule, Where
from fakeamqp.views.lint.keys import Key, read_keys
from fakeamqp.views.lint.lines import lines_of
from fakeamqp.views.lint.topology import Topology
from fakeamqp.world.broker import profile_of
from fakeamqp.world.definitions import Source, read_definitions

FAMILIES: tuple[ModuleType, ...] = (routing, dead_letters, queues, versions)
"""The modules of the rules, in the order in which docs/lint.md tells of them."""

RULES: dict[str, Rule] = {
    name: rule for family in FAMILIES for name, rule in KNOWN.items() if rule.check.__module__ == family.__name__
}
"""All rules by name, family by family."""


def lint(
    source: Source,
    *,
    target: str = "4.3",
    keys: Iterable[Key] = (),
    keys_file: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> list[Finding]:
    """What is wrong with definitions on a version, or may be, in the order of the file.

    source: a path, JSON text, or a dict. keys: what will be published, see `read_keys`; keys_file: where they stand.
    select: rules to look for, by name; empty is all. ignore: rules not to look for.

    Raises DefinitionsRefused, a ValueError, for what cannot be read; ValueError for a version or a rule that is not
    known.
    """
    rules = [each for each in chosen(select, ignore) if not each.alone]
    return _found(source, rules, profile_of(target), None, tuple(keys), keys_file)


def upgrade_check(
    source: Source,
    *,
    target: str = "4.3",
    origin: str = "3.10",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> list[Finding]:
    """What of definitions an upgrade from one version to another concerns: refused, left out, ignored, changed.

    What both versions refuse is told as well; what both ignore or call deprecated is not. Raises as `lint`.
    """
    rules = [each for each in chosen(select, ignore) if each.upgrade is not None]
    return _found(source, rules, profile_of(target), profile_of(origin), (), None)


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Rule]:
    """Rules by name: all that are selected, all that there are if none is, and without those to be ignored.

    Raises ValueError for a name that is none.
    """
    select, ignore = list(select), list(ignore)
    for name in (*select, *ignore):
        if name not in RULES:
            raise ValueError(f"there is no rule {name!r}; the rules are {', '.join(RULES)}")
    return [rule for name, rule in RULES.items() if (not select or name in select) and name not in ignore]


def _found(
    source: Source,
    rules: list[Rule],
    target: Profile,
    origin: Profile | None,
    keys: tuple[Key, ...],
    keys_file: str | None,
) -> list[Finding]:
    definitions = read_definitions(source)
    topology = Topology(definitions, target, keys, origin)
    lines = lines_of(Path(definitions.name).read_text(encoding="utf-8-sig")) if definitions.name else {}
    found = []
    for rule in rules:
        said = list(rule.check(topology))
        others = _others(rule, topology) if said and rule.by_version else {}
        for where, message in said:
            holds = tuple(
                name for name in PROFILES if not rule.by_version or name == target.name or where in others[name]
            )
            if rule.upgrade == "new" and origin is not None and not rule.alone and origin.name in holds:
                continue
            file, line = definitions.name or None, lines.get((where.rows or "", where.index))
            if where.kind == "key":
                file, line = keys_file, where.index
            found.append(Finding(rule.name, rule.severity, where, message, holds, file, line))
    found.sort(key=lambda finding: (finding.where.kind != "key", finding.line or 0, SEVERITIES.index(finding.severity)))
    return found


def _others(rule: Rule, topology: Topology) -> dict[str, set[Where]]:
    """Of what the same rule speaks on each version."""
    return {name: {where for where, _ in rule.check(topology.under(profile))} for name, profile in PROFILES.items()}


__all__ = ["FAMILIES", "RULES", "SEVERITIES", "Finding", "Key", "Rule", "lint", "read_keys", "upgrade_check"]
