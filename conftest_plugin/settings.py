"""What was asked for: on the command line, in the ini file and by markers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

MARKER = "fakeamqp"

# Broker takes these two by position as well.
_BY_POSITION = ("version", "seed")


class Settings(NamedTuple):
    """What holds for a whole run; the command line wins over the ini file.

    versions: RabbitMQ versions to run each test with; empty is the broker's own default.
    seed: None is the broker's own default.
    strict: True to fail a test that leaves anything undone. allow: what it may leave undone all the same.
    from_start: True for one broker from before the first conftest.py is loaded.
    patch_time: True to let Python's own clock follow the broker's while a test has one.
    definitions: the path of the definitions that brokers begin with; None for none.
    url, management_url: of a real broker to run the tests on; None is the one in memory, and the usual address.
    deny: deprecated features that brokers deny.
    laws: True to look whether the laws of the model hold.
    summary: True to say at the end of the run what went through the brokers.
    upgrade_check: the version that tests are held against at their end; None for none.
    report: the folder for a page about each test that has a broker; None for none.
    report_only_failed: True to write no page about a test that passes.
    """

    versions: tuple[str, ...] = ()
    seed: int | None = None
    strict: bool = False
    allow: tuple[str, ...] = ()
    from_start: bool = False
    patch_time: bool = False
    definitions: Path | None = None
    url: str | None = None
    management_url: str | None = None
    deny: tuple[str, ...] = ()
    laws: bool = True
    summary: bool = False
    upgrade_check: str | None = None
    report: Path | None = None
    report_only_failed: bool = False

    @classmethod
    def of(cls, config: pytest.Config) -> Settings:
        """The settings of a run. Raises pytest.UsageError for a seed in the ini file that is no whole number."""
        try:
            return config.stash[_READ]
        except KeyError:
            settings = config.stash[_READ] = cls._read(config)
            return settings

    @classmethod
    def _read(cls, config: pytest.Config) -> Settings:
        # Not config.getoption: that knows nothing before the first conftest.py is loaded.
        options = config.known_args_namespace
        seed: int | None = options.fakeamqp_seed
        written = config.getini("fakeamqp_seed")
        if seed is None and written:
            try:
                seed = int(written)
            except ValueError:
                raise pytest.UsageError(f"ini setting fakeamqp_seed is not a whole number: {written!r}") from None
        return cls(
            names(options.fakeamqp_version or config.getini("fakeamqp_version") or ""),
            seed,
            options.fakeamqp_strict or config.getini("fakeamqp_strict"),
            names(options.fakeamqp_allow or config.getini("fakeamqp_allow") or ""),
            config.getini("fakeamqp_from_start"),
            config.getini("fakeamqp_patch_time"),
            _path(config, "fakeamqp_definitions"),
            _given(options.fakeamqp_url, config.getini("fakeamqp_url")),
            _given(options.fakeamqp_management_url, config.getini("fakeamqp_management_url")),
            names(options.fakeamqp_deny or config.getini("fakeamqp_deny") or ""),
            not options.fakeamqp_no_laws and config.getini("fakeamqp_laws"),
            options.fakeamqp_summary or config.getini("fakeamqp_summary"),
            _given(options.fakeamqp_upgrade_check, config.getini("fakeamqp_upgrade_check")),
            _path(config, "fakeamqp_report"),
            options.fakeamqp_report_only_failed or config.getini("fakeamqp_report_only_failed"),
        )

    def __str__(self) -> str:
        """As it would be written on a command line."""
        seed = [] if self.seed is None else [f"--fakeamqp-seed {self.seed}"]
        strict = ["--fakeamqp-strict"] if self.strict else []
        allow = [f'--fakeamqp-allow "{", ".join(self.allow)}"'] if self.allow else []
        definitions = [f"--fakeamqp-definitions {self.definitions}"] if self.definitions else []
        deny = [f"--fakeamqp-deny {','.join(self.deny)}"] if self.deny else []
        versions = [f"--fakeamqp-version {','.join(self.versions)}"] if self.versions else []
        laws = [] if self.laws else ["--fakeamqp-no-laws"]
        return " ".join(versions + seed + strict + allow + definitions + deny + laws)

    def arguments(self, version: str | None = None) -> dict[str, Any]:
        """The arguments of Broker that a test has without markers.

        version: the one of the versions that the test runs with now; None is the only one there is, if any.
        """
        asked: dict[str, Any] = {}
        if version or self.versions:
            asked["version"] = version or self.versions[0]
        if self.seed is not None:
            asked["seed"] = self.seed
        if self.definitions is not None:
            asked["definitions"] = self.definitions
        if self.deny:
            asked["deny"] = self.deny
        if self.report is not None:
            asked["trace"] = "all"  # a page tells what was in the messages
        return asked


def _path(config: pytest.Config, name: str) -> Path | None:
    """A path on the command line is relative to where pytest was called, one in the ini file to that file's folder."""
    option: str | None = getattr(config.known_args_namespace, name)
    if option:
        return config.invocation_params.dir / option
    written = config.getini(name)
    folder = config.rootpath if config.inipath is None else config.inipath.parent
    return folder / written if written else None


_READ: pytest.StashKey[Settings] = pytest.StashKey()


def _given(option: str | None, written: str) -> str | None:
    """What holds of an option, which may be empty to switch off what the ini file says; None is neither."""
    return (written if option is None else option) or None


def names(written: Any) -> tuple[str, ...]:
    """Names as people write them: in a text, separated by commas, or one by one."""
    listed = written.split(",") if isinstance(written, str) else list(written)
    return tuple(dict.fromkeys(name.strip() for name in listed if name.strip()))


def markers_of(node: pytest.Item) -> list[pytest.Mark]:
    """The fakeamqp markers that hold for a test: its module's and class's first, its own last."""
    return list(node.iter_markers(MARKER))[::-1]


def marked(markers: list[pytest.Mark]) -> dict[str, Any]:
    """The arguments that markers give; a later marker wins, name by name.

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
