"""/api/users: users and their passwords; /api/whoami."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fakeamqp.adapters.management.answers import CREATED, DONE, Answer, bad_request, crashed, missing, told
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.adapters.management.virtual_hosts import words
from fakeamqp.model import commands
from fakeamqp.model.access import PasswordHash, User
from fakeamqp.model.access.password import SHA_256
from fakeamqp.model.definitions import permission_rows, topic_permission_rows, user_row


class _OfUsers(Resource):
    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def row(self, user: User) -> Row:
        """A user as the API shows it."""
        return user_row(user, self.model)

    @property
    def user(self) -> User:
        """The user of the path. Raises Refused if there is none of that name."""
        user = self.model.access.users.get(self["user"])
        if user is None:
            raise missing()
        return user


class AllUsers(_OfUsers):
    """/api/users"""

    def get(self) -> Answer:
        """All of them."""
        rows = [self.row(user) for user in self.model.access]
        return self.list(rows, "name", pages=self.dialect.user_pages)


class UsersWithoutPermissions(_OfUsers):
    """/api/users/without-permissions"""

    def get(self) -> Answer:
        """Those who may enter no virtual host."""
        may_enter = {row["user"] for row in permission_rows(self.model)}
        return self.list([self.row(user) for user in self.model.access if user.name not in may_enter], "name")


class BulkDelete(_OfUsers):
    """/api/users/bulk-delete"""

    def post(self) -> Answer:
        """Delete several, one after the other."""
        for name in self.asked.fields("users")["users"]:
            if name in self.model.access.users:
                self.broker.ctl.delete_user(name)
            elif not self.dialect.deletes_missing_users:
                raise bad_request(["no_such_user", name])
        return DONE


class OneUser(_OfUsers):
    """/api/users/{user}"""

    def get(self) -> Answer:
        """Who it is."""
        return self.tell(self.row(self.user))

    def put(self) -> Answer:
        """Add a user, or give another password and other tags; without a password nobody can log in as them."""
        name, fields = self["user"], self.asked.fields()
        if "password" in fields and "password_hash" in fields:
            raise bad_request("both_password_and_password_hash_are_provided")
        if "tags" not in fields:
            raise bad_request("tags_not_present")
        is_new = name not in self.model.access.users
        command = commands.AddUser(name, _password(fields), words(fields["tags"]))
        self.broker.apply(command)
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """Delete a user, with their connections."""
        self.broker.ctl.delete_user(self.user.name)
        return DONE


def _password(fields: dict[str, Any]) -> str | PasswordHash:
    if "password" in fields:
        password = fields["password"]
        if not isinstance(password, str):
            raise crashed()
        return password
    given = fields.get("password_hash", "")
    try:
        return PasswordHash(given, fields.get("hashing_algorithm", SHA_256))
    except (TypeError, ValueError):
        raise bad_request(["not_base64", given]) from None


class PermissionsOfUser(_OfUsers):
    """/api/users/{user}/permissions"""

    def get(self) -> Answer:
        """What they may do, by virtual host."""
        name = self.user.name
        return self.list(_of(name, permission_rows(self.model)), "vhost", "user")


class TopicPermissionsOfUser(_OfUsers):
    """/api/users/{user}/topic-permissions"""

    def get(self) -> Answer:
        """The keys that they may use, by virtual host and exchange."""
        name = self.user.name
        return self.list(_of(name, topic_permission_rows(self.model)), "vhost", "user", "exchange")


def _of(user: str, rows: Iterator[Row]) -> list[Row]:
    return [row for row in rows if row["user"] == user]


class WhoAmI(Resource):
    """/api/whoami"""

    def get(self) -> Answer:
        """The caller."""
        name = self.caller.name
        internal = {"is_internal_user": True} if self.dialect.shows_internal_user else {}
        return self.tell({"name": name, "tags": list(self.model.access.tags(name)), **internal})


class HashPassword(Resource):
    """/api/auth/hash_password/{password}"""

    only = "has_version"

    def get(self) -> Answer:
        """What a definitions file keeps of a password; the salt is the same in every run."""
        salt = self.model.naming.seed.to_bytes(8, "big", signed=True)[-4:]
        return told({"ok": PasswordHash.of(self["password"], salt).text})
