"""Limits are named whole numbers, and reached when one more would be too many."""

from __future__ import annotations

import pytest

from fakeamqp.model.access.limits import OF_USER, OF_VHOST, check_limit, reached
from fakeamqp.model.profile import PROFILES


@pytest.mark.parametrize(
    ("limits", "count", "limit"),
    [({}, 9, None), ({"n": 2}, 1, None), ({"n": 2}, 2, 2), ({"n": 2}, 3, 2), ({"n": 0}, 0, 0), ({"n": -1}, 9, None)],
)
def test_a_limit_is_reached_when_nothing_more_goes_in(limits, count, limit):
    assert reached(limits, "n", count) == limit


def test_a_limit_is_a_whole_number():
    assert check_limit("max-queues", -7, OF_VHOST, "limits", PROFILES["4.3"]) == -7


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("max-channels", 1, 'Unrecognised terms [{<<"max-channels">>,1}] in limits'),
        ("max-queues", "one", 'max-queues should be a number, actually was <<"one">>'),
        ("max-queues", 1.5, "max-queues should be a number, actually was 1.5"),
        ("max-queues", True, "max-queues should be a number, actually was true"),
    ],
)
def test_anything_else_is_refused_with_the_reason(name, value, reason):
    with pytest.raises(ValueError) as refused:
        check_limit(name, value, OF_VHOST, "limits", PROFILES["4.3"])
    assert str(refused.value) == reason


def test_users_and_vhosts_have_limits_of_their_own():
    assert set(OF_USER) ^ set(OF_VHOST) == {"max-channels", "max-queues"}
