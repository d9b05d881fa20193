"""How wide a text is taken to be, and what is left of one that is too long or cannot be shown."""

from __future__ import annotations

import pytest

from fakeamqp.views.lettering import is_shown, shortened, width_of


def test_a_text_is_as_wide_as_its_signs() -> None:
    assert width_of("", 10) == 0
    assert width_of("il", 10) < width_of("mW", 10)
    assert width_of("ab", 20) == 2 * width_of("ab", 10)
    assert width_of("語", 10) > width_of("a", 10)


def test_the_end_of_a_long_name_stays() -> None:
    assert shortened("short", 10) == "short"
    assert shortened("orders.europe.retry.0001", 15) == "orders.eu….0001"
    assert len(shortened("x" * 255, 44)) == 44


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\n", "\x7f", "\ud800", "\ufffe", "\u202e", "\u2066"])
def test_what_would_show_as_nothing_or_turn_what_follows_is_replaced(sign: str) -> None:
    assert not is_shown(sign)
    assert shortened(f"a{sign}b", 10) == "a\ufffdb"


@pytest.mark.parametrize("sign", ["a", "é", "語", "ع", "👩", " "])
def test_what_people_write_is_shown(sign: str) -> None:
    assert is_shown(sign)
