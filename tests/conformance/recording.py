"""A recording: what each version answered to a scenario, as JSON that reads well and diffs well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

from .scenario import PROFILES, Scenario

FOLDER = Path(__file__).parent / "recordings"
WIDTH = 120

Observations = list[dict[str, Any]]


@attrs.define
class Recording:
    """rule: of the scenario. brokers: profile to the exact version recorded. observed: by profile."""

    rule: str
    brokers: dict[str, str] = attrs.Factory(dict)
    observed: dict[str, Observations] = attrs.Factory(dict)

    @staticmethod
    def path(scenario: Scenario) -> Path:
        return FOLDER / scenario.area / f"{scenario.name}.json"

    @classmethod
    def stored_rule(cls, scenario: Scenario) -> str | None:
        """The rule in the file, which may be an older one than the scenario's; None without a file."""
        path = cls.path(scenario)
        return json.loads(path.read_text(encoding="utf-8"))["rule"] if path.exists() else None

    @classmethod
    def load(cls, scenario: Scenario) -> Recording:
        """The stored recording, or an empty one."""
        path = cls.path(scenario)
        if not path.exists():
            return cls(scenario.rule)
        stored = json.loads(path.read_text(encoding="utf-8"))
        by_version = {
            version: observations
            for versions, observations in stored["observed"].items()
            for version in versions.split(", ")
        }
        return cls(scenario.rule, stored["brokers"], by_version)

    def save(self, scenario: Scenario) -> None:
        path = self.path(scenario)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.as_text(), encoding="utf-8")

    def as_text(self) -> str:
        """Versions that answered alike stand together."""
        groups: dict[str, list[str]] = {}
        for version in sorted(self.observed, key=PROFILES.index):
            groups.setdefault(as_json(self.observed[version]), []).append(version)
        observed = {", ".join(versions): self.observed[versions[0]] for versions in groups.values()}
        brokers = {version: self.brokers[version] for version in PROFILES if version in self.brokers}
        return as_json({"rule": self.rule, "brokers": brokers, "observed": observed}) + "\n"


def as_json(value: Any, indent: int = 0) -> str:
    """JSON with each value on one line as long as it fits; the order of keys is kept: it is part of what was seen."""
    line = json.dumps(value, ensure_ascii=False)
    is_nested = isinstance(value, dict | list) and bool(value)
    if not is_nested or (indent > 0 and len(line) + indent <= WIDTH):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {as_json(item, indent + 2)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        parts = [as_json(item, indent + 2) for item in value]
        opening, closing = "[", "]"
    lines = f",\n{inner}".join(parts)
    return f"{opening}\n{inner}{lines}\n{' ' * indent}{closing}"
