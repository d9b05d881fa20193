"""Who is let in, and who is looked at."""

from __future__ import annotations

import pytest

from fakeamqp.model.access import ALL, Access, Expression, Permissions, TopicPermissions
from fakeamqp.model.profile import PROFILES


@pytest.mark.parametrize(
    ("username", "password", "admitted"),
    [("guest", "secret", True), ("guest", "Secret", False), ("guest", "", False), ("nobody", "secret", False)],
)
def test_user_and_password_must_be_known(username, password, admitted):
    assert Access({"guest": "secret"}).admits(username, password) is admitted


def test_an_empty_password_is_no_password():
    assert not Access({"guest": ""}).admits("guest", "")


def test_any_user_means_any_user_with_any_password():
    access = Access("any")
    assert access.admits("nobody", "")
    assert access.knows("nobody")
    assert access.permissions("nobody", "/") is ALL
    assert access.is_free("nobody", "/")


def test_users_are_known_by_name():
    access = Access({"guest": "secret"})
    assert access.knows("guest")
    assert not access.knows("nobody")
    assert access.permissions("nobody", "/") is None
    assert not access.is_free("nobody", "/")
    with pytest.raises(LookupError, match="Not Found"):
        access.user("nobody")


def test_users_from_the_beginning_may_do_everything_everywhere():
    access = Access({"guest": "secret"})
    assert access.permissions("guest", "a vhost that is yet to come") is ALL
    assert access.is_free("guest", "/")


def test_a_user_who_is_changed_stays_the_user_in_all_else():
    access = Access({"guest": "secret"})
    access.change("guest", password="new")
    assert access.admits("guest", "new")
    assert access.is_free("guest", "/")


def test_what_was_said_of_a_vhost_is_forgotten_with_it():
    access = Access({"guest": "secret"})
    some = Expression("x", PROFILES["4.3"])
    access.change(
        "guest",
        permissions={"here": Permissions(some, some, some), "there": None},
        topic_permissions={("here", "amq.topic"): TopicPermissions(some, some)},
    )
    assert not access.is_free("guest", "here")
    access.forget_vhost("here")
    assert access.is_free("guest", "here")
    assert access.permissions("guest", "there") is None


def test_who_is_known_from_the_start_and_who_is_let_in_unknown_are_administrators():
    assert Access({"guest": "secret"}).tags("guest") == ("administrator",)
    assert Access("any").tags("nobody") == ("administrator",)
