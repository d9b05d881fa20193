"""The plots of benchmarks/plots.py are drawn alike each time, and follow the reader's light or dark page."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import plots
from benchmarks.figures import PER_SECOND, SECONDS, Figure, Report

REPORT = Report(
    {},
    [
        Figure("publish", "fakeamqp", PER_SECOND, (30_000, 31_000, 28_000), part="through-pika"),
        Figure("publish", "empty broker", PER_SECOND, (60_000, 61_000, 58_000), part="through-pika"),
        Figure("publish", "RabbitMQ", PER_SECOND, (10_000, 11_000, 8_000), part="through-pika"),
        Figure("publish", "amqp-mock", PER_SECOND, (), note="no answer", part="listener"),
        Figure("publish", "fakeamqp at a port", PER_SECOND, (500, 600), part="listener"),
        Figure("a test", "empty", SECONDS, (0.002,), part="fixtures"),
        Figure("messages", "fakeamqp", SECONDS, (0.1, 0.2), 10, part="bare-model"),
        Figure("messages", "fakeamqp", SECONDS, (1.1, 1.2), 100, part="bare-model"),
        Figure("messages", "fakeamqp", "exponent", (1.0,), part="bare-model"),
    ],
)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return plots.draw(REPORT, tmp_path_factory.mktemp("plots"))


def test_every_kind_of_plot_is_drawn(drawn: list[Path]) -> None:
    names = [file.name for file in drawn]
    assert names == ["comparison.svg", "through-pika.svg", "listener.svg", "bare-model-by-size.svg", "fixtures.svg"]


def test_every_colour_is_one_of_the_page(drawn: list[Path]) -> None:
    for file in drawn:
        text = file.read_text(encoding="utf-8")
        style = re.search(r"<style>\n\.plot.*?</style>", text, re.DOTALL)
        assert style is not None
        assert re.findall(r"#[0-9a-f]{6}", text.replace(style[0], "")) == []


def test_a_plot_says_in_words_what_it_shows(drawn: list[Path]) -> None:
    titles = [ElementTree.parse(file).getroot().findtext("{http://www.w3.org/2000/svg}title") for file in drawn]
    assert titles[1] == "Through pika, in memory: operations per second"
    assert all(titles)


def test_the_same_figures_give_the_same_file(drawn: list[Path], tmp_path: Path) -> None:
    again = plots.draw(REPORT, tmp_path)
    assert [file.read_bytes() for file in again] == [file.read_bytes() for file in drawn]
