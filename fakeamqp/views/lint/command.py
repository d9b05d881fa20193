"""`python -m fakeamqp lint` and `upgrade-check`: findings as lines, as JSON, or as GitHub's workflow commands."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fakeamqp.views.lint import SEVERITIES, Finding, Key, lint, read_keys, upgrade_check


def run(options: argparse.Namespace) -> int:
    """Print what is found; the exit status: 1 if anything is as bad as `--fail-on` says, else 0.

    options: those of either command. Ends the program as argparse does, with 2, for what cannot be read.
    """
    try:
        found = _found(options)
    except ValueError as error:
        options.parser.error(str(error))
    text = FORMATS[options.format](found, options)
    if text:
        sys.stdout.write(text + "\n")
    worst = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1] if options.fail_on != "never" else ()
    return 1 if any(finding.severity in worst for finding in found) else 0


def _found(options: argparse.Namespace) -> list[Finding]:
    if options.command == "upgrade-check":
        return upgrade_check(
            options.definitions,
            target=options.target,
            origin=options.origin,
            select=options.select,
            ignore=options.ignore,
        )
    return lint(
        options.definitions,
        target=options.target,
        keys=_keys(options),
        keys_file=options.keys,
        select=options.select,
        ignore=options.ignore,
    )


def _keys(options: argparse.Namespace) -> Sequence[Key]:
    if options.keys is None:
        return ()
    try:
        text = Path(options.keys).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{options.keys} cannot be read: {error}") from None
    try:
        return read_keys(text, options.exchange, options.vhost)
    except ValueError as error:
        raise ValueError(f"{options.keys}, {error}") from None


def _text(found: list[Finding], options: argparse.Namespace) -> str:
    """A line for each, and how many there are."""
    return "\n".join([*map(str, found), _summary(found, options)])


def _summary(found: list[Finding], options: argparse.Namespace) -> str:
    checked = f"RabbitMQ {options.target}"
    if options.command == "upgrade-check":
        checked = f"from RabbitMQ {options.origin} to {options.target}"
    counts = [(sum(finding.severity == severity for finding in found), severity) for severity in SEVERITIES]
    words = [f"{count} {word}{'s' if count > 1 and word != 'info' else ''}" for count, word in counts if count]
    return f"{options.definitions}, {checked}: {', '.join(words) or 'nothing found'}"


def _json(found: list[Finding], options: argparse.Namespace) -> str:
    """One object, with all findings as objects."""
    told = {
        "file": options.definitions,
        "target": options.target,
        **({"from": options.origin} if options.command == "upgrade-check" else {}),
        "findings": [_row(finding) for finding in found],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _row(finding: Finding) -> dict[str, object]:
    where = finding.where
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "vhost": where.vhost,
        "kind": where.kind,
        "name": where.name,
        "message": finding.message,
        "versions": list(finding.versions),
        "file": finding.file,
        "line": finding.line,
    }


_GITHUB = {"error": "error", "warning": "warning", "info": "notice"}


def _github(found: list[Finding], options: argparse.Namespace) -> str:
    """Workflow commands, which GitHub shows beside the lines of the file."""
    return "\n".join(map(_annotation, found))


def _annotation(finding: Finding) -> str:
    places = [f"file={_property(finding.file)}"] if finding.file else []
    places += [f"line={finding.line}"] if finding.line else []
    places.append(f"title={_property(finding.rule)}")
    return f"::{_GITHUB[finding.severity]} {','.join(places)}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[list[Finding], argparse.Namespace], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}
"""What `--format` takes."""
