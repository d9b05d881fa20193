"""Draw the pictures that docs/pictures.md shows anew: `python -m tests.views.pictures`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import fakeamqp
from tests.views.stories import shop

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "pictures.md"
DEFINITIONS = DOCS / "pictures" / "shop.json"


def _messages() -> str:
    with shop() as broker:
        return fakeamqp.draw(broker, format="timeline")


FILES: dict[str, Callable[[], str]] = {
    "shop.svg": lambda: fakeamqp.draw(DEFINITIONS, format="svg"),
    "messages.svg": _messages,
}
BLOCKS: dict[str, Callable[[], str]] = {
    "mermaid": lambda: fakeamqp.draw(DEFINITIONS, format="mermaid", only="orders"),
    "text": lambda: fakeamqp.draw(DEFINITIONS, format="text"),
}


def block(language: str, page: str) -> str:
    """What stands in the page's block in this language; there is one of it."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return str(found)


def main() -> None:
    """Write them."""
    page = PAGE.read_text(encoding="utf-8")
    for language, drawn in BLOCKS.items():
        page = page.replace(f"```{language}\n{block(language, page)}```", f"```{language}\n{drawn()}```")
    PAGE.write_text(page, encoding="utf-8")
    for name, drawn in FILES.items():
        (DOCS / "pictures" / name).write_text(drawn(), encoding="utf-8")


if __name__ == "__main__":
    main()
