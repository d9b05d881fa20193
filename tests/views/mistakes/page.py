"""docs/mistakes.md: each common mistake with the words that the broker has for it.

    python -m tests.views.mistakes.page

writes it anew; a test holds it against what the broker says.
"""

from __future__ import annotations

import inspect
import logging
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

from fakeamqp import Broker, patch_pika
from tests.views.mistakes.cases import CASES

PAGE = Path(__file__).parents[3] / "docs" / "mistakes.md"

HEAD = """\
# Common mistakes, and what fakeamqp says of them

`print(broker.explain())` tells what looks like a mistake in all that has happened so far; a failing test that has
`fakeamqp_broker` shows the same. `broker.explain(error)` tells it of one error. Each mistake below is made by a test,
with the words that it prints. `channel()` opens a channel of a connection of its own, and `nothing` is a consumer that
does nothing. Lines are told of what is declared, bound and consumed from, and of all else with
`broker.trace.notes_places = True`, as strict mode has it.

"""


def told(make: Callable[[Broker], object]) -> str:
    """What the broker says of a mistake, lines of the program by their numbers within it."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with patch_pika() as broker:
            broker.trace.notes_places = True
            make(broker)
            text = str(broker.explain())
    finally:
        logging.disable(before)
    first = make.__code__.co_firstlineno + 1
    text = re.sub(r"cases\.py:(\d+)", lambda match: f"line {int(match[1]) - first}", text)
    return re.sub(r"ctag\d+\.[0-9a-f]+", "ctag1.…", text)


def source(make: Callable[[Broker], object]) -> str:
    """The code of a mistake, without its frame."""
    lines = inspect.getsource(make).splitlines()
    return textwrap.dedent("\n".join(lines[2:]))


def section(make: Callable[[Broker], object]) -> str:
    """What the page has of one mistake."""
    title = make.__name__.replace("_", " ")
    return f"### {title.capitalize()}\n\n```python\n{source(make)}\n```\n\n```text\n{told(make)}\n```\n"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for family, cases in CASES.items():
        parts.append(f"## {family}\n\n")
        parts.append("\n".join(section(make) for make in cases) + "\n")
    return "".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
