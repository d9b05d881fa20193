"""What virtual hosts and users of a test are called on the real broker, which others use as well."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Literal

PREFIX = "fakeamqp-"


class Names:
    """The names of one broker of a test's: "/" is `fakeamqp-1f2e3d4c5b`, "shop" is `fakeamqp-1f2e3d4c5b-shop`.

    users: passwords by user name, or "any". login: name and password for whom everybody is taken if it is "any", and
    guest with the password guest in any case.
    """

    def __init__(self, users: Mapping[str, str] | Literal["any"], login: tuple[str, str]) -> None:
        self.root = f"{PREFIX}{uuid.uuid4().hex[:10]}"
        self._login = login
        self._users = users
        self._given: dict[str, str] = {}

    def vhost(self, given: str) -> str:
        """What a virtual host is called; a name of the real broker's stays as it is."""
        return self._name(given, self.root if given == "/" else f"{self.root}-{given}")

    def user(self, given: str) -> str:
        """What a user is called; a name of the real broker's stays as it is."""
        return self._login[0] if self.is_login(given) else self._name(given, f"{self.root}-{given}")

    def credentials(self, given: str, password: str) -> tuple[str, str]:
        """Name and password for those that a program logs in with."""
        known = (("guest", "guest"), self._login)
        if self._users == "any" or ((given, password) in known and self.is_login(given)):
            return self._login
        return self.user(given), password

    def is_login(self, given: str) -> bool:
        """True if this user is the one of the real broker's URL."""
        if self._users == "any" or given == self._login[0] != "guest":
            return True
        return given == "guest" and self._users.get("guest") == "guest"

    def as_given(self, text: str) -> str:
        """A text of the broker's with the names that the test knows."""
        for real in sorted(self._given, key=len, reverse=True):
            text = text.replace(real, self._given[real])
        user = self._login[0]
        return text if user == "guest" else text.replace(f"user '{user}'", "user 'guest'")

    def _name(self, given: str, real: str) -> str:
        if given in self._given:
            return given
        self._given[real] = given
        return real
