"""/api/permissions and /api/topic-permissions: what users may do in virtual hosts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fakeamqp.adapters.management.answers import CREATED, DONE, Answer, bad_request, crashed, missing, reason_of
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.model.definitions import permission_rows, topic_permission_rows


class _Permissions(Resource):
    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def of_path(self, rows: Iterable[Row]) -> list[Row]:
        """Those of the user and the virtual host that the path names. Raises Refused if one of them is not there."""
        names = self.asked.names
        if "vhost" in names and names["vhost"] not in self.model.vhosts:
            raise missing()
        if "user" in names and names["user"] not in self.model.access.users:
            raise missing()
        keys = [key for key in ("vhost", "user") if key in names]
        return [row for row in rows if all(row[key] == names[key] for key in keys)]

    def texts(self, *needed: str) -> dict[str, Any]:
        """The expressions that were sent. Raises Refused."""
        fields = self.asked.fields(*needed)
        if not all(isinstance(fields[key], str) for key in needed):
            raise crashed()
        return fields


class AllPermissions(_Permissions):
    """/api/permissions, /api/vhosts/{vhost}/permissions"""

    def get(self) -> Answer:
        """By virtual host and user."""
        return self.list(self.of_path(permission_rows(self.model)), "vhost", "user")


class OnePermission(_Permissions):
    """/api/permissions/{vhost}/{user}"""

    def get(self) -> Answer:
        """What the user may do there."""
        rows = self.of_path(permission_rows(self.model))
        if not rows:
            raise missing()
        return self.tell(rows[0])

    def put(self) -> Answer:
        """Say it anew."""
        vhost, user = self["vhost"], self["user"]
        given = self.texts("configure", "write", "read")
        known = self.model.access.users.get(user)
        is_new = known is None or known.permissions_in(vhost) is None
        try:
            self.broker.ctl.set_permissions(user, given["configure"], given["write"], given["read"], vhost=vhost)
        except (LookupError, ValueError) as error:
            raise bad_request(reason_of(error)) from None
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """The user may not enter any more."""
        self.get()
        self.broker.ctl.clear_permissions(self["user"], vhost=self["vhost"])
        return DONE


class AllTopicPermissions(_Permissions):
    """/api/topic-permissions, /api/vhosts/{vhost}/topic-permissions"""

    def get(self) -> Answer:
        """By virtual host, user and exchange."""
        return self.list(self.of_path(topic_permission_rows(self.model)), "vhost", "user", "exchange")


class TopicPermissions(_Permissions):
    """/api/topic-permissions/{vhost}/{user}, /api/topic-permissions/{vhost}/{user}/{exchange}

    The exchange in the path means something to DELETE alone.
    """

    def _rows(self) -> list[Row]:
        rows = self.of_path(topic_permission_rows(self.model))
        if not rows:
            raise missing()
        return rows

    def get(self) -> Answer:
        """The keys that the user may use there."""
        return self.list(self._rows(), "vhost", "user", "exchange")

    def put(self) -> Answer:
        """Say it anew for an exchange."""
        vhost, user = self["vhost"], self["user"]
        given = self.texts("exchange", "write", "read")
        known = self.model.access.users.get(user)
        is_new = known is None or not any(where == vhost for where, _ in known.topic_permissions)
        try:
            self.broker.ctl.set_topic_permissions(user, given["exchange"], given["write"], given["read"], vhost=vhost)
        except (LookupError, ValueError) as error:
            raise bad_request(reason_of(error, is_topic=True)) from None
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """Allow every key again, of the exchange that the path names or of all; one that has no row is fine."""
        exchange = self.asked.names.get("exchange")
        if exchange is None or exchange in [row["exchange"] for row in self._rows()]:
            self._rows()
            self.broker.ctl.clear_topic_permissions(self["user"], exchange, vhost=self["vhost"])
        return DONE
