"""What the scheduler reads off a loop."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fakeamqp.world.loop import next_alarm


def loop(wait: int | None, timer: int | None, background: int | None) -> Any:
    return SimpleNamespace(wait_ends=lambda: wait, next_timer=lambda: timer, next_background=lambda: background)


@pytest.mark.parametrize(
    ("instants", "first"),
    [((3, 2, 1), 1), ((1, 2, 3), 1), ((None, 2, 3), 2), ((0, None, None), 0), ((None, None, None), None)],
)
def test_the_next_alarm_is_the_first_whatever_it_is_for(instants, first):
    assert next_alarm(loop(*instants)) == first
