"""What the figures have to reach, each as a ratio of two figures of one run."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from benchmarks.figures import Figure, Report, cell, markdown, number, ratio


@attrs.frozen
class Goal:
    """How a figure has to compare with another.

    part, workload, subject, size: of the figure. to: the subject, or (workload, subject, size), it is compared with;
    None if it is the figure itself that counts. at_least, at_most: the median of the rounds; None if it may be any.
    """

    part: str
    workload: str
    subject: str
    to: str | tuple[str, str, int | None] | None
    at_least: float | None = None
    at_most: float | None = None
    size: int | None = None

    def of(self, report: Report) -> Figure | None:
        """The ratio, or the figure itself; None if it, or what it is compared with, was not measured."""
        one = report.find(self.part, self.workload, self.subject, self.size)
        if self.to is None:
            return one if one and one.values else None
        workload, subject, size = self.to if isinstance(self.to, tuple) else (self.workload, self.to, self.size)
        other = report.find(self.part, workload, subject, size)
        return ratio(one, other) if one and other and one.values and other.values else None

    def holds(self, value: float) -> bool:
        """True if a ratio is good enough."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    @property
    def words(self) -> str:
        """What is asked for, such as "at least 4"."""
        if self.at_least is not None:
            return f"at least {number(self.at_least)}"
        return f"at most {number(self.at_most or 0)}"


def _against(part: str, subject: str, to: str, least: dict[str, float]) -> list[Goal]:
    return [Goal(part, workload, subject, to, at_least=value) for workload, value in least.items()]


GOALS: list[Goal] = [
    *_against(
        "through-pika",
        "fakeamqp",
        "RabbitMQ",
        {
            "whole small test": 10,
            "open + close": 6,
            "synchronous call": 4.5,
            "publish": 4,
            "confirmed publish": 8,
            "consume + ack": 3.5,
            "get + ack": 8,
        },
    ),
    *_against(
        "through-pika",
        "fakeamqp",
        "empty broker",
        {
            "whole small test": 0.85,
            "open + close": 0.85,
            "synchronous call": 0.85,
            "publish": 0.45,
            "confirmed publish": 0.85,
            "consume + ack": 0.65,
            "get + ack": 0.85,
        },
    ),
    *_against("bare-model", "model alone", "kombu memory://", {"publish": 2, "get + ack": 0.8}),
    *(
        Goal("growth", kind, "fakeamqp", (kind, "fakeamqp", 10), at_most=1.3, size=100_000)
        for kind in ("routing, direct", "routing, topic", "routing, headers")
    ),
    *(
        Goal("million", workload, "after 1,000,000", "the first thousand", at_most=1.2, size=1_000_000)
        for workload in ("publish", "get + ack")
    ),
    *(
        Goal("million", workload, "expire in one advance", "publish", at_most=3, size=1_000_000)
        for workload in ("one TTL", "a TTL each", "TTLs at random")
    ),
    *(
        Goal("million-instructions", workload, "after 50,000", "the first thousand", at_most=1.1)
        for workload in ("publish", "get + ack")
    ),
    Goal("memory", "waiting message", "fakeamqp", None, at_most=600, size=1_000_000),
    Goal("fixtures", "a test", "fakeamqp_broker", "empty", at_most=1.3),
    Goal("fixtures", "pytest, one empty test", "plugin unused", "without the plugin", at_most=1.03),
]


def rows(report: Report) -> Iterator[tuple[str, ...]]:
    """A row for each goal that was measured: workload, subject, compared with, ratio, goal, whether it is reached."""
    for goal in GOALS:
        found = goal.of(report)
        if found is not None:
            size = "" if goal.size is None else f", {goal.size:,}"
            one, _, other = found.subject.partition(" to ")
            other = f"{other}, {goal.to[2]:,}" if isinstance(goal.to, tuple) and goal.to[2] is not None else other
            unit = "" if goal.to is not None else f" {found.unit}"
            held = "yes" if goal.holds(found.median) else "**no**"
            yield (goal.workload + size, one, other, cell(found) + unit, goal.words, held)


def told(report: Report) -> str:
    """A table in Markdown of all goals whose figures were measured."""
    return markdown(["workload", "on", "to", "ratio", "goal", "reached"], rows(report))
