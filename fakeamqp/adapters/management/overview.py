"""/api/overview and other answers about the broker as a whole."""

from __future__ import annotations

from typing import Any

from fakeamqp.adapters.management.answers import DONE, Answer, missing, told
from fakeamqp.adapters.management.connections import clients
from fakeamqp.adapters.management.counts import messages_of
from fakeamqp.adapters.management.features import types_of_exchange
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.model import commands

_CLUSTER_NAME = "cluster_name"


def cluster_name(resource: Resource) -> str:
    """The name of the cluster: the node's, unless it was given another."""
    name: Any = resource.model.global_parameters.get(_CLUSTER_NAME, resource.model.node)
    return str(name)


class Overview(Resource):
    """/api/overview"""

    def get(self) -> Answer:
        """Versions and totals: of what the caller may see."""
        profile = self.broker.profile
        told_always: Row = {
            "management_version": profile.release,
            "rabbitmq_version": profile.release,
            "product_name": "RabbitMQ",
            "product_version": profile.release,
            "erlang_version": profile.erlang,
            "cluster_name": cluster_name(self),
            "rates_mode": "basic",
            "disable_stats": False,
            "enable_queue_totals": False,
            "exchange_types": types_of_exchange(self.broker),
        }
        if profile.major >= 4:
            told_always |= {
                "cluster_tags": {},
                "default_queue_type": "classic",
                "is_op_policy_updating_enabled": True,
                "node_tags": {},
            }
        if self.dialect.nodes_tell_versions:
            told_always["require_definition_json_extension"] = False
        vhosts = list(self.model.vhosts.values()) if self.caller.monitors else list(self.vhosts())
        queues = [queue for vhost in vhosts for queue in vhost.queues.values()]
        seen = [one for one in clients(self.broker) if self.caller.sees_those_of(one[1].username)]
        totals = {
            "connections": len(seen),
            "channels": sum(len(connection.channels) for _, connection in seen),
            "exchanges": sum(1 + len(vhost.exchanges) for vhost in vhosts),
            "queues": len(queues),
        }
        told_always["queue_totals"] = messages_of(queues)
        told_always["object_totals"] = totals
        if self.caller.monitors:
            totals["consumers"] = sum(len(queue.consumers) for queue in queues)
            told_always |= {"node": self.model.node, "listeners": listeners(self)}
        return self.tell(told_always)


def listeners(resource: Resource) -> list[Row]:
    """Where the broker listens."""
    _, port = resource.broker.listening.first
    return [{"node": resource.model.node, "protocol": "amqp", "ip_address": "127.0.0.1", "port": port}]


class ClusterName(Resource):
    """/api/cluster-name"""

    def check_writer(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def get(self) -> Answer:
        """What it is called."""
        return self.tell({"name": cluster_name(self)})

    def put(self) -> Answer:
        """Call it something else."""
        self.broker.apply(commands.SetGlobalParameter(_CLUSTER_NAME, self.asked.fields("name")["name"]))
        return DONE


class Version(Resource):
    """/api/version"""

    only = "has_version"

    def get(self) -> Answer:
        """The version of RabbitMQ."""
        return told(self.broker.profile.release)


class Extensions(Resource):
    """/api/extensions"""

    def get(self) -> Answer:
        """What plugins add to the page: the management plugin's own."""
        return told([{"javascript": "dispatcher.js"}])


class Auth(Resource):
    """/api/auth: how the page lets users log in."""

    only = "has_auth"
    open = True

    def get(self) -> Answer:
        """By name and password."""
        if self.dialect.has_version:
            return told({"oauth_enabled": False})
        return told({"enable_uaa": False, "uaa_client_id": "", "uaa_location": ""})


class AuthAttempts(Resource):
    """/api/auth/attempts/{node}"""

    def check_reader(self) -> None:
        """For who may see what is others'."""
        self.demand_monitor()

    def get(self) -> Answer:
        """None: nobody counts them."""
        if self["node"] != self.model.node:
            raise missing()
        return told([])


class Reset(Resource):
    """/api/reset, /api/reset/{node}: there are no statistics to forget."""

    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def delete(self) -> Answer:
        """Done already."""
        return DONE


class Rebalance(Resource):
    """/api/rebalance/queues: all leaders are on the one node."""

    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def post(self) -> Answer:
        """Done already."""
        return DONE
