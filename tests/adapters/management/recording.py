"""What was recorded of the scenarios: a JSON file for each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.adapters.management.scenarios import Scenario
from tests.conformance.recording import as_json

FOLDER = Path(__file__).parent / "recordings"

Told = list[dict[str, Any]]


def path_of(scenario: Scenario) -> Path:
    """The file of a scenario."""
    return FOLDER / f"{scenario.__name__}.json"


def load(scenario: Scenario) -> tuple[dict[str, str], dict[str, Told]]:
    """The exact versions, and what was told, by profile; empty if nothing was recorded."""
    path = path_of(scenario)
    if not path.exists():
        return {}, {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    told = {version: rows for versions, rows in stored["told"].items() for version in versions.split(", ")}
    return stored["brokers"], told


def save(scenario: Scenario, brokers: dict[str, str], told: dict[str, Told]) -> bool:
    """Keep it; True if that changes the file. Versions that told the same stand together."""
    groups: dict[str, list[str]] = {}
    for version in sorted(told, key=lambda version: [int(part) for part in version.split(".")]):
        groups.setdefault(json.dumps(told[version]), []).append(version)
    content = {
        "brokers": dict(sorted(brokers.items(), key=lambda item: [int(part) for part in item[0].split(".")])),
        "told": {", ".join(versions): told[versions[0]] for versions in groups.values()},
    }
    text = as_json(content) + "\n"
    path = path_of(scenario)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
