"""/api/nodes: the one node there is."""

from __future__ import annotations

from fakeamqp.adapters.management.answers import Answer, crashed, missing
from fakeamqp.adapters.management.features import types_of_exchange
from fakeamqp.adapters.management.resource import Resource, Row

_LOW_ON_MEMORY = "low on memory"


class _Nodes(Resource):
    def check_reader(self) -> None:
        """For who may see what is others'."""
        self.demand_monitor()

    def row(self) -> Row:
        """The node as the API shows it."""
        profile, alarm = self.broker.profile, self.broker.faults.alarm
        row: Row = {
            "name": self.model.node,
            "type": "disc",
            "running": True,
            "rates_mode": "basic",
            "partitions": [],
            "cluster_links": [],
            "mem_alarm": alarm == _LOW_ON_MEMORY,
            "disk_free_alarm": alarm is not None and alarm != _LOW_ON_MEMORY,
            "exchange_types": types_of_exchange(self.broker),
        }
        if profile.major >= 4:
            row["being_drained"] = False
        if self.dialect.nodes_tell_versions:
            row |= {"erlang_version": profile.erlang, "rabbitmq_version": profile.release}
        return row


class AllNodes(_Nodes):
    """/api/nodes"""

    def get(self) -> Answer:
        """The one."""
        return self.list([self.row()], "name")


class OneNode(_Nodes):
    """/api/nodes/{node}"""

    def get(self) -> Answer:
        """The one."""
        if self["node"] != self.model.node:
            raise crashed() if self.dialect.unknown_node_crashes else missing()
        return self.tell(self.row())
