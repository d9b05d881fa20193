"""The regular expressions of permissions."""

from __future__ import annotations

import json

import attrs

from fakeamqp.model.pattern import InvalidPattern, check_pattern, matches
from fakeamqp.model.profile import Profile


class InvalidExpression(ValueError):
    """No regular expression, with the reason that RabbitMQ's management API gives."""


@attrs.frozen
class Expression:
    """A pattern that may match anywhere in a name; the empty one matches the empty name and no other.

    Raises InvalidExpression for what is none, and ValueError for what `pattern` cannot read.
    """

    text: str
    profile: Profile = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        try:
            check_pattern(self.text, self.profile)
        except InvalidPattern as invalid:
            told = ["invalid_regexp", self.text, [invalid.complaint, invalid.at]]
            raise InvalidExpression(json.dumps(told, ensure_ascii=False)) from None

    def matches(self, name: str) -> bool:
        """True if it matches somewhere in the name."""
        return matches(self.text or "^$", name, self.profile)
