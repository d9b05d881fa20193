"""/api/queues: queues."""

from __future__ import annotations

from collections.abc import Iterator

from fakeamqp.adapters.management.answers import CREATED, DONE, Answer, bad_request, crashed, missing, not_found
from fakeamqp.adapters.management.client import CHANNEL, carry_out
from fakeamqp.adapters.management.connections import owner_details
from fakeamqp.adapters.management.consumers import consumer_row
from fakeamqp.adapters.management.counts import messages_in
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.adapters.management.tables import amqp_table, boolean
from fakeamqp.model import commands
from fakeamqp.model.consumers import Consumer, SingleActive
from fakeamqp.model.definitions import json_table
from fakeamqp.model.policy import Policy
from fakeamqp.model.queues import Queue
from fakeamqp.model.queues.entry import Entry
from fakeamqp.model.queues.queue import OTHER_NODE
from fakeamqp.model.queues.quorum import QuorumQueue


class _Queues(Resource):
    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def row(self, queue: Queue, lost: str = "down") -> Row:
        """A queue as the API shows it alone, but for its consumers. lost: the state of one whose node is down."""
        row = self._as_declared(queue)
        if queue.lost:  # who could tell the rest is not there
            return row | {"node": OTHER_NODE, "state": lost}
        row |= {
            "node": self.model.node,
            "state": "running",
            "consumers": queue.consumer_count,
            "policy": _name(queue.in_force.policy),
            "operator_policy": _name(queue.in_force.operator_policy),
            "effective_policy_definition": json_table(queue.in_force.definition),
            **messages_in(queue),
        }
        row |= self._of_classic(queue) if queue.KIND == "classic" else self._of_replicated(queue)
        return row if queue.KIND == "stream" else row | self._bytes(queue)

    def rows(self) -> list[Row]:
        """All that the caller may see."""
        return [self.row(queue) for vhost in self.vhosts() for queue in vhost.queues.values()]

    def _as_declared(self, queue: Queue) -> Row:
        typed = {"x-queue-type": queue.KIND} if self.broker.profile.stores_queue_type else {}
        row: Row = {
            "name": queue.name,
            "vhost": queue.vhost.name,
            "type": queue.KIND,
            "durable": queue.durable,
            "auto_delete": queue.auto_delete,
            "exclusive": queue.owner is not None,
            "arguments": json_table(typed | dict(queue.arguments)),
        }
        return row | {"internal": False, "internal_owner": False} if self.dialect.shows_internal_queues else row

    def _of_classic(self, queue: Queue) -> Row:
        return {"exclusive_consumer_tag": _exclusive(queue), "single_active_consumer_tag": _active(queue)}

    def _of_replicated(self, queue: Queue) -> Row:
        profile, node = self.broker.profile, self.model.node
        row: Row = {"members": [node], "online": [node]}
        if queue.KIND == "quorum" or profile.major >= 4:
            row["leader"] = node
        if isinstance(queue, QuorumQueue) and profile.major >= 4:
            limit = queue.delivery_limit
            row["delivery_limit"] = "unlimited" if limit is None else limit
            if profile.quorum_delays_retries:
                row["messages_delayed"] = queue.delayed_count
        return row

    def _bytes(self, queue: Queue) -> Row:
        ready = list(queue.ready)
        unacked = list(self._unacked(queue))
        sizes = [sum(queue.size(entry.message) for entry in entries) for entries in (ready, unacked)]
        entries = [*ready, *queue.delayed, *unacked]
        lasting = [entry for entry in entries if queue.KIND == "quorum" or (queue.durable and entry.message.persistent)]
        return {
            "message_bytes": sum(queue.size(entry.message) for entry in entries),
            "message_bytes_ready": sizes[0],
            "message_bytes_unacknowledged": sizes[1],
            "message_bytes_persistent": sum(queue.size(entry.message) for entry in lasting),
            "messages_persistent": len(lasting),
        }

    def _unacked(self, queue: Queue) -> Iterator[Entry]:
        if not queue.unacked:
            return
        for channel in self.model.channels.values():
            taken = {} if channel.transaction is None else channel.transaction.taken
            for entry in (*channel.unacked.values(), *taken.values()):
                if entry.queue is queue:
                    yield entry


def _name(policy: Policy | None) -> str | None:
    return None if policy is None else policy.name


def _exclusive(queue: Queue) -> str | None:
    return next(iter(queue.consumers)).tag if queue.consumers.exclusive else None


def _active(queue: Queue) -> str | None:
    consumers = queue.consumers
    active: Consumer | None = consumers.active if isinstance(consumers, SingleActive) else None
    return None if active is None else active.tag


class AllQueues(_Queues):
    """/api/queues, /api/queues/{vhost}"""

    def get(self) -> Answer:
        """All of them; from RabbitMQ 4 on without what is not set."""
        rows = self.rows()
        if not self.dialect.null_columns:
            rows = [{key: value for key, value in row.items() if value is not None} for row in rows]
        return self.list(rows, "vhost", "name", pages=True)


class DetailedQueues(_Queues):
    """/api/queues/detailed"""

    only = "has_detailed_queues"

    def get(self) -> Answer:
        """All of them, with what is not set."""
        return self.list(self.rows(), "vhost", "name", pages=True)


class OneQueue(_Queues):
    """/api/queues/{vhost}/{queue}"""

    def _find(self) -> Queue:
        queue = self.vhost.queues.get(self["queue"])
        if queue is None or queue.absent:
            raise missing()
        return queue

    def get(self) -> Answer:
        """What it is, and who consumes it."""
        queue = self._find()
        details = [consumer_row(self.broker, consumer) for consumer in queue.consumers]
        row = {**self.row(queue, lost="stopped"), "consumer_details": details}
        owner = None if queue.owner is None else owner_details(self.broker, queue.owner)
        return self.tell(row if owner is None else {**row, "owner_pid_details": owner})

    def put(self) -> Answer:
        """Declare it; a client's word alone makes a queue exclusive."""
        vhost, name, fields = self.vhost_to_change, self["queue"], self.asked.fields()
        is_new = name not in vhost.queues
        command = commands.DeclareQueue(
            CHANNEL,
            name,
            durable=boolean(fields, "durable"),
            auto_delete=boolean(fields, "auto_delete"),
            arguments=amqp_table(fields.get("arguments", {})),
        )
        node = fields.get("node", self.model.node)
        if node != self.model.node:
            is_told = "is not a cluster member" if self.dialect.knows_members else "could not be contacted"
            raise bad_request(f"Node {node} {is_told}")
        carry_out(self.broker, self.caller, vhost.name, command)
        return CREATED if is_new else DONE

    def delete(self) -> Answer:
        """Delete it."""
        self._find()
        command = commands.DeleteQueue(
            CHANNEL,
            self["queue"],
            if_unused=self.asked.says("if-unused"),
            if_empty=self.asked.says("if-empty"),
        )
        carry_out(self.broker, self.caller, self.vhost.name, command)
        return DONE


class Actions(_Queues):
    """/api/queues/{vhost}/{queue}/actions: what concerns mirrors, of which a single node has none."""

    def post(self) -> Answer:
        """Done already, where the version has the action."""
        vhost, name = self.vhost_to_change, self["queue"]
        action = self.asked.fields("action")["action"]
        if name not in vhost.queues:
            raise crashed() if self.dialect.syncs_queues else not_found("queue_not_found")
        if not (self.dialect.syncs_queues and action in ("sync", "cancel_sync")):
            raise bad_request(["unknown", action])
        return DONE
