"""Common mistakes are told in the exact words of docs/mistakes.md; where none is made, none is told."""

from __future__ import annotations

from collections.abc import Callable

import pika
import pytest

from fakeamqp import Broker, patch_pika
from fakeamqp.views.mistakes import find_mistakes
from tests.views.mistakes.cases import CASES
from tests.views.mistakes.page import HEAD, PAGE, section, told

ALL = [make for cases in CASES.values() for make in cases]
PAGE_TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_a_mistake_is_told_in_the_words_of_the_page(make: Callable[[Broker], object]) -> None:
    assert section(make) in PAGE_TEXT


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_a_mistake_comes_with_a_way_out(make: Callable[[Broker], object]) -> None:
    with patch_pika() as broker:
        make(broker)
        mistakes = find_mistakes(broker)
    assert len(mistakes) >= 1
    assert mistakes[0].what
    assert mistakes[0].fix


def test_the_page_has_them_all_and_no_other() -> None:
    assert PAGE_TEXT.startswith(HEAD)
    assert PAGE_TEXT.count("\n### ") == len(ALL) >= 30


def test_the_same_mistake_of_another_version_has_the_same_words() -> None:
    for make in ALL:
        if make.__name__ == "came_back_too_often":
            continue  # its words tell of 4.3's way to count
        with patch_pika(version="3.10") as broker:
            broker.trace.notes_places = True
            make(broker)
            names = [mistake.name for mistake in find_mistakes(broker)]
        assert [line.partition(":")[0] for line in told(make).splitlines() if not line.startswith(" ")] == names, make


def test_a_program_without_a_mistake_is_told_of_none() -> None:
    with patch_pika() as broker:
        channel = pika.BlockingConnection().channel()
        channel.exchange_declare("orders", "topic")
        channel.queue_declare("audit")
        channel.queue_bind("audit", "orders", "order.#")
        channel.basic_publish("orders", "order.created", b"one")
        method, _, body = channel.basic_get("audit")
        assert body == b"one"
        channel.basic_ack(method.delivery_tag)
        assert str(broker.explain()) == "nothing looks wrong"
