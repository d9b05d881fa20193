"""/api/consumers: who consumes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeamqp.adapters.management.answers import Answer
from fakeamqp.adapters.management.connections import clients, name_of
from fakeamqp.adapters.management.resource import Resource, Row
from fakeamqp.model.consumers import Consumer, SingleActive
from fakeamqp.model.definitions import json_table

if TYPE_CHECKING:
    from fakeamqp.world.broker import Broker


def consumer_row(broker: Broker, consumer: Consumer) -> Row:
    """A consumer as the API shows it."""
    consumers = consumer.queue.consumers
    single = isinstance(consumers, SingleActive)
    active = consumers.active is consumer if isinstance(consumers, SingleActive) else True
    row: Row = {
        "consumer_tag": consumer.tag,
        "queue": {"name": consumer.queue.name, "vhost": consumer.queue.vhost.name},
        "channel_details": _channel_details(broker, consumer),
        "ack_required": not consumer.no_ack,
        "active": active,
        "activity_status": ("single_active" if active else "waiting") if single else "up",
        "arguments": json_table(consumer.arguments),
        "exclusive": consumer.exclusive,
        "prefetch_count": consumer.prefetch,
    }
    timeout_us = consumer.timeout_us or broker.model.consumer_timeout_us
    if broker.profile.major < 4 or timeout_us is None:
        return row
    return {**row, "consumer_timeout": timeout_us // 1000}


def _channel_details(broker: Broker, consumer: Consumer) -> Row:
    channel = consumer.channel
    session = next(session for session, connection in clients(broker) if connection is channel.connection)
    name, number = name_of(session), channel.key[1]
    host, port = session.door.peer
    return {
        "connection_name": name,
        "name": f"{name} ({number})",
        "node": broker.model.node,
        "number": number,
        "peer_host": host,
        "peer_port": port,
        "user": channel.connection.username,
    }


class Consumers(Resource):
    """/api/consumers, /api/consumers/{vhost}"""

    def check_reader(self) -> None:
        """For everybody; from 4.3 on for who may see the virtual host."""
        if self.dialect.hides_vhosts:
            self.demand_visible_vhost()

    def get(self) -> Answer:
        """Those of the caller's own connections, or all."""
        vhosts = [self.vhost] if "vhost" in self.asked.names else list(self.model.vhosts.values())
        rows = [
            consumer_row(self.broker, consumer)
            for vhost in vhosts
            for queue in vhost.queues.values()
            for consumer in queue.consumers
            if self.caller.sees_those_of(consumer.channel.connection.username)
        ]
        return self.list(rows, "channel_details.name", "consumer_tag")
