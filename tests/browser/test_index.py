"""The list of pages in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

import fakeamqp
from fakeamqp.views.index import Entry, index
from tests.browser.conftest import DESKTOP, PHONE, Opened
from tests.views.topologies import SHOP


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    entries = [
        Entry(
            f"tests/test_shop.py::test_{number}", f"{number}.html", "failed" if number == 3 else "passed", "1 queue", 5
        )
        for number in range(20)
    ]
    fakeamqp.draw(SHOP, tmp_path / "3.html")
    path = tmp_path / "index.html"
    path.write_text(index(entries), encoding="utf-8")
    return path


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_is_searched_filtered_and_leads_to_a_page(opened: Opened, listed: Path, size: tuple[int, int]) -> None:
    page = opened(listed, size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.fill("#search", "test_1")
    expect(page.locator("tbody tr:visible")).to_have_count(11)
    page.fill("#search", "")
    page.select_option("#outcome", "failed")
    expect(page.locator("tbody tr:visible")).to_have_count(1)
    page.click("tbody tr:visible a")
    expect(page.locator("#totals")).to_contain_text("8 queues")


def test_nothing_found_is_said_so(opened: Opened, listed: Path) -> None:
    page = opened(listed)
    page.fill("#search", "no such test")
    expect(page.locator("#nothing")).to_be_visible()
