"""What MkDocs does for this site besides: pages made of the repository's files, and links that lead there.

The pages in `docs` are read in a checkout, too, and link to files outside of it. Of these the README, the changes and
the examples become pages of the site. Of a link to anything else, such as a test, its text is left.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {".py": "python", ".json": "json"}
PAGES = {"README.md": "readme.md", "CHANGES.md": "changes.md"}
EXAMPLES = [
    file.relative_to(ROOT).as_posix()
    for folder in ("examples", "examples/migration")
    for file in sorted((ROOT / folder).iterdir())
    if file.suffix in LANGUAGES
]
PAGES |= {name: f"{name}.md" for name in EXAMPLES}
FOLDERS = {"examples": "examples/index.md", "examples/migration": "examples/index.md"}

_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|mailto:|#)([^)\s#]*)(#[^)\s]*)?\)")
_CODE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the examples where the navigation has their folder."""
    config.nav = [_entry(entry) for entry in config.nav or []]
    return config


def _entry(entry: Any) -> Any:
    """An entry of the navigation; of the examples, all of them."""
    if not isinstance(entry, dict):
        return entry
    ((title, inside),) = entry.items()
    if inside == "examples/":
        return {title: ["examples/index.md", *({Path(name).name: PAGES[name]} for name in EXAMPLES)]}
    return {title: [_entry(each) for each in inside]} if isinstance(inside, list) else entry


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are made of files outside of `docs`."""
    for name, page in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        if name in EXAMPLES:
            text = f"# {Path(name).name}\n\n```{LANGUAGES[Path(name).suffix]}\n{text}```\n"
        files.append(File.generated(config, page, content=text))
    files.append(File.generated(config, "examples/index.md", content=_index()))
    return files


def _index() -> str:
    lines = [f"- [{name}]({posixpath.relpath(PAGES[name], 'examples')}): {_first_line(name)}" for name in EXAMPLES]
    return "# Examples\n\nFiles of the folder `examples`; the tests run each of them.\n\n" + "\n".join(lines) + "\n"


def _first_line(name: str) -> str:
    """What an example says of itself."""
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".json"):
        return "a definitions file, as RabbitMQ exports it."
    return text.partition("\n")[0].strip('#" ') or name


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to the pages of the site, wherever they led in the checkout."""
    place = next((name for name, made in PAGES.items() if made == page.file.src_uri), f"docs/{page.file.src_uri}")
    if place in EXAMPLES or page.file.src_uri == "examples/index.md":
        return markdown
    parts = _CODE.split(markdown)
    for number in range(0, len(parts), 2):
        parts[number] = _LINK.sub(lambda match: _led(match, place, page.file.src_uri), parts[number])
    return "".join(parts)


def _led(match: re.Match[str], place: str, page: str) -> str:
    """A link on a page of the site. place: of its text in the repository."""
    text, link, anchor = match[1], match[2], match[3] or ""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(place), link))
    if target.startswith("docs/"):
        made = target.removeprefix("docs/")
    elif target in PAGES or target in FOLDERS:
        made = PAGES.get(target) or FOLDERS[target]
    elif (ROOT / target).exists():
        return text
    else:
        made = target  # leads nowhere, and MkDocs will say so
    return f"[{text}]({posixpath.relpath(made, posixpath.dirname(page) or '.')}{anchor})"
