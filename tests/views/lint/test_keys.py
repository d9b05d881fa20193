"""Files of routing keys."""

from __future__ import annotations

import pytest

from fakeamqp.views.lint.keys import Key, read_keys


def test_a_line_names_an_exchange_and_a_key() -> None:
    assert read_keys("orders order.created.us\n\n  # later\norders  order.{paid,sent}.*\n") == (
        Key("orders", "order.created.us", ("order.created.us",), 1),
        Key("orders", "order.{paid,sent}.*", ("order.paid.*", "order.sent.*"), 4),
    )


def test_a_key_alone_is_for_the_exchange_that_is_given() -> None:
    assert read_keys("order.created", "orders", "shop") == (
        Key("orders", "order.created", ("order.created",), 1, "shop"),
    )


def test_two_quotes_stand_for_nothing() -> None:
    assert read_keys('"" jobs\nall ""\n') == (Key("", "jobs", ("jobs",), 1), Key("all", "", ("",), 2))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("order.created", "line 1: 'order.created' is not 'exchange routing.key', nor is there an --exchange"),
        ("\na b c", "line 2: 'a b c' is not 'exchange routing.key', nor is there an --exchange for a key alone"),
        ("orders {a", "line 1: '{a' has braces that do not fit; one of several words is {created,paid}"),
    ],
)
def test_what_is_no_key_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:
        read_keys(text)
    assert str(refused.value).startswith(message)
