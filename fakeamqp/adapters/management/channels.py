"""/api/channels: the channels of the clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fakeamqp.adapters.management.answers import Answer, crashed, missing, not_authorised
from fakeamqp.adapters.management.connections import clients, details_of, name_of
from fakeamqp.adapters.management.consumers import consumer_row
from fakeamqp.adapters.management.resource import Resource, Row

if TYPE_CHECKING:
    from fakeamqp.model.channel import Channel
    from fakeamqp.session.session import Session
    from fakeamqp.world.broker import Broker


def _channels(broker: Broker) -> Iterator[tuple[Session, Channel]]:
    for session, connection in clients(broker):
        for channel in connection.channels.values():
            yield session, channel


def channel_row(broker: Broker, session: Session, channel: Channel) -> Row:
    """A channel as the API shows it."""
    number, connection, transaction = channel.key[1], channel.connection, channel.transaction
    permits_global = broker.profile.major < 4
    row: Row = {
        "name": f"{name_of(session)} ({number})",
        "node": broker.model.node,
        "number": number,
        "vhost": channel.vhost.name,
        "user": connection.username,
        "user_who_performed_action": connection.username,
        "connection_details": details_of(session),
        "state": "running",
        "confirm": channel.published is not None,
        "transactional": transaction is not None,
        "consumer_count": len(channel.consumers),
        "prefetch_count": channel.prefetch,
        "messages_unacknowledged": len(channel.unacked) + (0 if transaction is None else len(transaction.taken)),
        "messages_unconfirmed": 0,
        "messages_uncommitted": 0 if transaction is None else len(transaction.publishes),
        "acks_uncommitted": 0 if transaction is None else len(transaction.taken),
    }
    return {**row, "global_prefetch_count": channel.global_prefetch} if permits_global else row


class _Channels(Resource):
    def rows(self) -> list[Row]:
        """Those that the caller may see: their own, or all."""
        return [
            channel_row(self.broker, session, channel)
            for session, channel in _channels(self.broker)
            if self.caller.sees_those_of(channel.connection.username)
        ]


class AllChannels(_Channels):
    """/api/channels"""

    def get(self) -> Answer:
        """Those that the caller may see."""
        return self.list(self.rows(), "vhost", "name", pages=True)


class ChannelsOfVirtualHost(_Channels):
    """/api/vhosts/{vhost}/channels"""

    def check_reader(self) -> None:
        """For who may enter the virtual host."""
        self.demand_vhost()

    def get(self) -> Answer:
        """Those to it."""
        vhost = self.vhost.name
        return self.list([row for row in self.rows() if row["vhost"] == vhost], "vhost", "name")


class ChannelsOfConnection(_Channels):
    """/api/connections/{connection}/channels"""

    def get(self) -> Answer:
        """Those of that connection; RabbitMQ breaks at one that there is not."""
        if all(name_of(session) != self["connection"] for session, _ in clients(self.broker)):
            raise crashed()
        wanted = self["connection"]
        return self.list([row for row in self.rows() if row["connection_details"]["name"] == wanted], "number")


class OneChannel(_Channels):
    """/api/channels/{channel}"""

    def get(self) -> Answer:
        """What it is, and its consumers."""
        for session, channel in _channels(self.broker):
            row = channel_row(self.broker, session, channel)
            if row["name"] == self["channel"]:
                if not self.caller.sees_those_of(row["user"]):
                    raise not_authorised("User not authorised to access object")
                details = [consumer_row(self.broker, consumer) for consumer in channel.consumers.values()]
                return self.tell({**row, "consumer_details": details})
        raise missing() if self.caller.monitors else crashed()
