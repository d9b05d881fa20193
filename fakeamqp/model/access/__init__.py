"""Users, what each of them may do, and how much."""

from __future__ import annotations

from fakeamqp.model.access.access import Access
from fakeamqp.model.access.expression import Expression, InvalidExpression
from fakeamqp.model.access.guard import Guard
from fakeamqp.model.access.password import PasswordHash
from fakeamqp.model.access.user import ALL, Permissions, TopicPermissions, User

__all__ = [
    "ALL",
    "Access",
    "Expression",
    "Guard",
    "InvalidExpression",
    "PasswordHash",
    "Permissions",
    "TopicPermissions",
    "User",
]
