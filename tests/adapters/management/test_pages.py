"""Pages."""

from __future__ import annotations

import fakeamqp
from tests.adapters.management.asking import ask


def test_a_browser_finds_a_page_without_a_password() -> None:
    answer = ask(fakeamqp.Broker("4.0"), "GET", "/", user=None)
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert "RabbitMQ 4.0.5" in (answer.body or "")


def test_folders_lead_to_their_pages() -> None:
    for path, page in (("/api", "/api/index.html"), ("/cli/", "/cli/index.html")):
        answer = ask(fakeamqp.Broker(), "GET", path, user=None)
        assert (answer.status, answer.headers["Location"]) == (301, page)
