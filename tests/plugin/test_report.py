"""`--fakeamqp-report`: a page about each test that had a broker, and a list of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from conftest_plugin.report import name_of

TESTS = """
    import pytest

    def test_passes(fakeamqp_channel):
        fakeamqp_channel.queue_declare("mine", exclusive=True)
        fakeamqp_channel.basic_publish("", "mine", "hello")

    def test_fails(fakeamqp_channel):
        fakeamqp_channel.queue_declare("broken")
        assert False

    @pytest.mark.fakeamqp(strict=True)
    def test_is_found_wanting(fakeamqp_broker, fakeamqp_channel):
        fakeamqp_channel.queue_declare("dropped")
        fakeamqp_broker.publish("", "nobody", "x")

    def test_is_skipped(fakeamqp_broker):
        pytest.skip("not today")

    def test_without_a_broker():
        pass
"""


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_a=TESTS)
    return pytester.runpytest("-p", "no:randomly", *options)


def pages(folder: Path) -> dict[str, Any]:
    """The data of each page by the name of its test."""
    found = {}
    for path in folder.glob("test_a*.html"):
        text = path.read_text(encoding="utf-8")
        (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
        found[json.loads(data)["title"].partition("::")[2]] = json.loads(data)
    return found


def listed(folder: Path) -> dict[str, str]:
    """The outcomes in the list by the name of the test; every link leads to a page."""
    text = (folder / "index.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr data-outcome="(\w+)">.*?href="([^"]+)"><bdi>test_a.py::(\w+)</bdi>', text)
    assert [link for _, link, _ in rows if not (folder / link).exists()] == []
    return {name: outcome for outcome, _, name in rows}


def test_each_test_that_had_a_broker_has_a_page(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--fakeamqp-report", "pages")
    result.assert_outcomes(passed=3, failed=1, errors=1, skipped=1)
    folder = pytester.path / "pages"
    names = {"test_passes", "test_fails", "test_is_found_wanting", "test_is_skipped"}
    assert pages(folder).keys() == names
    assert listed(folder) == {
        "test_fails": "failed",
        "test_is_found_wanting": "failed",
        "test_is_skipped": "skipped",
        "test_passes": "passed",
    }
    result.stdout.fnmatch_lines(["fakeamqp: 4 pages, see *index.html"])


def test_a_page_shows_the_broker_before_its_connections_are_closed(pytester: pytest.Pytester) -> None:
    run(pytester, "--fakeamqp-report", "pages")
    page = pages(pytester.path / "pages")["test_passes"]
    (queue,) = (node for node in page["nodes"] if node["kind"] == "queue")
    assert (queue["name"], queue["state"], queue["ready"]) == ("mine", "there", 1)
    (journey,) = page["journeys"]
    assert journey["body"] == "b'hello'"
    assert journey["events"][0][6].endswith("test_a.py:5")


def test_pages_about_failures_alone(pytester: pytest.Pytester) -> None:
    run(pytester, "--fakeamqp-report", "pages", "--fakeamqp-report-only-failed")
    assert pages(pytester.path / "pages").keys() == {"test_fails", "test_is_found_wanting"}


def test_a_failing_test_tells_where_its_page_is(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--fakeamqp-report", "pages", "-k", "test_fails")
    result.stdout.fnmatch_lines(["*fakeamqp report*", f"*pages*{name_of('test_a.py::test_fails')}"])


def test_the_ini_file_asks_for_pages_too(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakeamqp_report = pages\nfakeamqp_report_only_failed = true")
    run(pytester)
    assert pages(pytester.path / "pages").keys() == {"test_fails", "test_is_found_wanting"}


def test_workers_of_xdist_write_one_list(pytester: pytest.Pytester) -> None:
    run(pytester, "--fakeamqp-report", "pages", "-n", "2").assert_outcomes(passed=3, failed=1, errors=1, skipped=1)
    assert len(listed(pytester.path / "pages")) == 4


def test_one_broker_for_the_whole_run_has_a_page_for_each_test(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakeamqp_from_start = true")
    pytester.makepyfile(test_a=TESTS)
    pytester.runpytest_subprocess("-p", "no:randomly", "--fakeamqp-report", "pages")
    found = pages(pytester.path / "pages")
    assert len(found["test_passes"]["journeys"]) == 1
    assert found["test_fails"]["journeys"] == []


def test_a_server_has_a_page_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_a="""
        def test_served(fakeamqp_server):
            fakeamqp_server.broker.publish("", "nobody", "x")
        """
    )
    pytester.runpytest("--fakeamqp-report", "pages").assert_outcomes(passed=1)
    assert len(pages(pytester.path / "pages")["test_served"]["journeys"]) == 1


def test_a_test_that_keeps_no_trace_has_a_page_without_messages(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_a="""
        import pytest

        @pytest.mark.fakeamqp(trace=None)
        def test_it(fakeamqp_broker):
            fakeamqp_broker.publish("", "nobody", "x")
        """
    )
    pytester.runpytest("--fakeamqp-report", "pages").assert_outcomes(passed=1)
    assert pages(pytester.path / "pages")["test_it"]["journeys"] == []


def test_nothing_is_loaded_or_written_unless_it_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_a="""
        import sys

        def test_it(fakeamqp_broker):
            assert not {"conftest_plugin.report", "fakeamqp.views.page", "fakeamqp.views.graph"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    assert list(pytester.path.glob("**/*.html")) == []


@pytest.mark.parametrize(
    "node_id", ["a.py::test[x/y]", "a.py::test[é]", "a.py::" + "x" * 300, "a.py::test[..]", "\udc80"]
)
def test_every_test_has_a_file_name_of_its_own(node_id: str) -> None:
    name = name_of(node_id)
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,130}\.html", name)
    assert name != name_of(node_id + "'")
