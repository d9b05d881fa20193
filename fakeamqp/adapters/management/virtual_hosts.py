"""/api/vhosts: virtual hosts, and what belongs to one of them."""

from __future__ import annotations

from typing import Any

from fakeamqp.adapters.management.answers import (
    CREATED,
    DONE,
    Answer,
    Refused,
    bad_request,
    crashed,
    missing,
    not_found,
    reason_of,
)
from fakeamqp.adapters.management.counts import messages_of
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.model import commands
from fakeamqp.model.methods.policy import check_default_queue_type
from fakeamqp.model.vhost import VirtualHost

_ALWAYS = (
    "cluster_state",
    "default_queue_type",
    "description",
    "metadata",
    "protected_from_deletion",
    "tags",
    "tracing",
)


def words(given: Any) -> tuple[str, ...]:
    """Tags: a list of texts, or one text with commas. Raises Refused where RabbitMQ breaks."""
    listed = given.split(",") if isinstance(given, str) else given
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise crashed()
    return tuple(each.strip() for each in listed if each.strip())


class _VirtualHosts(Resource):
    def row(self, vhost: VirtualHost) -> Row:
        """A virtual host as the API shows it."""
        tells = self.dialect.tells_vhost_metadata
        default = vhost.default_queue_type if tells else "undefined"
        of_all = {"description": vhost.description, "tags": list(vhost.tags)}
        metadata: Row = {**of_all, "default_queue_type": default} if tells else dict(of_all)
        row = {
            "name": vhost.name,
            **of_all,
            "default_queue_type": default,
            "metadata": metadata,
            "tracing": False,
            "cluster_state": {self.model.node: "running"},
        }
        if vhost.queues:
            row |= messages_of(vhost.queues.values())
        if self.dialect.protects_vhosts:
            row["protected_from_deletion"] = vhost.protected is True
            if vhost.protected is not None:
                metadata["protected_from_deletion"] = vhost.protected
        return row


class AllVirtualHosts(_VirtualHosts):
    """/api/vhosts"""

    def get(self) -> Answer:
        """Those that the caller may enter; all, for those who may see what is others'."""
        shown = [
            self.row(vhost) for vhost in self.model.vhosts.values() if self.caller.monitors or self.enters(vhost.name)
        ]
        answer = self.list(self._with_columns(shown), "name", pages=True)
        if "page" in self.asked.query and not self.dialect.vhost_pages:
            raise crashed()
        return answer

    def _with_columns(self, rows: list[Row]) -> list[Row]:
        """Some columns of later versions stay, whatever the query asks for."""
        if "columns" in self.asked.query and self.dialect.vhost_columns:
            asked = self.asked.query["columns"].split(",")
            self.asked = self.without("columns")
            return [{key: value for key, value in row.items() if key in (*_ALWAYS, *asked)} for row in rows]
        return rows


class OneVirtualHost(_VirtualHosts):
    """/api/vhosts/{vhost}"""

    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def get(self) -> Answer:
        """What it is."""
        return self.tell(self.row(self.vhost))

    def put(self) -> Answer:
        """Add it, or change what is said of it; who adds it may do everything there."""
        name, fields = self["vhost"], self.asked.fields()
        is_new = name not in self.model.vhosts
        default = fields.get("default_queue_type")
        tags, description = words(fields.get("tags", [])), fields.get("description", "")
        try:
            check_default_queue_type(default, self.broker.profile)
        except ValueError as error:
            raise bad_request(reason_of(error)) from None
        if is_new:
            self.broker.ctl.add_vhost(name)
            if self.caller.name in self.model.access.users:
                self.broker.ctl.set_permissions(self.caller.name, ".*", ".*", ".*", vhost=name)
        if default is not None:
            self.broker.ctl.set_default_queue_type(default, vhost=name)
        self.broker.apply(commands.DescribeVirtualHost(name, description, tags))
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """Take it away with all that is in it."""
        name = self.vhost.name
        try:
            self.broker.ctl.delete_vhost(name)
        except ValueError as error:
            raise Refused(412, "precondition_failed", reason_of(error)) from None
        return DONE


class Protection(Resource):
    """/api/vhosts/{vhost}/deletion/protection"""

    only = "protects_vhosts"

    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def post(self) -> Answer:
        """It cannot be deleted from now on."""
        if self["vhost"] not in self.model.vhosts:
            raise not_found(
                f"Cannot enable deletion protection of virtual host '{self['vhost']}' because it does not exist"
            )
        return self._protect(True)

    def delete(self) -> Answer:
        """It can be deleted again."""
        if self["vhost"] not in self.model.vhosts:
            raise missing()
        return self._protect(False)

    def _protect(self, protected: bool) -> Answer:
        self.broker.apply(commands.DescribeVirtualHost(self["vhost"], protected=protected))
        return DONE


class Start(Resource):
    """/api/vhosts/{vhost}/start/{node}: every virtual host runs, so that there is nothing to start."""

    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def post(self) -> Answer:
        """Done already."""
        node = self["node"]
        if node != self.model.node:
            told = (
                f"Unknown node: {node}"
                if self.dialect.knows_members
                else (f"Request to node {node} failed with nodedown")
            )
            raise bad_request(told)
        return DONE
