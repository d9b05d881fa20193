"""Who is let in."""

from __future__ import annotations

import pytest

from fakeamqp.model.access import Access


@pytest.mark.parametrize(
    ("username", "password", "admitted"),
    [("guest", "secret", True), ("guest", "Secret", False), ("guest", "", False), ("nobody", "secret", False)],
)
def test_user_and_password_must_be_known(username, password, admitted):
    assert Access({"guest": "secret"}).admits(username, password) is admitted


def test_an_empty_password_is_no_password():
    assert not Access({"guest": ""}).admits("guest", "")


def test_any_user_means_any_user_with_any_password():
    assert Access("any").admits("nobody", "")
    assert Access("any").knows("nobody")


def test_users_are_known_by_name():
    access = Access({"guest": "secret"})
    assert access.knows("guest")
    assert not access.knows("nobody")
