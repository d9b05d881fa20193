"""Who may log in, and which virtual hosts there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs


@attrs.define
class Access:
    """Users and the ways to prove who one is.

    users: passwords by user name; "any" lets every user in with any password.
    vhosts_any: True if a virtual host exists as soon as somebody asks for it.
    """

    users: Mapping[str, str] | Literal["any"]
    vhosts_any: bool = False

    def knows(self, username: str) -> bool:
        """True if there is such a user."""
        return self.users == "any" or username in self.users

    def admits(self, username: str, password: str) -> bool:
        """True if these credentials are good. RabbitMQ refuses an empty password whatever the user's is."""
        if self.users == "any":
            return True
        return bool(password) and self.users.get(username) == password
