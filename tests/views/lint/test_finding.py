"""What a finding says of itself."""

from __future__ import annotations

import pytest

from fakeamqp.views.lint.finding import Finding, Where, few


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Where("shop", "queue", "jobs"), "queue 'jobs' in vhost 'shop'"),
        (Where("/", "binding", "'a' -> queue 'b'"), "binding 'a' -> queue 'b' in vhost '/'"),
        (Where(None, "vhost", "shop"), "vhost 'shop'"),
        (Where(None, "broker", ""), "broker"),
    ],
)
def test_an_object_is_named(where: Where, text: str) -> None:
    assert str(where) == text


@pytest.mark.parametrize(
    ("file", "line", "text"),
    [("a.json", 5, "a.json:5: "), ("a.json", None, "a.json: "), (None, None, "")],
)
def test_a_finding_is_a_line(file: str | None, line: int | None, text: str) -> None:
    finding = Finding("dlx-missing", "error", Where("/", "queue", "jobs"), "no", ("4.3",), file, line)
    assert str(finding) == f"{text}error dlx-missing: no"


def test_of_many_queues_the_first_are_named() -> None:
    assert few(["a"]) == "queue 'a'"
    assert few(list("abcde")) == "queues 'a', 'b', 'c' and 2 more"
