"""What an index of rules is made of."""

from __future__ import annotations

import attrs


@attrs.frozen
class Rule:
    """One thing a client can see of RabbitMQ.

    id: page, section and line, "queues 1.4"; "queues 1.t2" is the second row of a table there; "routing 4.5.4-19"
        stands for several lines that say one thing.
    text: the rule in a few words.
    scenarios: ids, or shell patterns of ids, of the scenarios that show it.
    tests: a test file that shows it where no scenario can.
    reason: why no scenario can; empty if there are scenarios.
    """

    id: str
    text: str
    scenarios: tuple[str, ...] = ()
    tests: str = ""
    reason: str = ""


@attrs.frozen
class Section:
    """Rules about one subject. id: "queues 1"."""

    id: str
    title: str
    rules: tuple[Rule, ...]


def rule(line: str, text: str, *scenarios: str, tests: str = "", reason: str = "") -> Rule:
    """A rule by the number of its line in a section."""
    return Rule(line, text, scenarios, tests, reason)


def section(number: str, title: str, *rules: Rule) -> Section:
    """A section by its number on a page."""
    return Section(number, title, rules)


def page(name: str, *sections: Section) -> tuple[Section, ...]:
    """The sections of a page, with ids that say where each line is."""
    return tuple(
        Section(
            f"{name} {one.id}",
            one.title,
            tuple(attrs.evolve(each, id=f"{name} {one.id}.{each.id}") for each in one.rules),
        )
        for one in sections
    )
