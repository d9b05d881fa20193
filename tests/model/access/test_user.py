"""What a user may do where."""

from __future__ import annotations

import attrs
import pytest

from fakeamqp.model.access import ALL, Expression, Permissions, TopicPermissions, User
from fakeamqp.model.profile import PROFILES


def test_each_permission_has_an_expression_of_its_own():
    permissions = Permissions(
        Expression("^c", PROFILES["4.3"]), Expression("^w", PROFILES["4.3"]), Expression("", PROFILES["4.3"])
    )
    assert [permissions.allow(right, "c") for right in ("configure", "write", "read")] == [True, False, False]
    assert [permissions.allow(right, "w") for right in ("configure", "write", "read")] == [False, True, False]


def test_what_was_not_said_of_a_vhost_is_the_default():
    assert User("ada", "s").permissions_in("/") is None
    assert User("ada", "s", default=ALL).permissions_in("/") is ALL
    assert User("ada", "s", default=ALL, permissions={"/": None}).permissions_in("/") is None


def test_a_user_with_topic_permissions_is_not_free():
    user = User("ada", "s", default=ALL)
    row = TopicPermissions(Expression("", PROFILES["4.3"]), Expression("", PROFILES["4.3"]))
    restricted = attrs.evolve(user, topic_permissions={("/", "amq.topic"): row})
    assert user.is_free_in("/")
    assert not restricted.is_free_in("/")
    assert restricted.is_free_in("elsewhere")


@pytest.mark.parametrize(("version", "allowed"), [("3.10", True), ("4.0", True), ("4.3", False)])
def test_a_name_in_a_topic_permission_may_be_read_as_an_expression(version, allowed):
    profile = PROFILES[version]
    row = TopicPermissions(Expression("^{username}$", profile), Expression("{vhost}", profile))
    assert row.allow("write", "a.a", username="a.a", vhost="/")
    assert row.allow("write", "axa", username="a.a", vhost="/") is allowed
    assert row.allow("read", "orders/us", username="a.a", vhost="/")


@pytest.mark.parametrize(("version", "allowed"), [("3.10", False), ("4.3", True)])
def test_a_name_that_makes_an_expression_invalid_allows_nothing(version, allowed):
    row = TopicPermissions(Expression("{username}", PROFILES[version]), Expression("", PROFILES[version]))
    assert row.allow("write", "a(", username="a(", vhost="/") is allowed
