"""The page on the management API: its code runs."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from pathlib import Path

import pytest

import fakeamqp
from fakeamqp.adapters.management.routes import _API
from tests.adapters.management.asking import ask

PAGE = (Path(__file__).parents[3] / "docs/management.md").read_text(encoding="utf-8")


def test_the_code_runs(pytester: pytest.Pytester) -> None:
    blocks = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))
    assert len(blocks) == PAGE.count("```python") == 1
    for name, text in blocks.items():
        pytester.path.joinpath(name).write_text(text, encoding="utf-8")
    pytester.runpytest("-W", "error").assert_outcomes(passed=1)


def test_the_lines_for_curl_are_answered() -> None:
    broker = fakeamqp.Broker()
    curl = argparse.ArgumentParser()
    curl.add_argument("-u")
    curl.add_argument("-X", default="GET")
    curl.add_argument("-d", type=json.loads)
    curl.add_argument("url", type=lambda url: url.removeprefix("http://127.0.0.1:15672"))
    lines = re.findall(r"^ {4}curl (.*)$", PAGE, flags=re.MULTILINE)
    asked = [curl.parse_args(shlex.split(line)) for line in lines]
    assert [ask(broker, each.X, each.url, each.d, user=each.u).status for each in asked] == [200, 201]


def test_every_kind_of_path_is_listed() -> None:
    first = {pattern.split("/")[0] for pattern in _API} - {"reset", "rebalance"}
    assert sorted(word for word in first if f"`{word}" not in PAGE) == []


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)", PAGE))
def test_its_links_lead_somewhere(link: str) -> None:
    assert (Path(__file__).parents[3] / "docs" / link).exists()
