"""The calls in which a thread can wait."""

from __future__ import annotations

from fakeamqp.world.call import SLEEP, Budget, Call


def test_it_is_named_with_its_caller_s_line():
    assert str(Call("sleep()", "shop.py:7", returns=False, budget=Budget())) == "sleep() at shop.py:7"


def test_without_a_line_it_is_named_alone():
    assert str(SLEEP) == "time.sleep()"
