"""The list of pages."""

from __future__ import annotations

import re

from fakeamqp.views.index import Entry, index
from fakeamqp.views.scene import scene
from tests.views.stories import shop
from tests.views.topologies import NASTY


def test_each_page_is_a_row_with_a_link() -> None:
    written = index([Entry("test_a", "a.html", "passed", "1 queue", 3), Entry("test_b", "b.html", "failed", "", 1_200)])
    assert re.findall(r'href="([^"]+\.html)"><bdi>([^<]+)</bdi>', written) == [
        ("a.html", "test_a"),
        ("b.html", "test_b"),
    ]
    assert "<p>1 failed, 1 passed</p>" in written
    assert ">1,200</td>" in written


def test_names_bring_no_elements() -> None:
    written = index([Entry(name, f"{name}.html", "passed", name, 0) for name in NASTY])
    assert written.count("<script") == written.count("</script>") == 1
    assert written.count("<tr data-outcome") == len(NASTY)


def test_nothing_is_said_so() -> None:
    assert "<p>no test had a broker</p>" in index([])


def test_an_entry_tells_what_is_in_a_broker() -> None:
    with shop() as broker:
        entry = Entry.of(scene(broker, title="test_a"), "a.html", "failed")
    assert entry == Entry("test_a", "a.html", "failed", "3 exchanges, 4 queues, 3 bindings", 6)
