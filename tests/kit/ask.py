"""Ask real brokers the kit's questions again: `python -m tests.kit.ask 3.10=5672 4.0=5673 4.3=5674 [QUESTION …]`.

Each port is that of AMQP; the management API listens 10000 ports further on. What they say goes to `answers.json`.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.kit.asking import a_real_broker
from tests.kit.questions import QUESTIONS

ANSWERS = Path(__file__).with_name("answers.json")


def main(arguments: list[str]) -> None:
    """Ask, and write down."""
    ports = dict(each.split("=") for each in arguments if "=" in each)
    names = [each for each in arguments if "=" not in each] or list(QUESTIONS)
    known: dict[str, dict[str, Any]] = json.loads(ANSWERS.read_text("utf-8")) if ANSWERS.exists() else {}

    def ask(version: str, port: str) -> None:
        for name in names:
            with a_real_broker(version, int(port)) as asking:
                answer = QUESTIONS[name](asking)
            known.setdefault(name, {})[version] = answer
            print(version, name, flush=True)

    with ThreadPoolExecutor() as pool:
        list(pool.map(ask, ports, ports.values()))
    ANSWERS.write_text(written({name: known[name] for name in QUESTIONS if name in known}), "utf-8")


def written(answers: dict[str, dict[str, Any]]) -> str:
    """As JSON with one line for a question and a version."""
    parts = []
    for name, versions in answers.items():
        rows = (f'  "{version}": {json.dumps(versions[version], ensure_ascii=False)}' for version in sorted(versions))
        parts.append(f'"{name}": {{\n' + ",\n".join(rows) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main(sys.argv[1:])
