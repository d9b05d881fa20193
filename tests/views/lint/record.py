"""Ask real brokers which of the probes they take, and keep what they say.

    python -m tests.views.lint.record --url amqp://guest:guest@127.0.0.1:5672 [--url …]

--url     a broker with its management API at the AMQP port plus 10000; its version says which profile it stands for.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fakeamqp.real.address import Address
from fakeamqp.real.management import Management, Refused
from tests.views.lint.examples import Json
from tests.views.lint.probes import PROBES

RECORDINGS = Path(__file__).with_name("recordings.json")
_VHOST = "lint-probes"


def ask(broker: Management, definitions: Json) -> Json:
    """The reason of a refusal, None for none; and how many of each kind are there afterwards."""
    try:
        broker.delete("vhosts", _VHOST)
    except Refused as error:
        if error.status != 404:
            raise
    broker.put("vhosts", _VHOST)
    reason: str | None = None
    try:
        broker.post("definitions", _VHOST, rabbit_version="0.0.0", **definitions)
    except Refused as error:
        reason = str(error).replace(_VHOST, "/")
    there = {kind: _count(broker, kind) for kind in definitions}
    broker.delete("vhosts", _VHOST)
    return {"refused": reason, "there": there}


def _count(broker: Management, kind: str) -> int:
    rows: list[dict[str, Any]] = broker.get(kind, _VHOST)
    if kind == "exchanges":
        return sum(not row["name"].startswith("amq.") for row in rows) - 1
    return sum(row.get("source") != "" for row in rows)


def _phases(broker: Management) -> dict[str, str]:
    try:
        return {row["name"]: row["deprecation_phase"] for row in broker.get("deprecated-features")}
    except Refused:
        return {}


def main(arguments: list[str]) -> int:
    """Record; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.views.lint.record")
    parser.add_argument("--url", action="append", required=True)
    kept: Json = {}
    for url in parser.parse_args(arguments).url:
        split = urlsplit(url)
        management = f"http://{split.hostname}:{(split.port or 5672) + 10_000}"
        broker = Management(Address.of(url, management))
        release = broker.version()
        kept[release.rpartition(".")[0]] = {
            "release": release,
            "deprecated": dict(sorted(_phases(broker).items())),
            "probes": {name: ask(broker, definitions) for name, definitions in PROBES.items()},
        }
    RECORDINGS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
