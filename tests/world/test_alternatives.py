"""Routing keys written together."""

from __future__ import annotations

import pytest

from fakeamqp.world.alternatives import alternatives


def test_words_in_braces_are_one_of_several() -> None:
    assert alternatives("order.{created,paid}.{us,de}") == [
        "order.created.us",
        "order.created.de",
        "order.paid.us",
        "order.paid.de",
    ]


def test_a_text_without_braces_stands_for_itself() -> None:
    assert alternatives("order.*.#") == ["order.*.#"]


@pytest.mark.parametrize("text", ["order.{created", "order.created}", "{a,{b,c}}"])
def test_braces_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"has braces that do not fit; one of several words is \{created,paid\}"):
        alternatives(text)
