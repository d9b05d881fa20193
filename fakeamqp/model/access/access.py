"""Who may log in, what each of them may do, and which virtual hosts there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import attrs

from fakeamqp.model.access.user import ADMINISTRATOR, ALL, Permissions, User, administrator


class Access:
    """The users of a broker.

    users: by name. anybody: True if every other user, too, is let in, with any password, and may do everything.
    vhosts_any: True if a virtual host exists as soon as somebody asks for it.
    """

    def __init__(self, passwords: Mapping[str, str] | Literal["any"], vhosts_any: bool = False) -> None:
        """passwords: of administrators who may do everything in every virtual host; "any" lets everybody in as one."""
        self.anybody = passwords == "any"
        known = {} if passwords == "any" else passwords
        self.users = {name: administrator(name, password) for name, password in known.items()}
        self.vhosts_any = vhosts_any

    def knows(self, username: str) -> bool:
        """True if there is such a user."""
        return self.anybody or username in self.users

    def admits(self, username: str, password: str) -> bool:
        """True if these credentials are good."""
        user = self.users.get(username)
        return self.anybody if user is None else user.proves_to_be(password)

    def tags(self, username: str) -> tuple[str, ...]:
        """The tags of a user; of one who is let in without being known, an administrator's."""
        user = self.users.get(username)
        return (ADMINISTRATOR,) if user is None else user.tags

    def permissions(self, username: str, vhost: str) -> Permissions | None:
        """What a user may do in a virtual host; None if they may not enter it."""
        user = self.users.get(username)
        if user is None:
            return ALL if self.anybody else None
        return user.permissions_in(vhost)

    def is_free(self, username: str, vhost: str) -> bool:
        """True if nothing that the user does in that virtual host needs to be looked at."""
        user = self.users.get(username)
        return self.anybody if user is None else user.is_free_in(vhost)

    def user(self, name: str) -> User:
        """The user of that name. Raises LookupError."""
        try:
            return self.users[name]
        except KeyError:
            raise LookupError("Not Found") from None

    def change(self, name: str, **fields: Any) -> None:
        """Replace some of what is kept of a user. Raises LookupError."""
        self.users[name] = attrs.evolve(self.user(name), **fields)

    def forget_vhost(self, vhost: str) -> None:
        """All that was said of a virtual host is forgotten."""
        self.users = {name: user.without_vhost(vhost) for name, user in self.users.items()}

    def __iter__(self) -> Iterator[User]:
        return iter(self.users.values())
