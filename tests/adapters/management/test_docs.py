"""The page on the management API: its code runs."""

from __future__ import annotations

import argparse
import json
import re
import shlex

import pytest

import fakeamqp
from fakeamqp.adapters.management.routes import _API
from tests.adapters.management.asking import ask
from tests.support import pages

PAGE = pages.read("docs/management.md")


def test_the_code_runs(pytester: pytest.Pytester) -> None:
    pages.run(pytester, pages.files(PAGE))


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
