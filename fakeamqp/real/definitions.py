"""Definitions on a real RabbitMQ that others use as well: brought in, and told, under the names of one test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fakeamqp.model.definitions import DefinitionsRefused, Json
from fakeamqp.real.management import Refused
from fakeamqp.world.definitions import Definitions, rows_of

if TYPE_CHECKING:
    from fakeamqp.real.broker import RealBroker

_OF_A_VHOST = ("permissions", "topic_permissions", "parameters", "policies", "queues", "exchanges", "bindings")
_OF_A_USER = ("permissions", "topic_permissions")

Row = Mapping[str, Any]


class RealDefinitions:
    """The definitions of one broker of a test's."""

    def __init__(self, broker: RealBroker) -> None:
        self._broker = broker
        self._names = broker.names

    # --- in

    def bring_in(self, definitions: Definitions, vhost: str | None, passwords: Mapping[str, str]) -> list[str]:
        """Bring them in; what of them is left out, in words.

        vhost: where to, whatever they say; None is where they say, and for the export of a single virtual host the
        first one. passwords: of users whom the test knows. Raises DefinitionsRefused, LookupError if there is no such
        virtual host.
        """
        broker = self._broker
        if vhost is None and definitions.of_one_vhost:
            vhost = broker.first_vhost
        try:
            if vhost is not None:
                self._post(definitions.content, broker.vhost(vhost).real)
            else:
                self._bring_in_all(definitions, passwords)
        except Refused as refused:
            told = DefinitionsRefused("", self._names.as_given(str(refused)))
            raise definitions.refused(told, broker.server_version) from None
        for each in broker.vhosts.values():
            each.policies_change()
        return ["global_parameters: they are for all who use the broker"] * bool(
            vhost is None and definitions.content.get("global_parameters")
        )

    def _bring_in_all(self, definitions: Definitions, passwords: Mapping[str, str]) -> None:
        content = definitions.content
        for row in rows_of(content, "vhosts"):
            self._broker.add_vhost(row["name"])
        renamed: Json = {kind: [self._renamed(row, kind) for row in self._ours(content, kind)] for kind in _OF_A_VHOST}
        renamed["vhosts"] = [self._vhost(row) for row in rows_of(content, "vhosts")]
        renamed["users"] = [self._user(row, passwords) for row in self._users(content)]
        self._post(renamed)
        self._leave_only_what_they_say(content)

    def _post(self, content: Json, *vhost: str) -> None:
        self._broker.management.post("definitions", *vhost, **content)

    def _vhost(self, row: Row) -> Row:
        """A virtual host's row; the firehose stays on, by which publish() knows where messages go."""
        return {key: value for key, value in row.items() if key != "tracing"} | {"name": self._names.vhost(row["name"])}

    def _users(self, content: Json) -> Iterator[Row]:
        """The users, but for the one by whose login the broker is used: that one is everybody's."""
        return (row for row in rows_of(content, "users") if not self._names.is_login(row["name"]))

    def _user(self, row: Row, passwords: Mapping[str, str]) -> Row:
        given = row["name"]
        made = {**row, "name": self._names.user(given)}
        if made["name"] not in self._broker.users_made:
            self._broker.users_made.append(made["name"])
        if given in passwords:
            hashed = ("password_hash", "hashing_algorithm")
            made = {key: value for key, value in made.items() if key not in hashed} | {"password": passwords[given]}
        return made

    def _ours(self, content: Json, kind: str) -> Iterator[Row]:
        of_a_user = kind in _OF_A_USER
        return (row for row in rows_of(content, kind) if not (of_a_user and self._names.is_login(row["user"])))

    def _renamed(self, row: Row, kind: str) -> Row:
        made = dict(row)
        if "vhost" in row:
            made["vhost"] = self._names.vhost(row["vhost"])
        if kind in _OF_A_USER:
            made["user"] = self._names.user(row["user"])
        return made

    def _leave_only_what_they_say(self, content: Json) -> None:
        """A user who is in them may enter only the virtual hosts where they say so, whatever was given at first."""
        said = {(row["vhost"], row["user"]) for row in rows_of(content, "permissions")}
        for row in self._users(content):
            for vhost in self._broker.vhosts.values():
                if (vhost.name, row["name"]) not in said:
                    self._forbid(vhost.real, self._names.user(row["name"]))

    def _forbid(self, vhost: str, user: str) -> None:
        try:
            self._broker.management.delete("permissions", vhost, user)
        except Refused as refused:
            if refused.status != 404:
                raise

    # --- out

    def tell(self, vhost: str | None) -> Json:
        """All that was declared and laid down, by the names of the test. vhost: None is all of its own.

        Raises KeyError if there is no such virtual host.
        """
        if vhost is not None:
            told: Json = self._broker.management.get("definitions", self._broker.vhost(vhost).real)
            return self._by_given_names(told)
        told = self._broker.management.get("definitions")
        vhosts = {each.real: each.name for each in self._broker.vhosts.values()}
        users = set(self._broker.users_made)
        for kind in _OF_A_VHOST:
            told[kind] = [row for row in rows_of(told, kind) if row["vhost"] in vhosts]
        told["vhosts"] = [row for row in rows_of(told, "vhosts") if row["name"] in vhosts]
        told["users"] = [row for row in rows_of(told, "users") if row["name"] in users]
        return self._by_given_names(told)

    def _by_given_names(self, told: Json) -> Json:
        ours = {each.side.queue for each in self._broker.vhosts.values()}
        for kind, name in (("queues", "name"), ("bindings", "destination")):
            if kind in told:
                told[kind] = [row for row in rows_of(told, kind) if row[name] not in ours]
        named: Json = _with_texts(told, self._names.as_given)
        return named


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The same JSON with each text changed, but for names of fields."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _with_texts(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_texts(item, change) for item in value]
    return value
