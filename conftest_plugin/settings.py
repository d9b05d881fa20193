"""What was asked for: on the command line, in the ini file and by markers."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

MARKER = "fakeamqp"

# Broker takes these two by position as well.
_BY_POSITION = ("version", "seed")


class Settings(NamedTuple):
    """What holds for a whole run; the command line wins over the ini file.

    versions: RabbitMQ versions to run each test with; empty is the broker's own default.
    seed: None is the broker's own default.
    """

    versions: tuple[str, ...]
    seed: int | None

    @classmethod
    def of(cls, config: pytest.Config) -> Settings:
        """The settings of a run. Raises pytest.UsageError for a seed in the ini file that is no whole number."""
        versions = config.getoption("--fakeamqp-version") or config.getini("fakeamqp_version") or ""
        seed = config.getoption("--fakeamqp-seed")
        written = config.getini("fakeamqp_seed")
        if seed is None and written:
            try:
                seed = int(written)
            except ValueError:
                raise pytest.UsageError(f"ini setting fakeamqp_seed is not a whole number: {written!r}") from None
        return cls(tuple(dict.fromkeys(v.strip() for v in versions.split(",") if v.strip())), seed)

    def __str__(self) -> str:
        """As it would be written on a command line."""
        seed = [] if self.seed is None else [f"--fakeamqp-seed {self.seed}"]
        return " ".join(([f"--fakeamqp-version {','.join(self.versions)}"] if self.versions else []) + seed)

    def arguments(self, version: str | None) -> dict[str, Any]:
        """The arguments of Broker that a test has without markers.

        version: the one of the versions that the test runs with now; None is the only one there is, if any.
        """
        asked: dict[str, Any] = {"version": version or next(iter(self.versions), None), "seed": self.seed}
        return {name: value for name, value in asked.items() if value is not None}


def markers_of(node: pytest.Item) -> list[pytest.Mark]:
    """The fakeamqp markers that hold for a test: its module's and class's first, its own last."""
    return list(node.iter_markers(MARKER))[::-1]


def marked(markers: list[pytest.Mark]) -> dict[str, Any]:
    """The arguments of Broker that markers ask for; a later marker wins, name by name.

    Raises TypeError for too many arguments by position, and for one that is given twice in a marker.
    """
    arguments: dict[str, Any] = {}
    for marker in markers:
        if len(marker.args) > len(_BY_POSITION):
            raise TypeError(f"only {' and '.join(_BY_POSITION)} can be given by position")
        by_position = dict(zip(_BY_POSITION, marker.args, strict=False))
        twice = by_position.keys() & marker.kwargs.keys()
        if twice:
            raise TypeError(f"{', '.join(sorted(twice))} is given twice")
        arguments |= by_position | dict(marker.kwargs)
    return arguments


def as_written(marker: pytest.Mark) -> str:
    """A marker as it stands in the test's source, more or less."""
    arguments = [*map(repr, marker.args), *(f"{name}={value!r}" for name, value in marker.kwargs.items())]
    return f"@pytest.mark.{MARKER}({', '.join(arguments)})"
