"""A Chromium of this machine, without a window, and pages in it that complain of nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import fakeamqp

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

DESKTOP, PHONE = (1280, 800), (390, 844)

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, found on the PATH."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, f"these tests need Chromium: one of {', '.join(NAMES)} on the PATH (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        # Its sandbox is not to be had by root, nor in most containers; what is opened is our own.
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Draws something and opens the page from its file; fails the test if the page complains or loads anything."""
    complaints: list[str] = []
    contexts = []

    def opened(source: Any, size: tuple[int, int] = DESKTOP, scheme: Any = "light", **more: Any) -> Page:
        path = source if isinstance(source, Path) and source.suffix == ".html" else tmp_path / "page.html"
        if path.name == "page.html":
            fakeamqp.draw(source, path)
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=size == PHONE, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _note(request.url, complaints))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _note(url: str, complaints: list[str]) -> None:
    if not url.startswith(("file:", "data:")):
        complaints.append(f"loads {url}")
